package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"strings"

	"github.com/spf13/pflag"

	"harden/agent/host"
	"harden/agent/message"
	"harden/agent/report"
	"harden/agent/strictjson"
)

// maxPlan bounds a plan's file, in bytes.
const maxPlan = 64 << 20

// writePlan keeps a plan for apply, with what it was made from.
func writePlan(path string, s *judging, o planOptions) error {
	d := report.PlanDocument(s.judged.Plan)
	in := report.Inputs{Profile: s.request.Profile.Name, Set: map[string]string{}, Only: o.only, Skip: o.skip, Namespaces: o.namespaces}
	if strings.Contains(o.profile, "/") || strings.Contains(o.profile, ".yaml") {
		in.Profile = o.profile // of a file, which is read again
	}
	for _, set := range o.set {
		name, value, _ := strings.Cut(set, "=")
		in.Set[name] = value
	}
	d.Inputs = &in
	var text bytes.Buffer
	if err := d.Write(&text); err != nil {
		return err
	}
	if err := host.ReplaceOutput(path, text.Bytes(), 0o600); err != nil {
		return message.Errorf("cannot write the plan: %w", err)
	}
	return nil
}

// keptPlan reads a plan that was kept: it gives its digest, and the options that it was
// made with.
func keptPlan(flags *pflag.FlagSet, path string, o *planOptions) (digest string, err error) {
	for _, name := range []string{"profile", "only", "skip", "set", "namespace"} {
		if flags.Changed(name) {
			return "", usage("--%s cannot be combined with a plan file, because the plan already contains this choice", name)
		}
	}
	notAPlan := func(err error) error {
		return &hintedError{message.Errorf("%s is not a plan that kubectl harden plan --out wrote: %w", path, err), exitBadProfile, message.New("make a new plan with: kubectl harden plan --out %s", path)}
	}
	data, err := readFile(path, maxPlan)
	if err != nil {
		var hinted *hintedError
		if errors.As(err, &hinted) && !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
		return "", notAPlan(err)
	}
	var d report.Document
	if err := strictjson.Check(data); err != nil {
		return "", notAPlan(err)
	}
	if err := json.Unmarshal(data, &d); err != nil {
		return "", notAPlan(err)
	}
	if d.Schema != report.Schema || d.Kind != "Plan" || d.Inputs == nil || d.Digest == "" {
		return "", notAPlan(message.Errorf("it does not say what it was made from (inputs, digest)"))
	}
	o.profile, o.only, o.skip, o.namespaces, o.set = d.Inputs.Profile, d.Inputs.Only, d.Inputs.Skip, d.Inputs.Namespaces, nil
	for name, value := range d.Inputs.Set {
		o.set = append(o.set, name+"="+value)
	}
	return d.Digest, nil
}
