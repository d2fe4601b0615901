//go:build e2e

package e2e

import (
	"os"
	"testing"
)

// nightlyRun tells whether everything is to run: `make nightly`, or NIGHTLY=1.
func nightlyRun() bool { return os.Getenv("NIGHTLY") == "1" }

// nightly skips a test that does not have to run on each change, and prints
// why: it takes minutes, and another test covers most changes.
func nightly(t *testing.T, why string) {
	t.Helper()
	if !nightlyRun() {
		t.Skipf("nightly (NIGHTLY=1): %s", why)
	}
}
