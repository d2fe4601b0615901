package facts

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseVersion(t *testing.T) {
	for _, tt := range []struct {
		text string
		want Version
		ok   bool
	}{
		{"v1.34.1", Version{1, 34, 1}, true},
		{"1.34", Version{1, 34, 0}, true},
		{"v1.34.1-rc.0+k3s1", Version{1, 34, 1}, true},
		{"3.6.4-0", Version{3, 6, 4}, true},
		{"v1.33.5_vmware.1", Version{1, 33, 5}, true},
		{"", Version{}, false},
		{"latest", Version{}, false},
		{"1.34.1x", Version{}, false},
		{"1.34.x", Version{}, false},
		{"1.99999999999999999999", Version{}, false},
	} {
		got, err := ParseVersion(tt.text)
		if got != tt.want || (err == nil) != tt.ok {
			t.Errorf("%q: got %v, %v", tt.text, got, err)
		}
	}
	v := Version{1, 34, 1}
	if !v.AtLeast(1, 34) || !v.AtLeast(1, 9) || v.AtLeast(1, 35) || v.AtLeast(2, 0) || (Version{}).AtLeast(1, 0) {
		t.Error("AtLeast is wrong")
	}
	if v.String() != "1.34.1" || (Version{}).String() != "" || v.Compare(Version{1, 34, 2}) != -1 {
		t.Error("String or Compare is wrong")
	}
}

func TestImageVersion(t *testing.T) {
	for image, want := range map[string]Version{
		"registry.k8s.io/kube-apiserver:v1.34.1":                   {1, 34, 1},
		"registry:5000/etcd:3.6.4-0@sha256:00":                     {3, 6, 4},
		"registry:5000/etcd":                                       {},
		"rancher/hardened-kubernetes:v1.33.5-rke2r1-build20250910": {1, 33, 5},
		"kube-apiserver:stable":                                    {},
		"":                                                         {},
	} {
		if got := imageVersion(image); got != want {
			t.Errorf("%q: got %v, want %v", image, got, want)
		}
	}
}

func TestParseFlags(t *testing.T) {
	for _, tt := range []struct {
		name string
		argv []string
		want map[string]string
	}{
		{"both forms", []string{"kubelet", "--a=b=c", "--config", "/x", "-v=2"}, map[string]string{"a": "b=c", "config": "/x", "v": "2"}},
		{"bare", []string{"kubelet", "--anonymous-auth", "--register-node", "--c="}, map[string]string{"anonymous-auth": "true", "register-node": "true", "c": ""}},
		{"a flag that nobody knows takes a word", []string{"kubelet", "--a", "--b"}, map[string]string{"a": "--b"}},
		{"boolean takes no word", []string{"kubelet", "--anonymous-auth", "false", "--x", "true"}, map[string]string{"anonymous-auth": "true", "x": "true"}},
		{"lists add up, maps merge", []string{"kubelet", "--cluster-dns=1.1.1.1", "--cluster-dns=2.2.2.2", "--feature-gates=A=true,B=true", "--feature-gates=A=false"},
			map[string]string{"cluster-dns": "1.1.1.1,2.2.2.2", "feature-gates": "B=true,A=false"}},
		{"last wins, underscores", []string{"kubelet", "--read_only_port=1", "--read-only-port=0"}, map[string]string{"read-only-port": "0"}},
		{"after two dashes", []string{"kubelet", "--a=b", "--", "--c=d"}, map[string]string{"a": "b"}},
		{"none", nil, map[string]string{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, ParseFlags("kubelet", tt.argv)); diff != "" {
				t.Error(diff)
			}
			for _, name := range []string{"a", "b", "c", "config", "v", "x", "anonymous-auth", "read-only-port"} {
				want, has := tt.want[name]
				if value, given := Flag("kubelet", tt.argv, name); value != want || given != has {
					t.Errorf("%s is %q, %v", name, value, given)
				}
			}
		})
	}
}

func TestExpand(t *testing.T) {
	environment := map[string]variable{"A": {value: `x "y z"`}}
	for text, want := range map[string][]string{
		"$A":        {"x", "y z"},
		"${A}":      {`x "y z"`},
		"-${A}-$$-": {`-x "y z"-$-`},
		"$NONE":     nil,
		"${NONE}":   {""},
		"a$A":       {"a$A"},
		"${A":       {"${A"},
		"$$A":       {"$A"},
		"$":         {"$"},
	} {
		var got []string
		words, ok := expand([]word{{text: text}}, environment)
		for _, w := range words {
			got = append(got, w.text)
		}
		if !ok {
			t.Errorf("%s is too long", text)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", text, diff)
		}
	}
}
