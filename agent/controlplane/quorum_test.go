package controlplane

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"harden/agent/facts"
	"harden/agent/node"
)

// A member of etcd is rolled only where the others keep the quorum without it.
func TestQuorum(t *testing.T) {
	const list = `{"header":{"cluster_id":"1","member_id":"10"},"members":[%s]}`
	one := func(id int, more string) string { return fmt.Sprintf(`{"ID":"%d","name":"m%d"%s}`, id, id, more) }
	alive := func(id string, n int) string {
		return fmt.Sprintf("etcd_network_active_peers{Local=\"a\",Remote=\"%s\"} %d\n", id, n)
	}
	three := fmt.Sprintf(list, one(10, "")+","+one(11, "")+","+one(12, ""))
	for _, test := range []struct {
		name, members, metrics string
		status                 int
		want                   string
	}{
		{"alone", fmt.Sprintf(list, one(10, "")), "", 200, ""},
		{"alone, with one that learns", fmt.Sprintf(list, one(10, "")+","+one(11, `,"isLearner":true`)), "", 200, ""},
		{"three, all well", three, "# HELP x\n" + alive("b", 1) + alive("c", 2), 200, ""},
		{"three, one down", three, alive("b", 1) + alive("c", 0), 200, "etcd has 3 members; while the member of this node restarts, only 1 healthy members are left, and etcd needs 2 to store anything; no connection with m12 (c)"},
		{"three, one that was never met", three, alive("b", 1), 200, "no connection with m12 (c)"},
		{"two", fmt.Sprintf(list, one(10, "")+","+one(11, "")), alive("b", 1), 200, "etcd has 2 members; while the member of this node restarts, only 1 healthy members are left, and etcd needs 2"},
		{"two that vote, and one that learns", fmt.Sprintf(list, one(10, "")+","+one(11, "")+","+one(12, `,"isLearner":true`)), alive("b", 1) + alive("c", 1), 200, "etcd has 2 members"},
		{"four, one down", fmt.Sprintf(list, one(10, "")+","+one(11, "")+","+one(12, "")+","+one(13, "")), alive("b", 1) + alive("c", 1), 200, "etcd has 4 members"},
		{"nobody says", "{}", "", 200, "cannot tell whether etcd keeps its quorum while the member of this node restarts: etcd does not say who its members are"},
		{"who has no right", "", "", 403, "cannot tell whether etcd keeps its quorum while the member of this node restarts: etcd said 403"},
	} {
		t.Run(test.name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.WriteHeader(test.status)
				switch r.Method + r.URL.Path {
				case "POST/v3/cluster/member/list":
					_, _ = io.WriteString(w, test.members)
				case "GET/metrics":
					_, _ = io.WriteString(w, test.metrics)
				}
			}))
			defer server.Close()
			for _, etcdOnly := range []bool{false, true} {
				f := &facts.Facts{Components: map[string]*facts.Component{
					APIServer: {Name: APIServer, ManifestArgv: []string{APIServer, "--etcd-servers=" + server.URL}},
					"etcd":    {Name: "etcd", Running: true, PID: os.Getpid(), ManifestArgv: []string{"etcd", "--listen-client-urls=" + server.URL}}}}
				if etcdOnly {
					delete(f.Components, APIServer)
				}
				err := KeepsQuorum(t.Context(), &node.Node{}, f)
				if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
					t.Errorf("on a node of etcd alone %v: error %v, want %q", etcdOnly, err, test.want)
				}
			}
		})
	}
}
