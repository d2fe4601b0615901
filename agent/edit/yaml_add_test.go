package edit

import "testing"

func TestYAMLAdd(t *testing.T) {
	runRows(t, "yaml", []row{
		{name: "at the end", text: "a: 1\n", address: "b", value: true, want: "a: 1\nb: true\n"},
		{name: "no final line break", text: "a: 1", address: "b", value: true, want: "a: 1\nb: true"},
		{name: "behind the comment", text: "a: 1 # c\n\n# d\n", address: "b", value: true, want: "a: 1 # c\nb: true\n\n# d\n"},
		{name: "in a mapping", text: "a:\n    b: 1\n\n# of c\nc: 1\n", address: "a.x", value: "v", want: "a:\n    b: 1\n    x: v\n\n# of c\nc: 1\n"},
		{name: "a whole path", text: "a: 1\nz: 1\n", address: "b.c.d", value: false, want: "a: 1\nz: 1\nb:\n  c:\n    d: false\n"},
		{name: "by the file's habit", text: "a:\n   b: 1\n", address: "c.d.e", value: "x", want: "a:\n   b: 1\nc:\n   d:\n      e: x\n"},
		{name: "behind a nested end", text: "a:\n  b:\n    c: 1\nd: 1\n", address: "a.x", value: true, want: "a:\n  b:\n    c: 1\n  x: true\nd: 1\n"},
		{name: "behind a list", text: "a:\n  b:\n  - 1\n  - c: 1\nd: 1\n", address: "a.x", value: true, want: "a:\n  b:\n  - 1\n  - c: 1\n  x: true\nd: 1\n"},
		{name: "behind an empty item", text: "a:\n  b:\n  -\n  -\nd: 1\n", address: "a.x", value: true, want: "a:\n  b:\n  -\n  -\n  x: true\nd: 1\n"},
		{name: "behind a text block", text: "a:\n  b: |\n    x\n\n    v\n\nd: 1\n", address: "a.x", value: true, want: "a:\n  b: |\n    x\n\n    v\n  x: true\n\nd: 1\n"},
		{name: "behind a null", text: "a:\n  b: # c\nd: 1\n", address: "a.x", value: true, want: "a:\n  b: # c\n  x: true\nd: 1\n"},
		{name: "in an item", text: "l:\n- a: 1\n- b: 1\n", address: "l[0].x", value: int64(2), want: "l:\n- a: 1\n  x: 2\n- b: 1\n"},
		{name: "a new item", text: "l:\n- a: 1\n", address: "l[1].b.c", value: int64(2), want: "l:\n- a: 1\n- b:\n    c: 2\n"},
		{name: "first item", text: "a: 1\n", address: "l[0].b", value: int64(2), want: "a: 1\nl:\n- b: 2\n"},
		{name: "below a null", text: "a: # c\nb: 1\n", address: "a.x.v", value: true, want: "a: # c\n  x:\n    v: true\nb: 1\n"},
		{name: "below a tilde", text: "a: ~ # c\nb: 1\n", address: "a.x", value: true, want: "a: # c\n  x: true\nb: 1\n"},
		{name: "empty flow", text: "a: {} # c\n", address: "a.x.v", value: true, want: "a: {x: {v: true}} # c\n"},
		{name: "flow", text: "a: {b: 1 } # c\n", address: "a.x", value: true, want: "a: {b: 1, x: true } # c\n"},
		{name: "flow on lines", text: "a: {\n    b: 1, # c\n  }\n", address: "a.x", value: true, want: "a: {\n    b: 1,\n    x: true, # c\n  }\n"},
		{name: "flow root", text: "{}", address: "a.b", value: "x", want: "{a: {b: x}}"},
		{name: "JSON", text: "{\n  \"a\": 1\n}\n", address: "b.c", value: "x", want: "{\n  \"a\": 1,\n  \"b\": {\"c\": \"x\"}\n}\n"},
		{name: "empty document", text: "", address: "a.b", value: true, want: "a:\n  b: true\n"},
		{name: "comments only", text: "# c\n", address: "a", value: true, want: "# c\na: true\n"},
		{name: "comment without line break", text: "# c", address: "a", value: true, want: "# c\na: true"},
		{name: "start of document", text: "---\n", address: "a", value: true, want: "---\na: true\n"},
		{name: "end of document", text: "a: 1\n...\n", address: "b", value: true, want: "a: 1\nb: true\n...\n"},
		{name: "CRLF", text: "a:\r\n  b: 1\r\nc: 1\r\n", address: "a.d.e", value: true, want: "a:\r\n  b: 1\r\n  d:\r\n    e: true\r\nc: 1\r\n"},
		{name: "mark", text: "\ufeff", address: "a", value: true, want: "\ufeffa: true\n"},
		{name: "quoted key", text: "a: {}\n", address: `a["x: v"]`, value: true, want: "a: {'x: v': true}\n"},
		{name: "number as key", text: "a: 1\n", address: "10", value: true, want: "a: 1\n\"10\": true\n"},
		{name: "text block open at the end", text: "a: |\n  x", address: "b", value: true, err: "cannot be edited safely"},
		{name: "nested flow in a list", text: "l:\n- [a, b]\n", address: "l[0][2]", value: "c", want: "l:\n- [a, b, c]\n"},
	})
}

