package sshsig

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"strings"

	"harden/agent/message"
)

// MaxSize bounds a signature's file, in bytes: one has less than 400.
const MaxSize = 4096

const (
	magic   = "SSHSIG"
	version = 1
	begin   = "-----BEGIN SSH SIGNATURE-----"
	end     = "-----END SSH SIGNATURE-----"
)

// Signature is a signature that was read, and not yet verified.
type Signature struct {
	Key       Key
	Namespace string // what it was made for: ssh-keygen -Y sign -n NAMESPACE

	hash  string
	value []byte
}

// Parse reads a signature as ssh-keygen -Y sign writes it to FILE.sig. Nothing
// but blanks may stand around it.
func Parse(armored []byte) (*Signature, error) {
	if len(armored) > MaxSize {
		return nil, message.Errorf("is longer than %d bytes", MaxSize)
	}
	text := strings.TrimSpace(strings.ReplaceAll(string(armored), "\r\n", "\n"))
	text, opened := strings.CutPrefix(text, begin+"\n")
	text, closed := strings.CutSuffix(text, "\n"+end)
	if !opened || !closed {
		return nil, message.Errorf("is not a signature of ssh-keygen -Y sign")
	}
	blob, err := base64.StdEncoding.Strict().DecodeString(text) // passes over line breaks
	if err != nil {
		return nil, message.Errorf("is not a signature: it is not base64")
	}
	return parseBlob(blob)
}

func parseBlob(blob []byte) (*Signature, error) {
	rest, is := bytes.CutPrefix(blob, []byte(magic))
	w := wire{rest: rest}
	if number := w.number(); !is || w.failed {
		return nil, message.Errorf("is not a signature of ssh-keygen -Y sign")
	} else if number != version {
		return nil, message.Errorf("is a signature of version %d, not %d", number, version)
	}
	key, namespace, reserved, hash, signature := w.text(), w.text(), w.text(), w.text(), w.text()
	inner := wire{rest: signature}
	kind, value := inner.text(), inner.text()
	s := &Signature{Namespace: string(namespace), hash: string(hash), value: bytes.Clone(value)}
	var err error
	switch {
	case w.failed || len(w.rest) > 0:
		return nil, message.Errorf("is an incomplete signature")
	case len(reserved) > 0:
		return nil, message.Errorf("is a signature with something in its reserved field")
	case s.hash != "sha256" && s.hash != "sha512":
		return nil, message.Errorf("is a signature with the hash %q, not sha256 or sha512", shortened(s.hash))
	}
	if s.Key, err = keyOf(key); err != nil {
		return nil, message.Errorf("is not signed with an %s key: %w", keyType, err)
	}
	if inner.failed || len(inner.rest) > 0 || string(kind) != keyType || len(value) != ed25519.SignatureSize {
		return nil, message.Errorf("is not a signature of the kind %s", keyType)
	}
	return s, nil
}

// Verify checks that the signature is one of the text, made for the
// namespace. It does not say whether its key may sign.
func (s *Signature) Verify(text []byte, namespace string) error {
	if s.Namespace != namespace {
		return message.Errorf("is a signature for %q, not for %q", shortened(s.Namespace), namespace)
	}
	if !ed25519.Verify(s.Key.key, s.signed(text), s.value) {
		return message.Errorf("is not the signature of this text")
	}
	return nil
}

// signed is what the key signs in place of the text.
func (s *Signature) signed(text []byte) []byte {
	var sum []byte
	if s.hash == "sha256" {
		h := sha256.Sum256(text)
		sum = h[:]
	} else {
		h := sha512.Sum512(text)
		sum = h[:]
	}
	signed := []byte(magic)
	for _, part := range [][]byte{[]byte(s.Namespace), nil, []byte(s.hash), sum} {
		signed = appendText(signed, part)
	}
	return signed
}

func shortened(text string) string {
	if len(text) > 40 {
		return text[:40] + "…"
	}
	return text
}
