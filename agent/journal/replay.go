package journal

import (
	"bytes"
	"errors"
	"hash/crc32"

	"harden/agent/message"
)

// DamagedError says where a file of a run is not as it was written. What it says
// cannot be trusted, so nothing is undone by it; the backups may be sound.
type DamagedError struct {
	Path   string
	Line   int // from 1; 0 where the whole file is meant
	Reason message.Text
	Ended  bool // the run is known to have come to its end before
}

func (e *DamagedError) Error() string { return e.Text().String() }

// Text is the text as a value.
func (e *DamagedError) Text() message.Text {
	if e.Line == 0 {
		return message.New("damaged journal %s: %s", e.Path, e.Reason)
	}
	return message.New("damaged journal %s, line %d: %s", e.Path, e.Line, e.Reason)
}

// NewerError says that a run was recorded by a newer harden than this one, in a
// way that this one does not know. It is sound, and that one can undo it.
type NewerError struct {
	Run   string // its id
	What  string // what is not known here
	Ended bool   // the run is known to have come to its end before
}

func (e *NewerError) Error() string { return e.Text().String() }

// Text is the text as a value.
func (e *NewerError) Text() message.Text {
	return message.New("run %s was written by a newer harden (%s): use that version", e.Run, e.What)
}

// replayed is what a journal's bytes say.
type replayed struct {
	record Record
	seq    int    // of the last sound line
	size   int    // bytes of all sound lines
	sum    uint32 // CRC-32C of these
	torn   bool   // something follows them
	sealed bool   // its seal says as much
}

// replay reads a log. What follows the last newline was being written when the
// power went (its caller was never told that it is durable) and is left out. Any
// unsound line is a *DamagedError, and so is a torn beginning: all up to the first
// backup was there from the moment at which the file was. A sound record that
// cannot be understood is a *NewerError.
func replay(path string, data []byte) (replayed, error) {
	var log replayed
	for rest := data; len(rest) > 0; {
		line, after := cutLine(rest)
		if !bytes.HasSuffix(line, []byte("\n")) {
			if log.record.State == "" || log.record.State == Abandoned && !partOf(entry{Seq: log.seq + 1, Kind: kindReady}, line) {
				return replayed{}, &DamagedError{Path: path, Line: log.seq + 1, Reason: message.New("its end is missing")}
			}
			break
		}
		body, sound := unframe(line)
		if !sound {
			return replayed{}, &DamagedError{Path: path, Line: log.seq + 1, Reason: message.New("checksum does not match")}
		}
		e, err := parseEntry(body)
		var unknown unknownError
		if errors.As(err, &unknown) {
			return replayed{}, &NewerError{Run: runIn(path), What: string(unknown)}
		}
		if err == nil && e.Seq != log.seq+1 {
			err = message.Errorf("record has number %d: lines are missing or repeated", e.Seq)
		}
		if err == nil {
			err = log.record.apply(e)
		}
		if err != nil {
			return replayed{}, &DamagedError{Path: path, Line: log.seq + 1, Reason: message.Of(err)}
		}
		log.seq++
		log.size += len(line)
		rest = after
	}
	if log.record.State == "" {
		log.record.State = Abandoned
	}
	log.torn = log.size < len(data)
	log.sum = crc32.Checksum(data[:log.size], castagnoli)
	return log, nil
}

// partOf tells whether a torn line is the beginning of a record, with zeros
// behind it where a file system made the file longer and did not come to fill it.
func partOf(e entry, torn []byte) bool {
	whole, err := e.encode()
	return err == nil && bytes.HasPrefix(whole, bytes.TrimRight(torn, "\x00"))
}

// cutLine gives the first line with its newline, and what follows.
func cutLine(data []byte) (line, after []byte) {
	if i := bytes.IndexByte(data, '\n'); i >= 0 {
		return data[:i+1], data[i+1:]
	}
	return data, nil
}

// lastEntry reads the last line of a log, which may be long, alone. It is of no
// kind where that is not sound, or is not the one that would stand there.
func lastEntry(data []byte) entry {
	if !bytes.HasSuffix(data, []byte("\n")) {
		return entry{}
	}
	start := bytes.LastIndexByte(data[:len(data)-1], '\n') + 1
	body, sound := unframe(data[start:])
	if !sound {
		return entry{}
	}
	e, err := parseEntry(body)
	if err != nil || e.Seq != bytes.Count(data, []byte("\n")) {
		return entry{}
	}
	return e
}

// begins tells whether the first line of a log is one that is known here.
func begins(data []byte) bool {
	line, _ := cutLine(data)
	body, sound := unframe(line)
	if !sound {
		return false
	}
	e, err := parseEntry(body)
	return err == nil && e.Kind == kindBegin
}

// comesTo gives the state of a run whose last record this is, "" where the record
// does not end a run.
func (e entry) comesTo() State {
	switch e.Kind {
	case kindApplied, kindConfirmed:
		return Applied
	case kindCovered:
		return RolledBack
	case kindSettled:
		return e.State
	}
	return ""
}

func (e entry) ends() bool { return e.comesTo() != "" }
