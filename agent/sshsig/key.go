// Package sshsig verifies what ssh-keygen -Y sign signs with an ed25519 key:
// OpenSSH's SSHSIG format (PROTOCOL.sshsig of its source), by the standard
// library alone. Every input is taken to be hostile; what is not exactly of
// the format is an error.
//
// It signs nothing, reads no file, asks no agent, and knows no kind of key but
// ssh-ed25519.
package sshsig

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"strings"

	"harden/agent/message"
)

// keyType is the only kind of key that is known (RFC 8709).
const keyType = "ssh-ed25519"

// maxKeys bounds the lines of a list of keys.
const maxKeys = 100

// Key is a public key.
type Key struct {
	key     ed25519.PublicKey
	Comment string // what stands behind it in its line
}

// ParseKeys reads public keys as ssh-keygen writes them to FILE.pub, one a
// line: "ssh-ed25519 BASE64 COMMENT". Empty lines and those that begin with #
// are passed over; a list without any key is an error.
func ParseKeys(text []byte) ([]Key, error) {
	var keys []Key
	number := 0
	for line := range bytes.Lines(text) {
		number++
		line := strings.TrimSpace(string(line))
		if line == "" || line[0] == '#' {
			continue
		}
		key, err := parseKey(line)
		if err != nil {
			return nil, message.Errorf("line %d: %w", number, err)
		}
		if keys = append(keys, key); len(keys) > maxKeys {
			return nil, message.Errorf("more than %d keys", maxKeys)
		}
	}
	if len(keys) == 0 {
		return nil, message.Errorf("holds no key")
	}
	return keys, nil
}

func parseKey(line string) (Key, error) {
	kind, rest, _ := strings.Cut(line, " ")
	if kind != keyType {
		return Key{}, message.Errorf("is not a public key of the kind %s; ssh-keygen -t ed25519 makes one", keyType)
	}
	text, comment, _ := strings.Cut(strings.TrimSpace(rest), " ")
	blob, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil {
		return Key{}, message.Errorf("is not a public key: what follows its kind is not base64")
	}
	key, err := keyOf(blob)
	key.Comment = strings.TrimSpace(comment)
	return key, err
}

// keyOf reads a public key in SSH's wire form.
func keyOf(blob []byte) (Key, error) {
	w := wire{rest: blob}
	kind, raw := w.text(), w.text()
	switch {
	case w.failed || len(w.rest) > 0:
		return Key{}, message.Errorf("the public key is incomplete")
	case string(kind) != keyType:
		return Key{}, message.Errorf("the key is not of the kind %s", keyType)
	case len(raw) != ed25519.PublicKeySize:
		return Key{}, message.Errorf("the key is of %d bytes, not %d", len(raw), ed25519.PublicKeySize)
	}
	return Key{key: ed25519.PublicKey(bytes.Clone(raw))}, nil
}

// Same tells whether two keys are one; their comments do not count.
func (k Key) Same(o Key) bool { return k.key.Equal(o.key) }

// Fingerprint names the key as ssh-keygen -l does: "SHA256:…".
func (k Key) Fingerprint() string {
	sum := sha256.Sum256(appendText(appendText(nil, []byte(keyType)), k.key))
	return "SHA256:" + base64.RawStdEncoding.EncodeToString(sum[:])
}
