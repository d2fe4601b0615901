package rehearsal

import (
	"regexp"
	"slices"
	"strings"
	"time"
)

// sign is a line that a component writes once its configuration is behind it.
type sign struct {
	words *regexp.Regexp
	// count is how many such lines it takes, and grace how long the process has to
	// go on afterwards: what it does next may still fail by itself.
	count int
	grace time.Duration
	// unread is the flag of a file that is not read by then, "" for none: where it
	// is given, the sign says nothing.
	unread string
}

// signs are what the components of Kubernetes 1.30 to 1.36 and etcd 3.5 and 3.6
// write, read off the programs themselves.
var signs = map[string][]sign{
	// Admission plugins come last; then it waits for etcd. From 1.36 on it waits for
	// etcd before it reads their configuration.
	"kube-apiserver": {
		{regexp.MustCompile(`Loaded \d+ validating admission controller`), 1, 300 * time.Millisecond, ""},
		{regexp.MustCompile(`createTransport failed to connect to`), 1, 3 * time.Second, "--admission-control-config-file"},
	},
	// Both have read everything but what only the leader reads.
	"kube-controller-manager": {
		{regexp.MustCompile(`attempting to acquire leader lease`), 1, 0, ""},
		{regexp.MustCompile(`Serving securely on`), 1, time.Second, ""},
	},
	"kube-scheduler": {
		{regexp.MustCompile(`attempting to acquire leader lease`), 1, 0, ""},
		{regexp.MustCompile(`Serving securely on`), 1, 300 * time.Millisecond, ""},
	},
	// A member that is alone serves clients at once. One of several waits for the
	// others, and asks for their votes again and again.
	"etcd": {
		{regexp.MustCompile(`serving client (?:traffic|requests)`), 1, 0, ""},
		{regexp.MustCompile(`is starting a new election`), 2, 0, ""},
	},
	"kubelet": nil, // it ends where it finds no runtime
}

// endings are what a component says where it ends because of what it waits for,
// with its configuration behind it.
var endings = map[string]*regexp.Regexp{
	"etcd":    regexp.MustCompile(`cannot fetch cluster info from peer urls|could not get cluster response`),
	"kubelet": regexp.MustCompile(`validate service connection|validate CRI v1 runtime API|failed to get container runtime`),
}

// walled is what a component says where it runs against the wall that stands
// around it. It proves nothing of its configuration.
var walled = regexp.MustCompile(`network is unreachable|connection refused|no route to host|i/o timeout|cannot assign requested address|` +
	`operation not permitted|read-only file system|no space left on device|cannot allocate memory|out of memory|` +
	`resource temporarily unavailable|too many open files|file too large|[Cc]group`)

// forbidden is what only counts as a wall for root: a rehearsed root has lost
// the right to read what others forbid.
var forbidden = regexp.MustCompile(`permission denied`)

// lastWords are how components say why they end, the most telling one first. The
// first group is the message, quoted or as it is.
var lastWords = []*regexp.Regexp{
	regexp.MustCompile(`"command failed" err="((?:[^"\\]|\\.)*)"`),
	regexp.MustCompile(`"msg":"command failed".*?"err":"((?:[^"\\]|\\.)*)"`),
	regexp.MustCompile(`"level":"(?:fatal|panic)".*?"error":"((?:[^"\\]|\\.)*)"`),
	regexp.MustCompile(`"msg":"(?:failed to verify flags|failed to parse flags?[^"]*)","error":"((?:[^"\\]|\\.)*)"`),
	regexp.MustCompile(`^[Ee]rror: (.*)`),
	regexp.MustCompile(`^(flag provided but not defined: .*|invalid (?:boolean )?value .* for .*flag.*)`),
	regexp.MustCompile(`^panic: (.*)`),
	regexp.MustCompile(`^F\d{4} [^\]]*\] (.*)`),
	regexp.MustCompile(`^E\d{4} [^\]]*\] (.*)`),
	regexp.MustCompile(`"level":"(?:fatal|panic|error)".*?"msg":"((?:[^"\\]|\\.)*)"`),
}

// recogniser reads what a component writes.
type recogniser struct {
	signs []sign
	seen  []int
	mark  string // the line by which it was seen to go on
	// unread is the flag of a file that it had not read by then.
	unread string
	lines  []string
}

// recogniserOf is nil for what is not a known component.
func recogniserOf(component string) *recogniser {
	list, known := signs[component]
	if !known {
		return nil
	}
	return &recogniser{signs: list, seen: make([]int, len(list))}
}

// line tells how long the process has to go on after a line, and whether it was
// seen to be past its configuration at all.
func (r *recogniser) line(text string) (grace time.Duration, past bool) {
	r.lines = append(r.lines, text)
	for i, s := range r.signs {
		if s.words.MatchString(text) {
			if r.seen[i]++; r.seen[i] == s.count {
				if r.mark == "" || s.unread == "" { // the sign that says most
					r.mark, r.unread = text, s.unread
				}
				return s.grace, true
			}
		}
	}
	return 0, false
}

func (r *recogniser) verdict(end End, s Subject) Verdict {
	if !end.ByItself {
		given := func(word string) bool { return word == r.unread || strings.HasPrefix(word, r.unread+"=") }
		switch {
		case r.mark != "" && r.unread != "" && slices.ContainsFunc(s.Argv, given):
			return unknown("%s waits for another component before it reads the file of %s", s.Component, r.unread)
		case r.mark != "":
			return Verdict{Outcome: Accepted, Words: r.mark}
		}
		return unknown("%s did not show within %v whether it accepts or refuses the configuration", s.Component, s.Limit)
	}
	words := r.words()
	ending := endings[s.Component]
	switch {
	case ending != nil && ending.MatchString(words):
		return Verdict{Outcome: Accepted, Words: words}
	case walled.MatchString(words) || s.UID == 0 && forbidden.MatchString(words):
		v := unknown("%s exited for a reason that may lie in its isolation", s.Component)
		v.Words = words
		return v
	case words == "" || strings.Contains(end.How, "signal"):
		return unknown("%s exited (%s) and gave no reason", s.Component, end.How)
	}
	return Verdict{Outcome: Refused, Words: words}
}

// words gives the last of the most telling words, in one line.
func (r *recogniser) words() string {
	for _, form := range lastWords {
		for i := len(r.lines) - 1; i >= 0; i-- {
			if m := form.FindStringSubmatch(r.lines[i]); m != nil {
				return plain(m[1])
			}
		}
	}
	for i := len(r.lines) - 1; i >= 0; i-- {
		if line := r.lines[i]; line != "" && line == strings.TrimLeft(line, " \t") {
			return plain(line)
		}
	}
	return ""
}

var escapes = strings.NewReplacer(`\"`, `"`, `\\`, `\`, `\n`, " ", `\t`, " ")

func plain(text string) string { return strings.Join(strings.Fields(escapes.Replace(text)), " ") }
