package fixers

import (
	"errors"
	"strings"
	"testing"

	"harden/agent/facts"
)

// TestKubeletHostName judges what the kubelet of a node is told to call it.
func TestKubeletHostName(t *testing.T) {
	const (
		unit = "[Service]\nEnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env\nExecStart=/usr/bin/kubelet --config=/var/lib/kubelet/config.yaml $KUBELET_KUBEADM_ARGS\n"
		env  = "/var/lib/kubelet/kubeadm-flags.env"
	)
	node := func(hostname, args string, unit string) Node {
		files := tree{"/etc/systemd/system/kubelet.service": unit, env: "KUBELET_KUBEADM_ARGS=\"" + args + "\"\n", "/var/lib/kubelet/config.yaml": "kind: KubeletConfiguration\n"}
		if hostname != "" {
			files["/etc/hostname"] = hostname
		}
		return files.collected(t)
	}
	host, unsaid := &KubeletHostName{Name: "host"}, &KubeletHostName{Name: "unsaid"}
	runRequirements(t, []requirementRow{
		{"no flag", host, node("node1\n", "--v=2", unit), []string{"compliant: the kubelet is started without --hostname-override"}},
		{"an empty one", host, node("node1\n", "--hostname-override=", unit), []string{"compliant: the kubelet is started without --hostname-override"}},
		{"the machine's own name", host, node("node1\n", "--hostname-override=node1", unit), []string{"compliant: the host name of the machine is node1, and --hostname-override gives the same name"}},
		{"in two words, and in capitals", host, node("# by the installer\nNode1\n", "--hostname-override NODE1", unit), []string{"compliant: the host name of the machine is node1…"}},
		{"with underscores", host, node("node1\n", "--hostname_override=node2", unit), []string{"blocked: the kubelet is started with the node name node2 (" + env + ":1), and the host name of the machine is node1; if your cloud…"}},
		{"the last one counts", host, node("node1\n", "--hostname-override=node1 --hostname-override=node2", unit), []string{"blocked: the kubelet is started with the node name node2…"}},
		{"with a domain", host, node("node1\n", "--hostname-override=node1.example.com", unit), []string{"blocked…"}},
		{"the machine has no name yet", host, node("", "--hostname-override=node1", unit), []string{"blocked: the kubelet is started with the node name node1, and the machine's own name is not known"}},
		{"the machine has no name yet, and no flag", host, node("", "", unit), []string{"compliant…"}},
		{"by systemd", host, node("node1\n", "", strings.Replace(unit, "$KUBELET", "--hostname-override=%H $KUBELET", 1)), []string{"compliant: the host name of the machine is node1…"}},
		{"by systemd, with a domain", host, node("node1\n", "", strings.Replace(unit, "$KUBELET", "--hostname-override=%H.example.com $KUBELET", 1)), []string{"blocked: the kubelet is started with the node name %H.example.com, which only systemd can fill in…"}},
		{"started by a shell", host, node("node1\n", "", "[Service]\nExecStart=/bin/sh -c \"exec kubelet --hostname-override=$(cat /etc/name)\"\n"), []string{"blocked: what the kubelet is started with is not known…"}},
		{"no kubelet", host, tree{"/etc/hostname": "node1\n"}.collected(t), []string{"not-applicable: no kubelet is installed on this node"}},
		{"RKE2", host, tree{}.node(t, &facts.Facts{Platform: facts.RKE2, Rancher: &facts.Rancher{}, Kubelet: &facts.Kubelet{}}), []string{"not-applicable: rke2 gives its kubelet the name that the node joined under"}},
		{"unreadable", host, tree{}.node(t, &facts.Facts{Kubelet: &facts.Kubelet{Unknown: errors.New("cannot read it")}}), []string{"error: what the kubelet is started with is not known: cannot read it"}},
		{"must not be there, and is not", unsaid, node("node1\n", "", unit), []string{"compliant…"}},
		{"must not be there, whatever it says", unsaid, node("node1\n", "--hostname-override=node1", unit), []string{"blocked: the kubelet is started with the node name node1 (" + env + ":1); to remove --hostname-override…"}},
	})
	runChecks(t, []checked{{"another name", &KubeletHostName{Name: "node1"}, `"node1" is neither host nor unsaid`}})
}

// TestKubeletHostNameOfTheProcess: what runs counts beside what the unit says.
func TestKubeletHostNameOfTheProcess(t *testing.T) {
	for _, row := range []struct{ name, process, unit, want string }{
		{"both right", "node1", "node1", "compliant"},
		{"the process is of before", "other", "", "blocked: the kubelet is started with the node name other (process 571 --hostname-override)"},
		{"the next start is another", "", "other", "blocked: the kubelet is started with the node name other"},
		{"filled in by systemd", "node1", "%l", "compliant"},
		{"filled in by systemd with another", "other", "%l", "blocked: the kubelet is started with the node name other"},
	} {
		t.Run(row.name, func(t *testing.T) {
			argv := []string{"kubelet"}
			if row.process != "" {
				argv = append(argv, "--hostname-override="+row.process)
			}
			k := &facts.Kubelet{Running: true, PID: 571, Argv: argv, ArgvFrom: "process 571", Flags: map[string]string{"hostname-override": row.unit}}
			req := (&KubeletHostName{Name: "host"}).Require("r", Node{Facts: &facts.Facts{Live: true, HostName: "node1", Kubelet: k}})
			if got := strings.Join(requirementLines(req), "\n"); !strings.HasPrefix(got, row.want) {
				t.Errorf("got %s, want %s", got, row.want)
			}
			for _, o := range req.Observed {
				if o.Holds != (o.Actual == "node1") || o.Expected != "node1" {
					t.Errorf("observed %+v", o)
				}
			}
		})
	}
}
