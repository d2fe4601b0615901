//go:build torture && amd64

package torture

import (
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"
)

// kubeletConfig is a target whose content is replaced, unitFile one whose mode
// is changed, newDropIn one that is made.
const (
	kubeletConfig = "var/lib/kubelet/config.yaml"
	unitFile      = "usr/lib/systemd/system/kubelet.service"
	newDropIn     = "etc/sysctl.d/90-kubelet.conf"
)

// TestObstacles puts an obstacle in the way of one target, which no program can
// or should pass. The plan blocks what it hinders, and says why; a rollback
// refuses before it changes anything; and all works once it is gone.
func TestObstacles(t *testing.T) {
	chattr := func(flag, path string) func(*testing.T, string) func() {
		return func(t *testing.T, dir string) func() {
			must(t, "chattr", "+"+flag, filepath.Join(dir, path))
			return func() { must(t, "chattr", "-"+flag, filepath.Join(dir, path)) }
		}
	}
	tests := map[string]struct {
		target string
		put    func(t *testing.T, dir string) (away func())
		says   string
	}{
		"bind mount": {kubeletConfig, func(t *testing.T, dir string) func() {
			target := filepath.Join(dir, kubeletConfig)
			must(t, "mount", "--bind", target, target)
			t.Cleanup(func() { _ = unix.Unmount(target, unix.MNT_DETACH) })
			return func() { unmount(t, target) }
		}, "mount point"},
		"immutable content":       {kubeletConfig, chattr("i", kubeletConfig), "chattr +i"},
		"append-only content":     {kubeletConfig, chattr("a", kubeletConfig), "chattr +a"},
		"immutable mode":          {unitFile, chattr("i", unitFile), "chattr +i"},
		"append-only mode":        {unitFile, chattr("a", unitFile), "chattr +a"},
		"directory of a content":  {kubeletConfig, chattr("i", filepath.Dir(kubeletConfig)), "chattr +i"},
		"directory of a new file": {newDropIn, chattr("i", filepath.Dir(newDropIn)), "chattr +i"},
		"append-only directory":   {newDropIn, chattr("a", filepath.Dir(newDropIn)), "chattr +a"},
		"hard link": {kubeletConfig, func(t *testing.T, dir string) func() {
			other := filepath.Join(dir, "etc/other")
			ok(t, os.Link(filepath.Join(dir, kubeletConfig), other))
			return func() { ok(t, os.Remove(other)) }
		}, "2 hard links"},
	}
	image := filepath.Join(workspace(t), "image")
	ext4(t, image, 32)
	disk := mount(t, "-o", "loop", image)
	b := newBench(t, swept["kubeadm-node"]...)
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(disk, t.Name())
			ok(t, os.MkdirAll(filepath.Dir(dir), 0o755))
			args := b.start(t, "apply", dir)
			away := tt.put(t, dir)
			before := take(t, dir)
			exits(t, run(t, "plan", "--diff", "--profile", "kubeadm-node", "--root", dir), 0, tt.target, tt.says, "Blocked")
			exits(t, run(t, append(args, "--root", dir)...), 0)
			blocked := take(t, dir)
			// Where the file cannot be replaced, its mode may be set all the same.
			if blocked[tt.target] != before[tt.target] && blocked[tt.target] != strings.Replace(before[tt.target], "100644", "100600", 1) {
				t.Errorf("it was changed from %q to %q", before[tt.target], blocked[tt.target])
			}
			away()
			exits(t, run(t, append(args, "--root", dir)...), 0)
			exits(t, run(t, "plan", "--profile", "kubeadm-node", "--root", dir, "--detailed-exitcode"), 0, "Nothing to change")
			// The way back meets it too.
			away = tt.put(t, dir)
			before = take(t, dir)
			exits(t, run(t, "rollback", "--yes", "--root", dir), 1, tt.target, tt.says)
			if diff := cmp.Diff(before, take(t, dir)); diff != "" {
				t.Errorf("something was rolled back, -want +got:\n%s", diff)
			}
			away()
			for range 2 { // what was blocked was done by a second run
				exits(t, run(t, "rollback", "--yes", "--root", dir), 0)
			}
			if now := take(t, dir); !maps.Equal(now, b.old) {
				t.Errorf("not rolled back, -want +got:\n%s", cmp.Diff(b.old, now))
			}
			leftovers(t, dir)
			figure(t, "faults", 2)
		})
	}
}

// TestReadOnly meets a disk that is read-only from the beginning: all that only
// looks works, all else is refused.
func TestReadOnly(t *testing.T) {
	b := newBench(t, swept["cis-1.12"]...)
	for name, s := range b.scenarios {
		t.Run(name, func(t *testing.T) {
			disk := tmpfs(t, 4096)
			args := append(b.start(t, name, node(disk)), "--root", node(disk))
			before := take(t, node(disk))
			must(t, "mount", "-o", "remount,ro", disk)
			exits(t, run(t, "plan", "--profile", "cis-1.12", "--root", node(disk)), 0)
			if s.from != "old" {
				exits(t, run(t, "history", "--root", node(disk)), 0)
			}
			exits(t, run(t, args...), 1, "read-only file system")
			if diff := cmp.Diff(before, take(t, node(disk))); diff != "" {
				t.Errorf("something was changed, -want +got:\n%s", diff)
			}
			must(t, "mount", "-o", "remount,rw", disk)
			exits(t, run(t, args...), 0)
			b.settle(t, node(disk))
		})
	}
}

// TestDiskGoesAway shuts an ext4 disk down behind each call, as the kernel does
// when a disk fails: everything is EIO from then on, or the last sync was lost.
// When it is back, recover makes it all-old or all-new.
func TestDiskGoesAway(t *testing.T) {
	step := 3
	if !thorough {
		step = 31
	}
	const noFlush = 2 // EXT4_GOING_FLAGS_NOLOGFLUSH: what is not synced is lost
	b := newBench(t, swept["kubeadm-node"]...)
	image := filepath.Join(workspace(t), "image")
	for name := range b.scenarios {
		t.Run(name, func(t *testing.T) {
			broken := 0
			for k := len(name) % step; ; k += step {
				ext4(t, image, 12)
				disk := mount(t, "-o", "loop", image)
				args := b.start(t, name, node(disk))
				must(t, "sync", "-f", disk)
				o, calls := trace(t, node(disk), at(k, action{after: func() { shutDown(t, disk, noFlush) }}), args...)
				unmount(t, disk)
				if len(calls) <= k {
					exits(t, o, 0)
					break
				}
				broken++
				// A copy, because a mount namespace of somebody else may still
				// hold the disk that is gone, and it would be mounted again.
				must(t, "cp", "--sparse=always", image, image+".again")
				again := mount(t, "-o", "loop", image+".again")
				b.says(t, name, o, take(t, node(again)))
				b.settle(t, node(again))
				unmount(t, again)
				if t.Failed() {
					t.Fatalf("gone behind call %d, %s: %v", k, calls[k], o)
				}
			}
			figure(t, "faults", broken)
		})
	}
}

// shutDown is EXT4_IOC_SHUTDOWN.
func shutDown(t *testing.T, disk string, flags int) {
	t.Helper()
	const request = 0x8004587d
	fd, err := unix.Open(disk, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	ok(t, err)
	defer unix.Close(fd)
	ok(t, unix.IoctlSetPointerInt(fd, request, flags))
}
