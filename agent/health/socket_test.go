package health

import (
	"context"
	"encoding/binary"
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

// Without the kernel's answer about one socket, its tables of all are read.
func TestSocketInTables(t *testing.T) {
	if binary.NativeEndian.Uint16([]byte{1, 0}) != 1 {
		t.Skip("the texts of this test are those of a little-endian machine")
	}
	const head = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
	line := func(local, remote, state string) string {
		return "   0: " + local + " " + remote + " " + state + " 00000000:00000000 00:00000000 00000000  1000        0 77 1 0 100 0 0 10 0\n"
	}
	local, remote := netip.MustParseAddrPort("127.0.0.1:10248"), netip.MustParseAddrPort("127.0.0.1:40000")
	const l4, r4 = "0100007F:2808", "0100007F:9C40"
	const l6, r6 = "0000000000000000FFFF00000100007F:2808", "0000000000000000FFFF00000100007F:9C40"
	found := socket{inode: 77, uid: 1000}
	for name, test := range map[string]struct {
		tcp, tcp6 string
		want      socket
		err       error
	}{
		"of IPv4":             {line(r4, l4, "01") + line(l4, r4, "01"), "", found, nil},
		"of both protocols":   {line(r4, l4, "01"), line(l6, r6, "01"), found, nil},
		"not yet accepted":    {line(l4, r4, "03"), "", found, nil},
		"closing":             {line(l4, r4, "06"), "", socket{}, errNoSocket},
		"only who listens":    {line(l4, "00000000:0000", "0A"), "", socket{}, errNoSocket},
		"the other end only":  {line(r4, l4, "01"), "", socket{}, errNoSocket},
		"what cannot be read": {line("x:1", r4, "01") + line(l4, "y", "01"), "", socket{}, errNoSocket},
		"from another port":   {line(l4, "0100007F:9C41", "01"), "", socket{}, errNoSocket},
		"no user that is a number": {
			"   0: " + l4 + " " + r4 + " 01 0:0 0:0 0 x 0 77 1\n", "", socket{inode: 77}, strconv.ErrSyntax,
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for file, text := range map[string]string{"tcp": test.tcp, "tcp6": test.tcp6} {
				if err := os.WriteFile(filepath.Join(dir, file), []byte(head+text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			got, err := inTables(context.Background(), dir, local, remote)
			if got != test.want || !errors.Is(err, test.err) {
				t.Errorf("got %+v, %v", got, err)
			}
		})
	}
	t.Run("no tables", func(t *testing.T) {
		if _, err := inTables(context.Background(), t.TempDir(), local, remote); !errors.Is(err, errNoSocket) {
			t.Error(err)
		}
	})
}
