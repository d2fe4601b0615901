package main

import (
	"bytes"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"harden/integration/sampletree"
)

// full is a place where nothing can be written any more.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

// TestUnwrittenResult makes sure that a result that cannot be printed is told
// from a run that failed before it changed anything.
func TestUnwrittenResult(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "node")
	if err := sampletree.Write(dir); err != nil {
		t.Fatal(err)
	}
	only := []string{"apply", "--profile", "kubeadm-node", "--only", "kubelet-pod-pids-limit", "--yes"}
	tests := []struct {
		name string
		args []string
	}{
		{"apply", only},
		{"rollback", []string{"rollback", "--yes"}},
		{"recover", []string{"recover"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var log bytes.Buffer
			code := run(slices.Concat(tt.args, []string{"-o", "json", "--root", dir}), nil, full{}, &log)
			if code != exitOK {
				t.Errorf("exit code %d, want %d", code, exitOK)
			}
			if text := log.String(); !strings.Contains(text, "the command is done") || !strings.Contains(text, "harden history") {
				t.Errorf("stderr says neither that the work was done nor what to do:\n%s", text)
			}
		})
	}
}

// TestUnwrittenFailure makes sure that the exit code of a failure outlives a
// result that cannot be printed.
func TestUnwrittenFailure(t *testing.T) {
	incomplete := errors.New("not everything could be put back")
	if err := outcome(incomplete, errors.New("no space left on device")); !errors.Is(err, incomplete) {
		t.Errorf("got %v", err)
	}
}
