package fixers

import (
	"testing"

	"harden/agent/facts"
)

// --feature-gates is laid over the configuration gate by gate.
func TestKubeletGate(t *testing.T) {
	const config = "/var/lib/kubelet/config.yaml"
	const env = "/etc/default/kubelet"
	gate := func() *KubeletSetting {
		f := kubelet("featureGates.RotateKubeletServerCertificate", "", true)
		f.Default = true
		return f
	}
	with := func(args string) Node {
		return kubeadm.and(tree{env: "KUBELET_EXTRA_ARGS=" + args + "\n"}).collected(t)
	}
	inFile := "file:" + config + " yaml:featureGates.RotateKubeletServerCertificate exact true {restart:kubelet.service}"
	unset := func(entry string) []string {
		return []string{inFile, "file:" + env + " flag:--feature-gates excludes [" + entry + "] {restart:kubelet.service}"}
	}
	runRequirements(t, []requirementRow{
		{"no flag", gate(), with(""), []string{inFile}},
		{"another gate", gate(), with("--feature-gates=SeccompDefault=true"), []string{inFile}},
		{"off", gate(), with("--feature-gates=RotateKubeletServerCertificate=false,SeccompDefault=true"), unset("RotateKubeletServerCertificate=false")},
		{"off in another spelling", gate(), with("--feature-gates=kube:RotateKubeletServerCertificate=F"), unset("kube:RotateKubeletServerCertificate=F")},
		{"on", gate(), with("--feature-gates=RotateKubeletServerCertificate=T"), []string{"compliant: set by the flag --feature-gates=RotateKubeletServerCertificate=true"}},
		{"on and off", gate(), with("--feature-gates=RotateKubeletServerCertificate=true,RotateKubeletServerCertificate=0"),
			unset("RotateKubeletServerCertificate=true RotateKubeletServerCertificate=0")},
		{"off in the first of two", gate(), with("--feature-gates=RotateKubeletServerCertificate=false --feature-gates=Foo=true"),
			[]string{"blocked: the flag --feature-gates sets RotateKubeletServerCertificate=false, which overrides the kubelet's configuration; remove this gate from the flag, in the place that starts the kubelet (/etc/default/kubelet:1)"}},
	})
}

// What a kubelet does not know keeps it from starting.
func TestKubeletFieldsOfTheVersion(t *testing.T) {
	with := func(version string) Node {
		n := kubeadm.collected(t)
		v, err := facts.ParseVersion(version)
		if err != nil {
			t.Fatal(err)
		}
		n.Facts.Kubelet.Version = v
		return n
	}
	runRequirements(t, []requirementRow{
		{"a field of later versions", kubelet("userNamespaces.x", "", true), with("1.30.14"), []string{"not-applicable: the kubelet's setting userNamespaces came with Kubernetes 1.33"}},
		{"a gate that is gone", kubelet("featureGates.SeccompDefault", "", true), with("1.30.14"), []string{"not-applicable: the feature of the gate SeccompDefault is always on since Kubernetes 1.27"}},
	})
	runChecks(t, []checked{
		{"a field that nobody knows", kubelet("podPidLimit", "", 1), "podPidLimit is not a field of KubeletConfiguration that harden knows"},
		{"a gate that nobody knows", kubelet("featureGates.Foo", "", true), "Foo is not a feature gate that harden knows…"},
	})
}
