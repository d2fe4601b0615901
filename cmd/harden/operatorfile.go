package main

import (
	"errors"
	"path"
	"path/filepath"

	"harden/agent/host"
	"harden/agent/message"
)

// operatorFiles are the parameters that name a file of the operator's own,
// which lies where he works and not where a profile could know.
var operatorFiles = []string{"rke-cluster-file", "rke-template-file", encryptionKeyFile, kubeadmConfig}

const encryptionKeyFile = "encryption-key-file"

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
		if name == encryptionKeyFile {
			if err := a.trustedKeyFile(a.Set[name]); err != nil {
				return err
			}
		}
	}
	return nil
}

// trustedKeyFile refuses a key that somebody else could have put in its place:
// he could then read what is encrypted with it. The RKE files are what is
// changed, and say nothing to do. What else is wrong with the file, its rule
// says.
func (a *app) trustedKeyFile(file string) error {
	const maxKeyFile = 1 << 20 // bytes
	_, err := a.trusted(file, maxKeyFile)
	var untrusted *host.Untrusted
	var stopped *signalError
	if errors.As(err, &untrusted) || errors.As(err, &stopped) {
		return badInput(message.Text{}, "--set %s: %w", encryptionKeyFile, err)
	}
	return nil
}
