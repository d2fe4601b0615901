package candidate

import (
	"cmp"
	"path"
	"regexp"
	"slices"
	"strings"
	"syscall"

	"harden/agent/change"
	"harden/agent/facts"
	"harden/agent/message"
	"harden/agent/rehearsal"
)

// kubelet looks at the kubelet; nil where no change touches it.
func (v *view) kubelet() *Candidate {
	now, then := v.now.Kubelet, v.then.Kubelet
	if now == nil {
		return nil
	}
	c := &Candidate{Component: Kubelet, PID: now.PID, Changes: v.touchingKubelet(then)}
	switch {
	case len(c.Changes) == 0:
		return nil
	case len(now.UnitArgv) == 0:
		c.LeftOut = message.New("it is not started by a unit of its own")
	case !now.Running:
		c.LeftOut = cmp.Or(now.Unproven, message.New("none of its processes runs"))
	case then == nil || len(then.UnitArgv) == 0:
		c.Unknown = message.New("it is not known what its unit will start")
	case then.Unknown != nil:
		c.Unknown = message.Of(then.Unknown)
	}
	c.subject = func(p *Process) rehearsal.Subject { return v.kubeletSubject(then, p) }
	if len(now.UnitArgv) > 0 {
		c.present = func(p *Process) rehearsal.Subject {
			s := v.present.kubeletSubject(now, p)
			s.Argv = now.Argv
			return s
		}
	}
	return c
}

// touchingKubelet gives the changes that the kubelet takes up.
func (v *view) touchingKubelet(then *facts.Kubelet) []change.Change {
	var own []string
	if then != nil {
		own = slices.Concat([]string{then.Config, then.Kubeconfig, then.BootstrapKubeconfig, then.ClientCAFile}, then.ConfigDropIns, then.UnitFiles, then.EnvFiles)
	}
	var list []change.Change
	for _, c := range v.changes {
		restarts := slices.Contains(c.Effects, change.RestartUnit(facts.KubeletUnit))
		if restarts || c.Target.Kind() == change.KindFile && slices.Contains(own, c.Target.Name()) && !sameContent(c) {
			list = append(list, c)
		}
	}
	return list
}

// shownToKubelet is what the kubelet sees of the host beside the files that its
// configuration names: its libraries, and what says where the host is.
var shownToKubelet = []string{"/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/opt", "/etc/ssl", "/etc/pki", "/etc/ca-certificates",
	"/etc/resolv.conf", "/etc/hosts", "/etc/hostname", "/etc/nsswitch.conf", "/etc/os-release", "/etc/localtime", "/etc/ld.so.cache", "/etc/machine-id", "/etc/alternatives"}

// ofSystemd are variables by which systemd and a service know each other.
var ofSystemd = []string{"NOTIFY_SOCKET", "WATCHDOG_PID", "WATCHDOG_USEC", "LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES", "INVOCATION_ID", "JOURNAL_STREAM", "MAINPID", "SYSTEMD_EXEC_PID"}

const kubeletDir = "/var/lib/kubelet"

func (v *view) kubeletSubject(then *facts.Kubelet, p *Process) rehearsal.Subject {
	s := rehearsal.Subject{Component: Kubelet, Program: p.Program, Argv: then.UnitArgv, UID: p.UID, GID: p.GID, Groups: p.Groups, Hidden: v.hidden(), Cgroup2: cgroup2(v.onHost("/sys/fs/cgroup"))}
	for _, variable := range p.Environment {
		if name, _, _ := strings.Cut(variable, "="); !slices.Contains(ofSystemd, name) {
			s.Environment = append(s.Environment, variable)
		}
	}
	for _, shown := range shownToKubelet {
		if _, err := v.tree.Stat(shown); err == nil {
			s.Mounts = append(s.Mounts, rehearsal.Mount{Host: v.onHost(shown), Path: shown})
		}
	}
	root := cmp.Or(then.Flags["root-dir"], kubeletDir)
	s.Writable = []string{root, cmp.Or(then.Flags["cert-dir"], path.Join(root, "pki"))}
	for _, named := range v.named(then) {
		if file, changed := v.tree.file(named); changed {
			if file != nil {
				s.Files = append(s.Files, v.tree.staged(named, named)...)
			}
			continue
		}
		info, err := v.tree.Stat(named)
		switch {
		case err != nil:
		case info.Directory:
			s.Files = append(s.Files, rehearsal.File{Path: named, Directory: true, Mode: 0o755})
		default:
			s.Mounts = append(s.Mounts, rehearsal.Mount{Host: v.onHost(named), Path: named})
		}
	}
	return s
}

// cgroup2Magic is the type of such a file system (linux/magic.h).
const cgroup2Magic = 0x63677270

// cgroup2 tells whether control groups are those of version 2 alone. A kubelet
// from 1.35 on refuses to run with others, unless it is told to.
func cgroup2(path string) bool {
	var is syscall.Statfs_t
	return syscall.Statfs(path, &is) == nil && is.Type == cgroup2Magic
}

// absolutes are paths in a text.
var absolutes = regexp.MustCompile(`/[A-Za-z0-9_.@+-]+(?:/[A-Za-z0-9_.@+-]+)+`)

// named gives the paths that the kubelet's words, its configuration and its
// kubeconfigs name, each once.
func (v *view) named(k *facts.Kubelet) []string {
	texts := []string{strings.Join(k.UnitArgv[1:], "\n")}
	paths := slices.Concat([]string{k.Config}, k.ConfigDropIns, []string{k.Kubeconfig, k.BootstrapKubeconfig})
	for _, file := range paths {
		if file == "" {
			continue
		}
		if data, err := v.tree.ReadFile(file, maxStaged); err == nil {
			texts = append(texts, string(data))
		}
	}
	for _, text := range texts {
		paths = append(paths, absolutes.FindAllString(text, -1)...)
	}
	slices.Sort(paths)
	return slices.DeleteFunc(slices.Compact(paths), func(p string) bool {
		return p == "" || below(p, "/run") || below(p, "/var/run") || below(p, "/sys") || below(p, "/proc") || below(p, "/dev")
	})
}
