package sshsig

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// keygen runs the real tool, or skips the test where there is none.
func keygen(t *testing.T, args ...string) []byte {
	t.Helper()
	tool, err := exec.LookPath("ssh-keygen")
	if err != nil {
		t.Skip("ssh-keygen is not installed (package openssh-client): the format is not compared with the real tool's")
	}
	cmd := exec.Command(tool, args...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("ssh-keygen %q: %v\n%s", args, err, out)
	}
	return out
}

func write(t *testing.T, name, text string) string {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestRealTool verifies signatures that ssh-keygen makes, and finds its
// fingerprint.
func TestRealTool(t *testing.T) {
	const message = "harden: profile/v1\n"
	tests := map[string]struct {
		options []string
		space   string
		message string
		wrong   string // part of the error of Verify
	}{
		"signed":                 {space: "harden-profile", message: message},
		"with the smaller hash":  {options: []string{"-O", "hashalg=sha256"}, space: "harden-profile", message: message},
		"for something else":     {space: "file", message: message, wrong: `for "file", not for "harden-profile"`},
		"of another text":        {space: "harden-profile", message: message + "\n", wrong: "not the signature of this text"},
		"of the empty text":      {space: "harden-profile", message: "", wrong: "not the signature of this text"},
		"of the beginning alone": {space: "harden-profile", message: message[:5], wrong: "not the signature of this text"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			key := filepath.Join(dir, "key")
			keygen(t, "-q", "-t", "ed25519", "-N", "", "-C", "of the site", "-f", key)
			file := write(t, filepath.Join(dir, "site.yaml"), message)
			keygen(t, append(append([]string{"-q", "-Y", "sign", "-f", key, "-n", test.space}, test.options...), file)...)
			s, err := Parse(read(t, file+".sig"))
			if err != nil {
				t.Fatal(err)
			}
			err = s.Verify([]byte(test.message), "harden-profile")
			if test.wrong == "" && err != nil || test.wrong != "" && (err == nil || !strings.Contains(err.Error(), test.wrong)) {
				t.Errorf("Verify: %v, want %q", err, test.wrong)
			}
			keys, err := ParseKeys(read(t, key+".pub"))
			if err != nil || len(keys) != 1 || !keys[0].Same(s.Key) || keys[0].Comment != "of the site" {
				t.Fatalf("the public key: %+v, %v", keys, err)
			}
			if listed := string(keygen(t, "-l", "-f", key+".pub")); !strings.Contains(listed, keys[0].Fingerprint()+" of the site") {
				t.Errorf("fingerprint %s, ssh-keygen has %s", keys[0].Fingerprint(), listed)
			}
		})
	}
}

// TestOtherKinds refuses what the real tool makes with other kinds of keys.
func TestOtherKinds(t *testing.T) {
	for _, kind := range []string{"rsa", "ecdsa"} {
		t.Run(kind, func(t *testing.T) {
			dir := t.TempDir()
			key := filepath.Join(dir, "key")
			keygen(t, "-q", "-t", kind, "-N", "", "-f", key)
			file := write(t, filepath.Join(dir, "site.yaml"), "text")
			keygen(t, "-q", "-Y", "sign", "-f", key, "-n", "harden-profile", file)
			if _, err := Parse(read(t, file+".sig")); err == nil || !strings.Contains(err.Error(), "is not signed with an ssh-ed25519 key") {
				t.Errorf("a signature: %v", err)
			}
			if _, err := ParseKeys(read(t, key+".pub")); err == nil || !strings.Contains(err.Error(), "line 1: is not a public key of the kind ssh-ed25519") {
				t.Errorf("a key: %v", err)
			}
		})
	}
}

// sign makes a signature as the real tool does, with whatever it is given.
func sign(t testing.TB, seed byte, space, reserved, hash, message string) []byte {
	t.Helper()
	private := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, ed25519.SeedSize))
	s := Signature{Key: Key{key: private.Public().(ed25519.PublicKey)}, Namespace: space, hash: hash}
	value := appendText(appendText(nil, []byte(keyType)), ed25519.Sign(private, s.signed([]byte(message))))
	blob := []byte(magic + "\x00\x00\x00\x01")
	for _, part := range [][]byte{appendText(appendText(nil, []byte(keyType)), s.Key.key), []byte(space), []byte(reserved), []byte(hash), value} {
		blob = appendText(blob, part)
	}
	return blob
}

func armor(blob []byte) []byte {
	return []byte(begin + "\n" + base64.StdEncoding.EncodeToString(blob) + "\n" + end + "\n")
}

