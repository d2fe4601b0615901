package fixers

import (
	"testing"

	"harden/agent/facts"
)

var kubelet1 = &facts.Facts{Kubelet: &facts.Kubelet{
	Config: "/var/lib/kubelet/config.yaml", ConfigDropIns: []string{"/etc/kubelet.d/10.conf"}, Kubeconfig: "/etc/kubernetes/kubelet.conf",
	UnitFiles: []string{"/usr/lib/systemd/system/kubelet.service", "/etc/systemd/system/kubelet.service.d/10.conf"},
}}

func TestFileAccess(t *testing.T) {
	bare := &facts.Facts{Kubelet: &facts.Kubelet{}}
	files := tree{"/etc/a": "", "/etc/d/": "", "/var/lib/kubelet/config.yaml": "", "/etc/kubelet.d/10.conf": "", "/etc/kubernetes/kubelet.conf": "",
		"/usr/lib/systemd/system/kubelet.service": "", "/srv/etcd/": ""}
	etcd := &facts.Facts{Components: map[string]*facts.Component{"etcd": {StartArgv: []string{"etcd", "--data-dir=/srv/etcd"}}}}
	mode := func(path string) *FileAccess { return &FileAccess{Path: path, Mode: "0600"} }
	runRequirements(t, []requirementRow{
		{"mode and owner", &FileAccess{Path: "/etc/a", Mode: "0640", Owner: "root:adm"}, files.node(t, nil),
			[]string{"file:/etc/a mode at-most 0640", "file:/etc/a owner exact root:adm"}},
		{"mode only", mode("/etc/a"), files.node(t, nil), []string{"file:/etc/a mode at-most 0600"}},
		{"many files", &FileAccess{Path: "/etc/d", Match: "**/*.key", Mode: "0600"}, files.node(t, nil), []string{"file:/etc/d **/*.key mode at-most 0600"}},
		{"missing", mode("/etc/b"), files.node(t, nil), []string{"not-applicable: /etc/b does not exist on this node"}},
		{"missing directory", mode("/srv/x/y"), files.node(t, nil), []string{"not-applicable: /srv/x/y does not exist on this node"}},
		{"a link is wanted, so that it is refused by name", mode("/etc/l"), files.and(tree{"/etc/l": "→a"}).node(t, nil), []string{"file:/etc/l mode at-most 0600"}},
		{"kubelet's configuration and its drop-ins", mode("@kubelet-config"), files.node(t, kubelet1),
			[]string{"file:/var/lib/kubelet/config.yaml mode at-most 0600", "file:/etc/kubelet.d/10.conf mode at-most 0600"}},
		{"kubelet's kubeconfig", mode("@kubelet-kubeconfig"), files.node(t, kubelet1), []string{"file:/etc/kubernetes/kubelet.conf mode at-most 0600"}},
		{"kubelet's units, those that are there", mode("@kubelet-units"), files.node(t, kubelet1), []string{"file:/usr/lib/systemd/system/kubelet.service mode at-most 0600"}},
		{"none of several", mode("@kubelet-units"), tree{}.node(t, kubelet1),
			[]string{"not-applicable: /usr/lib/systemd/system/kubelet.service, /etc/systemd/system/kubelet.service.d/10.conf does not exist on this node"}},
		{"etcd's data", mode("@etcd-data"), files.node(t, etcd), []string{"file:/srv/etcd mode at-most 0600"}},
		{"no etcd", mode("@etcd-data"), files.node(t, nil), []string{"not-applicable: no etcd runs on this node"}},
		{"no kubelet", mode("@kubelet-config"), files.node(t, nil), []string{"not-applicable: no kubelet is installed on this node"}},
		{"kubelet without --config", mode("@kubelet-config"), files.node(t, bare), []string{"not-applicable: the kubelet runs without a configuration file (--config)"}},
		{"kubelet without --kubeconfig", mode("@kubelet-kubeconfig"), files.node(t, bare), []string{"not-applicable: the kubelet runs without --kubeconfig"}},
		{"kubelet without a unit", mode("@kubelet-units"), files.node(t, bare), []string{"not-applicable: no systemd unit runs the kubelet"}},
	})
	runChecks(t, []checked{
		{"no path", &FileAccess{Mode: "0600"}, "path is missing"},
		{"relative path", &FileAccess{Path: "etc/a", Mode: "0600"}, `path "etc/a" is not absolute and clean`},
		{"path with ..", &FileAccess{Path: "/etc/../a", Mode: "0600"}, `path "/etc/../a" is not absolute and clean`},
		{"unknown place", &FileAccess{Path: "@kubelet", Mode: "0600"}, "unknown place @kubelet; one of @kubelet-config, …"},
		{"neither mode nor owner", &FileAccess{Path: "/a"}, "neither mode nor owner is given"},
		{"mode of three digits", &FileAccess{Path: "/a", Mode: "600"}, `mode "600" is not four octal digits such as "0600"`},
		{"mode with set-uid", &FileAccess{Path: "/a", Mode: "4755"}, `mode "4755" is not four octal digits such as "0600"`},
		{"owner without group", &FileAccess{Path: "/a", Owner: "root"}, `owner "root" is not user:group such as "root:root"…`},
		{"owner by number", &FileAccess{Path: "/a", Owner: "0:52034"}, ""},
		{"every file", &FileAccess{Path: "/a", Match: "**", Mode: "0600"}, ""},
		{"files of a name at any depth", &FileAccess{Path: "/a", Match: "**/*.k[e]y", Mode: "0600"}, ""},
		{"open bracket", &FileAccess{Path: "/a", Match: "*.[", Mode: "0600"}, `match "*.[" is not a file name pattern such as *.conf, **/*.key or **`},
		{"a directory in a pattern would match nothing", &FileAccess{Path: "/a", Match: "b/*.key", Mode: "0600"}, `match "b/*.key" is not a file name pattern such as *.conf, **/*.key or **`},
		{"stars in the middle would match one level", &FileAccess{Path: "/a", Match: "a**", Mode: "0600"}, `match "a**" is not a file name pattern such as *.conf, **/*.key or **`},
	})
}

