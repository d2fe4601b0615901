//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// nodeName is the node's own, so that it does not replace a developer's.
const nodeName = "harden-e2e"

// scripts is where up, in and down lie, from this directory.
var scripts = filepath.Join("..", "node")

// theNode is set by TestMain: bringing it up takes more than a minute.
var theNode *node

func TestMain(m *testing.M) {
	code, err := runOnNode(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "e2e:", err)
		code = 1
	}
	os.Exit(code)
}

// runOnNode runs all tests with a fresh node and removes it.
func runOnNode(m *testing.M) (code int, err error) {
	if os.Geteuid() != 0 {
		return 0, fmt.Errorf("needs root, to boot a node")
	}
	up := exec.Command(filepath.Join(scripts, "up"), nodeName)
	up.Stderr = os.Stderr
	root, err := up.Output()
	defer func() {
		down := exec.Command(filepath.Join(scripts, "down"), nodeName)
		down.Stdout, down.Stderr = os.Stderr, os.Stderr
		if downErr := down.Run(); downErr != nil && err == nil {
			err = fmt.Errorf("cannot remove the node: %w", downErr)
		}
	}()
	if err != nil {
		return 0, fmt.Errorf("cannot bring up the node: %w", err)
	}
	theNode = &node{root: strings.TrimSpace(string(root))}
	if err := theNode.installHarden(); err != nil {
		return 0, err
	}
	return m.Run(), nil
}
