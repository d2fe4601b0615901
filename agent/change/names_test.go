package change

import (
	"slices"
	"testing"
)

// Other programs and past runs know targets by these names.
func TestTargets(t *testing.T) {
	for _, test := range []struct {
		target           Target
		text, kind, name string
	}{
		{FileTarget("/etc/a:b"), "file:/etc/a:b", KindFile, "/etc/a:b"},
		{SysctlTarget("vm.panic_on_oom"), "sysctl:vm.panic_on_oom", KindSysctl, "vm.panic_on_oom"},
		{UserTarget("etcd"), "user:etcd", KindUser, "etcd"},
		{GroupTarget("etcd"), "group:etcd", KindGroup, "etcd"},
		{UnitTarget("kubelet.service"), "unit:kubelet.service", KindUnit, "kubelet.service"},
		{PodTarget("etcd"), "pod:etcd", KindPod, "etcd"},
		{ObjectTarget("Deployment", "apps", "shop", "web"), "object:Deployment.apps/shop/web", KindObject, "Deployment.apps/shop/web"},
		{ObjectTarget("Namespace", "", "", "shop"), "object:Namespace/shop", KindObject, "Namespace/shop"},
	} {
		if string(test.target) != test.text || test.target.Kind() != test.kind || test.target.Name() != test.name {
			t.Errorf("%q is a %q named %q, want %+v", test.target, test.target.Kind(), test.target.Name(), test)
		}
	}
}

// What happens after the writes: systemd reads its files, then units restart, then static
// pods, and the encryption is read last.
func TestSortEffects(t *testing.T) {
	got := SortEffects([]Effect{ReloadEncryption, RollPod("kube-apiserver"), RestartUnit("kubelet.service"), RollPod("etcd"), DaemonReload, RollPod("etcd")})
	want := []Effect{DaemonReload, RestartUnit("kubelet.service"), RollPod("etcd"), RollPod("kube-apiserver"), ReloadEncryption}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	for _, e := range got {
		byKubelet := e != DaemonReload && e != ReloadEncryption
		if e.ByKubelet() != byKubelet || (e.Unit() != "") != e.IsRestart() || (e.Component() != "") != (byKubelet && !e.IsRestart()) {
			t.Errorf("%s is by the kubelet %v, of unit %q, of component %q", e, e.ByKubelet(), e.Unit(), e.Component())
		}
	}
}

func TestSeverityAtLeast(t *testing.T) {
	for i, s := range Severities {
		for k, o := range Severities {
			if s.AtLeast(o) != (i <= k) {
				t.Errorf("%s is at least %s: %v", s, o, s.AtLeast(o))
			}
		}
		if Severity("").AtLeast(s) || Severity("grave").AtLeast(s) {
			t.Errorf("a severity that is not known is at least %s", s)
		}
	}
}

func TestParseMode(t *testing.T) {
	for text, want := range map[string]uint32{"0600": 0o600, "600": 0o600, "07777": 0o7777, "0": 0} {
		if got, err := ParseMode(text); err != nil || got != want {
			t.Errorf("%q is %o, %v", text, got, err)
		}
	}
	for _, value := range []any{"", "0800", "-1", "010000", "u=rw", int64(384), nil} {
		if got, err := ParseMode(value); err == nil {
			t.Errorf("%v was read as %o", value, got)
		}
	}
}

// A state is shown field by field, and what does not exist not at all.
func TestStateShown(t *testing.T) {
	file := State{File: &File{Mode: 0o640, UID: 3, GID: 4, Content: NewContent([]byte("x"), false)}}
	for _, test := range []struct {
		name  string
		state State
		field Field
		want  any
	}{
		{"nothing", State{}, FieldMode, nil},
		{"mode", file, FieldMode, "0640"},
		{"owner", file, FieldOwner, "3:4"},
		{"file", file, FieldType, "file"},
		{"directory", State{File: &File{Directory: true}}, FieldType, "directory"},
		{"no content", State{File: &File{Directory: true}}, FieldContent, nil},
		{"content", file, FieldContent, Redacted([]byte("x"))},
		{"kernel parameter", State{Sysctl: &Sysctl{Value: "10"}}, FieldValue, "10"},
		{"group", State{Group: &Group{GID: 7}}, FieldGID, int64(7)},
		{"user", State{User: &User{UID: 1, GID: 2, Comment: "secret", Home: "/srv/a", Shell: "/bin/sh"}}, FieldUID, "1:2:" + Hidden + ":/srv/a:/bin/sh"},
	} {
		if got := test.state.Shown(test.field); got != test.want {
			t.Errorf("%s is shown as %v, want %v", test.name, got, test.want)
		}
	}
}

// A key that is yet to be made is told from a text by its whole form.
func TestToBeMade(t *testing.T) {
	if n, is := AsToBeMade(ToBeMade(32).String()); !is || n != 32 {
		t.Errorf("got %d, %v", n, is)
	}
	for _, value := range []any{nil, 32, "secret with 032 random bytes, made when it is applied", "secret with 32 random bytes", "text"} {
		if n, is := AsToBeMade(value); is {
			t.Errorf("%v was taken for %d bytes to be made", value, n)
		}
	}
	for value, want := range map[any]bool{"text\n": true, ToBeMade(32).String(): false, Redacted([]byte("x")): false, 7: false} {
		if _, is := WholeText(value); is != want {
			t.Errorf("%v is a whole text: %v", value, is)
		}
	}
}
