package fixers

import (
	"errors"
	"io/fs"
	"strings"
	"testing"

	"harden/agent/change"
	"harden/agent/facts"
	"harden/agent/host"
	"harden/agent/message"
)

// What the proven kubelet runs with is never a silent "compliant" where its unit
// says something else, and is never written to.
func TestKubeletRunsOtherwise(t *testing.T) {
	const config, env, current = "/var/lib/kubelet/config.yaml", "/var/lib/kubelet/kubeadm-flags.env", "unit:kubelet.service process exact current {restart:kubelet.service}"
	const inFile = "file:" + config + " yaml:authentication.anonymous.enabled exact false {restart:kubelet.service}"
	rule := kubelet("authentication.anonymous.enabled", "--anonymous-auth", false)
	for _, tt := range []struct {
		name, unit string
		process    func(argv []string) []string
		want       []string
	}{
		{"as its unit says", "--anonymous-auth=false", func(argv []string) []string { return argv }, []string{"compliant: set by the flag --anonymous-auth=false"}},
		{"without the flag of its unit", "--anonymous-auth=false", func(argv []string) []string { return argv[:len(argv)-1] }, []string{current}},
		{"with another value", "--anonymous-auth=false", func(argv []string) []string { return append(argv, "--anonymous-auth=true") }, []string{current}},
		{"with another configuration", "", func(argv []string) []string { return append(argv, "--config=/etc/passwd") }, []string{inFile, current}},
		{"with a flag that nothing says", "", func(argv []string) []string { return append(argv, "--anonymous-auth=true") },
			[]string{"blocked: the flag --anonymous-auth=true overrides " + config + ", and no unit or environment file that sets this flag was found; remove the flag where the kubelet is started"}},
		{"with a good flag that nothing says", "", func(argv []string) []string { return append(argv, "--anonymous-auth=false") }, []string{inFile}},
		{"with a directory that nothing says", "", func(argv []string) []string { return append(argv, "--config-dir=/home/u") },
			[]string{"blocked: process 571 runs with --config-dir=/home/u, which no unit or environment file sets, so harden does not read this directory; set the flag in the kubelet's unit"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			n := kubeadm.and(tree{env: "KUBELET_KUBEADM_ARGS=" + tt.unit + "\n",
				"/usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf": "[Service]\nEnvironmentFile=-" + env + "\nExecStart=\nExecStart=/usr/bin/kubelet --config=" + config + " $KUBELET_KUBEADM_ARGS\n"}).collected(t)
			k := n.Facts.Kubelet
			k.Running, k.PID, k.Argv = true, 571, tt.process(append([]string{}, k.UnitArgv...))
			runRequirements(t, []requirementRow{{"requirement", rule, n, tt.want}})
		})
	}
	t.Run("a script starts it", func(t *testing.T) {
		n := kubeadm.and(tree{"/usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf": "[Service]\nExecStart=\nExecStart=/usr/local/bin/start-kubelet\n"}).collected(t)
		k := n.Facts.Kubelet
		k.Running, k.PID, k.Argv = true, 571, []string{"kubelet", "--config=/etc/kubernetes/admin.conf"}
		runRequirements(t, []requirementRow{{"requirement", rule, n, []string{"blocked: what the kubelet is started with is not known: /usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf:3 starts it through /usr/local/bin/start-kubelet, and it is not known which flags this program passes on; let ExecStart= start the kubelet itself"}}})
	})
}

// Where it is not known what the kubelet is started with, or configured by, no
// rule that this decides is judged.
func TestUnknownKubelet(t *testing.T) {
	untrusted := &host.Untrusted{Path: "/etc/default/kubelet", Reason: message.Value("can be written by other users (mode 0666)"), Remedy: message.Value("look at it")}
	setting := kubelet("podPidsLimit", "", 1)
	mode := func(path string) Fixer { return &FileAccess{Path: path, Mode: "0600"} }
	for _, tt := range []struct {
		name    string
		kubelet facts.Kubelet
		fixer   Fixer
		status  change.Status
		says    string
	}{
		{"started by who knows", facts.Kubelet{Config: "/c", Unknown: untrusted}, setting, change.Error, "can be written by other users (mode 0666)"},
		{"configured by who knows", facts.Kubelet{Config: "/c", ConfigUnknown: untrusted}, setting, change.Error, "the configuration of the kubelet is not known"},
		{"behind a link", facts.Kubelet{Config: "/c", Unknown: &host.Refused{Path: "/l", Reason: message.Value("it is a link")}}, setting, change.Blocked, "it is a link"},
		{"for root alone", facts.Kubelet{Config: "/c", Unknown: &fs.PathError{Op: "open", Path: "/e", Err: fs.ErrPermission}}, setting, change.Error, "only root can read it"},
		{"broken", facts.Kubelet{Config: "/c", Unknown: errors.New("input/output error")}, setting, change.Error, "input/output error"},
		{"where its configuration lies", facts.Kubelet{Unknown: untrusted}, mode("@kubelet-config"), change.Error, "what the kubelet is started with"},
		{"where its kubeconfig lies", facts.Kubelet{Unknown: untrusted}, mode("@kubelet-kubeconfig"), change.Error, "what the kubelet is started with"},
		{"where its CA lies", facts.Kubelet{Config: "/c", ConfigUnknown: untrusted}, mode("@kubelet-client-ca"), change.Error, "the configuration of the kubelet"},
		{"the mode of what others can write", facts.Kubelet{Config: "/c", ConfigUnknown: untrusted}, mode("@kubelet-config"), "", ""},
		{"the mode of a unit that others can write", facts.Kubelet{UnitFiles: []string{"/u"}, Unknown: untrusted}, mode("@kubelet-units"), "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := tt.fixer.Require("rule", tree{"/c": "", "/u": ""}.node(t, &facts.Facts{Kubelet: &tt.kubelet}))
			if w.Status != tt.status || !strings.Contains(w.Reason.String(), tt.says) {
				t.Errorf("got %s: %s", w.Status, w.Reason)
			}
		})
	}
}

// A unit whose process is not known is neither current nor not there.
func TestUnprovenKubelet(t *testing.T) {
	n := tree{}.node(t, &facts.Facts{Live: true, Kubelet: &facts.Kubelet{Unproven: message.Value("it is in another group")}})
	if w := (&UnitCurrent{Unit: KubeletUnit}).Require("rule", n); w.Status != change.Blocked || !strings.Contains(w.Reason.String(), "it is in another group") {
		t.Errorf("got %s: %s", w.Status, w.Reason)
	}
}

// A manifest that somebody else could have written says nothing.
func TestUntrustedManifest(t *testing.T) {
	untrusted := &host.Untrusted{Path: "/m", Reason: message.Value("can be written by other users (mode 0666)"), Remedy: message.Value("look at it")}
	n := tree{}.node(t, &facts.Facts{Components: map[string]*facts.Component{"etcd": {Name: "etcd", Manifest: "/m", Unreadable: untrusted}}})
	if _, w := component(n, "etcd"); w.Status != change.Error || !strings.HasSuffix(w.Reason.String(), "look at it") {
		t.Errorf("got %s: %s", w.Status, w.Reason)
	}
}
