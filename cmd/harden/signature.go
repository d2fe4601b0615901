package main

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/viper"

	"harden/agent/host"
	"harden/agent/sshsig"
	"harden/agent/view"
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

// keys are those that may sign profiles, at least one.
type keys struct {
	list   []sshsig.Key
	origin string // the file that asks for signatures
}

// standardKeys finds the key in the standard configuration, also where another
// one was named: a key that is asked for there is not talked away by an
// environment variable or a flag.
func (a *app) standardKeys(named bool) error {
	if !named {
		return nil // it is read anyway
	}
	data, err := a.belowRoot(configFile, maxConfig)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("cannot read %s, which may ask for signed profiles: %w", configFile, err)
	}
	if _, err := configScalars(data); err != nil { // it may say two things of the key
		return fmt.Errorf("%s: %w", configFile, err)
	}
	own, err := parseConfig(configFile, data)
	if err != nil {
		return err
	}
	a.keys, err = a.readKeys(own, configFile, false)
	return err
}

// configuredKeys takes the key of a configuration, unless the standard one has
// its own.
func (a *app) configuredKeys(config *viper.Viper, named bool) error {
	if a.keys != nil {
		return nil
	}
	var err error
	a.keys, err = a.readKeys(config, a.Config, named)
	return err
}

// readKeys reads the setting: a public key, or the path of a file of them.
func (a *app) readKeys(config *viper.Viper, origin string, named bool) (*keys, error) {
	// A key that is set to nothing is in one list of viper's, and an empty
	// mapping in the other: neither may stand for "no signature is needed".
	if !config.InConfig(profileKey) && !slices.Contains(config.AllKeys(), profileKey) {
		return nil, nil
	}
	text, is := config.Get(profileKey).(string)
	if text = strings.TrimSpace(text); !is || text == "" {
		return nil, fmt.Errorf("%s: %s needs a public key, or the absolute path of a file with one", origin, profileKey)
	}
	if filepath.IsAbs(text) {
		read := a.belowRoot
		if named {
			read = host.ReadTrusted
		}
		data, err := read(text, maxKeyList)
		if err != nil {
			return nil, fmt.Errorf("%s: %s: %w", origin, profileKey, err)
		}
		list, err := sshsig.ParseKeys(data)
		if err != nil {
			return nil, fmt.Errorf("%s: %s: %s: %w", origin, profileKey, text, err)
		}
		return &keys{list, origin}, nil
	}
	list, err := sshsig.ParseKeys([]byte(text))
	if err != nil {
		return nil, fmt.Errorf("%s: %s: %w", origin, profileKey, err)
	}
	return &keys{list, origin}, nil
}

// verify refuses a profile's text that none of the keys has signed; missing is
// why its signature could not be read, or nil.
func (k *keys) verify(file string, text, signature []byte, missing error) error {
	_, err := k.signer(file, text, signature, missing)
	return err
}

// signer is verify, and says which of the keys it was.
func (k *keys) signer(file string, text, signature []byte, missing error) (sshsig.Key, error) {
	name := file + signatureSuffix
	bad := func(format string, args ...any) (sshsig.Key, error) {
		hint := fmt.Sprintf("%s asks for profiles that are signed with %s; sign it with: ssh-keygen -Y sign -n %s -f KEY %s",
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
		return bad("%s is of the key %s, which may not sign profiles", name, s.Key.Fingerprint())
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
func (a *app) signatureOf(file string, text, signature []byte) (view.Signature, error) {
	if a.keys != nil {
		key, err := a.keys.signer(file, text, signature, nil)
		return view.Signature{State: "good", Key: key.Fingerprint(), Comment: key.Comment}, err
	}
	name := file + signatureSuffix
	signature, err := host.ReadTrusted(name, sshsig.MaxSize)
	if errors.Is(err, fs.ErrNotExist) {
		return view.Signature{State: "none"}, nil
	}
	const hint = "sign it anew, or remove the signature"
	if err != nil {
		return view.Signature{}, badInput(hint, "cannot read the signature: %w", err)
	}
	s, err := sshsig.Parse(signature)
	if err == nil {
		err = s.Verify(text, signatureSpace)
	}
	if err != nil {
		return view.Signature{}, badInput(hint, "%s %w", name, err)
	}
	return view.Signature{State: "unknown-key", Key: s.Key.Fingerprint()}, nil
}
