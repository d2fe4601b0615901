package fixers

import (
	"testing"

	"harden/agent/change"
	"harden/agent/facts"
)

// kubeadm is a kubelet as kubeadm sets it up; its flags come from files.
var kubeadm = tree{
	"/usr/lib/systemd/system/kubelet.service": "[Service]\nExecStart=/usr/bin/kubelet\n",
	"/usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf": "[Service]\n" +
		"Environment=\"KUBELET_CONFIG_ARGS=--config=/var/lib/kubelet/config.yaml --config-dir=/etc/kubelet.d\"\n" +
		"EnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env\nEnvironmentFile=-/etc/default/kubelet\n" +
		"ExecStart=\nExecStart=/usr/bin/kubelet $KUBELET_CONFIG_ARGS $KUBELET_KUBEADM_ARGS $KUBELET_EXTRA_ARGS\n",
	"/var/lib/kubelet/config.yaml": "kind: KubeletConfiguration\nstreamingConnectionIdleTimeout: 0s\n",
}

func kubelet(field, flag string, value any) *KubeletSetting {
	f := &KubeletSetting{Flag: flag}
	f.Field, f.Value = field, value
	return f
}

func TestKubeletSetting(t *testing.T) {
	anonymous := func() *KubeletSetting { return kubelet("authentication.anonymous.enabled", "--anonymous-auth", false) }
	timeout := func() *KubeletSetting {
		f := kubelet("streamingConnectionIdleTimeout", "--streaming-connection-idle-timeout", "30m")
		f.Duration, f.Op, f.Bound = true, change.AtLeast, "1s"
		return f
	}
	ciphers := kubelet("tlsCipherSuites", "--tls-cipher-suites", []any{"A", "B"})
	ciphers.Op = change.OneOf
	pids := kubelet("podPidsLimit", "--pod-max-pids", 4096)
	pids.Op, pids.Bound = change.AtLeast, 1
	since := kubelet("seccompDefault", "", true)
	since.Since = "1.25"
	version := func(v string, config string) *facts.Facts {
		k := &facts.Kubelet{Config: config}
		if v != "" {
			parsed, err := facts.ParseVersion(v)
			if err != nil {
				t.Fatal(err)
			}
			k.Version = parsed
		}
		return &facts.Facts{Kubelet: k}
	}
	const config = "/var/lib/kubelet/config.yaml"
	inFile := func(path string) []string {
		return []string{"file:" + path + " yaml:authentication.anonymous.enabled exact false {restart:kubelet.service}"}
	}
	with := func(path, text string) Node { return kubeadm.and(tree{path: text}).collected(t) }
	const env = "/var/lib/kubelet/kubeadm-flags.env"
	runRequirements(t, []requirementRow{
		{"file", anonymous(), kubeadm.collected(t), inFile(config)},

		// The last drop-in that sets the field wins, and is written.
		{"drop-in that sets it", anonymous(), with("/etc/kubelet.d/10-a.conf", "authentication:\n  anonymous:\n    enabled: true\n"), inFile("/etc/kubelet.d/10-a.conf")},
		{"drop-in that sets it right is judged like any file", anonymous(), with("/etc/kubelet.d/10-a.conf", "authentication: {anonymous: {enabled: false}}\n"), inFile("/etc/kubelet.d/10-a.conf")},
		{"drop-in that sets something beside it", anonymous(), with("/etc/kubelet.d/10-a.conf", "authentication:\n  webhook:\n    enabled: true\n"), inFile(config)},
		{"later of two drop-ins", anonymous(), kubeadm.and(tree{"/etc/kubelet.d/10-a.conf": "authentication: {anonymous: {enabled: true}}\n",
			"/etc/kubelet.d/20-b.conf": "authentication: {anonymous: {enabled: true}}\n", "/etc/kubelet.d/30-c.conf": "maxPods: 1\n"}).collected(t), inFile("/etc/kubelet.d/20-b.conf")},
		{"no drop-in by its name", anonymous(), with("/etc/kubelet.d/10-a.yaml", "authentication: {anonymous: {enabled: true}}\n"), inFile(config)},
		{"drop-in with a key twice", anonymous(), with("/etc/kubelet.d/10-a.conf", "maxPods: 1\nmaxPods: 2\n"),
			[]string{`error: /etc/kubelet.d/10-a.conf:2:1: the key "maxPods" is already in line 1`}},
		{"drop-in with a mapping where a value belongs", anonymous(), with("/etc/kubelet.d/10-a.conf", "authentication:\n  anonymous:\n    enabled: {a: b}\n"),
			[]string{"error: /etc/kubelet.d/10-a.conf:3: authentication.anonymous.enabled is a mapping"}},

		// A flag wins over all files.
		{"flag that is right", anonymous(), with(env, "KUBELET_KUBEADM_ARGS=\"--anonymous-auth=false\"\n"), []string{"compliant: set by the flag --anonymous-auth=false"}},
		{"flag that is wrong, in an environment file", anonymous(), with(env, "\nKUBELET_KUBEADM_ARGS=\"--v=2 --anonymous-auth=true\"\n"),
			append(inFile(config), "file:"+env+" flag:--anonymous-auth absent {restart:kubelet.service}")},
		{"bare flag is true", anonymous(), with("/etc/default/kubelet", "KUBELET_EXTRA_ARGS=--anonymous-auth\n"),
			append(inFile(config), "file:/etc/default/kubelet flag:--anonymous-auth absent {restart:kubelet.service}")},
		{"flag over drop-in", anonymous(), kubeadm.and(tree{"/etc/kubelet.d/10-a.conf": "authentication: {anonymous: {enabled: true}}\n",
			env: "KUBELET_KUBEADM_ARGS=--anonymous-auth=true\n"}).collected(t),
			append(inFile("/etc/kubelet.d/10-a.conf"), "file:"+env+" flag:--anonymous-auth absent {restart:kubelet.service}")},
		{"flag in a unit of the administrator: systemd must read it again", anonymous(),
			with("/etc/systemd/system/kubelet.service.d/20-site.conf", "[Service]\nEnvironment=KUBELET_EXTRA_ARGS=--anonymous-auth=true\n"),
			append(inFile(config), "file:/etc/systemd/system/kubelet.service.d/20-site.conf flag:--anonymous-auth absent {restart:kubelet.service} {daemon-reload}")},
		{"flag in a unit of a package", anonymous(),
			with("/usr/lib/systemd/system/kubelet.service.d/20-vendor.conf", "[Service]\n\nEnvironment=KUBELET_EXTRA_ARGS=--anonymous-auth=true\n"),
			[]string{"blocked: the flag --anonymous-auth=true in /usr/lib/systemd/system/kubelet.service.d/20-vendor.conf:3 overrides " + config +
				"; that file belongs to a package or to all services, so override the flag in /etc/systemd/system/kubelet.service.d, or remove the flag"}},
		{"flag that no file sets", anonymous(), kubeadm.node(t, &facts.Facts{Kubelet: &facts.Kubelet{Config: config, Flags: map[string]string{"anonymous-auth": "true"}}}),
			[]string{"blocked: the flag --anonymous-auth=true overrides " + config + ", and no unit or environment file that sets this flag was found; remove the flag where the kubelet is started"}},
		{"a flag that is not known to the rule", kubelet("authentication.anonymous.enabled", "", false), with(env, "KUBELET_KUBEADM_ARGS=--anonymous-auth=true\n"), inFile(config)},
		{"flag that is not a truth value", anonymous(), with(env, "KUBELET_KUBEADM_ARGS=--anonymous-auth=perhaps\n"),
			append(inFile(config), "file:"+env+" flag:--anonymous-auth absent {restart:kubelet.service}")},

		{"number in a flag", pids, with(env, "KUBELET_KUBEADM_ARGS=--pod-max-pids=100\n"), []string{"compliant: set by the flag --pod-max-pids=100"}},
		{"list in a flag", ciphers, with(env, "KUBELET_KUBEADM_ARGS=--tls-cipher-suites=B\n"), []string{"compliant: set by the flag --tls-cipher-suites=B"}},
		{"list in a flag with one too many", ciphers, with(env, "KUBELET_KUBEADM_ARGS=--tls-cipher-suites=A,C\n"),
			[]string{"file:" + config + " yaml:tlsCipherSuites one-of [A B] {restart:kubelet.service}", "file:" + env + " flag:--tls-cipher-suites absent {restart:kubelet.service}"}},
		{"duration in a flag", timeout(), with(env, "KUBELET_KUBEADM_ARGS=--streaming-connection-idle-timeout=5m\n"), []string{"compliant: set by the flag --streaming-connection-idle-timeout=5m"}},
		{"zero in a flag switches the time-out off", timeout(), with(env, "KUBELET_KUBEADM_ARGS=--streaming-connection-idle-timeout=0s\n"),
			[]string{"file:" + config + " yaml:streamingConnectionIdleTimeout at-least 30m {restart:kubelet.service}",
				"file:" + env + " flag:--streaming-connection-idle-timeout absent {restart:kubelet.service}"}},

		{"no kubelet", anonymous(), tree{}.node(t, nil), []string{"not-applicable: no kubelet is installed on this node"}},
		{"no --config", anonymous(), tree{}.node(t, version("", "")), []string{"blocked: the kubelet runs without a configuration file; start it with --config, as kubeadm does"}},
		{"configuration is missing", anonymous(), tree{}.node(t, version("", config)), []string{"not-applicable: " + config + " does not exist: this node has not joined a cluster yet"}},
		{"configuration behind a link", anonymous(), tree{"/var/lib/kubelet": "→/srv", "/srv/config.yaml": ""}.node(t, version("", config)),
			[]string{"error: cannot find the kubelet's configuration: …"}},
		{"older than the setting", since, kubeadm.node(t, version("1.24.17", config)), []string{"not-applicable: the kubelet is version 1.24.17; the setting exists from 1.25 on"}},
		{"first version with the setting", since, kubeadm.node(t, version("1.25.0", config)), []string{"file:" + config + " yaml:seccompDefault exact true {restart:kubelet.service}"}},
		{"unknown version", since, kubeadm.node(t, version("", config)), []string{"file:" + config + " yaml:seccompDefault exact true {restart:kubelet.service}"}},
	})
	badSince := kubelet("a", "", true)
	badSince.Since = "new"
	runChecks(t, []checked{
		{"flag without dashes", kubelet("a", "anonymous-auth", true), `flag "anonymous-auth" does not begin with --`},
		{"since is not a version", badSince, `since: cannot read version "new": want one like 1.34.1`},
		{"no field", kubelet("", "", true), "field is missing"},
	})
}

// A duration of zero in the file means the default, unlike in a flag.
func TestKubeletZeroDuration(t *testing.T) {
	f := kubelet("streamingConnectionIdleTimeout", "", "30m")
	f.Duration, f.Default = true, "4h"
	want := f.Require("rule", kubeadm.collected(t)).Wants[0]
	if !want.ZeroIsDefault || want.Compare != change.ByDuration || want.Default != "4h" {
		t.Errorf("want %+v", want)
	}
}
