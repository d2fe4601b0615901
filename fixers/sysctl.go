package fixers

import (
	"path"
	"strconv"
	"strings"
	"unicode"

	"harden/agent/change"
	"harden/agent/message"
)

// Sysctl asks for a kernel parameter in a file that is read at boot and, on
// the live system, in the running kernel.
type Sysctl struct {
	Key   string `yaml:"key"`   // required; with dots, such as "vm.panic_on_oom"
	Value string `yaml:"value"` // required; such as "0"
	File  string `yaml:"file"`  // required; "/etc/sysctl.conf", or "*.conf" in "/etc/sysctl.d"
}

// Check implements Fixer.
func (f *Sysctl) Check() error {
	if !isSysctlKey(f.Key) {
		return message.Errorf("key %q is not a dotted kernel parameter", f.Key)
	}
	if strings.ContainsFunc(f.Value, func(r rune) bool { return r != '\t' && unicode.IsControl(r) }) {
		return message.Errorf("value %q does not fit into one line", f.Value)
	}
	// The kernel's own form, in which values are compared.
	if f.Value = strings.Join(strings.Fields(f.Value), " "); f.Value == "" {
		return message.Errorf("value is missing")
	}
	// Only *.conf is read at boot.
	if in := path.Dir(f.File) == "/etc/sysctl.d" && path.Ext(f.File) == ".conf" && path.Clean(f.File) == f.File; !in && f.File != "/etc/sysctl.conf" {
		return message.Errorf("file %q is not /etc/sysctl.conf or a .conf file in /etc/sysctl.d", f.File)
	}
	return nil
}

// Require implements Fixer. What is judged is the value that the kernel is given at
// boot, wherever that stands; it is written where it then wins.
func (f *Sysctl) Require(rule string, n Node) Requirement {
	if req, is := noNode(n); is {
		return req
	}
	if unit := maskedSysctl(n); unit != "" {
		return blocked("nothing sets %s at boot on this node, because %s is masked; unmask it with systemctl, or leave the rule out with --skip", f.Key, unit)
	}
	boot, err := readBoot(n)
	if err != nil {
		return failed("cannot tell what sets %s at boot: %v", f.Key, err)
	}
	winner := boot.sets(f.Key)
	req := f.judge(rule, n, boot, winner)
	req.Boot = f.atBoot(winner)
	return req
}

// judge asks for the value where the next boot takes it from.
func (f *Sysctl) judge(rule string, n Node, boot *sysctlBoot, winner *bootLine) Requirement {
	file := f.File
	switch {
	case winner != nil && winner.Excludes && winner.name >= path.Base(f.File):
		return blocked("%s:%d cancels what earlier lines set %s to at boot; remove that line, or write the setting to a file whose name sorts after it: --set sysctl-file=%s", winner.path, winner.Line, f.Key, behind(winner.name))
	case winner != nil && winner.Excludes:
	case winner != nil && winner.Value == f.Value && !winner.Names(f.Key), winner != nil && winner.Value != f.Value && sameNumber(winner.Value, f.Value):
		return f.asSet(rule, n, winner)
	case winner != nil && winner.Value == f.Value:
		file = winner.file
	case winner != nil && winner.Names(f.Key) && winner.name > path.Base(f.File):
		if !winner.editable() {
			return blocked("%s:%d sets %s to %s and overrides %s at boot; remove that line, or write the setting to a file whose name sorts after it: --set sysctl-file=%s", winner.path, winner.Line, f.Key, change.Like(winner.Value, f.Value), f.File, behind(winner.name))
		}
		file = winner.file
	case !boot.reads(f.File):
		return blocked("nothing reads %s at boot on this node, because no file of sysctl.d links to it; write to another file: --set sysctl-file=/etc/sysctl.d/90-kubelet.conf", f.File)
	}
	req := Requirement{Wants: f.live(rule, n)}
	req.Wants = append([]change.Want{{Rule: rule, Target: change.FileTarget(file), Field: change.Field("kv:" + f.Key), Op: change.Exact, Value: f.Value}}, req.Wants...)
	req.namedByRule(file) // what is read at boot is root's: systemd reads no other
	return req
}

// live asks for the value in the running kernel.
func (f *Sysctl) live(rule string, n Node) []change.Want {
	if !n.Facts.Live {
		return nil
	}
	return []change.Want{{Rule: rule, Target: change.SysctlTarget(f.Key), Field: change.FieldValue, Op: change.Exact, Value: f.Value}}
}

// asSet is for a value that a pattern sets at boot, "net.*.x = 1", or that is
// right in another spelling: there is nothing to be written for the next boot.
func (f *Sysctl) asSet(rule string, n Node, l *bootLine) Requirement {
	req := Requirement{Wants: f.live(rule, n), Observed: []change.Observation{{Target: change.FileTarget(l.file), Field: change.Field("kv:" + f.Key),
		Op: change.Exact, Expected: f.Value, Actual: l.Value, Where: message.New("%s:%d", l.path, l.Line), Holds: true}}}
	switch {
	case len(req.Wants) > 0:
	case l.Names(f.Key):
		req.Status, req.Reason = change.Compliant, message.New("%s:%d sets this parameter to %s at boot", l.path, l.Line, l.Value)
	default:
		req.Status, req.Reason = change.Compliant, message.New("a pattern in %s:%d sets this parameter at boot", l.path, l.Line)
	}
	return req
}

// sameNumber tells whether two texts are one number, in figures, octal or
// hexadecimal, as the kernel reads them (kernel/sysctl.c, strtoul_lenient).
func sameNumber(a, b string) bool {
	if strings.ContainsAny(a+b, "+_") {
		return false
	}
	x, err1 := strconv.ParseInt(a, 0, 64)
	y, err2 := strconv.ParseInt(b, 0, 64)
	return err1 == nil && err2 == nil && x == y
}