func TestParse(t *testing.T) {
	good := sign(t, 1, "n", "", "sha512", "text")
	tests := map[string]struct {
		text  []byte
		wrong string // "" where it is read
	}{
		"sound":                        {armor(good), ""},
		"with line ends of Windows":    {bytes.ReplaceAll(armor(good), []byte("\n"), []byte("\r\n")), ""},
		"empty":                        {nil, "is not a signature of ssh-keygen"},
		"no armor":                     {good, "is not a signature of ssh-keygen"},
		"the end is missing":           {bytes.TrimSuffix(armor(good), []byte(end+"\n")), "is not a signature of ssh-keygen"},
		"two of them":                  {append(armor(good), armor(good)...), "not base64"},
		"something before it":          {append([]byte("x\n"), armor(good)...), "is not a signature of ssh-keygen"},
		"no base64":                    {[]byte(begin + "\n!\n" + end), "not base64"},
		"other magic":                  {armor([]byte("SSHSIX\x00\x00\x00\x01")), "is not a signature of ssh-keygen"},
		"another version":              {armor([]byte("SSHSIG\x00\x00\x00\x02")), "version 2"},
		"something behind it":          {armor(append(bytes.Clone(good), 0)), "incomplete"},
		"the last byte is missing":     {armor(good[:len(good)-1]), "incomplete"},
		"a length that never ends":     {armor([]byte("SSHSIG\x00\x00\x00\x01\xff\xff\xff\xff")), "incomplete"},
		"the reserved field is in use": {armor(sign(t, 1, "n", "x", "sha512", "text")), "reserved"},
		"another hash":                 {armor(sign(t, 1, "n", "", "md5", "text")), `hash "md5"`},
		"too long":                     {append(armor(good), bytes.Repeat([]byte("\n"), MaxSize)...), "longer than"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := Parse(test.text)
			if test.wrong == "" && err != nil || test.wrong != "" && (err == nil || !strings.Contains(err.Error(), test.wrong)) {
				t.Errorf("got %v, want %q", err, test.wrong)
			}
		})
	}
}

// TestEveryBitCounts turns each bit of a signature: none is good any more.
func TestEveryBitCounts(t *testing.T) {
	good := sign(t, 1, "n", "", "sha512", "text")
	signer, err := Parse(armor(good))
	if err != nil || signer.Verify([]byte("text"), "n") != nil {
		t.Fatalf("the signature itself: %v", err)
	}
	for i := range len(good) * 8 {
		turned := bytes.Clone(good)
		turned[i/8] ^= 1 << (i % 8)
		s, err := Parse(armor(turned))
		if err == nil && s.Key.Same(signer.Key) && s.Verify([]byte("text"), "n") == nil {
			t.Errorf("bit %d of byte %d turned, and the signature is good", i%8, i/8)
		}
	}
}

func TestParseKeys(t *testing.T) {
	line := keyType + " " + base64.StdEncoding.EncodeToString(appendText(appendText(nil, []byte(keyType)), bytes.Repeat([]byte{7}, 32)))
	short := keyType + " " + base64.StdEncoding.EncodeToString(appendText(appendText(nil, []byte(keyType)), []byte{7}))
	tests := map[string]struct {
		text  string
		keys  int
		wrong string
	}{
		"one":                     {line, 1, ""},
		"with a comment":          {line + " of the site\n", 1, ""},
		"two, and remarks":        {"# ours\n\n" + line + "\n  " + line + " next year's\n", 2, ""},
		"none":                    {"# none\n", 0, "holds no key"},
		"empty":                   {"", 0, "holds no key"},
		"an option before it":     {`command="x" ` + line, 0, "line 1: is not a public key"},
		"a private key":           {"-----BEGIN", 0, "line 1: is not a public key"},
		"no base64":               {line + "\n" + keyType + " !", 0, "line 2: is not a public key"},
		"cut off":                 {line[:40], 0, "line 1: "},
		"a short key":             {short, 0, "line 1: the key is of 1 bytes, not 32"},
		"a kind that is not said": {keyType, 0, "line 1: the public key is incomplete"},
		"too many":                {strings.Repeat(line+"\n", maxKeys+1), 0, "more than 100 keys"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			keys, err := ParseKeys([]byte(test.text))
			if len(keys) != test.keys || (err == nil) != (test.wrong == "") || err != nil && !strings.Contains(err.Error(), test.wrong) {
				t.Errorf("got %d keys, %v; want %d, %q", len(keys), err, test.keys, test.wrong)
			}
		})
	}
}

// FuzzParse reads anything without a panic, and what it takes for a signature
// of a text is one of that text only.
func FuzzParse(f *testing.F) {
	for _, blob := range [][]byte{
		sign(f, 1, "harden-profile", "", "sha512", "text"),
		sign(f, 2, "file", "", "sha256", ""),
		sign(f, 1, "n", "reserved", "sha512", "text"),
		sign(f, 1, "n", "", "md5", "text"),
		[]byte("SSHSIG\x00\x00\x00\x01\xff\xff\xff\xff"),
	} {
		f.Add(armor(blob), []byte("text"))
	}
	f.Add([]byte(begin+"\n\n"+end), []byte{})
	trusted, err := Parse(armor(sign(f, 1, "n", "", "sha512", "text")))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text, message []byte) {
		s, err := Parse(text)
		if err != nil {
			if s != nil {
				t.Fatal("an error, and a signature")
			}
			return
		}
		if len(s.Key.key) != ed25519.PublicKeySize || len(s.value) != ed25519.SignatureSize {
			t.Fatalf("a key of %d and a value of %d bytes", len(s.Key.key), len(s.value))
		}
		if s.Verify(message, s.Namespace) != nil {
			return
		}
		if s.Verify(append(bytes.Clone(message), '!'), s.Namespace) == nil && s.Key.Same(trusted.Key) {
			t.Fatal("a signature of two texts")
		}
		if s.Verify(message, s.Namespace+"!") == nil {
			t.Fatal("a signature for two purposes")
		}
	})
}
