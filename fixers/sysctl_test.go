package fixers

import (
	"testing"

	"harden/agent/facts"
)

func TestSysctl(t *testing.T) {
	panics := func() *Sysctl {
		return &Sysctl{Key: "kernel.panic", Value: "10", File: "/etc/sysctl.d/90-kubelet.conf"}
	}
	const sets = "# ours is 10\nkernel.panic = 0\n"
	ours := []string{"file:/etc/sysctl.d/90-kubelet.conf kv:kernel.panic exact 10"}
	wins := func(where, value string) []string {
		return []string{"blocked: " + where + " sets kernel.panic to " + value + " and wins over /etc/sysctl.d/90-kubelet.conf at boot; remove that line, or name that file in the rule"}
	}
	row := func(name string, files tree, want []string) wished {
		return wished{name, panics(), files.node(t, nil), want}
	}
	runWishes(t, []wished{
		row("nothing there", tree{}, ours),
		{"live value too", panics(), tree{}.node(t, &facts.Facts{Live: true}), []string{ours[0], "sysctl:kernel.panic value exact 10"}},
		{"white space folded", &Sysctl{Key: "net.ipv4.tcp_rmem", Value: " 4096\t87380  6291456", File: "/etc/sysctl.d/1.conf"}, tree{}.node(t, nil),
			[]string{"file:/etc/sysctl.d/1.conf kv:net.ipv4.tcp_rmem exact 4096 87380 6291456"}},

		row("later file", tree{"/etc/sysctl.d/99-site.conf": sets}, wins("/etc/sysctl.d/99-site.conf:2", "0")),
		row("later file in another directory", tree{"/usr/lib/sysctl.d/95-vendor.conf": sets}, wins("/usr/lib/sysctl.d/95-vendor.conf:2", "0")),
		row("slashes are dots", tree{"/etc/sysctl.d/99.conf": "kernel/panic=5\n"}, wins("/etc/sysctl.d/99.conf:1", "5")),
		row("earlier file", tree{"/etc/sysctl.d/10-site.conf": sets, "/usr/lib/sysctl.d/50-default.conf": sets}, ours),
		row("our own file", tree{"/etc/sysctl.d/90-kubelet.conf": sets}, ours),
		row("our name in another directory is hidden", tree{"/etc/sysctl.d/90-kubelet.conf": "", "/run/sysctl.d/90-kubelet.conf": sets, "/usr/lib/sysctl.d/90-kubelet.conf": sets}, ours),
		row("later file with the same value", tree{"/etc/sysctl.d/99-site.conf": "kernel.panic=10\n"}, ours),
		row("the last one counts", tree{"/etc/sysctl.d/95.conf": sets, "/etc/sysctl.d/99.conf": "kernel.panic=10\n"}, ours),
		row("the last one is wrong", tree{"/etc/sysctl.d/95.conf": "kernel.panic=10\n", "/etc/sysctl.d/99.conf": sets}, wins("/etc/sysctl.d/99.conf:2", "0")),
		row("another key", tree{"/etc/sysctl.d/99.conf": "kernel.panic_on_oops=0\n"}, ours),
		row("not read at boot", tree{"/etc/sysctl.d/99-site.conf.bak": sets, "/etc/sysctl.d/README": sets}, ours),

		row("/etc/sysctl.conf comes last", tree{"/etc/sysctl.conf": sets, "/etc/sysctl.d/99-site.conf": "kernel.panic=10\n"}, wins("/etc/sysctl.conf:2", "0")),
		row("through Debian's link it is named once", tree{"/etc/sysctl.conf": sets, "/etc/sysctl.d/99-sysctl.conf": "→../sysctl.conf"}, wins("/etc/sysctl.conf:2", "0")),
		{"the rule names /etc/sysctl.conf", &Sysctl{Key: "kernel.panic", Value: "10", File: "/etc/sysctl.conf"}, tree{"/etc/sysctl.d/99.conf": sets}.node(t, nil),
			[]string{"file:/etc/sysctl.conf kv:kernel.panic exact 10"}},

		row("a file of /etc hides its namesake", tree{"/etc/sysctl.d/95.conf": "", "/usr/lib/sysctl.d/95.conf": sets}, ours),
		row("masked by a link to /dev/null", tree{"/etc/sysctl.d/95.conf": "→/dev/null", "/usr/lib/sysctl.d/95.conf": sets}, ours),
		row("masked by a relative link", tree{"/etc/sysctl.d/95.conf": "→../../dev/null", "/usr/lib/sysctl.d/95.conf": sets}, ours),
		row("a link is followed", tree{"/etc/sysctl.d/95.conf": "→/srv/k8s.conf", "/srv/k8s.conf": sets}, wins("/etc/sysctl.d/95.conf:2", "0")),
		row("a relative link is followed", tree{"/etc/sysctl.d/95.conf": "→../k8s.conf", "/etc/k8s.conf": sets}, wins("/etc/sysctl.d/95.conf:2", "0")),
		row("a link to nothing", tree{"/etc/sysctl.d/95.conf": "→/srv/gone.conf"}, ours),
		row("a link to a link is not followed", tree{"/etc/sysctl.d/95.conf": "→a.conf.d", "/etc/sysctl.d/a.conf.d": "→/srv/x"},
			[]string{"error: cannot tell whether /etc/sysctl.d/95.conf overrides /etc/sysctl.d/90-kubelet.conf: …"}),
		row("a directory of that name", tree{"/etc/sysctl.d/95.conf/": ""},
			[]string{"error: cannot tell whether /etc/sysctl.d/95.conf overrides /etc/sysctl.d/90-kubelet.conf: …"}),
		row("the directory is a link", tree{"/etc/sysctl.d": "→/srv"}, []string{"error: cannot look for files that override /etc/sysctl.d/90-kubelet.conf: …"}),
	})
	runChecks(t, []checked{
		{"no dot", &Sysctl{Key: "panic", Value: "1", File: "/etc/sysctl.conf"}, `key "panic" is no dotted kernel parameter`},
		{"line break in the key", &Sysctl{Key: "kernel.panic\nx.y", Value: "1", File: "/etc/sysctl.conf"}, "key \"kernel.panic\\nx.y\" is no dotted kernel parameter"},
		{"no value", &Sysctl{Key: "kernel.panic", Value: " ", File: "/etc/sysctl.conf"}, "value is missing"},
		{"line break in the value", &Sysctl{Key: "kernel.panic", Value: "1\nkernel.x=2", File: "/etc/sysctl.conf"}, `value "1\nkernel.x=2" does not fit into one line`},
		{"elsewhere", &Sysctl{Key: "kernel.panic", Value: "1", File: "/usr/lib/sysctl.d/a.conf"}, `file "/usr/lib/sysctl.d/a.conf" is not /etc/sysctl.conf or a .conf file in /etc/sysctl.d`},
		{"not read at boot", &Sysctl{Key: "kernel.panic", Value: "1", File: "/etc/sysctl.d/90-kubelet"}, `file "/etc/sysctl.d/90-kubelet" is not /etc/sysctl.conf or a .conf file in /etc/sysctl.d`},
		{"the directory", &Sysctl{Key: "kernel.panic", Value: "1", File: "/etc/sysctl.d/"}, `file "/etc/sysctl.d/" is not /etc/sysctl.conf or a .conf file in /etc/sysctl.d`},
		{"not clean", &Sysctl{Key: "kernel.panic", Value: "1", File: "/etc/sysctl.d/../sysctl.d/a.conf"}, `file "/etc/sysctl.d/../sysctl.d/a.conf" is not /etc/sysctl.conf or a .conf file in /etc/sysctl.d`},
	})
}
