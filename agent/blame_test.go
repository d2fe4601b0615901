package agent

import (
	"slices"
	"strings"
	"testing"

	"harden/agent/change"
	"harden/agent/transaction"
)

// A component that prints a key does not get it printed by harden.
func TestKeyIsNotRepeated(t *testing.T) {
	const key, long = "c2VjcmV0MTIzNDU2", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b"
	content := change.NewContent([]byte("kind: EncryptionConfiguration\nkeys: [{name: key1, secret: "+key+"}]\n"), true)
	secrets := secretsIn([]change.Change{{After: change.State{File: &change.File{Content: content}}}})
	for _, words := range []string{"cannot use " + key, `secret "` + key + `" is not base64`, "keys[0]=" + key + ".", "token " + long, strings.Repeat("x", 1000) + key} {
		if said := concealed(words, secrets); strings.Contains(said, key) || strings.Contains(said, long) || len(said) > maxWords {
			t.Errorf("%s", said)
		}
	}
	if said := concealed("unknown kind EncryptionConfiguration of aescbc", secrets); said != "unknown kind EncryptionConfiguration of aescbc" {
		t.Errorf("%s", said)
	}
}

// What the words are about is found by what they name.
func TestBlame(t *testing.T) {
	manifest, config := change.FileTarget("/etc/kubernetes/manifests/kube-apiserver.yaml"), change.FileTarget("/var/lib/kubelet/config.yaml")
	audit := change.FileTarget("/etc/kubernetes/harden/audit.yaml")
	changes := []change.Change{
		{Target: manifest, Rules: []string{"a", "b", "c"}, Fields: []change.FieldChange{
			{Field: "flag:--request-timeout", After: "never", Rules: []string{"a"}},
			{Field: "flag:--tls-cipher-suites", After: "TLS_GOOD,TLS_NONE", Rules: []string{"b"}},
			{Field: "flag:--audit-policy-file", After: "/etc/kubernetes/harden/audit.yaml", Rules: []string{"c"}},
		}},
		{Target: audit, Rules: []string{"d"}, Fields: []change.FieldChange{{Field: change.FieldContent, After: "kind: Policy\n", Rules: []string{"d"}}}},
		{Target: config, Rules: []string{"e", "f"}, Fields: []change.FieldChange{
			{Field: "yaml:eventRecordQPS", After: int64(-1), Rules: []string{"e"}},
			{Field: "yaml:authentication.x509.clientCAFile", After: "/ca.crt", Rules: []string{"f"}},
		}},
	}
	for words, want := range map[string]struct {
		rules  []string
		target change.Target
		line   int
	}{
		`invalid argument "never" for "--request-timeout" flag`:                       {[]string{"a"}, manifest, 0},
		"Cipher suite TLS_NONE not supported":                                         {[]string{"b"}, manifest, 0},
		"failed to read /etc/kubernetes/harden/audit.yaml: yaml: line 3: bad":         {[]string{"d"}, audit, 3},
		"invalid configuration: eventRecordQPS (--event-qps) -1 must not be negative": {[]string{"e"}, config, 0},
		"cannot load clientCAFile":                                                    {[]string{"f"}, config, 0},
		"something else":                                                              {[]string{"a", "b", "c", "d", "e", "f"}, "", 0},
	} {
		var r transaction.Rehearsed
		blame(&r, words, changes)
		if !slices.Equal(r.Rules, want.rules) || r.Target != want.target || r.Line != want.line {
			t.Errorf("%s: %+v", words, r)
		}
	}
	var only transaction.Rehearsed
	if blame(&only, "something else", changes[1:2]); only.Target != audit || !slices.Equal(only.Rules, []string{"d"}) {
		t.Errorf("of one field: %+v", only)
	}
}
