package facts

import (
	"slices"
	"strings"
	"testing"
)

// TestManifests: the kubelet starts what any file in the directory of static pods
// says, whatever it is called, but for hidden ones.
func TestManifests(t *testing.T) {
	const dir = "/etc/kubernetes/manifests/"
	etcd, other := manifest("etcd", "etcd:3.6.4-0", ""), manifest("kube-vip", "kube-vip:v1", "")
	for _, tt := range []struct {
		name     string
		files    files
		manifest string // of etcd, "" where the node has none
		copies   []string
		unknown  string // why it is not known what starts it
	}{
		{"as kubeadm calls it", files{dir + "etcd.yaml": etcd}, dir + "etcd.yaml", nil, ""},
		{"as rke2 calls it, beside others", files{dir + "etcd.yaml": etcd, dir + "kube-vip.yaml": other}, dir + "etcd.yaml", nil, ""},
		{"another name", files{dir + "db.json": etcd}, dir + "db.json", nil, ""},
		{"a copy before it", files{dir + "etcd.yaml": etcd, dir + "etcd.bak.yaml": etcd}, dir + "etcd.yaml", []string{dir + "etcd.bak.yaml"}, ""},
		{"a copy behind it", files{dir + "etcd.yaml": etcd, dir + "old-etcd.yaml": etcd}, dir + "etcd.yaml", []string{dir + "old-etcd.yaml"}, ""},
		{"two copies", files{dir + "a.yaml": etcd, dir + "etcd.yaml": etcd, dir + "b.yaml": etcd}, dir + "etcd.yaml", []string{dir + "b.yaml", dir + "a.yaml"}, ""},
		{"hidden", files{dir + ".etcd.yaml": etcd}, "", nil, ""},
		{"a directory", files{dir + "etcd.yaml/etcd.yaml": etcd}, "", nil, ""},
		{"one file in place of the directory", files{"/var/lib/kubelet/config.yaml": "staticPodPath: /srv/pod\n", "/srv/pod": etcd}, "/srv/pod", nil, ""},
		{"called so, and starts another", files{dir + "etcd.yaml": other}, dir + "etcd.yaml", nil, "no container of " + dir + "etcd.yaml, or more than one, starts etcd"},
		{"called otherwise, and starts another", files{dir + "kube-vip.yaml": other}, "", nil, ""},
		{"called so, and no YAML", files{dir + "etcd.yaml": "kind: [\n"}, dir + "etcd.yaml", nil, "cannot parse " + dir + "etcd.yaml: "},
		{"called otherwise, and no YAML", files{dir + "other.yaml": "kind: [\n"}, "", nil, ""},
		{"called so, and no pod", files{dir + "etcd.yaml": "kind: Service\n"}, dir + "etcd.yaml", nil, "cannot parse " + dir + "etcd.yaml: "},
		{"a link that leads nowhere", files{dir + "etcd.yaml": "-> /gone"}, "", nil, ""},
		{"a link", files{dir + "etcd.yaml": "-> ."}, dir + "etcd.yaml", nil, "etcd.yaml goes through a symbolic link"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f, err := Collect(kubeadmWorker.and(tt.files).make(t), nil, Override{}, nil)
			if err != nil {
				t.Fatal(err)
			}
			c := f.Components["etcd"]
			if c == nil {
				c = &Component{}
			}
			if c.Manifest != tt.manifest || !slices.Equal(c.Copies, tt.copies) {
				t.Errorf("got %q with copies %q, want %q with %q", c.Manifest, c.Copies, tt.manifest, tt.copies)
			}
			if (c.Unreadable != nil) != (tt.unknown != "") || c.Unreadable != nil && !strings.Contains(c.Unreadable.Error(), tt.unknown) {
				t.Errorf("not known because %v, want %q", c.Unreadable, tt.unknown)
			}
			for at, want := range map[string]string{tt.manifest: "etcd", dir + "none.yaml": ""} {
				if got := f.ManifestAt(at); at != "" && got != want {
					t.Errorf("at %s lies the manifest of %q, want %q", at, got, want)
				}
			}
		})
	}
}
