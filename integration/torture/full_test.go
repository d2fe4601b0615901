//go:build torture && amd64

package torture

import (
	"path/filepath"
	"syscall"
	"testing"
)

// TestFullDisk gives apply, rollback and recover a disk with less and less
// room, a page at a time, down to none. The tree is as the exit code says, and
// all works when there is room again. A run that was interrupted can always be put
// back: it kept room for that.
func TestFullDisk(t *testing.T) {
	step := 1 // pages
	if !thorough {
		step = 13
	}
	for profile, flags := range swept {
		t.Run(profile, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, flags...)
			for name := range b.scenarios {
				t.Run(name, func(t *testing.T) {
					full, enough := 0, false
					for pages := 0; !enough; pages += step {
						o := b.withRoom(t, name, 4*pages)
						if enough = o.code == 0; !enough {
							full++
						}
						if t.Failed() {
							t.Fatalf("with room for %d pages: %v", pages, o)
						}
						if name == "recover" && !enough {
							t.Errorf("the room that was kept is not enough: %v", o)
						}
						if pages > 1000 {
							t.Fatalf("%d pages are not enough: %v", pages, o)
						}
					}
					figure(t, "faults", full)
				})
			}
		})
	}
}

// withRoom runs a scenario on a disk with a number of KiB that are free.
func (b *bench) withRoom(t *testing.T, name string, room int) outcome {
	t.Helper()
	disk := tmpfs(t, 8192)
	dir := filepath.Join(disk, "node")
	args := append(b.start(t, name, dir), "--root", dir)
	var stat syscall.Statfs_t
	ok(t, syscall.Statfs(disk, &stat))
	used := int(stat.Blocks-stat.Bfree) * int(stat.Bsize) / 1024
	resize(t, disk, used+room)
	o := run(t, args...)
	o.stdout += o.stderr
	b.says(t, name, o, take(t, dir))
	resize(t, disk, 8192)
	b.settle(t, dir)
	if o.code != 0 && name == "apply" {
		exits(t, run(t, args...), 0)
	}
	unmount(t, disk)
	return o
}
