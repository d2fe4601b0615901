package facts

import (
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestListening(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	want := l.Addr().(*net.TCPAddr).AddrPort()
	sockets, err := Listening("/proc")
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
	got, err := Listening(dir)
	if err != nil {
		t.Fatal(err)
	}
	local := func(port uint16) netip.AddrPort { return netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), port) }
	want := []Socket{{"tcp", local(22), "", 0}, {"tcp", local(23), "sshd", 7}, {"udp", local(54), "", 0}}
	if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b netip.AddrPort) bool { return a == b })); diff != "" {
		t.Errorf("sockets (-want +got):\n%s", diff)
	}
}

func TestSocketAddress(t *testing.T) {
	for _, test := range []struct {
		text, want string
		loopback   bool
	}{
		{"0100007F:1F90", "127.0.0.1:8080", true},
		{"00000000:280F", "0.0.0.0:10255", false},
		{"00000000000000000000000000000000:2812", "[::]:10258", false},
		{"00000000000000000000000001000000:0016", "[::1]:22", true},
		{"0000000000000000FFFF00000100007F:0016", "[::ffff:127.0.0.1]:22", true},
	} {
		t.Run(test.want, func(t *testing.T) {
			if !littleEndian() {
				t.Skip("the texts of this test are those of a little-endian machine")
			}
			got, ok := socketAddress(test.text)
			if !ok || got != netip.MustParseAddrPort(test.want) {
				t.Fatalf("got %v, %v", got, ok)
			}
			if s := (Socket{Address: got}); s.Loopback() != test.loopback {
				t.Errorf("loopback is %v", s.Loopback())
			}
		})
	}
	for _, text := range []string{"", "x:1", "0100007F", "01:1", "0100007F:99999"} {
		if got, ok := socketAddress(text); ok {
			t.Errorf("%q was taken for %v", text, got)
		}
	}
}
