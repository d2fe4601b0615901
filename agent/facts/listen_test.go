package facts

import (
	"net"
	"net/netip"
	"os"
	"slices"
	"testing"
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
