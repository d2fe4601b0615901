package journal

import (
	"bytes"
	"errors"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"harden/agent/message"
)

// sampleJournal gives the bytes of a run that was applied and undone.
func sampleJournal(t testing.TB) []byte {
	disk := osDisk{t.TempDir()}
	run, err := Open(disk, stateDir).Begin(sampleHeader(), sampleChanges(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer run.Close()
	for _, a := range append(applyActions(), undoActions()...) {
		if err := a.do(run); err != nil {
			t.Fatalf("%s: %v", a.name, err)
		}
	}
	return must(os.ReadFile(disk.at(run.log.path)))
}

// A journal that is cut is one of an earlier state; but all up to the first backup
// was there from the first moment, so that cannot be torn.
func TestTruncatedJournalIsAnEarlierState(t *testing.T) {
	data := sampleJournal(t)
	lines := 0
	for n := range data {
		log, err := replay("journal", data[:n])
		whole := n == 0 || data[n-1] == '\n'
		if n > 0 && whole {
			lines++
		}
		if prepared := lines > len(sampleChanges()); !prepared && !whole {
			var damaged *DamagedError
			few := n-bytes.LastIndexByte(data[:n], '\n') <= headSize // these could be of the record behind the backups
			if !(few && lines > 0 && err == nil) && (!errors.As(err, &damaged) || damaged.Line != lines+1) {
				t.Fatalf("cut at byte %d: error %v does not name line %d", n, err, lines+1)
			}
			continue
		}
		if err != nil {
			t.Fatalf("cut at byte %d: %v", n, err)
		}
		if log.seq != lines || log.size != bytes.LastIndexByte(data[:n], '\n')+1 {
			t.Fatalf("cut at byte %d: %d lines in %d bytes, want %d", n, log.seq, log.size, lines)
		}
		if ready := lines > len(sampleChanges())+1; ready == (log.record.State == Abandoned) {
			t.Fatalf("cut at byte %d: state %q after %d lines", n, log.record.State, lines)
		}
	}
}

// TestTornTailIsCutOff resumes a run whose last line is torn in every way.
func TestTornTailIsCutOff(t *testing.T) {
	tails := map[string]string{
		"half a line": `{"crc32c":"0000`, "zeros": "\x00\x00\x00", "half a line and zeros": "{\"crc32c\x00\x00",
		"a line without newline": `{"crc32c":"00000000","record":{"seq":9}}`, "zeros in place of the newline": `{"crc32c":"00000000","record":{}}` + "\x00",
	}
	for name, tail := range tails {
		t.Run(name, func(t *testing.T) {
			disk := osDisk{t.TempDir()}
			store := Open(disk, stateDir)
			first := begin(t, store)
			perform(t, first, applyActions()[:3])
			if err := first.log.file.Append([]byte(tail)); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(first.Record(), must(store.Load(first.ID()))); diff != "" {
				t.Fatal(diff)
			}
			run := must(store.Resume(first.ID()))
			defer run.Close()
			perform(t, run, undoActions())
			if diff := cmp.Diff(run.Record(), must(store.Load(run.ID()))); diff != "" {
				t.Error(diff)
			}
			if strings.Contains(string(must(os.ReadFile(disk.at(run.log.path)))), tail) {
				t.Error("the torn line is still there")
			}
		})
	}
}

func TestFlippedByteIsFound(t *testing.T) {
	data := sampleJournal(t)
	last := bytes.LastIndexByte(data[:len(data)-1], '\n')
	line := 1
	for i := range data[:last] {
		spoilt := bytes.Clone(data)
		spoilt[i] ^= 1 << (i % 8)
		_, err := replay("journal", spoilt)
		var damaged *DamagedError
		if !errors.As(err, &damaged) || damaged.Line != line {
			t.Fatalf("byte %d: error %v does not name line %d", i, err, line)
		}
		if data[i] == '\n' {
			line++
		}
	}
	// In the last line too, but for its newline: what has none may be torn.
	for i := last + 1; i < len(data)-1; i++ {
		spoilt := bytes.Clone(data)
		spoilt[i] ^= 1 << (i % 8)
		if spoilt[i] == '\n' {
			continue
		}
		var damaged *DamagedError
		if _, err := replay("journal", spoilt); !errors.As(err, &damaged) || damaged.Line != line+1 {
			t.Fatalf("byte %d: error %v does not name line %d", i, err, line+1)
		}
	}
}

func TestDamage(t *testing.T) {
	lines := bytes.SplitAfter(bytes.TrimSuffix(sampleJournal(t), []byte("\n")), []byte("\n"))
	ready := len(sampleChanges()) + 2
	join := func(parts ...[][]byte) []byte {
		var all []byte
		for _, p := range parts {
			all = append(all, bytes.Join(p, nil)...)
		}
		return all
	}
	bad := [][]byte{[]byte("\x00\x00\n")}
	newer := [][]byte{frame([]byte(`{"seq":8,"kind":"intent","step":0,"shred":true}`))}
	unknown := [][]byte{frame([]byte(`{"seq":8,"kind":"shred","step":0}`))}
	tests := []struct {
		name string
		data []byte
		want string // state or error
	}{
		{"empty", nil, "abandoned"},
		{"only rubbish", []byte("rubbish\nrubbish\n"), "line 1: checksum"},
		{"unready, damaged in the middle", join(lines[:2], bad, lines[3:4]), "line 3: checksum"},
		{"ready, damaged before", join(lines[:2], bad, lines[3:ready]), "line 3: checksum"},
		{"a line is missing", join(lines[:3], lines[4:]), "line 4: record has number 5"},
		{"a line comes twice", join(lines[:3], lines[2:]), "line 4: record has number 3"},
		{"two bad lines at the end", join(lines[:ready], bad, bad), "line 8: checksum"},
		{"a field of a newer harden", join(lines[:ready], newer), `newer harden (json: unknown field "shred")`},
		{"a kind of a newer harden", join(lines[:ready], unknown), `newer harden (record "shred")`},
		{"NUL bytes, as after a power loss", make([]byte, 1<<20), "line 1: its end is missing"},
		{"a line of 4 MiB", append(bytes.Clone(join(lines[:ready])), bytes.Repeat([]byte("x"), 4<<20)...), "in-progress"},
		{"deep lists", join(lines[:ready], [][]byte{frame(bytes.Repeat([]byte("["), 20_000))}), "line 8: record cannot be understood"},
		{"CRLF", bytes.ReplaceAll(join(lines), []byte("\n"), []byte("\r\n")), "line 1: checksum"},
		{"UTF-16", []byte("\xff\xfe{\x00\"\x00"), "line 1: its end is missing"},
		{"a record with two bodies", join(lines[:ready], [][]byte{frame([]byte(`{"seq":8,"kind":"undo"}{"seq":9,"kind":"applied"}`))}), "line 8: something follows"},
		{"a bad line at the end", join(lines[:ready], bad), "line 8: checksum"},
		{"a newer format", frame([]byte(`{"seq":1,"kind":"begin","run":{"format":2,"shred":true}}`)), "newer harden (format 2)"},
		{"a newer format that looks like this one", frame([]byte(`{"seq":1,"kind":"begin","run":{"format":7}}`)), "newer harden (format 7)"},
		{"a settled run does not hide damage", join(lines[:ready], bad, lines[ready+1:]), "line 8: checksum"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			log, err := replay("journal", test.data)
			got := string(log.record.State)
			if err != nil {
				got = err.Error()
			}
			if !strings.Contains(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
	t.Attr("figure/inputs", strconv.Itoa(len(tests)))
}

// TestOldJournalIsRead keeps the promise that a run can be undone by a later
// version. Where the format grows, add a file, and leave this one as it is.
func TestOldJournalIsRead(t *testing.T) {
	old, err := replay("journal", must(os.ReadFile("testdata/journal-0.1.0")))
	if err != nil {
		t.Fatal(err)
	}
	now := must(replay("journal", sampleJournal(t)))
	if diff := cmp.Diff(now.record, old.record); diff != "" {
		t.Errorf("(-now +old):\n%s", diff)
	}
}

// FuzzJournal reads arbitrary journals: as they are, and with each line given
// a sound checksum, which gets behind it.
func FuzzJournal(f *testing.F) {
	data := sampleJournal(f)
	f.Add(data)
	f.Add(data[:len(data)/2])
	var bodies []byte
	for line := range bytes.Lines(data) {
		body, _ := unframe(line)
		bodies = append(append(bodies, body...), '\n')
	}
	f.Add(bodies)
	f.Add([]byte(`{"seq":1,"kind":"begin","run":{"started":"2026-11-21T23:24:34Z"}}` + "\n" + `{"seq":2,"kind":"ready"}` + "\n" + `{"seq":3,"kind":"intent","step":0}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		checkReplay(t, data)
		var framed []byte
		for line := range bytes.Lines(data) {
			framed = append(framed, frame(bytes.TrimSuffix(line, []byte("\n")))...)
		}
		checkReplay(t, framed)
	})
}

// checkReplay asserts that what was read can be written on.
func checkReplay(t *testing.T, data []byte) {
	log, err := replay("journal", data)
	lastEntry(data)
	if err != nil {
		return
	}
	again, err := replay("journal", data[:log.size])
	if err != nil || again.torn || again.seq != log.seq {
		t.Fatalf("sound part reads differently: %+v, %v", again, err)
	}
	next := entry{Seq: log.seq + 1, Kind: kindUndo, Reason: message.Value("x")}
	if log.record.apply(next) != nil {
		return
	}
	more, err := replay("journal", append(bytes.Clone(data[:log.size]), must(next.encode())...))
	if err != nil || more.record.State != Undoing {
		t.Fatalf("cannot go on: %v", err)
	}
}
