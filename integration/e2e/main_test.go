//go:build e2e

package e2e

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// nodeName is the node's own, so that it does not replace a developer's. HARDEN_E2E_NODE names another one, so that two
// versions can be tested side by side, each from a checkout of its own.
var nodeName = cmp.Or(os.Getenv("HARDEN_E2E_NODE"), "harden-e2e")

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
	defer func() {
		if downErr := down(nodeName); downErr != nil && err == nil {
			err = downErr
		}
	}()
	if theNode, err = up(nodeName); err != nil {
		return 0, err
	}
	if err := theNode.installHarden(); err != nil {
		return 0, err
	}
	return m.Run(), nil
}
