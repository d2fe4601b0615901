package edit

import "testing"

const rancherFile = "# the site's own\nkube-apiserver-arg:\n  - audit-log-maxage=40 # days\n  - --v=2\n  - audit-log-maxage=50\nkubelet-arg+: max-pods=50\nprofile: etcd\n"

func TestArgGet(t *testing.T) {
	runValues(t, "arg", []value{
		{"the last one counts", rancherFile, "kube-apiserver-arg/--audit-log-maxage", "50", 5},
		{"with dashes", rancherFile, "kube-apiserver-arg/--v", "2", 4},
		{"one word in place of a list", rancherFile, "kubelet-arg/--max-pods", "50", 6},
		{"of another list", rancherFile, "kubelet-arg/--v", nil, 0},
		{"no list", rancherFile, "etcd-arg/--v", nil, 0},
		{"without a value", "kubelet-arg:\n- seccomp-default\n", "kubelet-arg/--seccomp-default", "true", 2},
		{"a key", rancherFile, "profile", "etcd", 7},
	})
}

func TestArgSet(t *testing.T) {
	runRows(t, "arg", []row{
		{name: "in place", text: rancherFile, address: "kube-apiserver-arg/--audit-log-maxage", value: "60",
			want: "# the site's own\nkube-apiserver-arg:\n  - audit-log-maxage=40 # days\n  - --v=2\n  - audit-log-maxage=60\nkubelet-arg+: max-pods=50\nprofile: etcd\n"},
		{name: "a new file", text: "", address: "kube-apiserver-arg/--profiling", value: "false", want: "kube-apiserver-arg+:\n- profiling=false\n"},
		{name: "a list is joined", text: "kubelet-arg+:\n- a=1\n", address: "kubelet-arg/--b", value: []string{"x", "y"}, want: "kubelet-arg+:\n- a=1\n- b=x,y\n"},
		{name: "with dashes", text: rancherFile, address: "kube-apiserver-arg/--v", value: "4",
			want: replaced(rancherFile, "--v=2", "v=4")},
		{name: "one word becomes a list", text: rancherFile, address: "kubelet-arg/--v", value: "4",
			want: replaced(rancherFile, "kubelet-arg+: max-pods=50\n", "kubelet-arg+:\n  - max-pods=50\n  - v=4\n")},
		{name: "a mapping in place of the list", text: "kubelet-arg: {a: 1}\n", address: "kubelet-arg/--a", value: "2", err: "line 1: kubelet-arg is a mapping"},
		{name: "a number in place of the list", text: "kubelet-arg: 5\n", address: "kubelet-arg/--a", value: "2", err: "kubelet-arg is a scalar"},
		{name: "unset one of several", text: rancherFile, address: "kube-apiserver-arg/--v", want: replaced(rancherFile, "  - --v=2\n", "")},
		{name: "unset all of a name", text: rancherFile, address: "kube-apiserver-arg/--audit-log-maxage",
			want: replaced(replaced(rancherFile, "- audit-log-maxage=40 # days", "# days"), "  - audit-log-maxage=50\n", "")},
		{name: "unset all there is", text: "etcd-arg:\n- --v=1\n- v=2\nprofile: cis\n", address: "etcd-arg/--v", want: "profile: cis\n"},
		{name: "unset the only one", text: rancherFile, address: "kubelet-arg/--max-pods", want: replaced(rancherFile, "kubelet-arg+: max-pods=50\n", "")},
		{name: "unset what is not there", text: rancherFile, address: "etcd-arg/--v", want: rancherFile},
		{name: "unset in what is no list", text: "kubelet-arg: {a: 1}\n", address: "kubelet-arg/--a", err: "kubelet-arg is a mapping"},
		{name: "unset a key", text: rancherFile, address: "profile", want: replaced(rancherFile, "profile: etcd\n", "")},
		{name: "a key", text: "kubelet-arg+:\n- a=1\n", address: "profile", value: "cis", want: "kubelet-arg+:\n- a=1\nprofile: cis\n"},
	})
}
