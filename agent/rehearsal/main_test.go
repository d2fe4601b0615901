package rehearsal

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"
)

// What the test's own program does where it is started by a test.
const (
	attemptVariable = "REHEARSAL_ATTEMPT" // walled in, it tries to do harm
	middleVariable  = "REHEARSAL_MIDDLE"  // it rehearses, and is killed meanwhile
)

func TestMain(m *testing.M) {
	if IsChild() {
		Main()
	}
	if os.Getenv(attemptVariable) != "" {
		attempt()
		os.Exit(0)
	}
	if marker := os.Getenv(middleVariable); marker != "" {
		rehearseForEver(marker)
	}
	os.Exit(m.Run())
}

// rehearseForEver is harden at a rehearsal that takes its time.
func rehearseForEver(marker string) {
	sleep, err := os.Open("/bin/sleep")
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	s := Subject{Program: sleep, Argv: []string{"sleep", "600." + marker}, Root: "/", Limit: time.Hour}
	_, err = Run(context.Background(), s, func(string) (time.Duration, bool) { return 0, false })
	fmt.Println(err)
	os.Exit(1)
}

// needsRoot skips a test that cannot make namespaces.
func needsRoot(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("only root can wall a process in: run the tests as root")
	}
}
