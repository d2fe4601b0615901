package facts

import (
	"bufio"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Socket is a socket that waits for connections on this node.
type Socket struct {
	Protocol string // "tcp" or "udp"
	Address  netip.AddrPort
	Program  string // of its process, "" where that cannot be seen
	PID      int    // 0 where it cannot be seen
}

// Loopback tells whether a socket can be reached from this node only.
func (s Socket) Loopback() bool { return s.Address.Addr().Unmap().IsLoopback() }

// tcpListen is the state of a TCP socket that waits, in /proc/net/tcp; an
// unconnected UDP socket has the other one (include/net/tcp_states.h).
const (
	tcpListen = "0A"
	udpClosed = "07"
)

// Listening reads which ports of this node are open, and who holds them, from
// /proc/net and /proc/PID/fd. Only root sees the processes of others.
func Listening(procDir string) ([]Socket, error) {
	var sockets []Socket
	inodes := map[string][]int{} // inode → places in sockets
	for _, table := range []struct{ file, protocol, state string }{
		{"tcp", "tcp", tcpListen}, {"tcp6", "tcp", tcpListen}, {"udp", "udp", udpClosed}, {"udp6", "udp", udpClosed},
	} {
		file := filepath.Join(procDir, "net", table.file)
		err := readSockets(file, table.state, func(address netip.AddrPort, inode string) {
			inodes[inode] = append(inodes[inode], len(sockets))
			sockets = append(sockets, Socket{Protocol: table.protocol, Address: address})
		})
		// A kernel without IPv6 has no tcp6.
		if err != nil && !os.IsNotExist(err) {
			return nil, fmt.Errorf("cannot list open ports: %w", err)
		}
	}
	name(procDir, sockets, inodes)
	slices.SortFunc(sockets, func(a, b Socket) int {
		return strings.Compare(fmt.Sprintf("%05d%s%s", a.Address.Port(), a.Protocol, a.Address), fmt.Sprintf("%05d%s%s", b.Address.Port(), b.Protocol, b.Address))
	})
	return sockets, nil
}

func readSockets(file, state string, found func(address netip.AddrPort, inode string)) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		// sl local_address rem_address st tx_queue:rx_queue tr:tm->when retrnsmt uid timeout inode …
		fields := strings.Fields(lines.Text())
		if len(fields) < 10 || fields[3] != state {
			continue
		}
		if address, ok := socketAddress(fields[1]); ok {
			found(address, fields[9])
		}
	}
	return lines.Err()
}

// socketAddress reads "0100007F:1F90": an address as 32-bit words in the
// machine's byte order (little-endian on all that Kubernetes supports but
// s390x), and a port.
func socketAddress(text string) (netip.AddrPort, bool) {
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

// name finds the processes that hold the sockets.
func name(procDir string, sockets []Socket, inodes map[string][]int) {
	entries, err := os.ReadDir(procDir)
	if err != nil {
		return
	}
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		fds := filepath.Join(procDir, e.Name(), "fd")
		links, err := os.ReadDir(fds)
		if err != nil {
			continue // gone, or not ours to see
		}
		for _, link := range links {
			target, err := os.Readlink(filepath.Join(fds, link.Name()))
			inode, is := strings.CutPrefix(target, "socket:[")
			if err != nil || !is {
				continue
			}
			for _, i := range inodes[strings.TrimSuffix(inode, "]")] {
				if sockets[i].PID == 0 {
					sockets[i].PID, sockets[i].Program = pid, programOf(procDir, e.Name())
				}
			}
		}
	}
}

func programOf(procDir, pid string) string {
	comm, err := os.ReadFile(filepath.Join(procDir, pid, "comm"))
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(comm))
}

func littleEndian() bool { return binary.NativeEndian.Uint16([]byte{1, 0}) == 1 }
