//go:build torture && amd64

package torture

import (
	"bytes"
	endian "encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// blockSize is that of the file system, in bytes.
const blockSize = 4096

// TestPowerLoss runs apply, rollback and recover on an ext4 disk, and keeps
// what is on the disk behind each system call: what the kernel still holds in
// memory is lost. It also loses a part of what a sync was writing. Each such
// disk is mounted again: each path is its old or its new self, recover makes
// it all-old or all-new, and what exited with 0 is there to stay.
func TestPowerLoss(t *testing.T) {
	step := 1
	if !thorough {
		step = 17
	}
	benches := map[string]*bench{}
	for profile, flags := range swept {
		benches[profile] = newBench(t, flags...)
	}
	for _, disk := range []struct{ profile, data string }{
		{"kubeadm-node", "ordered"}, {"kubeadm-node", "writeback"}, {"cis-1.12", "ordered"},
	} {
		b := benches[disk.profile]
		t.Run(disk.profile+", data="+disk.data, func(t *testing.T) {
			t.Parallel()
			options := "loop,commit=300,data=" + disk.data
			for name := range b.scenarios {
				t.Run(name, func(t *testing.T) {
					figure(t, "snapshots", b.lose(t, name, options, step))
				})
			}
		})
	}
}

// diskState is what is on a disk at some moment.
type diskState struct {
	at   string // the moment
	data []byte
	done bool // the run had exited with 0
}

// lose runs a scenario on a disk and restarts from each different state of it,
// or each step-th. It gives their number.
func (b *bench) lose(t *testing.T, name, options string, step int) (restarts int) {
	t.Helper()
	image := filepath.Join(workspace(t), "image")
	ext4(t, image, 12)
	mounted := mount(t, "-o", options, image)
	args := b.start(t, name, node(mounted))
	must(t, "sync", "-f", mounted)
	last, err := os.ReadFile(image)
	ok(t, err)
	chance := rand.New(rand.NewPCG(1, uint64(len(name))))
	states := len(name) % step
	visit := func(s diskState) {
		if states++; s.data == nil || states%step != 0 && !s.done {
			return
		}
		restarts++
		b.restart(t, s, options, restarts%10 == 0)
		if t.Failed() {
			t.Fatalf("the power went %s", s.at)
		}
	}
	look := func(k int, c call) {
		now, err := os.ReadFile(image)
		ok(t, err)
		if !bytes.Equal(now, last) {
			visit(diskState{at: fmt.Sprintf("within call %d, %s", k, c), data: interrupted(chance, last, now)})
			visit(diskState{at: fmt.Sprintf("behind call %d, %s", k, c), data: now})
		}
		last = now
	}
	o, calls := trace(t, node(mounted), func(k int, c call) action { return action{after: func() { look(k, c) }} }, args...)
	exits(t, o, 0)
	if states < len(calls)/10 {
		t.Fatalf("%d calls, and nearly nothing came to the disk", len(calls))
	}
	last, err = os.ReadFile(image)
	ok(t, err)
	visit(diskState{at: "at the end", data: last, done: true})
	unmount(t, mounted)
	return restarts
}

// interrupted gives a disk between two states, as it is when the power goes
// while ext4 commits: some of the blocks are written, but not the one that
// ends the transaction, because the journal waits for all others first. It is
// nil where that does not hold, because the journal moved on.
func interrupted(chance *rand.Rand, before, after []byte) []byte {
	const magic, commit, superblock = 0xc03b3998, 2, 4 // linux/jbd2.h
	torn := bytes.Clone(before)
	for at := 0; at < len(after); at += blockSize {
		block := after[at : at+blockSize]
		if bytes.Equal(block, before[at:at+blockSize]) {
			continue
		}
		kind := uint32(0)
		if endian.BigEndian.Uint32(block) == magic {
			kind = endian.BigEndian.Uint32(block[4:])
		}
		switch {
		case kind == superblock:
			return nil
		case kind != commit && chance.IntN(2) == 0:
			copy(torn[at:], block)
		}
	}
	return torn
}

// restart is what happens when the power is back.
func (b *bench) restart(t *testing.T, s diskState, options string, check bool) {
	t.Helper()
	image := filepath.Join(workspace(t), "image")
	ok(t, os.WriteFile(image, s.data, 0o600))
	mounted := mount(t, "-o", options, image)
	dir := node(mounted)
	if torn := b.torn(take(t, dir)); len(torn) > 0 {
		t.Errorf("neither old nor new:\n%s", strings.Join(torn, "\n"))
	}
	if s.done {
		for _, r := range history(t, dir) {
			if r.State != "applied" && r.State != "rolled-back" {
				t.Errorf("the run had ended, and is now %s", r.State)
			}
		}
	}
	b.settle(t, dir)
	unmount(t, mounted)
	if check {
		must(t, "e2fsck", "-f", "-n", image)
	}
	ok(t, os.Remove(image))
}
