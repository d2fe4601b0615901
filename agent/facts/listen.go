package facts

import (
	"bytes"
	"cmp"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
	"unicode"

	"harden/agent/message"
	"harden/agent/procnet"
	"harden/agent/stable"
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

// Port is a port of a protocol.
type Port struct {
	Protocol string // "tcp" or "udp"
	Number   uint16
}

// Listening reads which of the ports are open on this node, and who holds them,
// from /proc/1/net and /proc/PID/fd. Only root sees the processes of others.
// likely are the processes that hold most of them: a node has thousands of
// descriptors, and each has to be read to know what it is.
func Listening(procDir string, ports map[Port]bool, likely []int) ([]Socket, error) {
	// The network of PID 1 is the node's; this process may have one of its own.
	net := filepath.Join(procDir, "1", "net")
	if _, err := os.Stat(filepath.Join(net, "tcp")); err != nil {
		net = filepath.Join(procDir, "net")
	}
	tables := []*table{
		{file: "tcp", protocol: "tcp", state: procnet.Listen}, {file: "tcp6", protocol: "tcp", state: procnet.Listen},
		{file: "udp", protocol: "udp", state: procnet.Closed}, {file: "udp6", protocol: "udp", state: procnet.Closed},
	}
	var read sync.WaitGroup // the kernel looks through all its connections for each
	for _, t := range tables {
		for port := range ports {
			if port.Protocol == t.protocol {
				read.Go(func() { t.err = t.read(net, ports) })
				break
			}
		}
	}
	read.Wait()
	var sockets []Socket
	inodes := map[string][]int{} // inode → places in sockets
	for _, t := range tables {
		// A kernel without IPv6 has no tcp6.
		if t.err != nil && !os.IsNotExist(t.err) {
			return nil, message.Errorf("cannot list open ports: %w", t.err)
		}
		for i, address := range t.addresses {
			inodes[t.inodes[i]] = append(inodes[t.inodes[i]], len(sockets))
			sockets = append(sockets, Socket{Protocol: t.protocol, Address: address})
		}
	}
	h := holders{procDir: procDir, sockets: sockets, inodes: inodes, left: len(inodes), budget: maxDescriptors, until: time.Now().Add(holdersWithin)}
	h.find(likely)
	stable.Sort(sockets, func(a, b Socket) int {
		return cmp.Or(cmp.Compare(a.Address.Port(), b.Address.Port()), cmp.Compare(a.Protocol, b.Protocol), a.Address.Compare(b.Address))
	})
	return sockets, nil
}

// Bounds on what anybody can make large: how many sockets wait on the ports
// that are asked about, how many descriptors are looked at for who holds them,
// and how long that takes.
const (
	maxWaiting     = 4096
	maxDescriptors = 1 << 20
	holdersWithin  = 2 * time.Second
)

// table is one file of /proc/net, and the sockets in it that wait.
type table struct {
	file, protocol, state string

	addresses []netip.AddrPort
	inodes    []string
	err       error
}

func (t *table) read(dir string, ports map[Port]bool) error {
	for row, err := range procnet.Rows(filepath.Join(dir, t.file), procnet.OneLine) {
		switch {
		case err != nil:
			return err
		case row.State() == t.state:
			address, ok := row.Local()
			if !ok || !ports[Port{t.protocol, address.Port()}] {
				continue
			}
			if len(t.addresses) == maxWaiting {
				return message.Errorf("more than %d sockets listen on the ports to check", maxWaiting)
			}
			t.addresses, t.inodes = append(t.addresses, address), append(t.inodes, row.Inode())
		case t.state == procnet.Listen && row.State() == procnet.Established:
			// All that listen come first, then the connections, of which there
			// may be thousands (Documentation/networking/proc_net_tcp.rst).
			// Old kernels list the half-open ones beside who listens.
			return nil
		}
	}
	return nil
}

// holders finds the processes that hold sockets, the first of each.
type holders struct {
	procDir string
	sockets []Socket
	inodes  map[string][]int // inode → places in sockets
	left    int              // inodes whose process is not known yet
	budget  int              // descriptors that may still be looked at
	until   time.Time        // when the looking ends
}

// done tells whether the looking ends: all is known, or it takes too long.
func (h *holders) done() bool { return h.left == 0 || h.budget <= 0 || time.Now().After(h.until) }

// opened is how many descriptors a program has that waits for connections from
// its start, or less: those of connections and files come after them.
const opened = 64

// find looks at the first descriptors of the likely processes, then at the
// rest of them, then at all other processes, and ends when it knows all. What
// it did not come to is a socket whose process cannot be seen.
func (h *holders) find(likely []int) {
	links := make([][]string, len(likely))
	for i, pid := range likely {
		if !h.done() {
			links[i] = h.descriptors(pid)
			h.look(pid, links[i][:min(opened, len(links[i]))])
		}
	}
	for i, pid := range likely {
		h.look(pid, links[i][min(opened, len(links[i])):])
	}
	if h.left == 0 {
		return
	}
	dir, err := os.Open(h.procDir)
	if err != nil {
		return
	}
	defer dir.Close()
	for !h.done() {
		names, err := dir.Readdirnames(someNames)
		for _, name := range names {
			pid, err := strconv.Atoi(name)
			if err == nil && !h.done() && !slices.Contains(likely, pid) {
				h.look(pid, h.descriptors(pid))
			}
		}
		if err != nil {
			return // at its end
		}
	}
}

// someNames is how many entries of a directory are read at a time.
const someNames = 1024

// look reads what descriptors of a process are.
func (h *holders) look(pid int, links []string) {
	var target [64]byte // "socket:[" and a number
	fds := h.fds(pid)
	for _, link := range links {
		if h.left == 0 {
			return
		}
		h.budget--
		n, err := syscall.Readlink(fds+"/"+link, target[:])
		inode, is := bytes.CutPrefix(target[:max(n, 0)], []byte("socket:["))
		if err != nil || !is {
			continue
		}
		places := h.inodes[string(bytes.TrimSuffix(inode, []byte("]")))]
		if len(places) == 0 || h.sockets[places[0]].PID != 0 {
			continue
		}
		h.left--
		program := programOf(h.procDir, strconv.Itoa(pid))
		for _, i := range places {
			h.sockets[i].PID, h.sockets[i].Program = pid, program
		}
	}
}

// fds is the directory with the descriptors of a process.
func (h *holders) fds(pid int) string { return filepath.Join(h.procDir, strconv.Itoa(pid), "fd") }

// descriptors lists those of a process, as many as may still be looked at; none
// where it is gone, or not ours to see.
func (h *holders) descriptors(pid int) (names []string) {
	dir, err := os.Open(h.fds(pid))
	if err != nil {
		return nil
	}
	defer dir.Close()
	for len(names) < h.budget && time.Now().Before(h.until) {
		some, err := dir.Readdirnames(someNames)
		if names = append(names, some...); err != nil {
			break
		}
	}
	return names
}

// programOf is what a process calls itself, in one line that changes no
// terminal.
func programOf(procDir, pid string) string {
	comm, err := readAt(-1, filepath.Join(procDir, pid, "comm"), maxProcFile)
	if err != nil {
		return ""
	}
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '?'
		}
		return r
	}, strings.TrimSuffix(string(comm), "\n"))
}
