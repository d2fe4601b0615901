//go:build strangers

package strangers

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// nodeName is the node's own, so that it does not replace a developer's.
const nodeName = "harden-strangers"

// scripts is where up, in and down lie, from this directory.
var scripts = filepath.Join("..", "node")

// root is the directory on this machine that is the node's root; set by TestMain.
var root string

func TestMain(m *testing.M) {
	code, err := onNode(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "strangers:", err)
		code = 1
	}
	os.Exit(code)
}

// onNode runs all tests on a fresh node, and removes it.
func onNode(m *testing.M) (code int, err error) {
	if os.Geteuid() != 0 {
		return 0, errors.New("needs root, to boot a node")
	}
	defer func() {
		down := exec.Command(filepath.Join(scripts, "down"), nodeName)
		down.Stderr = os.Stderr
		err = errors.Join(err, down.Run())
	}()
	up := exec.Command(filepath.Join(scripts, "up"), "--bare", nodeName)
	up.Stderr = os.Stderr
	out, err := up.Output()
	if err != nil {
		return 0, fmt.Errorf("cannot bring the node up: %w", err)
	}
	root = strings.TrimSpace(string(out))
	if err := furnish(); err != nil {
		return 0, err
	}
	code = m.Run()
	fmt.Printf("attempts: %d\n", attempts)
	return code, nil
}

// furnish puts on the node what all tests need: harden, the program that is the
// strangers' and the stand-in of the kubelet, and the users.
func furnish() error {
	build := func(file, ldflags, target string) error {
		cmd := exec.Command("go", "build", "-tags", "nethttpomithttp2", "-ldflags", ldflags, "-o", filepath.Join(root, file), target)
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0") // the node's C library is its own
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("cannot build %s: %w\n%s", target, err, out)
		}
		return nil
	}
	// The kubelet's version is read from what the linker was told.
	if err := build("usr/local/bin/stranger", "-X k8s.io/component-base/version.gitVersion=v1.34.1", "./stranger"); err != nil {
		return err
	}
	kubelet := filepath.Join(root, "usr/bin/kubelet")
	if out, err := exec.Command("cp", filepath.Join(root, program), kubelet).CombinedOutput(); err != nil {
		return fmt.Errorf("%w\n%s", err, out)
	}
	if err := os.Chtimes(kubelet, written, written); err != nil {
		return err
	}
	if other := os.Getenv("HARDEN"); other != "" {
		data, err := os.ReadFile(other)
		if err == nil {
			err = os.WriteFile(filepath.Join(root, "usr/bin/harden"), data, 0o755)
		}
		if err != nil {
			return err
		}
	} else if err := build("usr/bin/harden", "", "harden/cmd/harden"); err != nil {
		return err
	}
	for _, line := range [][]string{
		{"ip", "link", "set", "lo", "up"},
		{"useradd", "--uid", "1000", "--create-home", "--shell", "/bin/bash", "mallory"},
		{"useradd", "--system", "--uid", "990", "--shell", "/bin/bash", "exporter"},
		{"useradd", "--system", "--uid", "991", "--user-group", "etcd"}, // what some baselines would make else
	} {
		if out, err := inside(line...).CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w\n%s", strings.Join(line, " "), err, out)
		}
	}
	return nil
}

// inside is a command of root on the node, outside of all of its units.
func inside(argv ...string) *exec.Cmd {
	return exec.Command(filepath.Join(scripts, "in"), append([]string{"-n", nodeName}, argv...)...)
}
