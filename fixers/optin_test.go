package fixers

import (
	"strings"
	"testing"

	"harden/agent/change"
	"harden/agent/facts"
)

const (
	wantsSSH  = "/etc/systemd/system/multi-user.target.wants/ssh.service"
	unitOfSSH = "→/usr/lib/systemd/system/ssh.service"
)

// TestSSHServer judges which SSH server the next boot starts, and masks it only by name.
func TestSSHServer(t *testing.T) {
	worker := []string{facts.Worker}
	mask := func(unit string) string { return "file:/etc/systemd/system/" + unit }
	for name, row := range map[string]struct {
		files tree
		set   string
		roles []string
		want  string // status and the beginning of the reason, or the targets
	}{
		"enabled":                  {tree{wantsSSH: unitOfSSH}, "keep", worker, "blocked: ssh.service is started at boot; if there is another way to log in to the node"},
		"two of them":              {tree{wantsSSH: unitOfSSH, "/usr/lib/systemd/system/sockets.target.wants/ssh.socket": "→../ssh.socket"}, "keep", worker, "blocked: ssh.service, ssh.socket is started"},
		"enabled, by name":         {tree{wantsSSH: unitOfSSH}, "masked", worker, mask("ssh.service")},
		"RHEL":                     {tree{"/etc/systemd/system/multi-user.target.wants/sshd.service": "→/usr/lib/systemd/system/sshd.service"}, "masked", worker, mask("sshd.service")},
		"on a control plane":       {tree{wantsSSH: unitOfSSH}, "masked", []string{facts.ControlPlane, facts.Worker}, "not-applicable: this rule applies to workers"},
		"not there":                {tree{"/etc/passwd": ""}, "keep", worker, "compliant: none of ssh.service, ssh.socket, sshd.service, sshd.socket is started at boot"},
		"masked by a link":         {tree{wantsSSH: unitOfSSH, "/etc/systemd/system/ssh.service": "→/dev/null"}, "keep", worker, "compliant: "},
		"masked by an empty file":  {tree{wantsSSH: unitOfSSH, "/etc/systemd/system/ssh.service": ""}, "keep", worker, "compliant: "},
		"a unit of the site's own": {tree{wantsSSH: unitOfSSH, "/etc/systemd/system/ssh.service": "[Service]\nExecStart=/opt/sshd\n"}, "masked", worker, "blocked: /etc/systemd/system/ssh.service is a file of the site's own"},
		"another name of it":       {tree{wantsSSH: unitOfSSH, "/etc/systemd/system/ssh.service": "→/opt/ssh.service"}, "masked", worker, "blocked: /etc/systemd/system/ssh.service is a file"},
	} {
		t.Run(name, func(t *testing.T) {
			n := row.files.node(t, &facts.Facts{Platform: facts.Kubeadm, Roles: row.roles})
			req := (&SSHServer{Set: row.set}).Require("r", n)
			if got := verdictOf(req); !strings.HasPrefix(got, row.want) {
				t.Errorf("got %q\nwant %q", got, row.want)
			}
			for _, w := range req.Wants {
				if w.Field == change.FieldContent && (len(w.Value.([]byte)) > 0 || len(w.Effects) != 1 || w.Effects[0] != change.DaemonReload) {
					t.Errorf("a mask is an empty file, and stops nothing: %+v", w)
				}
			}
		})
	}
	if err := (&SSHServer{Set: "off"}).Check(); err == nil {
		t.Error("off is accepted")
	}
}

// verdictOf is a status with its reason, or the targets of the contents that are asked for.
func verdictOf(req Requirement) string {
	if req.Status != "" {
		return string(req.Status) + ": " + req.Reason.String()
	}
	var targets []string
	for _, w := range req.Wants {
		if w.Field != change.FieldMode && w.Field != change.FieldOwner {
			targets = append(targets, string(w.Target))
		}
	}
	return strings.Join(targets, " ")
}

