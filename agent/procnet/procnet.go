// Package procnet reads the kernel's tables of sockets, /proc/net/tcp and those
// beside it. It reads one file and knows no process.
package procnet

import (
	"bufio"
	"encoding/binary"
	"encoding/hex"
	"iter"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"

	"harden/agent/message"
)

// The states of sockets (include/net/tcp_states.h). An unconnected UDP socket is Closed.
const (
	Established = "01"
	SynReceived = "03"
	Closed      = "07"
	Listen      = "0A"
)

// Sizes of the buffer that a table is read into, in bytes. With OneLine the kernel looks
// for one more socket at a time: who listens comes first, and to fill a larger buffer
// it would go on through all connections.
const (
	OneLine   = 150
	ManyLines = 64 << 10
)

// maxSockets bounds the lines of a table, which anybody can make long.
const maxSockets = 1 << 20

// Row is one socket of a table.
type Row struct{ fields []string }

// State is one of the states above, or another.
func (r Row) State() string { return r.fields[3] }

// Local is the address that the socket is bound to; ok is false where it cannot be read.
func (r Row) Local() (address netip.AddrPort, ok bool) { return parseAddress(r.fields[1]) }

// Remote is the address of the other end; ok is false where it cannot be read.
func (r Row) Remote() (address netip.AddrPort, ok bool) { return parseAddress(r.fields[2]) }

// UID is the number of the user who made the socket, in decimal.
func (r Row) UID() string { return r.fields[7] }

// Inode names the socket in /proc/PID/fd, in decimal; "0" where nobody has it open.
func (r Row) Inode() string { return r.fields[9] }

// Rows reads a table, the heading and lines that are no sockets left out. It ends after
// an error.
func Rows(file string, buffer int) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		f, err := os.Open(file)
		if err != nil {
			yield(Row{}, err)
			return
		}
		defer f.Close()
		lines := bufio.NewScanner(f)
		lines.Buffer(make([]byte, buffer), bufio.MaxScanTokenSize)
		for count := 0; lines.Scan(); count++ {
			if count > maxSockets {
				yield(Row{}, message.Errorf("%s has more than %d sockets", file, maxSockets))
				return
			}
			// sl local_address rem_address st tx_queue:rx_queue tr:tm->when retrnsmt uid timeout inode …
			if fields := strings.Fields(lines.Text()); len(fields) >= 10 && !yield(Row{fields}, nil) {
				return
			}
		}
		if err := lines.Err(); err != nil {
			yield(Row{}, err)
		}
	}
}

// parseAddress reads "0100007F:1F90": an address as 32-bit words in the
// machine's byte order (little-endian on all that Kubernetes supports but
// s390x), and a port.
func parseAddress(text string) (netip.AddrPort, bool) {
	host, port, ok := strings.Cut(text, ":")
	raw, err := hex.DecodeString(host)
	number, portErr := strconv.ParseUint(port, 16, 16)
	if !ok || err != nil || portErr != nil || len(raw)%4 != 0 {
		return netip.AddrPort{}, false
	}
	if littleEndian() {
		for i := 0; i < len(raw); i += 4 {
			slices.Reverse(raw[i : i+4])
		}
	}
	address, ok := netip.AddrFromSlice(raw)
	return netip.AddrPortFrom(address, uint16(number)), ok
}

func littleEndian() bool { return binary.NativeEndian.Uint16([]byte{1, 0}) == 1 }
