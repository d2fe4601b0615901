package main

import (
	"io"
	"io/fs"
	"os"

	"harden/agent/message"
	"harden/profiles"
)

// loadProfile loads a profile that is built in, or a file.
func loadProfile(ref string) (*profiles.Profile, error) {
	return profiles.Load(ref, nil, profiles.Source{
		Read: func(path string) ([]byte, error) { return readFile(path, profiles.MaxSize) },
		Site: func(string) ([]byte, error) { return nil, fs.ErrNotExist },
	})
}

// readFile reads a file of the user's up to a size. A file that others can
// write is refused: it could decide what is compliant.
func readFile(path string, limit int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, message.Errorf("%s is not a regular file", path)
	case info.Mode()&0o022 != 0:
		return nil, &hintedError{message.Errorf("%s can be written by other users (mode %04o)", path, info.Mode().Perm()), exitBadProfile,
			message.New("check that its content is right, then run: chmod go-w %s", path)}
	case info.Size() > limit:
		return nil, message.Errorf("%s is larger than %d bytes", path, limit)
	}
	return io.ReadAll(io.LimitReader(f, limit))
}

// maxAttestations bounds a file of attestations, in bytes.
const maxAttestations = 1 << 20

func readAttestations(path string) ([]profiles.Attestation, error) {
	if path == "" {
		return nil, nil
	}
	data, err := readFile(path, maxAttestations)
	if err != nil {
		return nil, message.Errorf("cannot read the attestations: %w", err)
	}
	return profiles.ReadAttestations(path, data)
}
