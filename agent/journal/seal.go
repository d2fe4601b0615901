package journal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"path"

	"harden/agent/message"
)

// sealName is the file beside a journal in which is written down, each time the
// run comes to an end, how much of the journal is durable by then. Without it a
// journal that lost its end, or a bit of its last line, looks like one that was
// being written when the power went. It grows by lines as the journal does, so a
// run that is killed leaves no temporary.
const sealName = "seal"

// sealLimit is the size in bytes up to which a seal is read: some thousand lines.
const sealLimit = 1 << 20

// seal is what a journal is known to have held at some time: it never gets
// shorter than that.
type seal struct {
	Size  int    `json:"size"`   // bytes
	Sum   string `json:"crc32c"` // of these bytes
	State State  `json:"state"`  // what they come to
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// covers tells whether a journal begins with what was sealed.
func (s seal) covers(data []byte) bool {
	return len(data) >= s.Size && fmt.Sprintf("%08x", crc32.Checksum(data[:s.Size], castagnoli)) == s.Sum
}

// ended tells whether the run had come to an end: nothing is to be undone
// unless somebody asks for it.
func (s State) ended() bool { return s.settled() || s == RollbackIncomplete }

// readSeal gives the last seal of a run; nil where there is none. A last line
// that is torn was being written, and the one before it counts.
func (s *Store) readSeal(id string) (*seal, error) {
	name := s.path(id, sealName)
	data, err := s.disk.ReadFile(name, sealLimit)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, message.Errorf("cannot read run %s: %w", id, err)
	}
	last, n, err := parseSeals(data)
	if err != nil {
		return nil, &DamagedError{Path: name, Line: n, Reason: message.Of(err)}
	}
	return last, nil
}

// parseSeals gives the last whole line of a seal. An error is about line n.
func parseSeals(data []byte) (last *seal, n int, err error) {
	for line := range bytes.Lines(data) {
		if !bytes.HasSuffix(line, []byte("\n")) {
			break
		}
		n++
		body, sound := unframe(line)
		if !sound {
			return nil, n, message.Errorf("checksum does not match")
		}
		var s seal
		// Of a newer harden only what is known here counts.
		if err := json.Unmarshal(body, &s); err != nil || s.Size < 0 {
			return nil, n, message.Errorf("record cannot be understood")
		}
		last = &s
	}
	return last, n, nil
}

// seal writes down what the log holds by now, durably.
func (l *logFile) seal(state State) error {
	body, err := json.Marshal(seal{Size: l.size, Sum: fmt.Sprintf("%08x", l.sum), State: state})
	if err != nil {
		return message.Errorf("cannot encode the seal: %w", err)
	}
	name := path.Join(path.Dir(l.path), sealName)
	data, err := l.disk.ReadFile(name, sealLimit)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if whole := data[:bytes.LastIndexByte(data, '\n')+1]; len(whole) < len(data) { // behind a torn line no other can be read
		return l.disk.ReplaceFile(name, append(whole, frame(body)...), fileMode)
	}
	file, err := l.disk.OpenAppend(name)
	if err != nil {
		return err
	}
	return errors.Join(file.Append(frame(body)), file.Close())
}
