package change

// suiteAliases are second names that components know a cipher suite by
// (k8s.io/component-base/cli/flag, ciphersuites_flag.go).
var suiteAliases = map[string]string{
	"TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305":   "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
	"TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305": "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
}

// suitesOfTLS13 may be named, and are on whether they are named or not
// (crypto/tls, Config.CipherSuites).
var suitesOfTLS13 = []string{"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"}

// cipherSuites gives each suite by one name.
func cipherSuites(names []string) []string {
	for i, name := range names {
		if full, is := suiteAliases[name]; is {
			names[i] = full
		}
	}
	return names
}
