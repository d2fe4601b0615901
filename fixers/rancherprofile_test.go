package fixers

import (
	"strings"
	"testing"

	"harden/agent/facts"
)

// TestRoomForAuditLog: `profile: cis` makes RKE2 write an audit log, and a disk that is full
// of it stops etcd.
func TestRoomForAuditLog(t *testing.T) {
	const config, unit = "/etc/rancher/rke2/config.yaml", "/usr/local/lib/systemd/system/rke2-server.service"
	server := tree{unit: "[Service]\nExecStart=/usr/local/bin/rke2 server\n", "/var/lib/rancher/rke2/server/": ""}
	for name, row := range map[string]struct {
		files tree
		free  int64 // bytes; -1 where it is not known
		want  string
	}{
		"enough":                 {nil, 1_100_000_000, ""},
		"too little":             {nil, 1_099_000_000, "blocked: the audit log may take 1100 MB, and 1099 MB are free for /var/lib/rancher/rke2/server/logs/audit.log"},
		"set lower":              {tree{config: "kube-apiserver-arg: [audit-log-maxbackup=2, audit-log-maxsize=50]\n"}, 200_000_000, ""},
		"set lower, yet too big": {tree{config: "kube-apiserver-arg: [audit-log-maxbackup=2]\n"}, 200_000_000, "blocked: the audit log may take 300 MB"},
		"a data directory":       {tree{config: "data-dir: /data\n"}, 0, "blocked: the audit log may take 1100 MB, and 0 MB are free for /data/server/logs/audit.log"},
		"written already":        {tree{"/var/lib/rancher/rke2/server/logs/audit.log": "x"}, 0, ""},
		"below --root":           {nil, -1, ""},
	} {
		t.Run(name, func(t *testing.T) {
			n := server.and(row.files).collected(t)
			if n.Facts.Platform != facts.RKE2 || !n.Facts.Rancher.Server {
				t.Fatalf("%s: %+v", n.Facts.Platform, n.Facts.Rancher)
			}
			if row.free >= 0 {
				n.Free = func(string) (int64, error) { return row.free, nil }
			}
			got := verdictOf((&RancherProfile{Profile: "cis"}).Require("r", n))
			if blocked := strings.HasPrefix(got, "blocked"); blocked != (row.want != "") || !strings.HasPrefix(got, row.want) {
				t.Errorf("got %q\nwant %q", got, row.want)
			}
		})
	}
}
