package main

import (
	"os/exec"
	"strings"
	"testing"
)

// linked lists the packages that a program is made of.
func linked(t *testing.T, program string) []string {
	t.Helper()
	out, err := exec.Command("go", "list", "-deps", program).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Fields(string(out))
}

// harden runs as root on nodes: it must not be able to talk to the API as a
// client of the cluster does.
func TestTheNodesProgramHasNoClientOfKubernetes(t *testing.T) {
	packages := linked(t, "harden/cmd/harden")
	if len(packages) < 100 {
		t.Fatalf("%d packages", len(packages))
	}
	for _, p := range packages {
		if strings.HasPrefix(p, "k8s.io/") || strings.HasPrefix(p, "sigs.k8s.io/") || strings.HasPrefix(p, "harden/cluster") {
			t.Errorf("harden links %s", p)
		}
	}
}

// What makes a client of Kubernetes large and slow is left out of this program.
func TestNoWholeClientIsLinked(t *testing.T) {
	for _, p := range linked(t, "harden/cmd/kubectl-harden") {
		switch p {
		case "k8s.io/client-go/kubernetes/scheme", "k8s.io/client-go/discovery", "k8s.io/client-go/dynamic":
			t.Errorf("kubectl-harden links %s", p)
		}
	}
}
