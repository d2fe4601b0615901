package fixers

import (
	"strings"

	"harden/agent/change"
	"harden/agent/facts"
)

// urlsOf are the flags of etcd that say where it serves those whom a flag about
// certificates is to keep out.
var urlsOf = map[string][]string{
	"--cert-file": clientURLs, "--key-file": clientURLs, "--client-cert-auth": clientURLs, "--trusted-ca-file": clientURLs,
	"--peer-cert-file": peerURLs, "--peer-key-file": peerURLs, "--peer-client-cert-auth": peerURLs, "--peer-trusted-ca-file": peerURLs,
}

var (
	clientURLs = []string{"listen-client-urls", "listen-client-http-urls"}
	peerURLs   = []string{"listen-peer-urls"}
)

// plainURLs is the verdict on a flag about certificates where etcd serves a URL
// without TLS: there it asks nobody for a certificate, and only warns of flags that
// ask for one (server/embed/etcd.go, configureClientListeners). setting gives what
// etcd is told in a file, by the name of the flag.
func plainURLs(c *facts.Component, flag, file string, setting func(name string) string) (Requirement, bool) {
	if c.Name != "etcd" {
		return Requirement{}, false
	}
	for _, name := range urlsOf[flag] {
		for url := range strings.SplitSeq(setting(name), ",") {
			if scheme, _, is := strings.Cut(strings.TrimSpace(url), "://"); is && (scheme == "http" || scheme == "unix") {
				return blocked("etcd serves %s without TLS (%s), and %s has no effect there; use only https:// addresses in %s", change.Like(url, "https://127.0.0.1:2379", "http://127.0.0.1:2379"), name, flag, file), true
			}
		}
	}
	return Requirement{}, false
}
