package profiles

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"strings"
	"sync"

	"harden/profiles/generated"
)

// proseKey names a long text of a built-in file: the rule or control, and the field.
type proseKey struct{ name, field string }

// prose keeps what was unpacked, and the reader for the next file.
var prose = struct {
	sync.Mutex
	files  map[string]map[proseKey]Text
	reader gzip.Reader
}{files: map[string]map[proseKey]Text{}}

// proseOf returns the long texts of a built-in YAML file. Those of rules are read
// only where they are shown, so a plan unpacks few of them.
func proseOf(file string) map[proseKey]Text {
	prose.Lock()
	defer prose.Unlock()
	if texts, read := prose.files[file]; read {
		return texts
	}
	text, err := unpackProse(file)
	if err != nil {
		panic("profiles: the prose of " + file + " cannot be read: " + err.Error()) // a test reads all
	}
	parts := strings.Split(text, "\x00")
	texts := make(map[proseKey]Text, len(parts)/3)
	for i := 0; i+2 < len(parts); i += 3 {
		name, field, _ := strings.Cut(parts[i], " ")
		texts[proseKey{name, field}] = Text{EN: parts[i+1], ZH: parts[i+2]}
	}
	prose.files[file] = texts
	return texts
}

// unpackProse returns the text of generated.Prose for a file, "" for one without long texts.
func unpackProse(file string) (string, error) {
	packed, err := generated.Prose.ReadFile(prosePath(file))
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	if err := prose.reader.Reset(bytes.NewReader(packed)); err != nil {
		return "", err
	}
	text := make([]byte, binary.LittleEndian.Uint32(packed[len(packed)-4:])) // gzip ends with the size
	if _, err := io.ReadFull(&prose.reader, text); err != nil {
		return "", err
	}
	return string(text), nil
}

// prosePath is where package generated has the prose of a file:
// rules/kubelet.yaml is rules-kubelet, builtin/cis-1.12.yaml is cis-1.12.
func prosePath(file string) string {
	name := strings.TrimSuffix(strings.ReplaceAll(strings.TrimPrefix(file, "builtin/"), "/", "-"), ".yaml")
	return "prose/" + name + ".gz"
}

// why says what a rule is for.
func (r *rule) why() Text { return r.text("why", r.Why) }

// risk says what a rule can break.
func (r *rule) risk() Text { return r.text("risk", r.Risk) }

// because says why a rule is as severe as it is.
func (r *rule) because() Text { return r.text("because", r.Because) }

// text returns a long text of a rule: of a built-in one it is in the prose of its file.
func (r *rule) text(field string, own Text) Text {
	if r.builtin == nil {
		return own
	}
	return proseOf(r.builtin.Path)[proseKey{r.Name, field}]
}
