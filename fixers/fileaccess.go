package fixers

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strings"

	"harden/agent/change"
)

// FileAccess asks that files are open to no more than a mode and belong to an
// owner. A mode is only ever narrowed: 0400 satisfies 0600.
type FileAccess struct {
	// Path is a file, or with Match a directory, or the name of a place.
	Path string `yaml:"path"`
	// Match chooses the files below the directory Path: "*.conf",
	// "**/*.key" at any depth, "**" everything and the directory itself.
	Match string `yaml:"match"`
	Mode  string `yaml:"mode"`  // "0600"; empty: the mode does not matter
	Owner string `yaml:"owner"` // "root:root"; empty: the owner does not matter
}

var (
	modePattern  = regexp.MustCompile(`^0[0-7]{3}$`)
	ownerPattern = regexp.MustCompile(`^[a-zA-Z0-9_][a-zA-Z0-9_.-]*:[a-zA-Z0-9_][a-zA-Z0-9_.-]*$`)
)

// Check implements Fixer.
func (f *FileAccess) Check() error {
	if err := checkPath(f.Path); err != nil {
		return err
	}
	if f.Mode == "" && f.Owner == "" {
		return errors.New("neither mode nor owner is given")
	}
	if f.Mode != "" && !modePattern.MatchString(f.Mode) {
		return fmt.Errorf("mode %q is not four octal digits such as \"0600\"", f.Mode)
	}
	if f.Owner != "" && !ownerPattern.MatchString(f.Owner) {
		return fmt.Errorf("owner %q is not user:group such as \"root:root\"", f.Owner)
	}
	if _, err := path.Match(strings.TrimPrefix(f.Match, "**/"), "x"); err != nil {
		return fmt.Errorf("match %q is no file name pattern", f.Match)
	}
	return nil
}

// Wish implements Fixer.
func (f *FileAccess) Wish(rule string, n Node) Wish {
	paths, reason := find(f.Path, n)
	if reason != "" {
		return notApplicable("%s", reason)
	}
	var wish Wish
	for _, p := range paths {
		if _, err := n.Files.Exists(p); errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if f.Mode != "" {
			wish.Wants = append(wish.Wants, change.Want{Rule: rule, Target: change.FileTarget(p), Match: f.Match,
				Field: change.FieldMode, Op: change.AtMost, Value: f.Mode})
		}
		if f.Owner != "" {
			wish.Wants = append(wish.Wants, change.Want{Rule: rule, Target: change.FileTarget(p), Match: f.Match,
				Field: change.FieldOwner, Op: change.Exact, Value: f.Owner})
		}
	}
	if len(wish.Wants) == 0 {
		return notApplicable("%s does not exist on this node", strings.Join(paths, ", "))
	}
	return wish
}
