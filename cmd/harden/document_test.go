package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"harden/agent/report"
)

// oneDocument reads stdout, which must be exactly one JSON object and a
// newline.
func oneDocument(ts *testscript.TestScript) map[string]any {
	text := ts.ReadFile("stdout")
	decoder := json.NewDecoder(strings.NewReader(text))
	var d map[string]any
	if err := decoder.Decode(&d); err != nil {
		ts.Fatalf("stdout is not a JSON object: %v", err)
	}
	if _, err := decoder.Token(); err != io.EOF {
		ts.Fatalf("stdout holds more than one JSON document")
	}
	if !strings.HasPrefix(text, "{") || !strings.HasSuffix(text, "}\n") {
		ts.Fatalf("stdout holds something around its JSON document")
	}
	return d
}

// checkDocument checks the one document of -o json: its schema, its kind, and
// that it has an error with this code, or none.
func checkDocument(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 || len(args) > 2 {
		ts.Fatalf("usage: document KIND [CODE]")
	}
	d := oneDocument(ts)
	if d["schema"] != report.Schema {
		ts.Fatalf("schema is %v, not %s", d["schema"], report.Schema)
	}
	if d["kind"] != args[0] {
		ts.Fatalf("kind is %v, not %s", d["kind"], args[0])
	}
	failure, failed := d["error"].(map[string]any)
	switch {
	case len(args) == 1 && failed:
		ts.Fatalf("the document has an error: %v", failure)
	case len(args) == 2 && !failed:
		ts.Fatalf("the document has no error")
	case len(args) == 2 && fmt.Sprint(failure["code"]) != args[1]:
		ts.Fatalf("error.code is %v, not %s", failure["code"], args[1])
	case len(args) == 2 && failure["message"] == "":
		ts.Fatalf("error.message is empty")
	}
}

// checkField compares one field of the document with a JSON value, or with a
// text as it is.
func checkField(ts *testscript.TestScript, args []string) error {
	var value any = oneDocument(ts)
	for name := range strings.SplitSeq(args[0], ".") {
		switch v := value.(type) {
		case map[string]any:
			value = v[name]
		case []any:
			i, err := strconv.Atoi(name)
			if err != nil || i >= len(v) {
				return fmt.Errorf("%s: there is no element %s of %d", args[0], name, len(v))
			}
			value = v[i]
		default:
			return fmt.Errorf("%s: %s is in nothing", args[0], name)
		}
	}
	text, is := value.(string)
	if !is {
		data, err := json.Marshal(value)
		if err != nil {
			return err
		}
		text = string(data)
	}
	if text != args[1] {
		return fmt.Errorf("%s is %s, not %s", args[0], text, args[1])
	}
	return nil
}