// TestStaticPods takes the directory away only by name, and never one that is in use.
func TestStaticPods(t *testing.T) {
	const config, pods = "/var/lib/kubelet/config.yaml", "/etc/kubernetes/manifests"
	setting := "kind: KubeletConfiguration\nstaticPodPath: " + pods + "\n"
	unset := "kind: KubeletConfiguration\nstaticPodPath: \"\"\n"
	for name, row := range map[string]struct {
		files tree
		set   string
		flags map[string]string
		role  string
		want  string
	}{
		"a worker":               {tree{config: setting, pods + "/": ""}, "keep", nil, facts.Worker, "blocked: the kubelet starts pods from the files in /etc/kubernetes/manifests, and there are no such files now"},
		"by name":                {tree{config: setting, pods + "/": ""}, "off", nil, facts.Worker, "file:" + config},
		"a hidden file":          {tree{config: setting, pods + "/.kubelet-keep": ""}, "off", nil, facts.Worker, "file:" + config},
		"not there":              {tree{config: setting}, "off", nil, facts.Worker, "file:" + config},
		"a pod would end":        {tree{config: setting, pods + "/kube-vip.yaml": "kind: Pod\n"}, "off", nil, facts.Worker, "blocked: the kubelet runs pods from /etc/kubernetes/manifests, and this change would stop them: kube-vip.yaml"},
		"a control plane":        {tree{config: setting, pods + "/": ""}, "off", nil, facts.ControlPlane, "blocked: the control plane of this node runs as the static pods"},
		"an etcd node":           {tree{config: setting, pods + "/": ""}, "off", nil, facts.Etcd, "blocked: the control plane of this node runs as the static pods"},
		"empty already":          {tree{config: unset}, "keep", nil, facts.Worker, "file:" + config}, // which then holds
		"never set":              {tree{config: "kind: KubeletConfiguration\n"}, "keep", nil, facts.Worker, "file:" + config},
		"by a flag":              {tree{config: unset}, "keep", map[string]string{"pod-manifest-path": pods}, facts.Worker, "blocked: the flag --pod-manifest-path="},
		"by a drop-in over it":   {tree{config: unset, "/d/10.conf": setting}, "keep", nil, facts.Worker, "blocked: the kubelet starts pods from the files"},
		"taken by a drop-in":     {tree{config: setting, "/d/10.conf": unset}, "keep", nil, facts.Worker, "file:/d/10.conf"},
		"drop-in, taken by name": {tree{config: unset, "/d/10.conf": setting}, "off", nil, facts.Worker, "file:/d/10.conf"},
	} {
		t.Run(name, func(t *testing.T) {
			k := &facts.Kubelet{Config: config, Flags: row.flags}
			if row.files["/d/10.conf"] != "" {
				k.ConfigDir, k.ConfigDropIns = "/d", []string{"/d/10.conf"}
			}
			n := row.files.node(t, &facts.Facts{Platform: facts.Kubeadm, Roles: []string{row.role}, Kubelet: k, ManifestDir: pods})
			if got := verdictOf((&StaticPods{Set: row.set}).Require("r", n)); !strings.HasPrefix(got, row.want) {
				t.Errorf("got %q\nwant %q", got, row.want)
			}
		})
	}
	n := tree{}.node(t, &facts.Facts{Platform: facts.RKE2, Rancher: &facts.Rancher{}, Kubelet: &facts.Kubelet{}})
	if got := verdictOf((&StaticPods{Set: "keep"}).Require("r", n)); got != "blocked: rke2 sets --pod-manifest-path by itself" {
		t.Error(got)
	}
	if got := verdictOf((&StaticPods{Set: "keep"}).Require("r", tree{}.node(t, nil))); !strings.HasPrefix(got, "not-applicable: ") {
		t.Error(got)
	}
	if err := (&StaticPods{Set: "true"}).Check(); err == nil {
		t.Error("true is accepted")
	}
}

// TestAuditBodies: the policy that records every body is written only where it was chosen,
// and replaces no policy of the site.
func TestAuditBodies(t *testing.T) {
	const file = "/etc/kubernetes/harden/audit-policy.yaml"
	head := "apiVersion: audit.k8s.io/v1\nkind: Policy\n"
	manifest := func(flags string) string {
		return "kind: Pod\nmetadata: {name: kube-apiserver}\nspec:\n  containers:\n  - name: kube-apiserver\n    command: [kube-apiserver" + flags + "]\n"
	}
	for name, row := range map[string]struct {
		policy, chosen, want string
	}{
		"nothing yet":              {"", "balanced", "blocked: the bodies of requests and answers are not recorded; --set audit-policy=stig"},
		"harden's own":             {head + auditPolicyBody("balanced", 34), "balanced", "blocked: the bodies of requests"},
		"chosen, nothing yet":      {"", "stig", "file:" + file},
		"chosen, harden's own":     {head + auditPolicyBody("balanced", 34), "stig", "file:" + file},
		"chosen, the site's":       {head + "rules:\n- level: Request\n", "stig", "blocked: " + file + " does not consist of one rule of level RequestResponse"},
		"written":                  {head + "rules:\n- level: RequestResponse\n", "balanced", "file:" + file}, // which then holds
		"written, a second rule":   {head + "rules:\n- level: RequestResponse\n- level: Metadata\n", "balanced", "blocked: " + file + " does not consist of one rule"},
		"written, of some verbs":   {head + "rules:\n- level: RequestResponse\n  verbs: [create]\n", "balanced", "blocked: " + file + " does not consist of one rule"},
		"written, without a stage": {head + "omitStages: [RequestReceived]\nrules:\n- level: RequestResponse\n", "balanced", "blocked: " + file + " does not consist of one rule"},
	} {
		t.Run(name, func(t *testing.T) {
			files := tree{"/etc/kubernetes/manifests/kube-apiserver.yaml": manifest(", --audit-policy-file=" + file)}
			if row.policy != "" {
				files[file] = row.policy
			}
			n := files.collected(t)
			n.Facts.Kubernetes = facts.Version{Major: 1, Minor: 34}
			f := &AuditBodies{Path: file, Policy: row.chosen}
			if err := f.Check(); err != nil {
				t.Fatal(err)
			}
			if got := verdictOf(f.Require("r", n)); !strings.HasPrefix(got, row.want) {
				t.Errorf("got %q\nwant %q", got, row.want)
			}
		})
	}
	if got := verdictOf((&AuditBodies{Path: file}).Require("r", tree{}.node(t, nil))); got != "not-applicable: no API server runs on this node" {
		t.Error(got)
	}
}
