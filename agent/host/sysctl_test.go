package host

import (
	"errors"
	"testing"

	"harden/agent/change"
)

func live(t *testing.T, calls Calls) *Root {
	t.Helper()
	r, err := OpenRoot("/", calls)
	ok(t, err)
	t.Cleanup(func() { ok(t, r.Close()) })
	return r
}

func TestSysctlFile(t *testing.T) {
	r := live(t, nil)
	for key, want := range map[string]string{
		"kernel.panic":                     "kernel/panic",
		"kernel/panic":                     "kernel/panic",
		"net.ipv4.conf.eth0/1.forwarding":  "net/ipv4/conf/eth0.1/forwarding",
		"net/ipv4/conf/eth0.1/forwarding":  "net/ipv4/conf/eth0.1/forwarding",
		"net.ipv4.conf.docker_0.rp_filter": "net/ipv4/conf/docker_0/rp_filter",
		"":                                 "",
		"kernel":                           "",
		"kernel.":                          "",
		".kernel":                          "",
		"kernel..panic":                    "",
		"kernel/../../etc/passwd":          "",
		"../kernel/panic":                  "",
		"kernel.//.panic":                  "",
		"/etc/passwd":                      "",
		"kernel.pa nic":                    "",
		"kernel.panic\n":                   "",
	} {
		got, err := r.sysctlFile(key)
		if want == "" {
			if err == nil {
				t.Errorf("%q is accepted as %s", key, got)
			}
			continue
		}
		ok(t, err)
		equal(t, got, "/proc/sys/"+want)
	}
}

func TestSysctl(t *testing.T) {
	r := live(t, nil)
	s, err := r.ReadSysctl("kernel.ostype")
	ok(t, err)
	equal(t, s, change.State{Sysctl: &change.Sysctl{Value: "Linux"}})
	s, err = r.ReadSysctl("kernel.no_such_thing")
	ok(t, err)
	equal(t, s, change.State{})
	wantError(t, r.WriteSysctl("kernel.panic", change.State{}, change.State{Sysctl: &change.Sysctl{Value: "1"}}), "cannot be made")

	_, err = tree(t, nil).ReadSysctl("kernel.panic")
	wantError(t, err, "only the live system has any")
}

// kernel.keys.persistent_keyring_expiry: nothing on a machine notices when it
// is one second longer for a moment.
func TestWriteSysctl(t *testing.T) {
	needRoot(t)
	const key = "kernel.keys.persistent_keyring_expiry"
	calls := &faults{}
	r := live(t, calls)
	from, err := r.ReadSysctl(key)
	ok(t, err)
	if !from.Exists() {
		t.Skip("skipped: this kernel has no " + key)
	}
	t.Cleanup(func() {
		now, err := r.ReadSysctl(key)
		ok(t, err)
		ok(t, r.WriteSysctl(key, now, from))
	})
	other := func(value string) change.State { return change.State{Sysctl: &change.Sysctl{Value: value}} }

	err = r.WriteSysctl(key, other("no such value"), other("1"))
	var changed *Changed
	if !errors.As(err, &changed) {
		t.Errorf("got %v, want *Changed", err)
	}
	ok(t, r.WriteSysctl(key, from, from))
	equal(t, len(calls.names), 0)
	ok(t, r.WriteSysctl(key, from, other("259201")))
	now, err := r.ReadSysctl(key)
	ok(t, err)
	equal(t, now, other("259201"))
	wantError(t, r.WriteSysctl(key, now, other("many")), `cannot set `+key+`: value "many": invalid argument`)
	wantError(t, r.WriteSysctl(key, now, other("0x3f482")), `the kernel stored "259202", not "0x3f482"`)
	again, err := r.ReadSysctl(key)
	ok(t, err)
	equal(t, again, now)
}
