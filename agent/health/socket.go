package health

import (
	"context"
	"encoding/binary"
	"errors"
	"net/netip"
	"os"
	"strconv"
	"syscall"

	"harden/agent/message"
	"harden/agent/procnet"
)

// socket is the other end of a connection on this machine, as the kernel knows
// it.
type socket struct {
	inode uint32 // 0 as long as nobody has accepted the connection
	uid   uint32 // of who accepted it
}

// errNoSocket says that the other end of a connection is not an open socket of this
// machine: it was closed meanwhile, or the packets go elsewhere.
var errNoSocket = message.Errorf("the other end of the connection is closed, or not on this machine")

// sockets asks the kernel for sockets by their two addresses (sock_diag(7)),
// which takes a few microseconds however many there are.
type sockets struct {
	netlink int // -1 where there is none: then the table of all is read
	number  uint32
}

// The protocol, include/uapi/linux/{netlink,sock_diag,inet_diag}.h.
const (
	netlinkSockDiag = 4 // of which TCP's part is also called NETLINK_INET_DIAG
	byFamily        = 20
	diagRequest     = 16 + 56 // bytes: nlmsghdr and inet_diag_req_v2
	diagAnswer      = 16 + 72 // nlmsghdr and inet_diag_msg, without its attributes

	// A connection as it is open, and a moment before (include/net/tcp_states.h).
	tcpEstablished = 1
	tcpSynReceived = 3
)

// open tells whether a socket in a state is the end of an open connection.
func open(state byte) bool { return state == tcpEstablished || state == tcpSynReceived }

func openSockets() sockets {
	fd, err := syscall.Socket(syscall.AF_NETLINK, syscall.SOCK_RAW|syscall.SOCK_CLOEXEC, netlinkSockDiag)
	if err != nil {
		return sockets{netlink: -1}
	}
	second := syscall.Timeval{Sec: 1} // the kernel answers before the request returns
	if err := syscall.SetsockoptTimeval(fd, syscall.SOL_SOCKET, syscall.SO_RCVTIMEO, &second); err != nil {
		syscall.Close(fd)
		return sockets{netlink: -1}
	}
	return sockets{netlink: fd}
}

func (s *sockets) close() {
	if s.netlink >= 0 {
		syscall.Close(s.netlink)
	}
}

// find gives the socket at local whose connection comes from remote.
func (s *sockets) find(ctx context.Context, local, remote netip.AddrPort) (socket, error) {
	if s.netlink >= 0 {
		found, err := s.query(local, remote)
		if err == nil || errors.Is(err, errNoSocket) {
			return found, err
		}
		s.close() // a kernel without tcp_diag, or a filter before it
		s.netlink = -1
	}
	return inTables(ctx, "/proc/net", local, remote)
}

func (s *sockets) query(local, remote netip.AddrPort) (socket, error) {
	s.number++
	if err := syscall.Sendto(s.netlink, question(local, remote, s.number), 0, &syscall.SockaddrNetlink{Family: syscall.AF_NETLINK}); err != nil {
		return socket{}, err
	}
	answer := make([]byte, 4096)
	n, from, err := syscall.Recvfrom(s.netlink, answer, 0)
	if err != nil {
		return socket{}, err
	}
	if kernel, is := from.(*syscall.SockaddrNetlink); !is || kernel.Pid != 0 {
		return socket{}, syscall.EBADMSG
	}
	return answered(answer[:n], local, remote, s.number)
}

// question asks for one socket by its addresses.
func question(local, remote netip.AddrPort, number uint32) []byte {
	native := binary.NativeEndian
	b := make([]byte, diagRequest)
	native.PutUint32(b, diagRequest)
	native.PutUint16(b[4:], byFamily)
	native.PutUint16(b[6:], syscall.NLM_F_REQUEST)
	native.PutUint32(b[8:], number)
	b[16], b[17] = syscall.AF_INET, syscall.IPPROTO_TCP
	if local.Addr().Is6() {
		b[16] = syscall.AF_INET6
	}
	native.PutUint32(b[20:], 1<<32-1) // whatever its state
	binary.BigEndian.PutUint16(b[24:], local.Port())
	binary.BigEndian.PutUint16(b[26:], remote.Port())
	copy(b[28:44], local.Addr().AsSlice())
	copy(b[44:60], remote.Addr().AsSlice())
	native.PutUint64(b[64:], 1<<64-1) // whatever its cookie
	return b
}

// answered reads what the kernel knows of a socket. Of a connection that it
// does not know it gives who listens there, which answers nothing.
func answered(b []byte, local, remote netip.AddrPort, number uint32) (socket, error) {
	native := binary.NativeEndian
	if len(b) < 20 || native.Uint32(b[8:]) != number {
		return socket{}, syscall.EBADMSG
	}
	if native.Uint16(b[4:]) == syscall.NLMSG_ERROR {
		errno := syscall.Errno(-int32(native.Uint32(b[16:])))
		if errno == syscall.ENOENT {
			return socket{}, errNoSocket
		}
		return socket{}, errno
	}
	if native.Uint16(b[4:]) != byFamily || len(b) < diagAnswer {
		return socket{}, syscall.EBADMSG
	}
	length := 4 // of an address
	if b[16] == syscall.AF_INET6 {
		length = 16
	}
	at := func(port, address int) netip.AddrPort {
		ip, _ := netip.AddrFromSlice(b[address : address+length])
		return netip.AddrPortFrom(ip.Unmap(), binary.BigEndian.Uint16(b[port:]))
	}
	if !open(b[17]) || at(20, 24) != local || at(22, 40) != remote {
		return socket{}, errNoSocket
	}
	return socket{uid: native.Uint32(b[80:]), inode: native.Uint32(b[84:])}, nil
}

// inTables looks for a socket in the tables of all, below /proc/net: an IPv4
// connection may be that of a socket for both protocols.
func inTables(ctx context.Context, dir string, local, remote netip.AddrPort) (socket, error) {
	for _, table := range []string{"tcp", "tcp6"} {
		if local.Addr().Is6() && table == "tcp" {
			continue
		}
		found, err := inTable(ctx, dir+"/"+table, local, remote)
		if err == nil || !errors.Is(err, errNoSocket) && !os.IsNotExist(err) {
			return found, err
		}
	}
	return socket{}, errNoSocket
}

func inTable(ctx context.Context, file string, local, remote netip.AddrPort) (socket, error) {
	n := 0
	for row, err := range procnet.Rows(file, procnet.ManyLines) {
		if err == nil && n%1024 == 0 {
			err = ctx.Err()
		}
		if err != nil {
			return socket{}, err
		}
		n++
		if here, ok := row.Local(); !ok || unmapped(here) != local {
			continue
		}
		if there, ok := row.Remote(); !ok || unmapped(there) != remote {
			continue
		}
		if state := row.State(); state != procnet.Established && state != procnet.SynReceived {
			return socket{}, errNoSocket
		}
		uid, uidErr := strconv.ParseUint(row.UID(), 10, 32)
		inode, inodeErr := strconv.ParseUint(row.Inode(), 10, 32)
		return socket{inode: uint32(inode), uid: uint32(uid)}, errors.Join(uidErr, inodeErr)
	}
	return socket{}, errNoSocket
}

// unmapped writes an IPv4 address of a socket for both protocols as one of IPv4.
func unmapped(a netip.AddrPort) netip.AddrPort { return netip.AddrPortFrom(a.Addr().Unmap(), a.Port()) }
