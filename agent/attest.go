package agent

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"slices"
	"time"

	"harden/agent/change"
	"harden/agent/message"
	"harden/agent/node"
	"harden/profiles"
)

// AttestationsFile is where verdicts of persons are kept, below the root.
const AttestationsFile = "/etc/harden/attestations.yaml"

const maxAttestations = 1 << 20 // bytes

// ReadAttestations reads the verdicts that persons gave on this node; none
// where there is no file. The errors are *Error: a file that others can write
// would let them give a verdict in somebody's name.
func (a *Agent) ReadAttestations() ([]profiles.Attestation, error) {
	list, _, err := a.readAttestations()
	return list, err
}

func (a *Agent) readAttestations() ([]profiles.Attestation, change.State, error) {
	info, err := a.Root.Stat(AttestationsFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, change.State{}, nil
	}
	if err != nil {
		return nil, change.State{}, node.Denied(err)
	}
	refused := func(err error) error {
		return &node.Error{Kind: node.BadProfile, Err: err, Hint: message.New("fix it by hand; docs/reports.md describes what it may contain")}
	}
	switch {
	case !info.Regular:
		return nil, change.State{}, refused(message.Errorf("%s is a %s", AttestationsFile, info.Kind))
	case info.Size > maxAttestations:
		return nil, change.State{}, refused(message.Errorf("%s is larger than %d bytes", AttestationsFile, maxAttestations))
	}
	state, err := a.Root.State(AttestationsFile, true)
	if err == nil && (state.File == nil || state.File.Content == nil) {
		err = message.Errorf("cannot read %s: it disappeared", AttestationsFile)
	}
	if err != nil {
		return nil, change.State{}, node.Denied(err)
	}
	if f := state.File; f.Mode&0o022 != 0 || f.UID != 0 && f.UID != uint32(os.Geteuid()) {
		return nil, change.State{}, &node.Error{Kind: node.BadProfile, Err: message.Errorf("%s can be written by other users (owner %d, mode %s)", AttestationsFile, f.UID, change.Octal(f.Mode)),
			Hint: message.New("check that its content is right, then run: chown root:root and chmod 0644")}
	}
	list, err := profiles.ReadAttestations(AttestationsFile, state.File.Content.Data)
	if err != nil {
		return nil, change.State{}, refused(err)
	}
	return list, state, nil
}

// Attest records a person's verdict on a control, in the place of an earlier
// one on the same.
func (a *Agent) Attest(verdict profiles.Attestation) error {
	return a.changeAttestations(func(list []profiles.Attestation) ([]profiles.Attestation, error) {
		list = slices.DeleteFunc(list, func(o profiles.Attestation) bool { return o.Control == verdict.Control })
		return append(list, verdict), nil
	})
}

// RemoveAttestation takes a verdict back.
func (a *Agent) RemoveAttestation(control string) error {
	return a.changeAttestations(func(list []profiles.Attestation) ([]profiles.Attestation, error) {
		left := slices.DeleteFunc(slices.Clone(list), func(o profiles.Attestation) bool { return o.Control == control })
		if len(left) == len(list) {
			return nil, node.Failure(node.Usage, message.New("harden attest lists the recorded verdicts"), "there is no attestation of %s", control)
		}
		return left, nil
	})
}

// changeAttestations writes the file anew, whole, under the lock that every
// writing command takes, and only where nobody changed it meanwhile.
func (a *Agent) changeAttestations(alter func([]profiles.Attestation) ([]profiles.Attestation, error)) error {
	if a.Root.Live() && os.Geteuid() != 0 {
		return node.Failure(node.NeedsRoot, message.New("run it with sudo"), "only root can attest on this node")
	}
	unlock, err := a.lock()
	if err != nil {
		return err
	}
	defer unlock()
	list, before, err := a.readAttestations()
	if err != nil {
		return err
	}
	if list, err = alter(list); err != nil {
		return err
	}
	text, err := profiles.WriteAttestations(list)
	if err != nil {
		return node.Of(node.Usage, err)
	}
	after := change.File{Mode: 0o644, UID: uint32(os.Geteuid()), GID: uint32(os.Getegid())}
	if before.File != nil {
		after = *before.File
	}
	after.Content = change.NewContent(text, false)
	if err := a.Root.MakeDirs(path.Dir(AttestationsFile), 0o755); err != nil {
		return node.Denied(err)
	}
	if err := a.Root.Write(AttestationsFile, before, change.State{File: &after}); err != nil {
		return node.Denied(err)
	}
	return nil
}

// Today is the day in UTC, as attestations and waivers say it.
func (a *Agent) Today() string { return a.Now().UTC().Format(time.DateOnly) }
