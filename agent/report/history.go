package report

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"iter"
	"strings"
)

// WriteHistory prints a document with runs, however many there are, in the form in
// which Document.Write prints those that it holds. end gives the document without
// runs once all of them are printed.
func WriteHistory(w io.Writer, runs iter.Seq[Run], end func() Document) error {
	out := bufio.NewWriterSize(w, 64<<10)
	head, _, err := around(Document{Schema: Schema, Kind: "History"})
	if err != nil {
		return err
	}
	_, _ = out.WriteString(head) // bufio keeps the first error until Flush
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	e.SetIndent("    ", "  ")
	before := "[\n    "
	for r := range runs {
		text.Reset()
		if err := e.Encode(r); err != nil {
			return err
		}
		_, _ = out.WriteString(before)
		_, _ = out.Write(escaped(bytes.TrimRight(text.Bytes(), "\n")))
		before = ",\n    "
	}
	after := "\n  ]"
	if before[0] == '[' {
		after = "[]"
	}
	_, tail, err := around(end())
	if err != nil {
		return err
	}
	_, _ = out.WriteString(after + tail)
	return out.Flush()
}

// around gives what stands before and behind the list of runs in a document that
// has none.
func around(d Document) (head, tail string, err error) {
	const list = `"runs": `
	d.Runs = []Run{}
	var text strings.Builder
	if err := d.Write(&text); err != nil {
		return "", "", err
	}
	head, tail, _ = strings.Cut(text.String(), list+"[]")
	return head + list, tail, nil
}
