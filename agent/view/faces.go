package view

import (
	"bytes"
	"fmt"
	"io"
)

// face writes a report in the format of other programs; of a comparison it is
// the later report, with what became of each control.
type face func(w io.Writer, r Report, d *Diff) error

// faces are the formats beside text and json.
var faces = []struct {
	name  string
	write face
}{
	{"junit", writeJUnit},
	{"sarif", writeSARIF},
	{"oscal", writeOSCAL},
	{"prometheus", writePrometheus},
	{"kube-bench", writeKubeBench},
	{"html", writeHTML},
}

// Faces are the names of the formats that a report, and a comparison of two,
// can be written in beside text and json.
func Faces() []string {
	names := make([]string, len(faces))
	for i, f := range faces {
		names[i] = f.name
	}
	return names
}

// Write writes the report in one of Faces: whole, or after an error nothing.
func (r Report) Write(w io.Writer, name string) error { return writeFace(w, name, r, nil) }

// Write writes the comparison in one of Faces: whole, or after an error
// nothing.
func (d Diff) Write(w io.Writer, name string) error { return writeFace(w, name, d.After, &d) }

func writeFace(w io.Writer, name string, r Report, d *Diff) error {
	for _, f := range faces {
		if f.name != name {
			continue
		}
		var whole bytes.Buffer
		if err := f.write(&whole, r, d); err != nil {
			return fmt.Errorf("cannot write the report as %s: %w", name, err)
		}
		_, err := w.Write(whole.Bytes())
		return err
	}
	return fmt.Errorf("there is no format %q", name)
}
