package main

import (
	"errors"
	"io/fs"
	"path"

	"harden/agent/host"
	"harden/agent/message"
	"harden/agent/node"
	"harden/agent/sshsig"
	"harden/profiles"
)

// siteProfiles is where a site keeps profiles of its own, below the root.
const siteProfiles = "/etc/harden/profiles"

// badInput refuses a file that says what is to be done. Where others could
// have written it, what to do about that is the hint.
func badInput(hint message.Text, format string, args ...any) error {
	err := message.Errorf(format, args...)
	var untrusted *host.Untrusted
	if errors.As(err, &untrusted) {
		hint = untrusted.Remedy
	}
	return &node.Error{Kind: node.BadProfile, Err: err, Hint: hint}
}

// profileSource finds profiles by path, and by name in the site's directory.
// None is read that others could have written, or that lacks a signature that
// it needs. What is verified is what is parsed.
func (a *app) profileSource(root *host.Root) profiles.Source {
	return profiles.Source{
		Read: func(file string) ([]byte, error) {
			data, _, err := a.readSigned(file)
			return data, err
		},
		Site: func(name string) ([]byte, error) {
			file := path.Join(siteProfiles, name)
			data, err := root.ReadTrusted(file, profiles.MaxSize)
			switch {
			case errors.Is(err, fs.ErrNotExist):
				return nil, fs.ErrNotExist
			case err != nil:
				return nil, untrustedProfile(err)
			case !a.signing.some():
				return data, nil
			}
			signature, err := root.ReadTrusted(file+signatureSuffix, sshsig.MaxSize)
			return data, a.signing.verify(file, data, signature, err)
		},
	}
}

// readSigned reads a profile's file, with its signature where it needs one.
func (a *app) readSigned(file string) (data, signature []byte, err error) {
	if data, err = a.trusted(file, profiles.MaxSize); err != nil {
		return nil, nil, untrustedProfile(err)
	}
	if !a.signing.some() {
		return data, nil, nil
	}
	signature, err = a.trusted(file+signatureSuffix, sshsig.MaxSize)
	if err := a.signing.verify(file, data, signature, err); err != nil {
		return nil, nil, err
	}
	return data, signature, nil
}

// untrustedProfile gives an error what to do about it, where that is known.
func untrustedProfile(err error) error {
	var untrusted *host.Untrusted
	if errors.As(err, &untrusted) {
		return badInput(message.Text{}, "%w", err)
	}
	return err
}

// keptSource is profileSource for a plan: the text of the profile itself is
// kept with the plan, and a plan that was kept has it, with its signature.
func (a *app) keptSource(s *session, name string) profiles.Source {
	source := a.profileSource(s.root)
	read := source.Read
	source.Read = func(file string) ([]byte, error) {
		switch {
		case file != name:
			return read(file)
		case a.source == "":
			data, signature, err := a.readSigned(file)
			s.inputs.Source, s.inputs.Signature = string(data), string(signature)
			return data, err
		case a.signing.some():
			var missing error
			if a.signature == "" {
				missing = fs.ErrNotExist
			}
			if err := a.signing.verify(file, []byte(a.source), []byte(a.signature), missing); err != nil {
				return nil, err
			}
		}
		return []byte(a.source), nil
	}
	return source
}
