package facts

import (
	"encoding/binary"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestListening(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	want := l.Addr().(*net.TCPAddr).AddrPort()
	sockets, err := Listening("/proc", map[Port]bool{{"tcp", want.Port()}: true}, nil)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(sockets, func(s Socket) bool { return s.Address == want && s.Protocol == "tcp" })
	if i < 0 {
		t.Fatalf("%v is not among the %d open ports", want, len(sockets))
	}
	if s := sockets[i]; s.PID != os.Getpid() || s.Program == "" || !s.Loopback() {
		t.Errorf("got %+v, want this process (%d) on a loopback address", s, os.Getpid())
	}
}

// The kernel lists who listens before the connections.
func TestListeningEndsAtTheConnections(t *testing.T) {
	if !littleEndian() {
		t.Skip("the texts of this test are those of a little-endian machine")
	}
	dir := t.TempDir()
	const head = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
	line := func(port, state, inode string) string {
		return "   0: 0100007F:" + port + " 00000000:0000 " + state + " 00000000:00000000 00:00000000 00000000     0        0 " + inode + " 1 0 100 0 0 10 0\n"
	}
	for name, text := range map[string]string{
		"net/tcp": head + line("0016", "0A", "11") + line("0016", "03", "0") + line("0017", "0A", "12") + line("0016", "01", "13") + line("0018", "0A", "14"),
		"net/udp": head + line("0035", "01", "21") + line("0036", "07", "22"),
		"7/comm":  "sshd\n",
	} {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "7/fd"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("socket:[12]", filepath.Join(dir, "7/fd/3")); err != nil {
		t.Fatal(err)
	}
	ports := map[Port]bool{}
	for number := range uint16(100) {
		ports[Port{"tcp", number}], ports[Port{"udp", number}] = true, true
	}
	got, err := Listening(dir, ports, nil)
	if err != nil {
		t.Fatal(err)
	}
	local := func(port uint16) netip.AddrPort { return netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), port) }
	want := []Socket{{"tcp", local(22), "", 0}, {"tcp", local(23), "sshd", 7}, {"udp", local(54), "", 0}}
	if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b netip.AddrPort) bool { return a == b })); diff != "" {
		t.Errorf("sockets (-want +got):\n%s", diff)
	}
}

// What is likely is looked at first, and its later descriptors and all others
// too. Ports that nobody asks about are not listed.
func TestListeningLooksAtTheLikelyFirst(t *testing.T) {
	if !littleEndian() {
		t.Skip("the texts of this test are those of a little-endian machine")
	}
	dir := t.TempDir()
	write := func(name, text string) {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	table := ""
	for number := 1; number <= 4; number++ {
		table += fmt.Sprintf("0: 0100007F:%04X 00000000:0000 0A 0:0 0:0 0 0 0 %d\n", number, 100+number)
	}
	write("net/tcp", table)
	holds := map[int]map[int]int{ // process → descriptor → inode
		5: {3: 101, 4: 102},          // inherited from 9
		9: {3: 101, opened + 9: 102}, // likely
		7: {3: 103, 4: 104},
	}
	for pid, links := range holds {
		write(fmt.Sprintf("%d/comm", pid), fmt.Sprintf("p%d\n", pid))
		if err := os.Mkdir(filepath.Join(dir, fmt.Sprint(pid), "fd"), 0o755); err != nil {
			t.Fatal(err)
		}
		for fd := range opened + 10 {
			target := "/dev/null"
			if inode := links[fd]; inode != 0 {
				target = fmt.Sprintf("socket:[%d]", inode)
			}
			if err := os.Symlink(target, filepath.Join(dir, fmt.Sprint(pid), "fd", fmt.Sprint(fd))); err != nil {
				t.Fatal(err)
			}
		}
	}
	got, err := Listening(dir, map[Port]bool{{"tcp", 1}: true, {"tcp", 2}: true, {"tcp", 3}: true, {"udp", 4}: true}, []int{8, 9})
	if err != nil {
		t.Fatal(err)
	}
	local := func(port uint16) netip.AddrPort { return netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), port) }
	want := []Socket{{"tcp", local(1), "p9", 9}, {"tcp", local(2), "p9", 9}, {"tcp", local(3), "p7", 7}}
	if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b netip.AddrPort) bool { return a == b })); diff != "" {
		t.Errorf("sockets (-want +got):\n%s", diff)
	}
}

// TestListeningHasBounds: neither many sockets nor many descriptors make it read
// for ever, and a name does not change the terminal.
func TestListeningHasBounds(t *testing.T) {
	if !littleEndian() {
		t.Skip("the texts of this test are those of a little-endian machine")
	}
	dir := t.TempDir()
	write := func(name, text string) {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const line = "0: 0100007F:0001 00000000:0000 0A 0:0 0:0 0 0 0 11\n"
	write("net/tcp", strings.Repeat(line, maxWaiting+1))
	ports := map[Port]bool{{"tcp", 1}: true}
	if sockets, err := Listening(dir, ports, nil); err == nil || !strings.Contains(err.Error(), "more than") {
		t.Errorf("%d sockets, %v", len(sockets), err)
	}
	write("net/tcp", line)
	write("7/comm", "a\x1b[31m b\nc\n")
	if err := os.Mkdir(filepath.Join(dir, "7/fd"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("socket:[11]", filepath.Join(dir, "7/fd/3")); err != nil {
		t.Fatal(err)
	}
	sockets, err := Listening(dir, ports, nil)
	if err != nil || len(sockets) != 1 || sockets[0].Program != "a?[31m b?c" || sockets[0].PID != 7 {
		t.Errorf("got %+v, %v", sockets, err)
	}
	h := holders{procDir: dir, sockets: make([]Socket, 1), inodes: map[string][]int{"11": {0}}, left: 1, until: time.Now().Add(time.Hour)}
	if h.find(nil); h.left != 1 {
		t.Error("it looked at a descriptor without a budget")
	}
	h.budget, h.until = 10, time.Now().Add(-time.Second)
	if h.find([]int{7}); h.left != 1 {
		t.Error("it looked when its time was up")
	}
	h.until = time.Now().Add(time.Hour)
	if h.find(nil); h.left != 0 || h.sockets[0].PID != 7 {
		t.Error("it did not look")
	}
}

func littleEndian() bool { return binary.NativeEndian.Uint16([]byte{1, 0}) == 1 }
