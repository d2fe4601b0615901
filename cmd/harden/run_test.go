package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"harden/agent/facts"
	"harden/agent/message"
	"harden/agent/node"
	"harden/integration/sampletree"
	"harden/profiles"
)

// broken panics at its first use, as a bug somewhere below would.
type broken struct {
	io.Writer
	used bool
}

func (b *broken) Write(data []byte) (int, error) {
	if !b.used {
		b.used = true
		panic("something that cannot happen")
	}
	return b.Writer.Write(data)
}

// TestPanicIsAnInternalError keeps Go's own exit code of a panic, 2, away from
// scripts, which take it for pending changes.
func TestPanicIsAnInternalError(t *testing.T) {
	var out, log bytes.Buffer
	code := run([]string{"version", "-o", "json"}, nil, &broken{Writer: &out}, &log)
	if code != exitInternal {
		t.Errorf("exit code %d, want %d", code, exitInternal)
	}
	if text := log.String(); !strings.HasPrefix(text, "harden: internal error: something that cannot happen\n") || !strings.Contains(text, "run_test.go") {
		t.Errorf("stderr does not tell of the panic, and where it was:\n%s", text)
	}
}

func TestExplain(t *testing.T) {
	signalled := func(s syscall.Signal) context.Context {
		ctx, cancel := context.WithCancelCause(context.Background())
		cancel(&signalError{s})
		return ctx
	}
	failed := errors.New("cannot do it")
	tests := map[string]struct {
		ctx     context.Context
		err     error
		code    int
		message string
	}{
		"an error of no kind":           {context.Background(), failed, 1, "cannot do it"},
		"failed":                        {context.Background(), &node.Error{Kind: node.Failed, Err: failed}, 1, "cannot do it"},
		"put back":                      {context.Background(), &node.Error{Kind: node.Undone, Err: failed}, 3, "cannot do it"},
		"stale":                         {context.Background(), &node.Error{Kind: node.Stale, Err: failed}, 4, "cannot do it"},
		"incomplete":                    {context.Background(), &node.Error{Kind: node.Incomplete, Err: failed}, 5, "cannot do it"},
		"usage":                         {context.Background(), usage("no %s", "such"), 64, "no such"},
		"locked":                        {context.Background(), &node.Error{Kind: node.Locked, Err: failed}, 75, "cannot do it"},
		"needs root":                    {context.Background(), &node.Error{Kind: node.NeedsRoot, Err: failed}, 77, "cannot do it"},
		"bad profile":                   {context.Background(), &profiles.Error{Path: "site.yaml", Line: 3, Message: message.Value("is wrong")}, 78, "site.yaml:3: is wrong"},
		"SIGINT while it planned":       {signalled(syscall.SIGINT), context.Canceled, 130, "stopped by SIGINT before anything was changed"},
		"SIGTERM while it planned":      {signalled(syscall.SIGTERM), &signalError{syscall.SIGTERM}, 143, "stopped by SIGTERM before anything was changed"},
		"SIGTERM between two writes":    {signalled(syscall.SIGTERM), &node.Error{Kind: node.Undone, Err: &signalError{syscall.SIGTERM}}, 143, "stopped by SIGTERM"},
		"SIGTERM in a restart":          {signalled(syscall.SIGTERM), &node.Error{Kind: node.Undone, Err: failed}, 143, "stopped by SIGTERM: cannot do it"},
		"SIGINT, and not all put back":  {signalled(syscall.SIGINT), &node.Error{Kind: node.Incomplete, Err: failed}, 5, "cannot do it"},
		"SIGINT, and a failure as well": {signalled(syscall.SIGINT), &node.Error{Kind: node.Failed, Err: failed}, 130, "cannot do it"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			e := explain(test.ctx, test.err)
			if e.Code != test.code || e.Message.String() != test.message {
				t.Errorf("got %d %q, want %d %q", e.Code, e.Message, test.code, test.message)
			}
		})
	}
}

