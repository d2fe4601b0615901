package fixers

import (
	"cmp"
	"errors"
	"io/fs"
	"path"
	"strings"

	"harden/agent/change"
	"harden/agent/facts"
	"harden/agent/message"
)

// SSHServer asks that no SSH server is started when a worker boots. Where the site says so
// its units are masked, each by an empty file (systemd.unit(5)). None is stopped: who came
// in over SSH stays, and can put it back as long as the node has not booted.
type SSHServer struct {
	Set string `yaml:"set"` // required; `"keep"` judges only, `"masked"` masks its units
}

// sshUnits are those of Debian and its like, and of RHEL and its like.
var sshUnits = []string{"ssh.service", "ssh.socket", "sshd.service", "sshd.socket"}

// Check implements Fixer.
func (f *SSHServer) Check() error {
	if f.Set != "keep" && f.Set != "masked" {
		return message.Errorf("%q is neither keep nor masked", f.Set)
	}
	return nil
}

// Phase implements Phased.
func (f *SSHServer) Phase() Phase { return Host }

// Require implements Fixer.
func (f *SSHServer) Require(rule string, n Node) Requirement {
	if req, is := noNode(n); is {
		return req
	}
	if n.Facts.HasRole(facts.ControlPlane) || n.Facts.HasRole(facts.Etcd) {
		return notApplicable("this rule applies to workers only, and this node is a control plane")
	}
	enabled, err := EnabledUnits(n.Files)
	if err != nil {
		return failed("%v", err)
	}
	var req Requirement
	var names []string
	for _, unit := range sshUnits {
		if enabled[unit] == "" {
			continue
		}
		names = append(names, unit)
		mask := path.Join(unitDirs[0], unit)
		if _, err := n.Files.Stat(mask); err == nil {
			return blocked("%s is a file of the site's own, so harden does not replace it; run systemctl disable %s", mask, unit)
		}
		req.Wants = append(req.Wants, change.Want{Rule: rule, Target: change.FileTarget(mask), Field: change.FieldContent, Op: change.Exact, Value: []byte{},
			Effects: []change.Effect{change.DaemonReload}})
		req.Wants = append(req.Wants, accessWants(rule, mask, "0644", "root:root")...)
		req.namedByRule(mask)
	}
	switch {
	case len(names) == 0:
		return Requirement{Status: change.Compliant, Reason: message.New("none of %s is started at boot", strings.Join(sshUnits, ", "))}
	case f.Set == "keep":
		return blocked("%s is started at boot; if there is another way to log in to the node, use --set ssh-server=masked: the SSH server is then not started at the next boot, and keeps running until then", strings.Join(names, ", "))
	}
	return req
}

// unitDirs are where units lie and links say which of them are started; the first wins.
var unitDirs = []string{"/etc/systemd/system", "/usr/local/lib/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system"}

// EnabledUnits gives the units that another one pulls in (systemd.unit(5), .wants and
// .requires), but for masked ones, each with the link that says so. With an error they are
// those that could be read.
func EnabledUnits(files Reader) (units map[string]string, err error) {
	units = map[string]string{}
	list := func(dir string) []string {
		names, failed := files.ReadDir(dir)
		if failed != nil && !errors.Is(failed, fs.ErrNotExist) {
			err = cmp.Or(err, failed)
		}
		return names
	}
	for _, dir := range unitDirs {
		if target, failed := files.Link("/lib"); strings.HasPrefix(dir, "/lib/") && (failed != nil || target != "") {
			continue // it is /usr/lib
		}
		for _, name := range list(dir) {
			if ext := path.Ext(name); ext != ".wants" && ext != ".requires" {
				continue
			}
			for _, unit := range list(path.Join(dir, name)) {
				if units[unit] == "" && !Masked(files, unit) {
					units[unit] = path.Join(dir, name, unit)
				}
			}
		}
	}
	return units, err
}

// Masked tells whether a unit cannot be started: its file is a link to /dev/null, or empty.
func Masked(files Reader, unit string) bool {
	file := path.Join(unitDirs[0], unit)
	if target, err := files.Link(file); err != nil || target != "" {
		return target == "/dev/null"
	}
	info, err := files.Stat(file)
	return err == nil && info.Regular && info.Size == 0
}
