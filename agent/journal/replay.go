package journal

import (
	"bytes"
	"fmt"
)

// DamagedError says where a journal is not as it was written. What it says
// cannot be trusted, so nothing is undone by it; the backups may be sound.
type DamagedError struct {
	Path   string
	Line   int // from 1; 0 where the whole file is meant
	Reason string
}

func (e *DamagedError) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("damaged journal %s: %s", e.Path, e.Reason)
	}
	return fmt.Sprintf("damaged journal %s, line %d: %s", e.Path, e.Line, e.Reason)
}

// replayed is what a journal's bytes say.
type replayed struct {
	record Record
	seq    int  // of the last sound line
	size   int  // bytes of all sound lines
	torn   bool // something follows them
}

// replay reads a log. A last line that is not sound was being written when the
// power went (its caller was never told that it is durable) and is left out.
// So is everything in a log that was never ready: no target was written yet.
// Any other unsound line is a *DamagedError.
func replay(path string, data []byte) (replayed, error) {
	var log replayed
	for rest := data; len(rest) > 0; {
		line, after := cutLine(rest)
		body, sound := unframe(line)
		if !sound {
			started := log.record.State != "" && log.record.State != Abandoned
			if len(after) > 0 && (started || startedIn(after)) {
				return replayed{}, &DamagedError{path, log.seq + 1, "checksum does not match"}
			}
			break
		}
		e, err := parseEntry(body)
		if err == nil && e.Seq != log.seq+1 {
			err = fmt.Errorf("record has number %d: lines are missing or repeated", e.Seq)
		}
		if err == nil {
			err = log.record.apply(e)
		}
		if err != nil {
			return replayed{}, &DamagedError{path, log.seq + 1, err.Error()}
		}
		log.seq++
		log.size += len(line)
		rest = after
	}
	if log.record.State == "" {
		log.record.State = Abandoned
	}
	log.torn = log.size < len(data)
	return log, nil
}

// cutLine gives the first line with its newline, and what follows.
func cutLine(data []byte) (line, after []byte) {
	if i := bytes.IndexByte(data, '\n'); i >= 0 {
		return data[:i+1], data[i+1:]
	}
	return data, nil
}

// startedIn tells whether a sound line says that the run was ready.
func startedIn(data []byte) bool {
	for len(data) > 0 {
		var line []byte
		line, data = cutLine(data)
		if body, sound := unframe(line); sound {
			if e, err := parseEntry(body); err != nil || !e.Kind.prepares() {
				return true
			}
		}
	}
	return false
}

// settledAtEnd tells from the last line alone whether a run came to its end.
func settledAtEnd(data []byte) bool {
	if !bytes.HasSuffix(data, []byte("\n")) {
		return false
	}
	start := bytes.LastIndexByte(data[:len(data)-1], '\n') + 1
	body, sound := unframe(data[start:])
	if !sound {
		return false
	}
	e, err := parseEntry(body)
	return err == nil && (e.Kind == kindApplied || e.Kind == kindConfirmed || e.Kind == kindSettled || e.Kind == kindCovered)
}
