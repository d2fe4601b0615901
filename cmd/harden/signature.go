package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/viper"

	"harden/agent/message"
	"harden/agent/report"
	"harden/agent/sshsig"
)

const (
	// profileKey is the setting that names who may sign profiles.
	profileKey = "profile-key"
	// signatureSpace is what profiles are signed for: ssh-keygen -Y sign -n.
	signatureSpace = "harden-profile"
	// signatureSuffix makes the name of a signature of that of its file.
	signatureSuffix = ".sig"
	// maxKeyList bounds a file of public keys, in bytes.
	maxKeyList = 64 << 10
)

// keys are those that may sign profiles, at least one, as one configuration
// names them.
type keys struct {
	list   []sshsig.Key
	origin string // the file that asks for signatures
}

// signaturePolicy is what all configurations require of signatures. Neither another
// configuration nor --root can lift a requirement: the signer has to be in each list.
// The zero policy requires no signature.
type signaturePolicy struct {
	lists []*keys
	// unsure is why it cannot be told whether a signature is asked for, or nil.
	unsure error
}

// some tells whether a profile may need a signature.
func (d signaturePolicy) some() bool { return len(d.lists) > 0 || d.unsure != nil }

func (d *signaturePolicy) add(k *keys) {
	if k != nil {
		d.lists = append(d.lists, k)
	}
}

// otherSignaturePolicies finds the keys that are asked for beside the configuration in
// use: in the standard one, where another was named, and in that of the running
// system, whatever tree is worked on. Any tree may lead to the running system, by
// a directory of it, a mount, an overlay or another namespace, and no look at its
// inodes shows that it does not. So the running system's key counts for all.
func (a *app) otherSignaturePolicies(named bool) error {
	if named {
		k, err := a.standardKeys(a.Root, configFile)
		switch {
		case errors.As(err, new(*unopened)), errors.Is(err, fs.ErrPermission) && os.Geteuid() != 0:
			a.signing.unsure = err
		case err != nil:
			return err
		}
		a.signing.add(k)
	}
	if a.Root == "/" {
		return nil
	}
	k, err := a.standardKeys("/", configFile+" of the running system")
	if err != nil { // it holds no settings for this tree, so what is built in needs nothing of it
		a.signing.unsure = err
	}
	a.signing.add(k)
	return nil
}

// standardKeys gives the keys that the standard configuration of a tree asks
// for, called by the name origin; nil where it asks for none, or is not there.
func (a *app) standardKeys(tree, origin string) (*keys, error) {
	read := func(file string, limit int64) ([]byte, error) { return a.below(tree, file, limit) }
	data, err := read(configFile, maxConfig)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, message.Errorf("cannot read %s, which may require signed profiles: %w", origin, err)
	}
	if _, err := configScalars(data); err != nil { // it may say two things of the key
		return nil, message.Errorf("%s: %w", origin, err)
	}
	own, err := parseConfig(origin, data)
	if err != nil {
		return nil, err
	}
	return readKeys(own, origin, read)
}

// readKeys reads the setting: a public key, or the path of a file of them.
func readKeys(config *viper.Viper, origin string, read func(string, int64) ([]byte, error)) (*keys, error) {
	// A key that is set to nothing is in one list of viper's, and an empty
	// mapping in the other: neither may stand for "no signature is needed".
	if !config.InConfig(profileKey) && !slices.Contains(config.AllKeys(), profileKey) {
		return nil, nil
	}
	text, is := config.Get(profileKey).(string)
	if text = strings.TrimSpace(text); !is || text == "" {
		return nil, message.Errorf("%s: %s needs a public key, or the absolute path of a file with one", origin, profileKey)
	}
	if filepath.IsAbs(text) {
		data, err := read(text, maxKeyList)
		if err != nil {
			return nil, message.Errorf("%s: %s: %w", origin, profileKey, err)
		}
		list, err := sshsig.ParseKeys(data)
		if err != nil {
			return nil, message.Errorf("%s: %s: %s: %w", origin, profileKey, text, err)
		}
		return &keys{list, origin}, nil
	}
	list, err := sshsig.ParseKeys([]byte(text))
	if err != nil {
		return nil, message.Errorf("%s: %s: %w", origin, profileKey, err)
	}
	return &keys{list, origin}, nil
}

// verify refuses a profile's text that lacks a signature of a key in each list;
// missing is why its signature could not be read, or nil.
func (d signaturePolicy) verify(file string, text, signature []byte, missing error) error {
	_, err := d.signer(file, text, signature, missing)
	return err
}

// signer is verify, and says which key it was.
func (d signaturePolicy) signer(file string, text, signature []byte, missing error) (signer sshsig.Key, err error) {
	if d.unsure != nil {
		return signer, badInput(message.New("until that is fixed, only built-in profiles can be used"), "cannot tell whether it needs a signature: %w", d.unsure)
	}
	for _, k := range d.lists {
		if signer, err = k.signer(file, text, signature, missing); err != nil {
			break
		}
	}
	return signer, err
}

// signer says which of the keys signed a text.
func (k *keys) signer(file string, text, signature []byte, missing error) (sshsig.Key, error) {
	name := file + signatureSuffix
	bad := func(format string, args ...any) (sshsig.Key, error) {
		hint := message.New("%s requires profiles that are signed with %s; sign it with: ssh-keygen -Y sign -n %s -f KEY %s",
			k.origin, k.fingerprints(), signatureSpace, quoted(file))
		return sshsig.Key{}, badInput(hint, format, args...)
	}
	switch {
	case errors.Is(missing, fs.ErrNotExist):
		return bad("it is not signed: there is no %s", name)
	case missing != nil:
		return bad("cannot read its signature: %w", missing)
	}
	s, err := sshsig.Parse(signature)
	if err != nil {
		return bad("%s %w", name, err)
	}
	i := slices.IndexFunc(k.list, s.Key.Same)
	if i < 0 {
		return bad("%s is a signature of the key %s, which is not allowed to sign profiles", name, s.Key.Fingerprint())
	}
	if err := s.Verify(text, signatureSpace); err != nil {
		return bad("%s %w", name, err)
	}
	return k.list[i], nil
}

func (k *keys) fingerprints() string {
	names := make([]string, len(k.list))
	for i, key := range k.list {
		names[i] = key.Fingerprint()
	}
	return strings.Join(names, " or ")
}

// signatureOf says what validate tells of a profile's signature. A wrong one
// is an error also where none is asked for.
func (a *app) signatureOf(file string, text, signature []byte) (report.Signature, error) {
	if a.signing.some() {
		key, err := a.signing.signer(file, text, signature, nil)
		return report.Signature{State: "good", Key: key.Fingerprint(), Comment: key.Comment}, err
	}
	name := file + signatureSuffix
	signature, err := a.trusted(name, sshsig.MaxSize)
	if errors.Is(err, fs.ErrNotExist) {
		return report.Signature{State: "none"}, nil
	}
	hint := message.New("sign it again, or remove the signature")
	if err != nil {
		return report.Signature{}, badInput(hint, "cannot read the signature: %w", err)
	}
	s, err := sshsig.Parse(signature)
	if err == nil {
		err = s.Verify(text, signatureSpace)
	}
	if err != nil {
		return report.Signature{}, badInput(hint, "%s %w", name, err)
	}
	return report.Signature{State: "unknown-key", Key: s.Key.Fingerprint()}, nil
}
