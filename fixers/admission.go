package fixers

import (
	"errors"
	"fmt"
	"io/fs"
	"path"

	"harden/agent/change"
	"harden/agent/edit"
	"harden/agent/facts"
	"harden/agent/kube"
)

// admissionFlag names the file with the configuration of admission plugins.
const admissionFlag = "--admission-control-config-file"

const maxAdmissionFile = 1 << 20 // bytes

// admissionFile is the AdmissionConfiguration that the API server reads, or
// will read where its manifest names none yet. Several rules write into one:
// each its own plugin.
type admissionFile struct {
	path    string
	named   bool // the API server's manifest names it
	ofSite  bool // it is another than the rule would make
	place   Place
	doc     edit.Document // nil where it is not there
	effects []change.Effect
}

// findAdmission finds the file, own being the one that the rule would make.
// add is what a person adds to one that cannot be edited.
func findAdmission(n Node, c *facts.Component, own, add string) (admissionFile, *Requirement) {
	a := admissionFile{path: own, effects: rolls(c, own)}
	given, is, cannot := fileBy(c, admissionFlag)
	switch {
	case cannot != nil:
		return a, cannot
	case is && c.Manifest != "":
		a.path, a.named, a.ofSite = given, true, given != own
		a.effects = rolls(c, given)
	}
	stop := func(req Requirement) (admissionFile, *Requirement) { return a, &req }
	a.place = flagPlace(c, AdmissionConfig, a.path, own)
	data, err := n.read(a.path, a.place, maxAdmissionFile)
	switch {
	case errors.Is(err, fs.ErrNotExist) && a.ofSite:
		return stop(blocked("%s names %s, which does not exist on this node", c.Manifest, named(a.path)))
	case errors.Is(err, fs.ErrNotExist):
		return a, nil
	case err != nil:
		return stop(unread("cannot read the admission configuration: %v", err))
	}
	if a.doc, err = n.Texts.Open("yaml", data); err != nil {
		return stop(failed("%v", located(a.path, err)))
	}
	if a.ofSite && text(a.doc, "kind") != "AdmissionConfiguration" {
		return stop(blocked("%s is not an AdmissionConfiguration, so harden does not write into it; add by hand: %s", a.path, add))
	}
	return a, nil
}

// plugin gives the address of a plugin's entry.
func (a admissionFile) plugin(name string) string { return "plugins[name=" + name + "]" }

// text gives a text in the file, "" where it does not say one.
func (a admissionFile) text(address string) string {
	if a.doc == nil {
		return ""
	}
	return text(a.doc, address)
}

// limits gives the file that the event rate limits are in, "" where it names
// none; inline where they stand in the file itself.
func (a admissionFile) limits() (file string, inline bool) {
	entry := a.plugin("EventRateLimit")
	if file = a.text(entry + ".path"); file != "" && !path.IsAbs(file) {
		file = path.Join(path.Dir(a.path), file)
	}
	return file, a.doc != nil && has(a.doc, entry+".configuration")
}

// want asks for a value in the file.
func (a admissionFile) want(rule, field string, op change.Op, value any) change.Want {
	return change.Want{Rule: rule, Target: change.FileTarget(a.path), Field: change.Field("yaml:" + field), Op: op, Value: value, Effects: a.effects}
}

// head wants what every AdmissionConfiguration starts with. That of a file of the
// site is the site's own.
func (a admissionFile) head(rule string, minor int) []change.Want {
	if a.ofSite {
		return nil
	}
	apiVersion, kind, _ := kube.APIVersion("AdmissionConfiguration", minor)
	head := fmt.Sprintf("apiVersion: %s\nkind: %s\n", apiVersion, kind)
	return []change.Want{{Rule: rule, Target: change.FileTarget(a.path), Field: change.FieldContent, Op: change.Present, Value: []byte(head), Effects: a.effects},
		a.want(rule, "apiVersion", change.Exact, apiVersion), a.want(rule, "kind", change.Exact, kind)}
}