// An item of a list is chosen by what it holds, and made where there is none.
func TestYAMLChosenItem(t *testing.T) {
	const plugins = "plugins:\n- name: A # c\n  path: a.yaml\n- path: b.yaml\n  name: B\n"
	runRows(t, "yaml", []row{
		{name: "first", text: plugins, address: "plugins[name=A].path", value: "x", want: "plugins:\n- name: A # c\n  path: x\n- path: b.yaml\n  name: B\n"},
		{name: "by a key that is not its first", text: plugins, address: "plugins[name=B].path", value: "x", want: "plugins:\n- name: A # c\n  path: a.yaml\n- path: x\n  name: B\n"},
		{name: "new", text: plugins, address: "plugins[name=C].path", value: "c", want: plugins + "- name: C\n  path: c\n"},
		{name: "new, below it", text: "plugins:\n- name: A\n", address: "plugins[name=C].configuration.list", value: []string{"c"}, want: "plugins:\n- name: A\n- name: C\n  configuration:\n    list:\n    - c\n"},
		{name: "no list", text: "kind: X\n", address: "plugins[name=C].path", value: "c", want: "kind: X\nplugins:\n- name: C\n  path: c\n"},
		{name: "empty list", text: "plugins: []\n", address: "plugins[name=C].path", value: "c", want: "plugins: [{name: C, path: c}]\n"},
		{name: "null", text: "plugins:\n", address: "plugins[name=C].path", value: "c", want: "plugins:\n- name: C\n  path: c\n"},
		{name: "JSON", text: "{\"plugins\": [{\"name\": \"A\"}]}\n", address: "plugins[name=C].path", value: "c", want: "{\"plugins\": [{\"name\": \"A\"}, {\"name\": \"C\", \"path\": \"c\"}]}\n"},
		{name: "no list at all", text: "plugins: {a: b}\n", address: "plugins[name=C].path", value: "c", err: "does not fit"},
		{name: "nothing of a new item stays where its value cannot be set", text: "plugins: []\n", address: "plugins[name=C]", value: "c", err: "is a mapping"},
		{name: "nor where there is no list yet", text: "plugins:\n", address: "plugins[name=C]", value: "c", err: "is a mapping"},
		{name: "nor where the item would be a list", text: "plugins: []\n", address: "plugins[name=C][0]", value: "c", err: "is a mapping"},
		{name: "taken away", text: plugins, address: "plugins[name=A].path", want: "plugins:\n- name: A # c\n- path: b.yaml\n  name: B\n"},
		{name: "no such item to take from", text: plugins, address: "plugins[name=C].path", want: plugins},
	})
	runValues(t, "yaml", []value{
		{"value", plugins, "plugins[name=B].path", "b.yaml", 4},
		{"other list", plugins, "others[name=B].path", nil, 0},
		{"other item", plugins, "plugins[name=C].path", nil, 0},
		{"items of another kind", "plugins:\n- B\n- name: [B]\n- name: B\n", "plugins[name=B].name", "B", 4},
	})
}

