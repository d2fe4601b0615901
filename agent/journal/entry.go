package journal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"slices"
	"time"

	"harden/agent/change"
	"harden/agent/message"
)

// kind says what an entry of the log tells.
type kind string

const (
	kindBegin            kind = "begin"  // line 1
	kindChange           kind = "change" // one for each step
	kindReady            kind = "ready"  // all backups are durable
	kindIntent           kind = "intent"
	kindDone             kind = "done"
	kindEffectIntent     kind = "effect-intent"
	kindEffectDone       kind = "effect-done"
	kindApplied          kind = "applied"
	kindPending          kind = "pending"   // applied, and undone unless it is confirmed
	kindConfirmed        kind = "confirmed" // to be kept
	kindUndo             kind = "undo"
	kindUndoIntent       kind = "undo-intent"
	kindUndoDone         kind = "undo-done"
	kindUndoSkipped      kind = "undo-skipped"
	kindUndoEffectIntent kind = "undo-effect-intent"
	kindUndoEffectDone   kind = "undo-effect-done"
	kindSettled          kind = "settled"
	kindCovered          kind = "covered" // put back by another run, a return to the baseline
)

// allowedIn gives the states of a run in which an entry of this kind can come.
func (k kind) allowedIn() []State {
	switch k {
	case kindBegin:
		return []State{""}
	case kindChange, kindReady:
		return []State{Abandoned}
	case kindIntent, kindDone, kindEffectIntent, kindEffectDone, kindApplied, kindPending:
		return []State{InProgress}
	case kindCovered:
		return []State{Applied}
	case kindConfirmed:
		return []State{Pending}
	case kindUndo:
		return []State{InProgress, Applied, Pending, Undoing, RollbackIncomplete, RolledBack}
	case kindUndoIntent, kindUndoDone, kindUndoSkipped, kindUndoEffectIntent, kindUndoEffectDone, kindSettled:
		return []State{Undoing}
	}
	return nil
}

// entry is one line of the log. Seq is the number of the line, from 1, so
// that a line that got lost is noticed.
type entry struct {
	Seq      int               `json:"seq"`
	Kind     kind              `json:"kind"`
	Run      *Header           `json:"run,omitempty"`
	Change   *recordedChange   `json:"change,omitempty"`
	Step     *int              `json:"step,omitempty"` // from 0, also the name of the backup
	Effect   change.Effect     `json:"effect,omitempty"`
	Details  map[string]string `json:"details,omitempty"`
	Reason   message.Text      `json:"reason,omitzero"`
	State    State             `json:"state,omitempty"`
	Problems []message.Text    `json:"problems,omitempty"`
	Finished time.Time         `json:"finished,omitzero"`
	Confirm  *Confirmation     `json:"confirm,omitempty"`
}

// recordedChange is a change with its states, which a plan does not print.
type recordedChange struct {
	change.Change
	Before change.State `json:"before"`
	After  change.State `json:"after"`
}

func (c recordedChange) plain() change.Change {
	plain := c.Change
	plain.Before, plain.After = c.Before, c.After
	plain.Fields = slices.Clone(c.Fields)
	for i, f := range plain.Fields {
		plain.Fields[i].Before, plain.Fields[i].After = fieldValue(f.Before), fieldValue(f.After)
	}
	return plain
}

// fieldValue gives a field's value the type that it had in the plan: JSON
// knows neither int64 nor []string.
func fieldValue(v any) any {
	switch v := v.(type) {
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return n
		}
		if f, err := v.Float64(); err == nil {
			return f
		}
		return v.String()
	case []any:
		list := make([]string, len(v))
		for i, e := range v {
			s, ok := e.(string)
			if !ok {
				return v
			}
			list[i] = s
		}
		return list
	}
	return v
}

// encode gives the line of an entry, newline included.
func (e entry) encode() ([]byte, error) {
	e.code()
	body, err := json.Marshal(e)
	if err != nil {
		return nil, message.Errorf("cannot encode record %q: %w", e.Kind, err)
	}
	return frame(body), nil
}

const (
	frameHead = `{"crc32c":"%08x","record":`
	headSize  = len(`{"crc32c":"00000000","record":`)
)

// frame wraps a record in its checksum; the line is JSON as a whole.
func frame(body []byte) []byte {
	sum := crc32.Checksum(body, castagnoli)
	line := fmt.Appendf(make([]byte, 0, headSize+len(body)+2), frameHead, sum)
	line = append(line, body...)
	return append(line, "}\n"...)
}

// unframe gives the record of a line that has its newline. Any byte that is
// not as frame wrote it makes the line unsound.
func unframe(line []byte) (body []byte, sound bool) {
	if len(line) < headSize+len("}\n") {
		return nil, false
	}
	body = line[headSize : len(line)-len("}\n")]
	return body, bytes.Equal(frame(body), line)
}

// unknownError names what of a sound record is not known here. It would be a
// promise of a newer harden that an undo could break.
type unknownError string

func (e unknownError) Error() string { return e.Text().String() }

// Text is the text as a value.
func (e unknownError) Text() message.Text {
	return message.New("written by a newer harden: %s", string(e))
}

// parseEntry reads the record of a sound line.
func parseEntry(body []byte) (entry, error) {
	var e entry
	if err := decode(body, &e); err != nil {
		var only struct {
			Run struct {
				Format int `json:"format"`
			} `json:"run"`
		}
		if json.Unmarshal(body, &only) == nil && only.Run.Format > Format {
			return entry{}, unknownFormat(only.Run.Format)
		}
		return entry{}, err
	}
	switch {
	case e.Run != nil && e.Run.Format > Format:
		return entry{}, unknownFormat(e.Run.Format)
	case e.Kind.allowedIn() == nil:
		return entry{}, unknownError(fmt.Sprintf("record %q", e.Kind))
	}
	e.decode()
	return e, nil
}

func unknownFormat(n int) unknownError { return unknownError(fmt.Sprintf("format %d", n)) }

// decode reads the JSON of a sound record strictly: what stands there and is not
// known here is an unknownError.
func decode(body []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	d.DisallowUnknownFields()
	err := d.Decode(into)
	if errors.As(err, new(*json.SyntaxError)) || errors.Is(err, io.ErrUnexpectedEOF) {
		return message.Errorf("record cannot be understood: %w", err)
	}
	if err != nil {
		return unknownError(err.Error())
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return message.Errorf("something follows the record in its line")
	}
	return nil
}
