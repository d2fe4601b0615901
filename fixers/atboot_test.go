package fixers

import "testing"

// What the next boot makes of a parameter is told where the kernel has another
// value now, whatever the verdict is.
func TestAtBoot(t *testing.T) {
	const site = "/etc/sysctl.d/99-site.conf"
	for name, test := range map[string]struct {
		files     tree
		now, next string // next is "" where nothing differs
	}{
		"right in both":              {tree{site: "kernel.panic=10\n"}, "10", ""},
		"wrong in both":              {tree{site: "kernel.panic=0\n"}, "0", ""},
		"right in another spelling":  {tree{site: "kernel/panic = 0xA\n"}, "10", ""},
		"right now only":             {tree{site: "# of the site\n-kernel.panic = 0\n"}, "10", "0 (" + site + ":2)"},
		"right from the boot on":     {tree{site: "kernel.panic=10\n"}, "0", "10 (" + site + ":1)"},
		"set by nothing":             {tree{}, "10", "the kernel's own default"},
		"taken back":                 {tree{"/etc/sysctl.d/90-kubelet.conf": "kernel.panic=10\n", site: "-kernel.panic\n"}, "10", "the kernel's own default"},
		"by a pattern":               {tree{site: "kernel.pani*=10\n"}, "0", "10 (" + site + ":1)"},
		"of a package":               {tree{"/usr/lib/sysctl.d/99-z.conf": "kernel.panic=5\n"}, "10", "5 (/usr/lib/sysctl.d/99-z.conf:1)"},
		"hidden by its namesake":     {tree{"/usr/lib/sysctl.d/90-kubelet.conf": "kernel.panic=10\n", "/etc/sysctl.d/90-kubelet.conf": ""}, "10", "the kernel's own default"},
		"in a file that is not read": {tree{"/etc/sysctl.conf": "kernel.panic=10\n"}, "10", "the kernel's own default"},
	} {
		t.Run(name, func(t *testing.T) {
			req := (&Sysctl{Key: "kernel.panic", Value: "10", File: "/etc/sysctl.d/90-kubelet.conf"}).Require("r", test.files.node(t, nil))
			if req.Boot == nil {
				t.Fatalf("it is not known what the boot does: %+v", req)
			}
			if next, differ := req.Boot.Differs(test.now); next.String() != test.next || differ != (test.next != "") {
				t.Errorf("%q, %v, want %q", next, differ, test.next)
			}
		})
	}
}
