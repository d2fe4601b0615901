//go:build cluster

package cluster_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"harden/integration/cluster"
)

var (
	plane  *cluster.ControlPlane
	binary string // kubectl-harden
)

// TestMain builds the program and runs one control plane for all tests.
func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "harden-cluster-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	if err := os.Setenv("XDG_STATE_HOME", filepath.Join(dir, "state")); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	binary = filepath.Join(dir, "kubectl-harden")
	build := exec.Command("go", "build", "-trimpath", "-tags", "nethttpomithttp2", "-gcflags", "all=-l", "-ldflags", "-s -w -funcalign=1", "-o", binary, "harden/cmd/kubectl-harden")
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOEXPERIMENT=nogreenteagc") // as it is packaged; libc takes more than a MiB, inlined functions another
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "cannot build kubectl-harden:", err)
		return 1
	}
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	begin := time.Now()
	plane, err = cluster.Start(ctx, kubeBinaries(), dir)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer plane.Stop()
	fmt.Printf("the control plane is ready after %.1f s\n", time.Since(begin).Seconds())
	return m.Run()
}

// kubeBinaries is where integration/node/build puts the components.
func kubeBinaries() string {
	if dir := os.Getenv("HARDEN_KUBE_BIN"); dir != "" {
		return dir
	}
	home, _ := os.UserHomeDir()
	return filepath.Join(home, ".cache/harden-node/bin-1.34.1")
}
