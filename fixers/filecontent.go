package fixers

import (
	"harden/agent/change"
	"harden/agent/message"
)

// FileContent asks that a file holds exactly a text, with mode and owner.
type FileContent struct {
	Path    string `yaml:"path"`    // required
	Content string `yaml:"content"` // required
	Mode    string `yaml:"mode"`    // "0644" where it is empty
	Owner   string `yaml:"owner"`   // "root:root" where it is empty
	Restart string `yaml:"restart"` // a systemd unit to restart when the text changes
}

// Check implements Fixer.
func (f *FileContent) Check() error {
	if f.Content == "" {
		return message.Errorf("content is missing")
	}
	access := f.access()
	return access.Check()
}

func (f *FileContent) access() FileAccess {
	access := FileAccess{Path: f.Path, Mode: f.Mode, Owner: f.Owner}
	if access.Mode == "" {
		access.Mode = "0644"
	}
	if access.Owner == "" {
		access.Owner = "root:root"
	}
	return access
}

// Require implements Fixer.
func (f *FileContent) Require(rule string, n Node) Requirement {
	if req, unknown := unknownPlace(f.Path, n); unknown {
		return req
	}
	paths, reason := find(f.Path, n)
	if !reason.IsZero() {
		return notApplicable("%s", reason)
	}
	access := f.access()
	var req Requirement
	for _, at := range paths {
		p := at.path
		req.expect(p, at.place)
		want := change.Want{Rule: rule, Target: change.FileTarget(p), Field: change.FieldContent, Op: change.Exact, Value: []byte(f.Content)}
		want.Effects = f.Restarts()
		req.Wants = append(req.Wants, want)
		req.Wants = append(req.Wants, accessWants(rule, p, access.Mode, access.Owner)...)
	}
	return req
}

// accessWants asks a mode and an owner of a file that a rule also writes.
func accessWants(rule, path, mode, owner string) []change.Want {
	return []change.Want{
		{Rule: rule, Target: change.FileTarget(path), Field: change.FieldMode, Op: change.AtMost, Value: mode},
		{Rule: rule, Target: change.FileTarget(path), Field: change.FieldOwner, Op: change.Exact, Value: owner},
	}
}
