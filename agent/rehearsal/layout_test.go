package rehearsal

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// drawn lists a tree, one entry a line, with "host" in the place of a directory.
func drawn(e *entry, name, host string) string {
	var b strings.Builder
	switch {
	case e.link != "":
		fmt.Fprintf(&b, "%s -> %s\n", name, e.link)
	case e.host != "" && e.entries == nil:
		fmt.Fprintf(&b, "%s = %s\n", name, strings.Replace(e.host, host, "host", 1))
	case e.writable:
		fmt.Fprintf(&b, "%s/ writable\n", name)
	case e.file != nil:
		fmt.Fprintf(&b, "%s %04o %q\n", name, e.file.Mode, e.file.Data)
	case len(e.entries) == 0:
		fmt.Fprintf(&b, "%s/\n", name)
	}
	for _, n := range slices.Sorted(maps.Keys(e.entries)) {
		b.WriteString(drawn(e.entries[n], name+"/"+n, host))
	}
	return b.String()
}

func TestLayout(t *testing.T) {
	host, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{"pki/etcd", "certs", "lib/etcd/member", "lib/other"} {
		if err := os.MkdirAll(filepath.Join(host, dir), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for _, file := range []string{"pki/ca.crt", "pki/ca.key", "pki/etcd/ca.crt", "certs/a.pem", "lib/etcd/member/db"} {
		if err := os.WriteFile(filepath.Join(host, file), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("../pki", filepath.Join(host, "certs/linked")); err != nil {
		t.Fatal(err)
	}
	file := func(path string) File { return File{Path: path, Mode: 0o600, Data: []byte("new")} }
	for _, c := range []struct {
		name    string
		subject Subject
		want    string
	}{
		{"a directory is shown as a whole", Subject{Mounts: []Mount{{host + "/pki", "/k/pki"}}}, "/k/pki = host/pki\n"},
		{"a staged file has its neighbours beside it", Subject{Mounts: []Mount{{host + "/pki", "/k/pki"}}, Files: []File{file("/k/pki/ca.crt")}},
			"/k/pki/ca.crt 0600 \"new\"\n/k/pki/ca.key = host/pki/ca.key\n/k/pki/etcd = host/pki/etcd\n"},
		{"a staged file where nothing is", Subject{Files: []File{file("/a/b/c")}}, "/a/b/c 0600 \"new\"\n"},
		{"a staged file behind a link", Subject{Mounts: []Mount{{host + "/pki", "/pki"}, {host + "/certs", "/certs"}}, Files: []File{file("/certs/linked/ca.key")}},
			"/certs/a.pem = host/certs/a.pem\n/certs/linked -> ../pki\n/pki/ca.crt = host/pki/ca.crt\n/pki/ca.key 0600 \"new\"\n/pki/etcd = host/pki/etcd\n"},
		{"what is hidden is empty", Subject{Mounts: []Mount{{host + "/lib", "/lib"}}, Hidden: []string{host + "/lib/etcd"}}, "/lib/etcd/\n/lib/other = host/lib/other\n"},
		{"so is what lies in it", Subject{Mounts: []Mount{{host + "/lib/etcd/member", "/data"}}, Hidden: []string{host + "/lib/etcd"}}, "/data/\n"},
		{"a file in it is not there", Subject{Mounts: []Mount{{host + "/lib/etcd/member/db", "/db"}}, Hidden: []string{host + "/lib/etcd"}}, "/\n"},
		{"a mount over a mount", Subject{Mounts: []Mount{{host + "/lib", "/k"}, {host + "/pki", "/k/etcd"}}}, "/k/etcd = host/pki\n/k/other = host/lib/other\n"},
		{"a writable directory keeps what is there", Subject{Mounts: []Mount{{host + "/lib", "/lib"}}, Writable: []string{"/lib/etcd"}, Files: []File{file("/lib/etcd/x")}},
			"/lib/etcd/ writable\n/lib/etcd/member = host/lib/etcd/member\n/lib/etcd/x 0600 \"new\"\n/lib/other = host/lib/other\n"},
		{"but for what is hidden", Subject{Mounts: []Mount{{host + "/lib", "/lib"}}, Writable: []string{"/lib/etcd"}, Hidden: []string{host + "/lib/etcd"}},
			"/lib/etcd/ writable\n/lib/other = host/lib/other\n"},
		{"what is missing is an empty directory", Subject{Mounts: []Mount{{host + "/none", "/none"}}}, "/none/\n"},
		{"the kernel's own is never shown", Subject{Mounts: []Mount{{"/proc/sys", "/p"}, {"/sys", "/s"}, {"/run", "/r"}}}, "/p/\n/r/\n/s/\n"},
	} {
		root, err := layout(c.subject)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		for _, always := range []string{"dev", "proc", "sys", "tmp"} {
			if root.entries[always] == nil {
				t.Errorf("%s: there is no /%s", c.name, always)
			}
			delete(root.entries, always)
		}
		if got := drawn(root, "", host); got != c.want {
			t.Errorf("%s:\n%swant\n%s", c.name, got, c.want)
		}
	}
}

// What goes away while a tree is put together is not there.
func TestGoneMeanwhile(t *testing.T) {
	host := t.TempDir()
	gone := entry{entries: map[string]*entry{"file": {host: filepath.Join(host, "none")}}}
	if err := gone.build(t.TempDir()); err != nil {
		t.Error(err)
	}
}

// What leads nowhere, or in a circle, is an error.
func TestLayoutRefuses(t *testing.T) {
	host := t.TempDir()
	if err := os.Symlink("circle", filepath.Join(host, "circle")); err != nil {
		t.Fatal(err)
	}
	for name, s := range map[string]Subject{
		"a file at the root":  {Files: []File{{Path: "/"}}},
		"a circle of links":   {Mounts: []Mount{{host, "/x"}}, Files: []File{{Path: "/x/circle/file"}}},
		"a mount at the root": {Mounts: []Mount{{host, "/"}}},
	} {
		if _, err := layout(s); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestVerdicts(t *testing.T) {
	for _, c := range []struct {
		component string
		uid       int
		end       End
		lines     string
		want      Outcome
		words     string
	}{
		{"kube-apiserver", 0, End{ByItself: true, How: "exit status 1"}, "Error: unknown flag: --x\nUsage:\n  --y", Refused, "unknown flag: --x"},
		{"kube-apiserver", 0, End{ByItself: true, How: "exit status 1"}, `E1129 21:02:32.701218 1 run.go:72] "command failed" err="a \"b\" c"`, Refused, `a "b" c`},
		{"kube-apiserver", 0, End{ByItself: true, How: "exit status 1"}, `{"ts":1,"msg":"command failed","err":"a \"b\" c"}`, Refused, `a "b" c`},
		{"kube-apiserver", 0, End{ByItself: true, How: "exit status 1"}, `E1 x] "command failed" err="open /f: permission denied"`, Unknown, "open /f: permission denied"},
		{"kube-apiserver", 1000, End{ByItself: true, How: "exit status 1"}, `E1 x] "command failed" err="open /f: permission denied"`, Refused, "open /f: permission denied"},
		{"kube-apiserver", 0, End{ByItself: true, How: "exit status 1"}, `E1 x] "command failed" err="dial: connect: network is unreachable"`, Unknown, "dial: connect: network is unreachable"},
		{"kube-apiserver", 0, End{ByItself: true, How: "signal: killed"}, "started", Unknown, ""},
		{"kube-apiserver", 0, End{ByItself: true, How: "exit status 2"}, "", Unknown, ""},
		{"kube-apiserver", 0, End{}, "I plugins.go:160] Loaded 13 validating admission controller(s) successfully", Accepted, "I plugins.go:160] Loaded 13 validating admission controller(s) successfully"},
		{"kube-apiserver", 0, End{}, "still reading", Unknown, ""},
		{"etcd", 0, End{ByItself: true, How: "exit status 1"}, `{"level":"fatal","msg":"discovery failed","error":"cannot fetch cluster info from peer urls: x"}`, Accepted, "cannot fetch cluster info from peer urls: x"},
		{"etcd", 0, End{ByItself: true, How: "exit status 2"}, "flag provided but not defined: -x\nUsage:\n\n  etcd", Refused, "flag provided but not defined: -x"},
		{"kube-apiserver", 0, End{}, "createTransport failed to connect to etcd", Accepted, "createTransport failed to connect to etcd"},
		{"kube-apiserver --admission-control-config-file=/x", 0, End{}, "createTransport failed to connect to etcd", Unknown, ""},
		{"kube-apiserver --admission-control-config-file=/x", 0, End{}, "createTransport failed to connect to etcd\nLoaded 13 validating admission controller(s)", Accepted, "Loaded 13 validating admission controller(s)"},
		{"etcd", 0, End{}, "is starting a new election", Unknown, ""},
		{"kubelet", 0, End{ByItself: true, How: "exit status 1"}, `E1 x] "command failed" err="failed to run Kubelet: validate service connection: refused"`, Accepted, "failed to run Kubelet: validate service connection: refused"},
		{"kubelet", 0, End{ByItself: true, How: "exit status 2"}, "panic: no such gate\n\ngoroutine 1 [running]:\nmain.main()\n\t/x.go:1", Refused, "no such gate"},
	} {
		argv := strings.Fields(c.component)
		r := recogniserOf(argv[0])
		for _, line := range strings.Split(c.lines, "\n") {
			r.line(line)
		}
		v := r.verdict(c.end, Subject{Component: argv[0], Argv: argv, UID: c.uid})
		if v.Outcome != c.want || v.Words != c.words || (!v.Reason.IsZero()) != (c.want == Unknown) {
			t.Errorf("%s, %+v, %s: %+v", c.component, c.end, c.lines, v)
		}
	}
}
