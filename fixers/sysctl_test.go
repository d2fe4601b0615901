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
	in := func(file string) []string { return []string{"file:" + file + " kv:kernel.panic exact 10"} }
	wins := func(where, value string) []string {
		return []string{"blocked: " + where + " sets kernel.panic to " + value + " and overrides /etc/sysctl.d/90-kubelet.conf at boot; remove that line, or write the setting to a file whose name sorts after it: --set sysctl-file=/etc/sysctl.d/zz-kubelet.conf"}
	}
	row := func(name string, files tree, want []string) requirementRow {
		return requirementRow{name, panics(), files.node(t, nil), want}
	}
	runRequirements(t, []requirementRow{
		row("nothing there", tree{}, ours),
		{"live value too", panics(), tree{}.node(t, &facts.Facts{Live: true}), []string{ours[0], "sysctl:kernel.panic value exact 10"}},
		{"white space folded", &Sysctl{Key: "net.ipv4.tcp_rmem", Value: " 4096\t87380  6291456", File: "/etc/sysctl.d/1.conf"}, tree{}.node(t, nil),
			[]string{"file:/etc/sysctl.d/1.conf kv:net.ipv4.tcp_rmem exact 4096 87380 6291456"}},

		row("later file", tree{"/etc/sysctl.d/99-site.conf": sets}, in("/etc/sysctl.d/99-site.conf")),
		row("later file in another directory", tree{"/usr/lib/sysctl.d/95-vendor.conf": sets}, wins("/usr/lib/sysctl.d/95-vendor.conf:2", "0")),
		row("slashes are dots", tree{"/etc/sysctl.d/99.conf": "kernel/panic=5\n"}, in("/etc/sysctl.d/99.conf")),
		row("earlier file", tree{"/etc/sysctl.d/10-site.conf": sets, "/usr/lib/sysctl.d/50-default.conf": sets}, ours),
		row("our own file", tree{"/etc/sysctl.d/90-kubelet.conf": sets}, ours),
		row("our name in another directory is hidden", tree{"/etc/sysctl.d/90-kubelet.conf": "", "/run/sysctl.d/90-kubelet.conf": sets, "/usr/lib/sysctl.d/90-kubelet.conf": sets}, ours),
		row("later file with the same value", tree{"/etc/sysctl.d/99-site.conf": "kernel.panic=10\n"}, in("/etc/sysctl.d/99-site.conf")),
		row("the last one counts", tree{"/etc/sysctl.d/95.conf": sets, "/etc/sysctl.d/99.conf": "kernel.panic=10\n"}, in("/etc/sysctl.d/99.conf")),
		row("the last one is wrong", tree{"/etc/sysctl.d/95.conf": "kernel.panic=10\n", "/etc/sysctl.d/99.conf": sets}, in("/etc/sysctl.d/99.conf")),
		row("another key", tree{"/etc/sysctl.d/99.conf": "kernel.panic_on_oops=0\n"}, ours),
		row("not read at boot", tree{"/etc/sysctl.d/99-site.conf.bak": sets, "/etc/sysctl.d/README": sets}, ours),

		row("nothing reads /etc/sysctl.conf", tree{"/etc/sysctl.conf": "kernel.panic=10\n"}, ours),
		row("through Debian's link it is read", tree{"/etc/sysctl.conf": sets, "/etc/sysctl.d/99-sysctl.conf": "→../sysctl.conf"}, in("/etc/sysctl.conf")),
		row("a regular file of that name is one like others", tree{"/etc/sysctl.conf": sets, "/etc/sysctl.d/99-sysctl.conf": "kernel.panic=10\n"}, in("/etc/sysctl.d/99-sysctl.conf")),
		{"the rule names /etc/sysctl.conf, which is read", &Sysctl{Key: "kernel.panic", Value: "10", File: "/etc/sysctl.conf"},
			tree{"/etc/sysctl.conf": "", "/etc/sysctl.d/99-sysctl.conf": "→../sysctl.conf"}.node(t, nil), in("/etc/sysctl.conf")},
		{"the rule names /etc/sysctl.conf, which nothing reads", &Sysctl{Key: "kernel.panic", Value: "10", File: "/etc/sysctl.conf"}, tree{"/etc/sysctl.conf": "kernel.panic=10\n"}.node(t, nil),
			[]string{"blocked: nothing reads /etc/sysctl.conf at boot on this node, because no file of sysctl.d links to it; write to another file: --set sysctl-file=/etc/sysctl.d/90-kubelet.conf"}},
		row("what cannot fail is an assignment too", tree{"/etc/sysctl.d/99.conf": "-kernel.panic = 0\n"}, in("/etc/sysctl.d/99.conf")),
		row("an earlier file is right", tree{"/etc/sysctl.d/10.conf": "kernel.panic=10\n"}, in("/etc/sysctl.d/10.conf")),
		row("a package's file is right", tree{"/usr/lib/sysctl.d/10.conf": "kernel.panic=10\n"}, in("/usr/lib/sysctl.d/10.conf")),
		row("taken back", tree{"/usr/lib/sysctl.d/10.conf": "kernel.panic=10\n", "/etc/sysctl.d/20.conf": "-kernel.panic\n"}, ours),
		row("a pattern is right", tree{"/usr/lib/sysctl.d/99.conf": "kernel.pani? = 10\n"}, []string{"compliant: a pattern in /usr/lib/sysctl.d/99.conf:1 sets this parameter at boot"}),
		row("a pattern is wrong", tree{"/usr/lib/sysctl.d/99.conf": "kernel/*=5\n"}, ours),
		row("a name wins over a later pattern", tree{"/etc/sysctl.d/10.conf": "kernel.panic=10\n", "/etc/sysctl.d/99.conf": "kernel.*=5\n"}, in("/etc/sysctl.d/10.conf")),
		row("a pattern reaches no deeper", tree{"/etc/sysctl.d/99.conf": "*=10\n"}, ours),

		row("a file of /etc hides its namesake", tree{"/etc/sysctl.d/95.conf": "", "/usr/lib/sysctl.d/95.conf": sets}, ours),
		row("masked by a link to /dev/null", tree{"/etc/sysctl.d/95.conf": "→/dev/null", "/usr/lib/sysctl.d/95.conf": sets}, ours),
		row("masked by a relative link", tree{"/etc/sysctl.d/95.conf": "→../../dev/null", "/usr/lib/sysctl.d/95.conf": sets}, ours),
		row("a link is followed", tree{"/etc/sysctl.d/95.conf": "→/srv/k8s.conf", "/srv/k8s.conf": sets}, wins("/etc/sysctl.d/95.conf:2", "0")),
		row("a relative link is followed", tree{"/etc/sysctl.d/95.conf": "→../k8s.conf", "/etc/k8s.conf": sets}, in("/etc/k8s.conf")),
		row("a link to nothing", tree{"/etc/sysctl.d/95.conf": "→/srv/gone.conf"}, ours),
		row("a link to a link is not followed", tree{"/etc/sysctl.d/95.conf": "→a.conf.d", "/etc/sysctl.d/a.conf.d": "→/srv/x"},
			[]string{"error: cannot tell what sets kernel.panic at boot: cannot read /etc/sysctl.d/95.conf: …"}),
		row("a directory of that name sets nothing", tree{"/etc/sysctl.d/95.conf/": ""}, ours),
		row("taken back by a later file", tree{"/etc/sysctl.d/90-kubelet.conf": "kernel.panic=10\n", "/etc/sysctl.d/99.conf": "-kernel.panic\n"},
			[]string{"blocked: /etc/sysctl.d/99.conf:1 cancels what earlier lines set kernel.panic to at boot; remove that line, or write the setting to a file whose name sorts after it: --set sysctl-file=/etc/sysctl.d/zz-kubelet.conf"}),
		row("taken back in our own file", tree{"/etc/sysctl.d/90-kubelet.conf": "kernel.panic=10\n-kernel/panic\n"}, []string{"blocked: /etc/sysctl.d/90-kubelet.conf:2 cancels what earlier lines set kernel.panic to at boot; …"}),
		row("a name that sorts behind the last of all", tree{"/run/sysctl.d/zz.conf": sets}, []string{"blocked: /run/sysctl.d/zz.conf:2 sets kernel.panic to 0 and overrides /etc/sysctl.d/90-kubelet.conf at boot; remove that line, or write the setting to a file whose name sorts after it: --set sysctl-file=/etc/sysctl.d/zz_kubelet.conf"}),
		row("the number in another spelling", tree{"/etc/sysctl.d/99.conf": "kernel.panic = 0x0a\n"}, []string{"compliant: /etc/sysctl.d/99.conf:1 sets this parameter to 0x0a at boot"}),
		row("octal is another number", tree{"/etc/sysctl.d/99.conf": "kernel.panic = 010\n"}, in("/etc/sysctl.d/99.conf")),
		row("the directory is a link", tree{"/etc/sysctl.d": "→/srv"}, []string{"error: cannot tell what sets kernel.panic at boot: …"}),
	})
	runChecks(t, []checked{
		{"no dot", &Sysctl{Key: "panic", Value: "1", File: "/etc/sysctl.conf"}, `key "panic" is not a dotted kernel parameter`},
		{"line break in the key", &Sysctl{Key: "kernel.panic\nx.y", Value: "1", File: "/etc/sysctl.conf"}, "key \"kernel.panic\\nx.y\" is not a dotted kernel parameter"},
		{"no value", &Sysctl{Key: "kernel.panic", Value: " ", File: "/etc/sysctl.conf"}, "value is missing"},
		{"line break in the value", &Sysctl{Key: "kernel.panic", Value: "1\nkernel.x=2", File: "/etc/sysctl.conf"}, `value "1\nkernel.x=2" does not fit into one line`},
		{"elsewhere", &Sysctl{Key: "kernel.panic", Value: "1", File: "/usr/lib/sysctl.d/a.conf"}, `file "/usr/lib/sysctl.d/a.conf" is not /etc/sysctl.conf or a .conf file in /etc/sysctl.d`},
		{"not read at boot", &Sysctl{Key: "kernel.panic", Value: "1", File: "/etc/sysctl.d/90-kubelet"}, `file "/etc/sysctl.d/90-kubelet" is not /etc/sysctl.conf or a .conf file in /etc/sysctl.d`},
		{"the directory", &Sysctl{Key: "kernel.panic", Value: "1", File: "/etc/sysctl.d/"}, `file "/etc/sysctl.d/" is not /etc/sysctl.conf or a .conf file in /etc/sysctl.d`},
		{"not clean", &Sysctl{Key: "kernel.panic", Value: "1", File: "/etc/sysctl.d/../sysctl.d/a.conf"}, `file "/etc/sysctl.d/../sysctl.d/a.conf" is not /etc/sysctl.conf or a .conf file in /etc/sysctl.d`},
	})
}