func TestFileContent(t *testing.T) {
	runRequirements(t, []requirementRow{
		{"standard access", &FileContent{Path: "/etc/motd", Content: "x\n"}, tree{}.node(t, nil),
			[]string{"file:/etc/motd content exact text", "file:/etc/motd mode at-most 0644", "file:/etc/motd owner exact root:root"}},
		{"restart", &FileContent{Path: "/etc/a.conf", Content: "x\n", Mode: "0600", Owner: "a:b", Restart: "a.service"}, tree{}.node(t, nil),
			[]string{"file:/etc/a.conf content exact text {restart:a.service}", "file:/etc/a.conf mode at-most 0600", "file:/etc/a.conf owner exact a:b"}},
		{"place that is not there", &FileContent{Path: "@etcd-data", Content: "x"}, tree{}.node(t, nil), []string{"not-applicable: no etcd runs on this node"}},
	})
	runChecks(t, []checked{
		{"no content", &FileContent{Path: "/a"}, "content is missing"},
		{"no path", &FileContent{Content: "a"}, "path is missing"},
		{"bad mode", &FileContent{Path: "/a", Content: "a", Mode: "rw"}, `mode "rw" is not four octal digits such as "0600"`},
	})
}

func TestAccount(t *testing.T) {
	runRequirements(t, []requirementRow{
		{"etcd", &Account{User: "etcd", Group: "etcd", UID: 52034, GID: 52034, Comment: "etcd service account", Home: "/var/lib/etcd"}, tree{}.node(t, nil), []string{
			"group:etcd gid exact 52034", "user:etcd uid exact 52034", "user:etcd gid exact 52034", "user:etcd comment present etcd service account",
			"user:etcd home present /var/lib/etcd", "user:etcd shell present /usr/sbin/nologin"}},
		{"standard home and shell", &Account{User: "a", Group: "b", UID: 1, GID: 2, Shell: "/bin/sh"}, tree{}.node(t, nil), []string{
			"group:b gid exact 2", "user:a uid exact 1", "user:a gid exact 2", "user:a comment present ", "user:a home present /nonexistent", "user:a shell present /bin/sh"}},
	})
	runChecks(t, []checked{
		{"no uid", &Account{User: "a", Group: "a", GID: 1}, "uid and gid must be given, and not be 0"},
		{"root's group", &Account{User: "a", Group: "a", UID: 1}, "uid and gid must be given, and not be 0"},
		{"no group", &Account{User: "a", UID: 1, GID: 1}, `user "a" or group "" is not an account name`},
		{"an option as name", &Account{User: "-o", Group: "a", UID: 1, GID: 1}, `user "-o" or group "a" is not an account name`},
		{"colon", &Account{User: "a:b", Group: "a", UID: 1, GID: 1}, `user "a:b" or group "a" is not an account name`},
	})
}

func TestUnitCurrent(t *testing.T) {
	current := &UnitCurrent{Unit: "kubelet.service"}
	live := func(running bool) *facts.Facts {
		return &facts.Facts{Live: true, Kubelet: &facts.Kubelet{Running: running}}
	}
	runRequirements(t, []requirementRow{
		{"running", current, tree{}.node(t, live(true)), []string{"unit:kubelet.service process exact current {restart:kubelet.service}"}},
		{"stopped", current, tree{}.node(t, live(false)), []string{"not-applicable: no kubelet runs on this node"}},
		{"none", current, tree{}.node(t, &facts.Facts{Live: true}), []string{"not-applicable: no kubelet runs on this node"}},
		{"below --root", current, tree{}.node(t, kubelet1), []string{"not-applicable: no process runs below --root"}},
	})
	runChecks(t, []checked{{"another unit", &UnitCurrent{Unit: "sshd.service"}, `unit "sshd.service": only kubelet.service is known`}})
}