func TestPick(t *testing.T) {
	tests := map[string]struct {
		platform string
		version  facts.Version
		want     string // "" where none can be picked
	}{
		"kubeadm 1.15":               {facts.Kubeadm, facts.Version{Major: 1, Minor: 15}, "cis-1.5"},
		"kubeadm 1.21":               {facts.Kubeadm, facts.Version{Major: 1, Minor: 21}, "cis-1.20"},
		"kubeadm 1.24":               {facts.Kubeadm, facts.Version{Major: 1, Minor: 24}, "cis-1.24"},
		"kubeadm 1.25":               {facts.Kubeadm, facts.Version{Major: 1, Minor: 25}, "cis-1.7"},
		"kubeadm 1.31":               {facts.Kubeadm, facts.Version{Major: 1, Minor: 31}, "cis-1.11"},
		"kubeadm 1.33":               {facts.Kubeadm, facts.Version{Major: 1, Minor: 33}, "cis-1.12"},
		"kubeadm 1.34":               {facts.Kubeadm, facts.Version{Major: 1, Minor: 34}, "cis-2.0.1"},
		"kubeadm 1.36":               {facts.Kubeadm, facts.Version{Major: 1, Minor: 36}, "cis-2.1"},
		"kubeadm of the future":      {facts.Kubeadm, facts.Version{Major: 1, Minor: 40}, "cis-2.1"},
		"kubeadm, version not known": {facts.Kubeadm, facts.Version{}, "kubeadm-node"},
		"RKE with Kubernetes 1.12":   {facts.RKE, facts.Version{Major: 1, Minor: 12}, "rancher-2.1"},
		"RKE with Kubernetes 1.13":   {facts.RKE, facts.Version{Major: 1, Minor: 13}, "rancher-2.3.5"},
		"RKE, version not known":     {facts.RKE, facts.Version{}, "rancher-2.3.5"},
		"RKE2":                       {facts.RKE2, facts.Version{Major: 1, Minor: 34}, "rke2-cis-1.12"},
		"K3s, version not known":     {facts.K3s, facts.Version{}, "k3s-cis-1.12"},
		"no Kubernetes on this node": {facts.None, facts.Version{}, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			f := &facts.Facts{Platform: test.platform, Kubernetes: test.version}
			if test.platform == facts.RKE2 || test.platform == facts.K3s {
				f.Rancher = &facts.Rancher{}
			}
			got, why, err := pick(f)
			switch {
			case got != test.want:
				t.Errorf("picked %q, want %q", got, test.want)
			case got == "" && explain(t.Context(), err).Code != exitUsage:
				t.Errorf("the error is %v", err)
			case got != "" && (why.EN == "" || why.ZH == ""):
				t.Error("it does not say why")
			}
		})
	}
}

// TestColoursAreForTerminals looks at a terminal, which a script cannot give
// to stdout.
func TestColoursAreForTerminals(t *testing.T) {
	root := filepath.Join(t.TempDir(), "node")
	if err := sampletree.Write(root); err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		env  map[string]string
		args []string
		want bool
	}{
		"on a terminal":                {nil, nil, true},
		"NO_COLOR":                     {map[string]string{"NO_COLOR": ""}, nil, false},
		"TERM=dumb":                    {map[string]string{"TERM": "dumb"}, nil, false},
		"--no-color":                   {nil, []string{"--no-color"}, false},
		"HARDEN_NO_COLOR":              {map[string]string{"HARDEN_NO_COLOR": "true"}, nil, false},
		"--color=never":                {nil, []string{"--color=never"}, false},
		"--color=always over NO_COLOR": {map[string]string{"NO_COLOR": "", "TERM": "dumb"}, []string{"--color=always"}, true},
		"--color=auto under NO_COLOR":  {map[string]string{"NO_COLOR": ""}, []string{"--color=auto"}, false},
		"--no-color over --color":      {nil, []string{"--color=always", "--no-color"}, false},
		"HARDEN_COLOR":                 {map[string]string{"HARDEN_COLOR": "never"}, nil, false},
		"JSON has no colour":           {nil, []string{"-o", "json"}, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Setenv("NO_COLOR", "") // so that it is put back
			if err := os.Unsetenv("NO_COLOR"); err != nil {
				t.Fatal(err)
			}
			t.Setenv("TERM", "xterm")
			for key, value := range test.env {
				t.Setenv(key, value)
			}
			terminal, text := openTerminal(t)
			args := append([]string{"plan", "--root", root, "--profile", "kubeadm-node", "--only", "files.cni"}, test.args...)
			if code := run(args, nil, terminal, terminal); code != exitOK {
				t.Errorf("exit code %d", code)
			}
			if got := text(); strings.Contains(got, "\x1b[") != test.want || !strings.Contains(got, "10-bridge.conflist") {
				t.Errorf("colours wanted: %v\n%q", test.want, got)
			}
		})
	}
}
