package health

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// identity is a certificate and its key, made for a test, and the file with the
// certificate.
func identity(t *testing.T, name string, key *ecdsa.PrivateKey) (tls.Certificate, string) {
	t.Helper()
	if key == nil {
		var err error
		if key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
			t.Fatal(err)
		}
	}
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: serial}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), name+".crt")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, file
}

// Over TLS the process has to show a certificate that it was told to show. It
// is not shown one of ours before, and not asked anything.
func TestCertificateOfTheProcess(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	own, ownFile := identity(t, "own", key)
	_, otherFile := identity(t, "other", nil)
	_, renewedFile := identity(t, "renewed", key) // of the same key
	client, _ := identity(t, "client", nil)
	dir := t.TempDir()
	chain, empty, fifo, link := filepath.Join(dir, "chain"), filepath.Join(dir, "empty"), filepath.Join(dir, "fifo"), filepath.Join(filepath.Dir(ownFile), "link")
	other, err := os.ReadFile(otherFile)
	if err != nil {
		t.Fatal(err)
	}
	first, err := os.ReadFile(ownFile)
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{os.WriteFile(chain, append(append([]byte{}, other...), first...), 0o600), os.WriteFile(empty, nil, 0o600),
		syscall.Mkfifo(fifo, 0o600), os.Symlink(filepath.Base(ownFile), link)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct {
		name  string
		files []string
		want  string
	}{
		{"it makes itself one", nil, ""},
		{"its own", []string{ownFile}, ""},
		{"its own, behind a link", []string{link}, ""},
		{"one of two", []string{otherFile, ownFile}, ""},
		{"another", []string{otherFile}, "presents a certificate other than that of " + otherFile},
		{"none of two", []string{otherFile, renewedFile}, "presents a certificate other than that of " + otherFile + " and " + renewedFile},
		{"another of the same key", []string{renewedFile}, "presents a certificate other than that of"},
		{"one that is not the first of its file", []string{chain}, "presents a certificate other than that of"},
		{"no file", []string{filepath.Join(dir, "none")}, "cannot tell whether the test presents its own certificate: cannot read "},
		{"an empty file", []string{empty}, "it holds no certificate"},
		{"a FIFO", []string{fifo}, "it is not a regular file"},
		{"a directory", []string{dir}, "it is not a regular file"},
	} {
		t.Run(test.name, func(t *testing.T) {
			heard, shown := 0, 0
			s := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				heard++
				shown += len(r.TLS.PeerCertificates)
			}))
			s.TLS = &tls.Config{Certificates: []tls.Certificate{own}, ClientAuth: tls.RequestClientCert,
				VerifyPeerCertificate: func(certificates [][]byte, _ [][]*x509.Certificate) error {
					if test.want != "" && len(certificates) > 0 {
						return fmt.Errorf("a certificate was shown to a stranger")
					}
					return nil
				}}
			s.StartTLS()
			client := NewClient(func() (Process, error) {
				p, err := self()
				p.Certificates = test.files
				return p, err
			}, func() *tls.Certificate { return &client })
			client.ShowCertificate()
			err := client.get(t.Context(), s.URL+"/livez")
			s.Close()
			if test.want == "" {
				check(t, err)
			} else {
				check(t, err, test.want)
			}
			if want := map[bool]int{true: 1}[test.want == ""]; heard != want || shown != want {
				t.Errorf("it was asked %d times, and shown %d certificates; want %d", heard, shown, want)
			}
		})
	}
}
