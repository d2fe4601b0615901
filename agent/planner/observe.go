package planner

import (
	"fmt"
	"path"
	"strconv"
	"strings"

	"harden/agent/change"
	"harden/agent/facts"
	"harden/agent/message"
)

// observe adds what the wants of one rule were held against, as the node is
// now. What cannot be read is left out: the verdict's reason says why. among
// are the targets that the rule has a verdict on.
func (p *planning) observe(list []change.Observation, wants []change.Want, among []change.Target) []change.Observation {
	for i, w := range wants {
		switch {
		case w.Match != "":
			list = p.observeMany(list, w, among)
		case w.Later && sameFieldIn(wants[:i], w):
			// The first step says what is there now.
		default:
			list = p.observeOne(list, w)
		}
	}
	return list
}

// sameFieldIn tells whether one of some wants is about the field of another.
func sameFieldIn(wants []change.Want, w change.Want) bool {
	for _, o := range wants {
		if o.Target == w.Target && o.Field == w.Field && o.Match == "" {
			return true
		}
	}
	return false
}

// observeMany shows the files that a want does not hold for, or how many there
// are where it holds for all.
func (p *planning) observeMany(list []change.Observation, w change.Want, among []change.Target) []change.Observation {
	count := p.swept[sweptBy(w)]
	if count.matched > 0 && count.held == count.matched {
		o := observation(w)
		o.Actual, o.Where, o.Holds = message.New("all %d", count.matched), message.Value(path.Join(w.Target.Name(), w.Match)), true
		return append(list, o)
	}
	for _, t := range among {
		rel, below := strings.CutPrefix(t.Name(), w.Target.Name()+"/")
		if t == w.Target {
			rel, below = ".", true
		}
		if !below || t.Kind() != change.KindFile {
			continue
		}
		at := w
		at.Target, at.Match = t, ""
		state := p.read(t).state
		if state.File == nil || !w.Matches(rel, state.File.Directory) {
			continue
		}
		for _, o := range p.observeOne(nil, at) {
			if !o.Holds {
				list = append(list, o)
			}
		}
	}
	return list
}

// observation begins what is said of a want.
func observation(w change.Want) change.Observation {
	o := change.Observation{Target: w.Target, Field: w.Field, Op: w.Op, Expected: w.Value}
	switch {
	case w.Op == change.Absent || w.Op == change.Present:
		o.Expected = nil
	case len(w.Generate) > 0:
		o.Expected = message.New("secret with %d random bytes", w.Generate[0].Bytes)
	case w.Bound != nil:
		o.Expected = w.Bound
	}
	if data, is := o.Expected.([]byte); is {
		o.Expected = change.Redacted(data)
	} else if w.Secret && o.Expected != nil {
		o.Expected = change.Redacted(fmt.Append(nil, o.Expected))
	}
	return o
}

// observeOne reads one field on the disk, and where it is a flag of a running
// component, in its process.
func (p *planning) observeOne(list []change.Observation, w change.Want) []change.Observation {
	r := p.read(w.Target)
	if r.err != nil {
		return list
	}
	c, err := p.reader(w.Target, r.state)
	if err != nil {
		return list
	}
	value, found, err := c.get(w)
	if err != nil {
		return list
	}
	o := observation(w)
	if o.Holds, err = w.Holds(value, found); err != nil {
		return list // it cannot be judged
	}
	if found {
		syntax, _ := w.Field.Address()
		w.Secret = w.Secret || syntax != "" && p.secrets[w.Target]
		o.Actual = w.Shown(value)
	}
	o.Where, o.Line = where(c, w)
	if w.Target.Kind() == change.KindFile {
		o.Path = w.Target.Name()
	}
	list = append(list, o)
	running, flag := p.component(w)
	switch {
	case running == nil:
	case running.Running && len(running.Argv) > 0:
		list = append(list, inProcess(w, running, flag, o.Holds))
	case !running.Unproven.IsZero():
		list = append(list, noProcess(w, running, o.Holds))
	}
	return list
}

// noProcess says that a flag was judged by the manifest alone, and why.
func noProcess(w change.Want, c *facts.Component, holds bool) change.Observation {
	o := observation(w)
	o.Target, o.Holds = change.PodTarget(c.Name), holds
	o.Where = message.New("no process is proven to be this component: %s", c.Unproven)
	return o
}

// reader gives the composer that a target is only read through: what is
// composed for the plan no longer says what is there.
func (p *planning) reader(t change.Target, now change.State) (composer, error) {
	if c := p.readers[t]; c != nil {
		return c, nil
	}
	c, err := p.compose(t, now)
	if err == nil {
		p.readers[t] = c
	}
	return c, err
}

// inProcess reads a flag in a component's process. holds is the verdict on
// its manifest, which is the one on a process that runs as the manifest says.
func inProcess(w change.Want, c *facts.Component, flag string, holds bool) change.Observation {
	o := observation(w)
	o.Target, o.Holds = change.PodTarget(c.Name), holds
	o.Where = message.New("process %d --%s", c.PID, flag)
	value, given := facts.Flag(c.Name, c.Argv, flag)
	switch {
	case given:
		o.Actual = w.Shown(value)
	case w.Default != nil:
		o.Actual = w.Default
		o.Where = message.New("process %d --%s (not set: built-in default)", c.PID, flag)
	}
	if outdated(c) {
		judged, err := holdsWithDefault(w, value, given)
		o.Holds = err == nil && judged
	}
	return o
}

// where says where a composer read a field, and in which line of a file; 0
// where that is not about a line.
func where(c composer, w change.Want) (place message.Text, line int) {
	switch c := c.(type) {
	case *fileComposer:
		return c.where(w)
	case *sysctlComposer:
		key := c.key
		if first := strings.IndexAny(key, "./"); first >= 0 && key[first] == '.' { // sysctl.d(5)
			key = strings.NewReplacer(".", "/", "/", ".").Replace(key)
		}
		return message.Value("/proc/sys/" + key), 0
	case *accountComposer:
		if w.Target.Kind() == change.KindGroup {
			return message.Value("/etc/group"), 0
		}
		return message.Value("/etc/passwd"), 0
	}
	return message.Value(w.Target.Name()), 0
}

// where gives the path of a file, with the line of what is a part of it.
func (c *fileComposer) where(w change.Want) (place message.Text, line int) {
	syntax, _ := c.syntax(w)
	switch {
	case !c.exists():
		return message.New("%s (does not exist)", c.path), 0
	case syntax == "":
		return message.Value(c.path), 0
	}
	l := c.look(w)
	switch {
	case l.err != nil:
		return message.Value(c.path), 0
	case l.found && w.ZeroIsDefault && isZero(l.value):
		return message.New("%s:%d (built-in default)", c.path, l.line), l.line
	case l.found && l.line == 0 && syntax == "kubeadm":
		return message.New("%s (as kubeadm sets it by itself)", c.path), 0
	case l.found:
		return message.Value(c.path + ":" + strconv.Itoa(l.line)), l.line
	case w.Default != nil:
		return message.New("%s (not set: built-in default)", c.path), 0
	}
	return message.New("%s (not set)", c.path), 0
}
