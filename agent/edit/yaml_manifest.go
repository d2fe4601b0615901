package edit

import (
	"bytes"
	"errors"
	"regexp"
	"slices"
	"strings"
	"sync"

	"gopkg.in/yaml.v3"

	"harden/agent/message"
)

// inManifest is an address that leads into a text which holds Kubernetes
// objects with lines of "---" between them, as addons in RKE's cluster.yml:
//
//	addons{PodSecurityPolicy/restricted}.spec.privileged
//	addons{Role/ingress-nginx/default-psp-role}
//
// It names the object by kind, namespace where it has one, and name. Without
// a field it is the whole object, as text.
type inManifest struct {
	text   string // address of the text
	object string
	field  string // within the object, or ""
}

var manifestAddress = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^([^{}"\[]+)\{([^{}"]+)\}(?:\.(.+))?$`)
})

func parseManifestAddress(address string) (inManifest, bool) {
	if !strings.Contains(address, "{") {
		return inManifest{}, false // as most are
	}
	m := manifestAddress().FindStringSubmatch(address)
	if m == nil {
		return inManifest{}, false
	}
	return inManifest{text: m[1], object: m[2], field: m[3]}, true
}

// object is one object in a text: its lines, without the separators.
type object struct {
	name        string // "Kind/namespace/name"
	first, next int    // 0-based lines, the second exclusive
}

// objects finds the objects of a text. One that cannot be read could be any.
func objects(lines []string) ([]object, error) {
	var list []object
	first := 0
	for i := range len(lines) + 1 {
		if i < len(lines) && !strings.HasPrefix(lines[i], "---") {
			continue
		}
		if i < len(lines) && !isSeparator(lines[i]) {
			return nil, message.Errorf("line %d of the text holds more than ---", i+1)
		}
		name, err := objectName(lines[first:i])
		if err != nil {
			return nil, message.Errorf("cannot read the object that begins in line %d of the text: %w", first+1, err)
		}
		if name != "" {
			list = append(list, trimmed(object{name, first, i}, lines))
		}
		first = i + 1
	}
	return list, nil
}

// trimmed leaves out the comments and blank lines around an object.
func trimmed(o object, lines []string) object {
	empty := func(line string) bool {
		text := strings.TrimLeft(line, " \t")
		return text == "" || text[0] == '#'
	}
	for empty(lines[o.first]) {
		o.first++
	}
	for empty(lines[o.next-1]) {
		o.next--
	}
	return o
}

func isSeparator(line string) bool {
	rest, is := strings.CutPrefix(line, "---")
	return is && (strings.Trim(rest, " \t") == "" || isBlank(rest[0]) && strings.Trim(rest, " \t")[0] == '#')
}

// objectName gives the name of the object in some lines, "" where there is none.
func objectName(lines []string) (name string, err error) {
	// The parser is not ours; see parseYAML.
	defer func() {
		if p := recover(); p != nil {
			err = message.Errorf("the YAML parser failed: %v", p)
		}
	}()
	// Into a tree: into a structure the decoder compares each key with every other.
	var tree yaml.Node
	if err := yaml.Unmarshal([]byte(strings.Join(lines, "\n")), &tree); err != nil {
		return "", errors.New(strings.TrimPrefix(err.Error(), "yaml: "))
	}
	if tree.Kind == 0 {
		return "", nil
	}
	var parts []string
	for _, address := range [][]string{{"kind"}, {"metadata", "namespace"}, {"metadata", "name"}} {
		steps := make([]step, len(address))
		for i := range address {
			steps[i].key = &address[i]
		}
		if nodes := walk(tree.Content[0], steps); len(nodes) > len(steps) && nodes[len(steps)].Kind == yaml.ScalarNode && nodes[len(steps)].ShortTag() != "!!null" {
			parts = append(parts, nodes[len(steps)].Value)
		}
	}
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), "/"), nil
}

// manifestLines gives the lines of a text at an address, and the line of the
// document on which the first of them stands.
func (d *yamlDocument) manifestLines(address string) (lines []string, line int, err error) {
	value, line, found, err := d.Get(address)
	if err != nil || !found || value == nil || value == "" {
		return nil, line, err
	}
	text, is := value.(string)
	if !is {
		return nil, line, &TypeError{address, line, message.New("scalar")}
	}
	return strings.Split(strings.TrimRight(text, "\n"), "\n"), line + 1, nil
}

func (d *yamlDocument) getManifest(at inManifest) (value any, line int, found bool, err error) {
	lines, line, err := d.manifestLines(at.text)
	if err != nil {
		return nil, line, false, err
	}
	list, err := objects(lines)
	i := slices.IndexFunc(list, func(o object) bool { return o.name == at.object })
	if err != nil || i < 0 {
		return nil, 0, false, err
	}
	o := list[i]
	line += o.first
	text := strings.Join(lines[o.first:o.next], "\n")
	if at.field == "" {
		return text, line, true, nil
	}
	inner, err := openYAML(d.texts, []byte(text))
	if err != nil {
		return nil, line, true, err
	}
	value, below, found, err := inner.Get(at.field)
	if !found {
		return nil, 0, false, err
	}
	return value, line + below - 1, true, err
}

// setManifest adds or replaces an object, or sets a field of one.
func (d *yamlDocument) setManifest(at inManifest, value any) error {
	return d.editManifest(at, func(lines []string) ([]string, error) {
		if at.field != "" {
			return d.editObject(lines, func(o Document) error { return o.Set(at.field, value) })
		}
		text, _ := value.(string)
		wanted := strings.Split(text, "\n")
		name, err := objectName(wanted)
		if err != nil {
			return nil, err
		}
		if name != at.object || text != strings.Trim(text, "\n") || slices.ContainsFunc(wanted, isSeparator) || strings.ContainsAny(text, "\r\t") {
			return nil, message.Errorf("the value is not the text of that object alone")
		}
		return wanted, nil
	})
}

func (d *yamlDocument) unsetManifest(at inManifest) error {
	if at.field == "" {
		return message.Errorf("%s cannot be removed: the cluster would keep the object", at.object)
	}
	if _, _, found, err := d.getManifest(at); err != nil || !found {
		return err
	}
	return d.editManifest(at, func(lines []string) ([]string, error) {
		return d.editObject(lines, func(o Document) error { return o.Unset(at.field) })
	})
}

func (d *yamlDocument) editObject(lines []string, change func(Document) error) ([]string, error) {
	if len(lines) == 0 {
		return nil, message.Errorf("there is no such object")
	}
	o, err := openYAML(d.texts, []byte(strings.Join(lines, "\n")+"\n"))
	if err != nil {
		return nil, err
	}
	if err := change(o); err != nil {
		return nil, err
	}
	return strings.Split(strings.TrimSuffix(string(o.Bytes()), "\n"), "\n"), nil
}

// editManifest changes the lines of one object, which are none where it is
// not there. On an error the document is as it was.
func (d *yamlDocument) editManifest(at inManifest, change func([]string) ([]string, error)) error {
	before := d.data
	err := d.tryManifest(at, change)
	if err == nil {
		return nil
	}
	// The old text was read before, so reading it again cannot fail.
	return errors.Join(message.Errorf("%s: %w", at.object, err), d.load(before))
}

func (d *yamlDocument) tryManifest(at inManifest, change func([]string) ([]string, error)) error {
	lines, _, err := d.manifestLines(at.text)
	if err != nil {
		return err
	}
	list, err := objects(lines)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(list, func(o object) bool { return o.name == at.object })
	var old []string
	if i >= 0 {
		old = lines[list[i].first:list[i].next]
	}
	changed, err := change(old)
	if err != nil {
		return err
	}
	switch {
	case i >= 0:
		changed = slices.Concat(lines[:list[i].first], changed, lines[list[i].next:])
	case len(list) > 0 && !isSeparator(lines[len(lines)-1]):
		changed = slices.Concat(lines, []string{"---"}, changed)
	default:
		changed = slices.Concat(lines, changed)
	}
	for len(changed) > 0 && changed[len(changed)-1] == "" { // no text ends with blank lines
		changed = changed[:len(changed)-1]
	}
	return d.writeLines(at.text, lines, changed)
}

// writeLines turns the lines of a literal scalar into others and touches only
// those that differ. A text that is not there, or empty, becomes one.
func (d *yamlDocument) writeLines(address string, old, lines []string) error {
	if slices.Equal(old, lines) {
		return nil
	}
	if len(old) == 0 {
		if err := d.Set(address, ""); err != nil {
			return err
		}
	}
	steps, err := parseAddress(address)
	if err != nil {
		return err
	}
	p, err := d.place(steps)
	if err != nil {
		return err
	}
	newline := lineBreak(d.data)
	eol := lineEnd(d.data, p.end)
	value := strings.Join(lines, "\n")
	if len(old) == 0 {
		if p.flow || p.parent.Kind != yaml.MappingNode || p.node.Style&blockStyle != 0 {
			return message.Errorf("a text of several lines does not fit there")
		}
		indent := strings.Repeat(" ", d.column(p.parent)+d.writer().step)
		text := slices.Concat(d.data[:p.start], []byte("|-"), d.data[p.end:eol], []byte(indented(lines, indent, newline)), d.data[eol:])
		p.node.Value, p.node.Style = value, yaml.LiteralStyle
		return d.commit(text, nil)
	}
	if p.node.Style&yaml.LiteralStyle == 0 {
		return message.Errorf("the text in line %d is not a literal block; begin it with |", p.node.Line)
	}
	same := 0
	for same < min(len(old), len(lines)) && old[same] == lines[same] {
		same++
	}
	behind := 0
	for behind < min(len(old), len(lines))-same && old[len(old)-1-behind] == lines[len(lines)-1-behind] {
		behind++
	}
	indent, err := d.literalIndent(p.start, old)
	if err != nil {
		return err
	}
	from := lineEnd(d.data, p.start)
	for range same {
		from = nextLineEnd(d.data, from)
	}
	to := from
	for range len(old) - behind - same {
		to = nextLineEnd(d.data, to)
	}
	p.node.Value = value + strings.Repeat("\n", len(p.node.Value)-len(strings.TrimRight(p.node.Value, "\n")))
	return d.commit(splice(d.data, from, to, indented(lines[same:len(lines)-behind], indent, newline)), nil)
}

// literalIndent gives the blanks before each line of a literal scalar.
func (d *yamlDocument) literalIndent(start int, lines []string) (string, error) {
	end := lineEnd(d.data, start)
	for _, line := range lines {
		next := nextLineEnd(d.data, end)
		if strings.TrimSpace(line) != "" {
			raw := bytes.TrimLeft(d.data[end:next], "\r\n")
			if indent, is := strings.CutSuffix(string(raw), line); is && strings.Trim(indent, " ") == "" {
				return indent, nil
			}
			break
		}
		end = next
	}
	return "", message.Errorf("cannot tell how the text is indented")
}

// nextLineEnd gives the end of the line behind the one that ends at an offset.
func nextLineEnd(data []byte, end int) int {
	i := bytes.IndexByte(data[end:], '\n')
	if i < 0 {
		return len(data)
	}
	return lineEnd(data, end+i+1)
}

func indented(lines []string, indent, newline string) string {
	var b strings.Builder
	for _, line := range lines {
		b.WriteString(newline)
		if line != "" {
			b.WriteString(indent + line)
		}
	}
	return b.String()
}
