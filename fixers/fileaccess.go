package fixers

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"harden/agent/change"
	"harden/agent/facts"
	"harden/agent/message"
)

// FileAccess asks that files are open to no more than a mode and belong to an
// owner. A mode is only ever narrowed: 0400 satisfies 0600.
type FileAccess struct {
	// Path is a file, or with Match a directory, or the name of a place. Required.
	Path string `yaml:"path"`
	// Match chooses the files below the directory Path: "*.conf",
	// "**/*.key" at any depth, "**" everything and the directory itself.
	Match string `yaml:"match"`
	Mode  string `yaml:"mode"` // such as "0600"; empty: the mode does not matter
	// Owner is "root:root", or "@etcd" for whom etcd runs as; empty: the
	// owner does not matter.
	Owner string `yaml:"owner"`
}

// ownerEtcd stands for the user and group of the running etcd: with kubeadm
// root, elsewhere an account of its own, which must keep its data.
const ownerEtcd = "@etcd"

// Check implements Fixer.
func (f *FileAccess) Check() error {
	if err := checkPath(f.Path); err != nil {
		return err
	}
	if f.Mode == "" && f.Owner == "" {
		return message.Errorf("neither mode nor owner is given")
	}
	if f.Mode != "" && !isMode(f.Mode) {
		return message.Errorf("mode %q is not four octal digits such as \"0600\"", f.Mode)
	}
	if f.Owner != "" && f.Owner != ownerEtcd && !isOwner(f.Owner) {
		return message.Errorf("owner %q is not user:group such as \"root:root\", nor %s", f.Owner, ownerEtcd)
	}
	return checkMatch(f.Match)
}

// checkMatch refuses what would match no file, ever: a rule that looks at
// nothing is found compliant.
func checkMatch(match string) error {
	name := strings.TrimPrefix(match, "**/")
	if _, err := path.Match(name, "x"); err != nil || strings.Contains(name, "/") || strings.Contains(name, "**") && name != "**" {
		return message.Errorf("match %q is not a file name pattern such as *.conf, **/*.key or **", match)
	}
	return nil
}

// Require implements Fixer.
func (f *FileAccess) Require(rule string, n Node) Requirement {
	if req, unknown := unknownPlace(f.Path, n); unknown {
		return req
	}
	paths, reason := find(f.Path, n)
	if !reason.IsZero() {
		return notApplicable("%s", reason)
	}
	owner, runs := f.Owner, (*int)(nil)
	if owner == ownerEtcd {
		var req Requirement
		if owner, req = etcdOwner(n); owner == "" {
			return req
		}
		runs = runsAs(n)
	}
	owner, stop := f.runBy(n, owner)
	if stop != nil {
		return *stop
	}
	var req Requirement
	var missing []string
	for _, at := range paths {
		p := at.path
		if _, err := n.Files.Exists(p); errors.Is(err, fs.ErrNotExist) {
			missing = append(missing, p)
			continue
		}
		if at.place.Content == EtcdData || at.place.NamedByRule {
			if at.place.UID = runs; runs != nil {
				at.place.Content = EtcdData
			}
		}
		req.expect(p, at.place)
		if f.Mode != "" {
			req.Wants = append(req.Wants, change.Want{Rule: rule, Target: change.FileTarget(p), Match: f.Match,
				Field: change.FieldMode, Op: change.AtMost, Value: f.Mode})
		}
		if owner != "" {
			for _, match := range f.outsideEtcd(n) {
				req.Wants = append(req.Wants, change.Want{Rule: rule, Target: change.FileTarget(p), Match: match,
					Field: change.FieldOwner, Op: change.Exact, Value: owner})
			}
		}
	}
	if len(req.Wants) == 0 {
		return notApplicable("%s does not exist on this node", strings.Join(missing, ", "))
	}
	return req
}

// etcdOwner gives the user and group that etcd runs as, or the verdict where
// that cannot be known: data given to the wrong user stops etcd. It takes both
// ids of the component as the facts have them; below 0 they are not known.
func etcdOwner(n Node) (string, Requirement) {
	switch etcd := n.Facts.Components["etcd"]; {
	case etcd == nil:
		return "", notApplicable("no etcd runs on this node")
	case etcd.UID < 0 || etcd.GID < 0:
		return "", blocked("the user of etcd is not known, so the required owner of its data is not known either; set runAsUser and runAsGroup in the securityContext of its manifest")
	case !etcd.Running:
		return "", blocked("etcd does not run now, so the required owner of its data is not known; start etcd and check again")
	case etcd.UID == 0 && etcd.GID == 0:
		return "root:root", Requirement{}
	default:
		return fmt.Sprintf("%d:%d", etcd.UID, etcd.GID), Requirement{}
	}
}

// runsAs is the user whom etcd's data must be already where that is not root's:
// etcd has written it. Otherwise it is not etcd who runs as that user.
func runsAs(n Node) *int {
	if etcd := n.Facts.Components["etcd"]; etcd.UID != 0 {
		return &etcd.UID
	}
	return nil
}

// outsideEtcd chooses the files whose owner matters: with its profile RKE2 gives the
// certificates in tls/etcd to etcd's user, and rule rke2-profile is about those.
func (f *FileAccess) outsideEtcd(n Node) []string {
	if f.Path == pkiOfKubeadm && n.Facts.Platform == facts.RKE2 {
		return []string{"*.crt", "*.key"}
	}
	return []string{f.Match}
}
