package fixers

import (
	"slices"

	"harden/agent/change"
	"harden/agent/facts"
	"harden/agent/message"
)

// Port asks that a port of the node is closed, or open to the node only, or held by
// a known program. It is a check: what is open is closed where the program that holds
// it is configured.
type Port struct {
	Port     uint16 `yaml:"port"`     // required
	Protocol string `yaml:"protocol"` // "tcp" where it is empty, or "udp"
	// Expect is "closed", "loopback" (open on a loopback address only), or
	// "known" (open, and held by one of Programs). Required.
	Expect   string   `yaml:"expect"`
	Programs []string `yaml:"programs"` // by name, with "known"
}

// Check implements Fixer.
func (f *Port) Check() error {
	if f.Protocol == "" {
		f.Protocol = "tcp"
	}
	switch {
	case f.Port == 0:
		return message.Errorf("port is missing")
	case f.Protocol != "tcp" && f.Protocol != "udp":
		return message.Errorf("protocol %q is neither tcp nor udp", f.Protocol)
	case !slices.Contains([]string{"closed", "loopback", "known"}, f.Expect):
		return message.Errorf("expect %q is not closed, loopback or known", f.Expect)
	case (f.Expect == "known") != (len(f.Programs) > 0):
		return message.Errorf("programs can be set only with expect: known")
	}
	return nil
}

// Require implements Fixer.
func (f *Port) Require(_ string, n Node) Requirement {
	if !n.Facts.Live {
		return notApplicable("no program runs below --root")
	}
	sockets, err := n.Sockets()
	if err != nil {
		return failed("%v", err)
	}
	var held, wrong []message.Text
	for _, s := range sockets {
		if s.Address.Port() != f.Port || s.Protocol != f.Protocol {
			continue
		}
		held = append(held, holder(s))
		if !f.allows(s) {
			wrong = append(wrong, holder(s))
		}
	}
	switch {
	case len(wrong) > 0:
		return blocked("port %d/%s is open: %s; close it or bind it to 127.0.0.1 in the configuration of that program", f.Port, f.Protocol, message.Series(wrong...))
	case len(held) > 0:
		return Requirement{Status: change.Compliant, Reason: message.Series(held...)}
	}
	return Requirement{Status: change.Compliant, Reason: message.New("port %d/%s is closed", f.Port, f.Protocol)}
}

func (f *Port) allows(s facts.Socket) bool {
	switch f.Expect {
	case "loopback":
		return s.Loopback()
	case "known":
		return slices.Contains(f.Programs, s.Program)
	}
	return false
}

// holder says who waits where: "kubelet (process 812) on 0.0.0.0".
func holder(s facts.Socket) message.Text {
	if s.PID == 0 {
		return message.New("an unknown process on %s", s.Address.Addr())
	}
	return message.New("%s (process %d) on %s", s.Program, s.PID, s.Address.Addr())
}
