package cmdline

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// A string that a shell runs is read where it is one simple command, as a shell reads it; where it is more, nothing is said of it.
func TestShellWords(t *testing.T) {
	for _, test := range []struct {
		name, script, want string // the words with | between them; "?" where only a shell can tell
	}{
		{"words", "etcd --a  --b\tc", "etcd|--a|--b|c"},
		{"in single quotes nothing means anything", `etcd '--a=$x \ "b"'`, `etcd|--a=$x \ "b"`},
		{"in double quotes a backslash takes four bytes", `etcd "--a=\$x \\ \"b\" \c"`, `etcd|--a=$x \ "b" \c`},
		{"a line goes on in double quotes", "etcd \"--a=b\\\nc\"", "etcd|--a=bc"},
		{"quotes within a word", `etcd --a='b c'd"e f"`, "etcd|--a=b cde f"},
		{"an escaped blank", `etcd --a=b\ c`, "etcd|--a=b c"},
		{"an empty word", `etcd ''`, "etcd|"},
		{"lines that go on", "etcd \\\n  --a \\\n  --b\n", "etcd|--a|--b"},
		{"redirections", "etcd --a 2>&1 >>/var/log/etcd <'/dev/null' --b", "etcd|--a|--b"},
		{"a number is no redirection", "etcd 2 --a", "etcd|2|--a"},
		{"a here-document", "etcd <<end", "?"},
		{"a redirection to nothing", "etcd >", "?"},
		{"a variable", "etcd --a=$A", "?"},
		{"a variable in double quotes", `etcd "--a=$A"`, "?"},
		{"a command in double quotes", "etcd \"--a=`hostname`\"", "?"},
		{"an open single quote", "etcd 'a", "?"},
		{"an open double quote", `etcd "a`, "?"},
		{"a backslash at the end", `etcd a\`, "?"},
		{"two commands", "etcd --a; sleep 1", "?"},
		{"two lines", "etcd --a\nsleep 1", "?"},
		{"a pattern", "etcd --a=*", "?"},
		{"a comment", "etcd --a #b", "?"},
		{"an assignment", "A=b etcd", "?"},
		{"nothing", " \n", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			words, spans, plain := shellWords(test.script)
			got := "?"
			if plain {
				got = strings.Join(words, "|")
			}
			if got != test.want || len(words) != len(spans) {
				t.Errorf("%q is %q, want %q", test.script, got, test.want)
			}
		})
	}
}

// Which component a shell's string starts, if any, and whether it is known with which words.
func TestStartedByShell(t *testing.T) {
	for _, test := range []struct {
		name, command string
		program       string
		words, why    string // the code of why they are not known
	}{
		{"at once", `[sh, -c, "etcd --a"]`, "etcd", "--a", ""},
		{"by its path, behind wrappers", `[/bin/bash, -ec, "exec nice /usr/local/bin/etcd --a"]`, "/usr/local/bin/etcd", "--a", ""},
		{"behind a program that is not known", `[sh, -c, "runner etcd --a"]`, "etcd", "", "started-by-shell-script"},
		{"with a variable", `[sh, -c, "etcd --a=$A"]`, "etcd", "", "started-by-shell-script"},
		{"in a script, by its path", `[sh, -c, "ulimit -n 9; /bin/etcd"]`, "etcd", "", "started-by-shell-script"},
		{"another component that names it", `[sh, -c, "kube-apiserver --x etcd"]`, "", "", ""},
		{"a directory of that name", `[sh, -c, "sleep 1; ls /var/etcd/data"]`, "", "", ""},
		{"a longer name", `[sh, -c, "sleep 1; etcdctl; my-etcd; etcd-x; a.etcd"]`, "", "", ""},
		{"no script at all", `[sh, etcd]`, "", "", "started-by-unknown-program"},
		{"a script that is not known", `[sh, -c, "$(S)"]`, "", "", "variable-comes"},
	} {
		t.Run(test.name, func(t *testing.T) {
			pod, err := readPod(t, head+"  - name: etcd\n    command: "+test.command+"\n    env: [{name: S, valueFrom: {secretKeyRef: {name: a, key: b}}}]\n")
			if err != nil {
				t.Fatal(err)
			}
			c := pod.Containers[0].CommandLine("etcd")
			var words []string
			for _, w := range c.Words {
				words = append(words, w.Text)
			}
			if c.Program != test.program || strings.Join(words, " ") != test.words || c.Unknown.Coded().Code != test.why {
				t.Errorf("%q %q, unknown %q (%s); want %q %q, %s", c.Program, words, c.Unknown, c.Unknown.Coded().Code, test.program, test.words, test.why)
			}
		})
	}
}

// A change that would make a shell read anything else is not made.
func TestReplaceThatMeansAnythingElse(t *testing.T) {
	c := commandLine(t, "etcd", head+`  - {name: etcd, command: [sh, -c, "etcd --a >/log"]}`)
	for _, words := range [][]string{{"it's"}, {"$x"}, {""}, {"a\nb"}, {`"`}, {"a b"}, {">x"}} {
		text, ok := c.Shell.Replace(0, 1, words)
		got, _, plain := shellWords(text)
		if !ok || !plain || !slices.Equal(got, append([]string{"etcd"}, words...)) {
			t.Errorf("%q became %q, which a shell reads as %q", words, text, got)
		}
	}
}

// A command line is told as the kernel shows it, and flags with what the component makes of all that is given.
func TestFlags(t *testing.T) {
	argv := []string{"/usr/local/bin/kube-apiserver", "--authorization_mode=Node", "--profiling=F", "--authorization-mode", "RBAC", "--audit-log-maxage=0x1e", "--secure-port=many", "--profiling=perhaps", `--enable-admission-plugins="A,B",C`, `--tls-cipher-suites=a"b`}
	c := FromArgv("kube-apiserver", argv)
	if got := c.Argv(); !slices.Equal(got, argv) {
		t.Errorf("it runs as %q", got)
	}
	// What no component takes stays as it is written.
	want := map[string]string{"authorization-mode": "Node,RBAC", "profiling": "perhaps", "audit-log-maxage": "30", "secure-port": "many", "enable-admission-plugins": `"A,B",C`, "tls-cipher-suites": `"a""b"`}
	if got := c.Flags(); !maps.Equal(got, want) {
		t.Errorf("flags %q, want %q", got, want)
	}
	var places []string
	for _, o := range c.Occurrences() {
		places = append(places, strings.Join(argv[1+o.First:][:o.Words], " "))
	}
	if got := strings.Join(places, " "); got != strings.Join(argv[1:], " ") {
		t.Errorf("the words of the flags are %q", got)
	}
	if got := (&CommandLine{Words: []Word{{Text: "--a"}}}).Argv(); !slices.Equal(got, []string{"--a"}) { // the image has the program
		t.Errorf("%q", got)
	}
}
