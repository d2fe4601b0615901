package journal

import (
	"encoding/json"
	"strconv"

	"harden/agent/message"
)

// saidKey is the detail of an entry that holds what its texts are as messages. A
// harden that does not know it passes over it.
const saidKey = "said"

// code notes of the texts of an entry which messages they are.
func (e *entry) code() {
	var said message.CodedTexts
	if !e.Reason.IsZero() {
		said.Add("reason", e.Reason)
	}
	for i, p := range e.Problems {
		said.Add(strconv.Itoa(i), p)
	}
	if data, err := json.Marshal(said); err == nil && said != nil {
		e.Details = map[string]string{saidKey: string(data)}
	}
}

// decode gives the texts of an entry back as messages; those of an older harden
// stay the English texts that they are.
func (e *entry) decode() {
	var said message.CodedTexts
	if json.Unmarshal([]byte(e.Details[saidKey]), &said) != nil || e.Reason.IsZero() && len(e.Problems) == 0 {
		return
	}
	e.Details = nil
	e.Reason = said.Text("reason", e.Reason)
	for i, p := range e.Problems {
		e.Problems[i] = said.Text(strconv.Itoa(i), p)
	}
}
