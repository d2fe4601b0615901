package health

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"syscall"
	"time"

	"harden/agent/message"
)

// How the other end of a connection is waited for.
const (
	firstPause = 20 * time.Microsecond // a program that waits has accepted by then
	lastPause  = 5 * time.Millisecond
	// strangerTries is how often a connection that the process does not hold is
	// looked at again, about 80 ms in all: a program that accepts has the socket a
	// moment before it has a descriptor of it.
	strangerTries = 24
)

// prove tells why a connection is not answered by a process. It looks for the
// very socket that the connection ends in: who else listens on the port, on
// which address and since when does not matter then. One that is not accepted
// yet is nobody's, and is waited for until ctx ends.
//
// Nobody can take the connection over afterwards, but for who is given it by
// the process itself.
func prove(ctx context.Context, conn net.Conn, p *held) error {
	server, ours := addrPort(conn.RemoteAddr()), addrPort(conn.LocalAddr())
	kernel := openSockets()
	defer kernel.close()
	pause := firstPause
	for strange := 0; ; pause = min(2*pause, lastPause) {
		found, err := kernel.find(ctx, server, ours)
		if err != nil && !errors.Is(err, errNoSocket) {
			return err
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err == nil && found.inode != 0 && found.uid == p.uid {
			has, unseen := p.has(found.inode)
			if has || unseen != nil {
				return unseen
			}
		}
		if err != nil || found.inode != 0 {
			if strange++; strange == strangerTries {
				return stranger(server, found, err, p)
			}
		}
		rest(pause)
	}
}

// stranger says that somebody else answers.
func stranger(at netip.AddrPort, found socket, err error, p *held) error {
	if err != nil {
		return message.Errorf("cannot tell whether it is %s (process %d) that answers at %v: %w", p.Name, p.PID, at, err)
	}
	return message.Errorf("it is not %s (process %d) that answers at %v, but another process, of user %d (see ss -tlnp sport = :%d)", p.Name, p.PID, at, found.uid, at.Port())
}

// addrPort is the address of one end of a TCP connection.
func addrPort(a net.Addr) netip.AddrPort {
	tcp, _ := a.(*net.TCPAddr)
	at := tcp.AddrPort()
	return netip.AddrPortFrom(at.Addr().Unmap(), at.Port())
}

// rest waits for so short a time that Go's own timers, which take a millisecond
// at the least where nothing else is to be done, would be the longer part.
func rest(d time.Duration) {
	pause := syscall.NsecToTimespec(int64(d))
	_ = syscall.Nanosleep(&pause, nil) // a signal only makes it shorter
}
