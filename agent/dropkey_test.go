package agent_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"harden/agent"
	"harden/agent/facts"
	"harden/agent/host"
	"harden/agent/journal"
	"harden/agent/node"
)

// encryptionFile is the file of a key as a second step leaves it.
const encryptionFile = `apiVersion: apiserver.config.k8s.io/v1
kind: EncryptionConfiguration
resources:
- resources:
  - secrets
  providers:
  - secretbox:
      keys:
      - name: key1
        secret: AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
  - identity: {}
`

// The key goes last: when the API server runs without it what is stored is looked
// at again, and where a secret was stored with it meanwhile it stays.
func TestDropEncryptionLooksAgain(t *testing.T) {
	const keyFile = "/etc/kubernetes/harden/encryption.yaml"
	for _, test := range []struct {
		name      string
		meanwhile string // what is stored after the first look
		kind      node.Kind
		there     bool // the file of the key is there before the run, with the key first, and nothing reads it
		away      bool // the API server does not answer for kubeadm's record after the second look
	}{
		{"nothing is stored with the key", "k8s\x00", 0, false, false},
		{"a secret is stored with it meanwhile", "k8s:enc:secretbox:v1:key1:x", node.Incomplete, false, false},
		{"nothing is stored with the key, whose file was there", "k8s\x00", 0, true, false},
		{"a secret is stored with it meanwhile, and its file was there", "k8s:enc:secretbox:v1:key1:x", node.Incomplete, true, false},
		{"nothing is stored with the key, and the record cannot be read", "k8s\x00", node.Incomplete, false, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			// The server lives outside of the bubble, in which no time passes while
			// somebody waits for a connection.
			var read func() string
			looked := func() {}
			looks, stored := []string{}, "k8s\x00"
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				flags := "without the flag"
				if strings.Contains(read(), "encryption-provider-config") {
					flags = "with the flag"
				}
				looks = append(looks, flags)
				_, _ = fmt.Fprintf(w, `{"kvs":[{"key":%q,"value":%q}]}`, base64.StdEncoding.EncodeToString([]byte("/registry/secrets/a/b")), base64.StdEncoding.EncodeToString([]byte(stored)))
				stored = test.meanwhile
				looked()
			}))
			defer server.Close()
			withPods(t, nil, func(n *testNode, k *fakeKubelet) {
				read = func() string { return n.read(apiserverManifest) }
				n.write(apiserverManifest, podManifest(apiserver, "    command:\n    - kube-apiserver\n    - --secure-port=0\n    - --etcd-servers="+server.URL+"\n", ""), 0o600)
				with := func(profile string, calls host.Calls) *agent.Agent {
					a := k.agent(profile, calls)
					collect := a.Collect
					a.Collect = func() (*facts.Facts, error) {
						f, err := collect()
						if err == nil {
							f.Components["etcd"] = &facts.Component{Name: "etcd", PID: os.Getpid()}
						}
						return f, err
					}
					return a
				}
				if test.there {
					n.write(keyFile, encryptionFile, 0o600)
					n.ok(os.Chmod(n.path(filepath.Dir(keyFile)), 0o700))
				}
				if test.away {
					n.cluster = newCluster()
					n.write("/etc/passwd", "root:x:0:0::/root:/bin/sh\n", 0o644)
					n.write("/etc/group", "root:x:0:\n", 0o644)
				}
				before := n.snapshot()
				own := fmt.Sprintf("{name: enc, kind: encryption-at-rest, with: {path: %s, provider: secretbox, steps: first}}", keyFile)
				result, err := n.apply(with(rulesOf("enc, apiserver-profiling", own), nil))
				n.ok(err)
				key := n.read(keyFile)

				if test.away {
					looked = func() {
						if len(looks) == 2 {
							n.cluster.goes(errAway)
						}
					}
				}
				result, err = with("", nil).Rollback(n.Context(), result.Record.ID, agent.RollbackOptions{DropEncryption: true})
				n.equal([]string{"with the flag", "with the flag"}, looks)
				if test.kind == 0 {
					n.ok(err)
					n.equal(before, n.snapshot())
					return
				}
				if test.away {
					n.failed(err, test.kind, "waits for the API server: connection refused")
					n.equal(journal.RollbackIncomplete, result.Record.State)
					looked = func() {}
					n.cluster.goes(nil)
					n.ok(errorOf(n.agent("", nil).Recover(n.Context())))
					n.equal(before, n.snapshot())
					return
				}
				n.failed(err, test.kind, "the key of the stored secrets stays: 1 stored secrets are encrypted and could not be read without the key: a/b")
				n.equal(journal.RollbackIncomplete, result.Record.State)
				n.equal(key, n.read(keyFile))
				manifest := n.read(apiserverManifest)
				if !strings.Contains(manifest, keyFile) || strings.Contains(manifest, "profiling") {
					n.Errorf("the manifest is\n%s", manifest)
				}
				// What could not go yet goes later.
				stored, test.meanwhile = "k8s\x00", "k8s\x00"
				_, err = with("", nil).Rollback(n.Context(), result.Record.ID, agent.RollbackOptions{DropEncryption: true})
				n.ok(err)
				n.equal(before, n.snapshot())
			})
		})
	}
}
