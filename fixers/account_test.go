package fixers

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"harden/agent/change"
	"harden/agent/facts"
	"harden/agent/message"
)

// An account that etcd is proven to run as is right, whatever its ids; any other
// has to have those of the rule.
func TestIdsOfAnAccount(t *testing.T) {
	const passwd, group = "root:x:0:0::/:/bin/sh\netcd:x:112:118::/var/lib/etcd:/usr/sbin/nologin\n", "root:x:0:\netcd:x:118:\n"
	runs := func(uid, gid int) *facts.Component {
		return &facts.Component{Name: "etcd", Running: true, UID: uid, GID: gid}
	}
	said := runs(112, 118)
	said.OwnerUnknown = message.Value("process 7 runs as 0:0")
	stopped := runs(112, 118)
	stopped.Running = false
	for _, test := range []struct {
		name          string
		etcd          *facts.Component
		passwd, group string
		uid, gid      int64
	}{
		{"it runs as an account of the distribution", runs(112, 118), passwd, group, 112, 118},
		{"it runs as root", runs(0, 0), passwd, group, 52034, 52034},
		{"it runs as somebody else", runs(113, 118), passwd, group, 52034, 52034},
		{"it runs with another group", runs(112, 119), passwd, group, 52034, 52034},
		{"the group of that name is another", runs(112, 118), passwd, "etcd:x:119:\n", 52034, 52034},
		{"the account is root", runs(0, 0), "etcd:x:0:0::/:/bin/sh\n", "etcd:x:0:\n", 52034, 52034},
		{"its process runs as somebody else than its manifest says", said, passwd, group, 52034, 52034},
		{"it does not run", stopped, passwd, group, 52034, 52034},
		{"an image says whom it will run as", stopped, passwd, group, 112, 118},
		{"no account", runs(112, 118), "root:x:0:0::/:/bin/sh\n", "root:x:0:\n", 52034, 52034},
		{"no etcd", nil, passwd, group, 52034, 52034},
	} {
		t.Run(test.name, func(t *testing.T) {
			made := &facts.Facts{Platform: facts.Kubeadm, Kubelet: &facts.Kubelet{}, Components: map[string]*facts.Component{}}
			if test.etcd != nil {
				made.Components["etcd"], made.Live = test.etcd, !test.etcd.Running && test.name != "an image says whom it will run as"
			}
			f := &Account{Component: "etcd", User: "etcd", Group: "etcd", UID: 52034, GID: 52034}
			req := f.Require("r", tree{"/etc/passwd": test.passwd, "/etc/group": test.group}.node(t, made))
			got := map[change.Field]any{}
			for _, w := range req.Wants {
				got[change.Field(w.Target.Kind())+" "+w.Field] = w.Value
			}
			want := map[change.Field]any{"group gid": test.gid, "user uid": test.uid, "user gid": test.gid}
			for field, value := range want {
				if diff := cmp.Diff(value, got[field]); diff != "" {
					t.Errorf("%s (-want +got):\n%s", field, diff)
				}
			}
		})
	}
}
