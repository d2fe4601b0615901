package profiles

import "strings"

// STIG is what a STIG is called in checklists and results of other programs.
type STIG struct {
	ID      string // of the benchmark: "Kubernetes_STIG"
	Title   string
	Version string // "2"
	Release string // as the release-info of its XCCDF says it
	Key     string // TargetKey of a checklist, "" where it is not known

	profile, prefix string
	// rules are, for each rule, its number, the revision of its id and the end of its STIG
	// id: "242376 960759 000150" of SV-242376r960759_rule and CNTR-K8-000150. A revision
	// that is not known is "-".
	rules string
}

// stigs are those that there are profiles of. The ids of Kubernetes are those of V2R6 as published in a
// checklist (dmrobbi/stig-baselines @d466e18, baselines/kubernetes) and in V2R5
// (mitre/k8s-node-stig-baseline @24ca144); the many that these have in common with the XCCDF
// of V2R4 (Cwagne17/kubernetes-stig-baseline-eks-overlay @86934a0) are taken from there: from V2R4 to
// V2R6 only rules of the groups SRG-APP-000033 and SRG-APP-000038, and those that came with V2R4, have
// another revision. The revisions of RKE2 V2R7 are not known.
var stigs = []STIG{
	{ID: "Kubernetes_STIG", Title: "Kubernetes Security Technical Implementation Guide", Version: "2", Release: "Release: 6 Benchmark Date: 01 Apr 2026", Key: "5376",
		profile: "stig-kubernetes-v2r6", prefix: "CNTR-K8-", rules: `
242376 960759 000150, 242377 960759 000160, 242378 960759 000170, 242379 960759 000180, 242380 960759 000190, 242381 1043176 000220,
242382 1137638 000270, 242383 1137641 000290, 242384 1137638 000300, 242385 1137638 000310, 242387 1137639 000330, 242389 1137640 000350,
242390 1137640 000360, 242391 1137638 000370, 242392 1137639 000380, 242393 1137639 000400, 242394 1137639 000410, 242395 1137639 000420,
242396 1137638 000430, 242397 1137639 000440, 242398 1137640 000450, 242399 1137639 000460, 242400 1137638 000470, 242402 960888 000610,
242403 986135 000700, 242404 960960 000850, 242405 960960 000860, 242406 960960 000880, 242407 960960 000890, 242408 960960 000900,
242409 960963 000910, 242410 1043177 000920, 242411 1043177 000930, 242412 1043177 000940, 242413 1043177 000950, 242414 1043177 000960,
242415 1069466 001160, 242417 961095 001360, 242418 1043178 001400, 242419 1043178 001410, 242420 1043178 001420, 242421 1043178 001430,
242422 1043178 001440, 242423 1043178 001450, 242424 1043178 001460, 242425 1043178 001470, 242426 1043178 001480, 242427 1043178 001490,
242428 1043178 001500, 242429 1043178 001510, 242430 1043178 001520, 242431 1043178 001530, 242432 1043178 001540, 242433 1043178 001550,
242434 961131 001620, 242436 961359 002000, 242437 961359 002010, 242438 961620 002600, 242442 961677 002700, 242443 961683 002720,
242444 961863 003110, 242445 961863 003120, 242446 961863 003130, 242447 961863 003140, 242448 961863 003150, 242449 961863 003160,
242450 961863 003170, 242451 961863 003180, 242452 961863 003190, 242453 961863 003200, 242454 961863 003210, 242455 961863 003220,
242456 961863 003230, 242457 961863 003240, 242459 961863 003260, 242460 961863 003270, 242461 961863 003280, 242462 961863 003290,
242463 961863 003300, 242464 961863 003310, 242465 961863 003320, 242466 961863 003330, 242467 961863 003340, 245541 1069469 001300,
245542 961632 002620, 245543 961632 002630, 245544 961632 002640, 254800 961359 002011, 254801 961359 002001, 274882 1137640 001162,
274883 1107239 001161, 274884 1107245 001163,
`},
	{ID: "RGS_RKE2_STIG", Title: "Rancher Government Solutions RKE2 Security Technical Implementation Guide", Version: "2", Release: "Release: 7",
		profile: "stig-rke2-v2r7", prefix: "CNTR-R2-", rules: `
254553 - 000010, 254554 - 000030, 254555 - 000060, 254556 - 000100, 254557 - 000110, 254559 - 000130,
254561 - 000150, 254562 - 000160, 254563 - 000320, 254564 - 000520, 254565 - 000550, 254566 - 000580,
254567 - 000800, 254568 - 000890, 254569 - 000940, 254570 - 000970, 254571 - 001130, 254572 - 001270,
254574 - 001580, 254575 - 001620, 268321 - 000460,
`},
}

// STIG gives the STIG whose rules are controls of a profile; nil where there is none.
func (p *Profile) STIG() *STIG {
	for i := range stigs {
		for _, c := range p.Controls {
			if strings.HasPrefix(c.ID, stigs[i].profile+"/") {
				return &stigs[i]
			}
		}
	}
	return nil
}

// Rule gives what a rule of the STIG, "V-242376", is called: its id,
// "SV-242376r960759_rule", and its STIG id, "CNTR-K8-000150"; "" for one that it does not have.
func (s *STIG) Rule(group string) (id, version string) {
	number := strings.TrimPrefix(group, "V-")
	for row := range strings.SplitSeq(s.rules, ",") {
		fields := strings.Fields(row)
		if len(fields) != 3 || fields[0] != number {
			continue
		}
		id = "SV-" + number
		if fields[1] != "-" {
			id += "r" + fields[1]
		}
		return id + "_rule", s.prefix + fields[2]
	}
	return "", ""
}
