//go:build e2e

package e2e

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// minor is that of the nodes' Kubernetes: 34 of 1.34.1.
func minor(t *testing.T) int {
	t.Helper()
	number, err := strconv.Atoi(strings.Split(kubernetes(t), ".")[1])
	if err != nil {
		t.Fatalf("the version %s: %v", kubernetes(t), err)
	}
	return number
}

// kubernetes is the version of the nodes.
func kubernetes(t *testing.T) string {
	t.Helper()
	if version := os.Getenv("K8S"); version != "" {
		return version
	}
	return usualKubernetes(t)
}

// usualKubernetes is the version that nodes have where none is asked for.
func usualKubernetes(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(scripts, "lib.sh"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if version, ok := strings.CutPrefix(line, "kubernetes="); ok {
			return strings.TrimSpace(version)
		}
	}
	t.Fatal("lib.sh names no version of Kubernetes")
	return ""
}
