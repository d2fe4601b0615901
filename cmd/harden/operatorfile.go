package main

import (
	"path"
	"path/filepath"
)

// operatorFiles are the parameters that name a file of the operator's own,
// which lies where he works and not where a profile could know.
var operatorFiles = []string{"rke-cluster-file", "rke-template-file", "encryption-key-file"}

// locate makes the paths of the operator's files absolute, as fixers want
// them: from the working directory, links on the way followed once, here; or
// below --root.
func (a *app) locate(live bool) error {
	for _, name := range operatorFiles {
		file := a.Set[name]
		switch {
		case file == "":
			continue
		case !live:
			a.Set[name] = path.Join("/", file)
			continue
		}
		abs, err := filepath.Abs(file)
		if err != nil {
			return usage("--set %s: %w", name, err)
		}
		dir, err := filepath.EvalSymlinks(filepath.Dir(abs))
		if err != nil {
			return usage("--set %s: cannot find the file: %w", name, err)
		}
		a.Set[name] = filepath.Join(dir, filepath.Base(abs))
	}
	return nil
}
