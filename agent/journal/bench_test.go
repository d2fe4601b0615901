package journal

import "testing"

// BenchmarkRun remembers a run of five changes from its beginning to its
// commit: the backups, and a record before and after each change.
func BenchmarkRun(b *testing.B) {
	for b.Loop() {
		run, err := Open(osDisk{b.TempDir()}, stateDir).Begin(sampleHeader(), sampleChanges(), []byte("{}\n"))
		if err != nil {
			b.Fatal(err)
		}
		for _, a := range applyActions() {
			if err := a.do(run); err != nil {
				b.Fatalf("%s: %v", a.name, err)
			}
		}
		if err := run.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
