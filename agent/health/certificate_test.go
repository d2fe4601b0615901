package health

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// A certificate is shown to who does not answer without one, and to nobody
// before; once it was needed, or is known to be, it is shown at once.
func TestCertificateIsShownWhereItIsNeeded(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	has := func() *tls.Certificate { return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key} }
	for _, test := range []struct {
		name        string
		certificate func() *tls.Certificate
		known       bool // that it is needed
		status      int  // for who shows none
		ask         string
		shown       string // for each answer whether it was shown
		want        string
	}{
		{"everybody is answered", has, false, 200, "ab", "..", ""},
		{"refused, then answered", has, false, 401, "ab", ".ss", ""},
		{"forbidden, then answered", has, false, 403, "ab", ".ss", ""},
		{"known to be needed", has, true, 401, "ab", "ss", ""},
		{"broken for everybody", has, false, 500, "a", ".", "500 Internal Server Error"},
		{"there is none", nil, false, 401, "a", ".", "401 Unauthorized"},
		{"it cannot be read", func() *tls.Certificate { return nil }, true, 403, "a", ".", "403 Forbidden"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var shown strings.Builder
			s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if len(r.TLS.PeerCertificates) > 0 {
					shown.WriteByte('s')
					return
				}
				shown.WriteByte('.')
				w.WriteHeader(test.status)
			}))
			s.TLS = &tls.Config{ClientAuth: tls.RequestClientCert}
			s.StartTLS()
			defer s.Close()
			client := NewClient(self, test.certificate)
			if test.known {
				client.ShowCertificate()
			}
			for _, path := range test.ask {
				err := client.get(t.Context(), s.URL+"/"+string(path))
				if test.want == "" {
					check(t, err)
				} else {
					check(t, err, test.want)
				}
			}
			if shown.String() != test.shown {
				t.Errorf("shown %q, want %q", shown.String(), test.shown)
			}
		})
	}
}
