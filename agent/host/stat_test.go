package host

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A directory that others filled is not listed, however many names it has.
func TestReadNames(t *testing.T) {
	dir := t.TempDir()
	for i := range 600 { // more than one call of the kernel gives
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("a-name-that-is-long-enough-%03d", i)), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	r, err := OpenRoot(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if names, err := r.ReadNames("/", 599); err == nil || !strings.Contains(err.Error(), "more than 599 entries") {
		t.Errorf("%d names, %v", len(names), err)
	}
	if names, err := r.ReadNames("/", 600); err != nil || len(names) != 600 || !slices.IsSorted(names) {
		t.Errorf("%d names, %v", len(names), err)
	}
}
