//go:build torture && amd64

package torture

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// changing are the system calls that change a disk or make a change durable.
const changing = "write,pwrite64,writev,openat,open,creat,ftruncate,truncate,fallocate,fsync,fdatasync,syncfs,sync," +
	"rename,renameat,renameat2,link,linkat,symlink,symlinkat,unlink,unlinkat,rmdir,mkdir,mkdirat,mknod,mknodat," +
	"chmod,fchmod,fchmodat,chown,lchown,fchown,fchownat,utimensat,setxattr,lsetxattr,fsetxattr,removexattr,lremovexattr,fremovexattr"

// order goes along the system calls of a run and finds those that come too
// early, for a power loss, or that have no business there.
type order struct {
	faults   []string // what it found
	dir      string
	targets  []string        // of the run, the path of each step
	intended string          // the target whose intent is recorded
	allowed  string          // the target whose intent is durable, and which may be changed
	unsynced map[string]bool // files that changed since they were synced
	unnamed  map[string]bool // directories in which a name changed since
	changes  int             // of targets
	records  int             // in the journal
}

// record finds what an entry of the journal says, as strace prints it.
var record = regexp.MustCompile(`\\"kind\\":\\"([a-z-]+)\\"(?:,\\"step\\":(\d+))?`)

func newOrder(dir string, targets []string) *order {
	return &order{dir: dir, targets: targets, unsynced: map[string]bool{}, unnamed: map[string]bool{}}
}

func (o *order) fault(format string, args ...any) {
	o.faults = append(o.faults, fmt.Sprintf(format, args...))
}

// follow looks at one call.
func (o *order) follow(c traced) {
	path := c.path()
	reads := c.name == "openat" && !strings.Contains(c.args, "O_CREAT") && !strings.Contains(c.args, "O_TRUNC")
	if reads || strings.HasPrefix(c.result, "-1") || !filepath.IsAbs(path) || path == "/dev/null" {
		return // among these the pipes that stdout and stderr are
	}
	rel, below := strings.CutPrefix(path, o.dir)
	if !below {
		o.fault("outside of the tree: %s(%s)", c.name, c.args)
	}
	if strings.HasSuffix(c.name, "sync") {
		delete(o.unsynced, rel)
		delete(o.unnamed, rel)
		if filepath.Base(rel) == "journal" {
			o.allowed = o.intended
		}
		return
	}
	if own := strings.HasPrefix(rel, "/"+stateDir); !own {
		o.changes++
		if rel != o.allowed && !(temporary(rel) && filepath.Dir(rel) == filepath.Dir(o.allowed)) {
			o.fault("no durable record says that it is to be changed: %s(%s)", c.name, c.args)
		}
	}
	switch {
	case c.name == "write" && filepath.Base(rel) == "journal":
		o.record(c)
	case strings.HasPrefix(c.name, "rename"):
		if old := strings.TrimPrefix(c.oldPath(), o.dir); o.unsynced[old] {
			o.fault("%s takes its name before it is durable", old)
		}
		o.unnamed[filepath.Dir(rel)] = true
	case c.name == "mkdirat", c.name == "unlinkat", c.name == "linkat":
		delete(o.unsynced, rel)
		o.unnamed[filepath.Dir(rel)] = !temporary(rel) // whose name is not the last one
	case filepath.Base(rel) == "journal", filepath.Base(rel) == "lock":
	default:
		o.unsynced[rel] = true
	}
}

// record looks at an entry of the journal: all that came before it is durable.
func (o *order) record(c traced) {
	m := record.FindStringSubmatch(c.args)
	if m == nil {
		o.fault("this is not a record: %s", c.args)
		return
	}
	o.records++
	for name := range o.unsynced {
		o.fault("%q is recorded before %s is durable", m[1], name)
	}
	for name, is := range o.unnamed {
		if is {
			o.fault("%q is recorded before the names in %s are durable", m[1], name)
		}
	}
	o.intended, o.allowed = "", ""
	if strings.HasSuffix(m[1], "intent") {
		step, err := strconv.Atoi(m[2])
		if err != nil || step >= len(o.targets) {
			o.fault("this names no step: %s", c.args)
			return
		}
		o.intended = o.targets[step]
	}
}

// TestOrder makes sure, for each run, that a target is changed only once its
// intent is durable, that a file is durable before it takes its name, that a
// name is durable before the journal says so, and that nothing outside of the
// tree is changed.
func TestOrder(t *testing.T) {
	for profile, flags := range swept {
		b := newBench(t, flags...)
		for name := range b.scenarios {
			t.Run(profile+", "+name, func(t *testing.T) {
				dir := filepath.Join(workspace(t), "node")
				args := b.start(t, name, dir)
				did, calls := strace(t, changing, append(args, "--root", dir)...)
				exits(t, did, 0)
				o := newOrder(dir, targets(t, dir))
				for _, c := range calls {
					o.follow(c)
				}
				if len(o.faults) > 0 {
					t.Errorf("%s", strings.Join(o.faults, "\n"))
				}
				if o.changes == 0 || o.records == 0 {
					t.Errorf("%d changes and %d records among %d calls", o.changes, o.records, len(calls))
				}
				figure(t, "operations", o.changes+o.records)
			})
		}
	}
}