func TestYAMLSetList(t *testing.T) {
	list := []string{"x", "v"}
	runRows(t, "yaml", []row{
		{name: "new", text: "a: 1\n", address: "l", value: list, want: "a: 1\nl:\n- x\n- v\n"},
		{name: "new, indented by habit", text: "a:\n  - 1\n", address: "l", value: list, want: "a:\n  - 1\nl:\n  - x\n  - v\n"},
		{name: "new below", text: "a:\n  b: 1\n", address: "a.l", value: list, want: "a:\n  b: 1\n  l:\n  - x\n  - v\n"},
		{name: "new in flow", text: "a: {b: 1}\n", address: "a.l", value: list, want: "a: {b: 1, l: [x, v]}\n"},
		{name: "new and empty", text: "a: 1\n", address: "l", value: []string{}, want: "a: 1\nl: []\n"},
		{name: "more", text: "l:\n  - x # c\n# d\nb: 1\n", address: "l", value: list, want: "l:\n  - x # c\n  - v\n# d\nb: 1\n"},
		{name: "fewer", text: "l:\n- a # c\n- x # d\n# e\n- v\nb: 1\n", address: "l", value: list, want: "l:\n# c\n- x # d\n# e\n- v\nb: 1\n"},
		{name: "fewer at the end", text: "l:\n- x\n- v\n- z", address: "l", value: list, want: "l:\n- x\n- v"},
		{name: "others", text: "l:\n- a # c\n- b # d\nb: 1\n", address: "l", value: list, want: "l:\n- x # c\n- v # d\nb: 1\n"},
		{name: "from the second on", text: "l:\n- x # c\n- b\n- c\n", address: "l", value: list, want: "l:\n- x # c\n- v\n"},
		{name: "in front", text: "l:\n- v\n", address: "l", value: list, want: "l:\n- x\n- v\n"},
		{name: "none", text: "l: # c\n- a\n- b\nb: 1\n", address: "l", value: []string{}, want: "l: [] # c\nb: 1\n"},
		{name: "same", text: "l: [ x,v ]\n", address: "l", value: list, want: "l: [ x,v ]\n"},
		{name: "numbers stay numbers", text: "l:\n- 10\n", address: "l", value: []string{"10", "no"}, want: "l:\n- 10\n- \"no\"\n"},
		{name: "flow more", text: "l: [ 'x' ] # c\n", address: "l", value: list, want: "l: [ 'x', v ] # c\n"},
		{name: "flow others", text: "l: [a, x] # c\n", address: "l", value: list, want: "l: [x, v] # c\n"},
		{name: "flow from nothing", text: "l: [] # c\n", address: "l", value: list, want: "l: [x, v] # c\n"},
		{name: "flow none", text: "l: [a] # c\n", address: "l", value: []string{}, want: "l: [] # c\n"},
		{name: "JSON", text: `{"l": ["x"]}`, address: "l", value: list, want: `{"l": ["x", "v"]}`},
		{name: "from null", text: "l: # c\nb: 1\n", address: "l", value: list, want: "l: # c\n- x\n- v\nb: 1\n"},
		{name: "from scalar", text: "l: x # c\nb: 1\n", address: "l", value: list, want: "l: # c\n- x\n- v\nb: 1\n"},
		{name: "list in a list", text: "l:\n- - a\n  - x\n- b\n", address: "l[0]", value: list, want: "l:\n- - x\n  - v\n- b\n"},
		{name: "CRLF", text: "l:\r\n- x\r\n", address: "l", value: list, want: "l:\r\n- x\r\n- v\r\n"},
	})
}

func TestYAMLUnset(t *testing.T) {
	runRows(t, "yaml", []row{
		{name: "first", text: "a: 1 # c\nb: 1\n", address: "a", want: "# c\nb: 1\n"},
		{name: "last", text: "a: 1\nb: 1\n# c\n", address: "b", want: "a: 1\n# c\n"},
		{name: "last without line break", text: "a: 1\r\nb: 1", address: "b", want: "a: 1"},
		{name: "missing", text: "a: 1\n", address: "b.c", want: "a: 1\n"},
		{name: "only", text: "# c\na: 1\n", address: "a", want: "# c\n"},
		{name: "with the parents", text: "a: 1\nb:\n  c:\n    d: 1\ne: 1\n", address: "b.c.d", want: "a: 1\ne: 1\n"},
		{name: "a mapping", text: "a:\n  b: 1\n\n  c: 1\nd: 1\n", address: "a", want: "d: 1\n"},
		{name: "a text block", text: "a: |\n  x\n\n  v\nd: 1\n", address: "a", want: "d: 1\n"},
		{name: "first in an item", text: "l:\n- a: 1\n  b: 1\n", address: "l[0].a", want: "l:\n- b: 1\n"},
		{name: "last in an item", text: "l:\n- a: 1\n  b: 1\n- c: 1\n", address: "l[0].b", want: "l:\n- a: 1\n- c: 1\n"},
		{name: "item", text: "l:\n- a\n- b # c\n- d\n", address: "l[1]", want: "l:\n- a\n# c\n- d\n"},
		{name: "only item", text: "l:\n- a\nb: 1\n", address: "l[0]", want: "b: 1\n"},
		{name: "all that an item holds", text: "l:\n- a:\n    b: 1\n- c: 1\n", address: "l[0].a.b", want: "l:\n- {}\n- c: 1\n"},
		{name: "all that an item in flow holds", text: "l: [{a: {b: 1}}]\n", address: "l[0].a.b", want: "l: [{}]\n"},
		{name: "flow first", text: "a: {b: 1, c: 1}\n", address: "a.b", want: "a: {c: 1}\n"},
		{name: "flow last", text: "a: {b: 1, c: 1, }\n", address: "a.c", want: "a: {b: 1, }\n"},
		{name: "flow only", text: "a: {b: {c: 1}}\n", address: "a.b.c", want: "a: {}\n"},
		{name: "flow only with comma", text: "a: {b: 1, }\n", address: "a.b", want: "a: { }\n"},
		{name: "JSON on lines", text: "{\n  \"a\": 1,\n  \"b\": 2\n}\n", address: "b", want: "{\n  \"a\": 1\n}\n"},
	})
}
