//go:build torture && amd64

package torture

import (
	"maps"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestOverlay applies and rolls back on an overlay file system, whose targets
// lie in the lower directory, in the upper one, or in an opaque directory. The
// lower directory is another's, and is not touched.
func TestOverlay(t *testing.T) {
	tests := map[string]func(t *testing.T, dir string){
		"all in the lower directory": func(*testing.T, string) {},
		"some in the upper directory": func(t *testing.T, dir string) {
			for _, name := range []string{kubeletConfig, unitFile} {
				must(t, "touch", filepath.Join(dir, name)) // copies it up
			}
		},
		"an opaque directory": func(t *testing.T, dir string) {
			kubelet := filepath.Join(dir, filepath.Dir(kubeletConfig))
			must(t, "cp", "-a", kubelet, kubelet+".copy")
			must(t, "rm", "-r", kubelet)
			must(t, "mkdir", "-m", "700", kubelet)
			must(t, "cp", "-a", kubelet+".copy/.", kubelet)
			must(t, "rm", "-r", kubelet+".copy")
		},
	}
	for profile, flags := range swept {
		b := newBench(t, flags...)
		for name, prepare := range tests {
			t.Run(profile+" "+name, func(t *testing.T) {
				disk := tmpfs(t, 8192)
				lower, upper, work := filepath.Join(disk, "lower"), filepath.Join(disk, "upper"), filepath.Join(disk, "work")
				must(t, "mkdir", upper, work)
				args := b.start(t, "apply", lower)
				dir := mount(t, "-t", "overlay", "-o", "lowerdir="+lower+",upperdir="+upper+",workdir="+work, "overlay")
				prepare(t, dir)
				if now := take(t, dir); !maps.Equal(now, b.old) {
					t.Fatalf("the overlay is not as the sample node, -want +got:\n%s", cmp.Diff(b.old, now))
				}
				exits(t, run(t, append(args, "--root", dir)...), 0)
				if now := take(t, dir); !maps.Equal(now, b.new) {
					t.Errorf("not applied, -want +got:\n%s", cmp.Diff(b.new, now))
				}
				exits(t, run(t, "rollback", "--yes", "--root", dir), 0)
				if now := take(t, dir); !maps.Equal(now, b.kept) {
					t.Errorf("not rolled back, -want +got:\n%s", cmp.Diff(b.kept, now))
				}
				leftovers(t, dir)
				unmount(t, dir)
				if now := take(t, lower); !maps.Equal(now, b.old) {
					t.Errorf("the lower directory was touched, -want +got:\n%s", cmp.Diff(b.old, now))
				}
				figure(t, "samples", 1)
			})
		}
	}
}