// targets are the paths of the only run of a tree, by step.
func targets(t *testing.T, dir string) []string {
	t.Helper()
	runs := history(t, dir)
	if len(runs) != 1 {
		t.Fatalf("%d runs", len(runs))
	}
	var d struct{ Changes []struct{ Target string } }
	ok(t, json.Unmarshal([]byte(must(t, binary, "show", runs[0].ID, "--root", dir, "-o", "json")), &d))
	paths := make([]string, len(d.Changes))
	for i, c := range d.Changes {
		paths[i] = strings.TrimPrefix(c.Target, "file:")
	}
	return paths
}

// TestOrderIsSeen makes sure that the measure of TestOrder would see a call
// that comes too early.
func TestOrderIsSeen(t *testing.T) {
	const dir, at = "/tree", "/tree/var/lib/harden/runs/1/journal"
	journal := func(kind string) traced {
		return traced{"write", `3<` + at + `>, "{\"seq\":7,\"kind\":\"` + kind + `\",\"step\":0}}\n", 70`, "70"}
	}
	sync := func(path string) traced { return traced{"fsync", "3<" + path + ">", "0"} }
	temp := traced{"openat", `4</tree/etc>, ".harden-0123456789abcdef", O_WRONLY|O_CREAT|O_EXCL, 0600`, "5</tree/etc/.harden-0123456789abcdef>"}
	rename := traced{"renameat", `4</tree/etc>, ".harden-0123456789abcdef", 4</tree/etc>, "a"`, "0"}
	synced := sync("/tree/etc/.harden-0123456789abcdef")
	whole := []traced{journal("intent"), sync(at), temp, synced, rename, sync("/tree/etc"), journal("done")}
	tests := map[string]struct {
		calls []traced
		bad   bool
	}{
		"as it should be":               {whole, false},
		"an intent that is not durable": {slices.Delete(slices.Clone(whole), 1, 2), true},
		"a temporary not synced":        {slices.Delete(slices.Clone(whole), 3, 4), true},
		"a directory not synced":        {slices.Delete(slices.Clone(whole), 5, 6), true},
		"no intent":                     {whole[2:], true},
		"a change after done":           {append(slices.Clone(whole), sync(at), temp), true},
		"something outside of the tree": {[]traced{{"fchmod", "3</etc/passwd>, 0600", "0"}}, true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			o := newOrder(dir, []string{"/etc/a"})
			for _, c := range tt.calls {
				o.follow(c)
			}
			if seen := len(o.faults) > 0; seen != tt.bad {
				t.Errorf("want %v, seen: %q", tt.bad, o.faults)
			}
		})
	}
}

// TestNoListener makes sure that no verb listens on the network, or speaks to
// it, below a root; and that none listens on the live system, which is only
// looked at.
func TestNoListener(t *testing.T) {
	dir := filepath.Join(workspace(t), "node")
	tree(t, dir)
	const profile = "--profile=cis-1.12"
	below := [][]string{{"plan", profile}, {"check", profile}, {"apply", profile, "--yes"}, {"history"}, {"show"}, {"explain", "kubelet-pod-pids-limit", profile},
		{"rollback", "--yes"}, {"recover"}, {"profiles", "list"}, {"version"}}
	for _, args := range below {
		if args[0] == "show" {
			args = append(args, history(t, dir)[0].ID)
		}
		o, calls := strace(t, "%network,execve", append(args, "--root", dir)...)
		exits(t, o, 0)
		for _, c := range calls {
			if c.name != "execve" && strings.Contains(c.args, "AF_INET") {
				t.Errorf("%s: %s(%s)", args[0], c.name, c.args)
			}
			listens(t, args[0], c)
		}
	}
	for _, verb := range []string{"plan", "check"} {
		o, calls := strace(t, "%network,execve", verb, profile, "--role", "worker")
		if o.code != 0 && o.code != 1 {
			t.Errorf("%s: %v", verb, o)
		}
		for _, c := range calls {
			listens(t, "live "+verb, c)
		}
	}
	figure(t, "samples", len(below)+2)
}

func listens(t *testing.T, verb string, c traced) {
	t.Helper()
	if c.name == "listen" || c.name == "accept" || c.name == "accept4" || c.name == "bind" && strings.Contains(c.args, "AF_INET") {
		t.Errorf("%s: %s(%s)", verb, c.name, c.args)
	}
}
