package systemd

import (
	"context"
	"errors"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/coreos/go-systemd/v22/dbus"
	godbus "github.com/godbus/dbus/v5"

	"harden/agent/message"
)

// private is systemd's own socket. It is for root alone, and answers in early
// boot and when dbus-daemon is down.
const private = "unix:path=/run/systemd/private"

// The names that systemd and its properties have on D-Bus.
const (
	bus              = "org.freedesktop.systemd1"
	getProperty      = "org.freedesktop.DBus.Properties.Get"
	getAllProperties = "org.freedesktop.DBus.Properties.GetAll"
)

// line is a connection to systemd that is made when it is first used, and
// again when systemd dropped it.
type line[C connection] struct {
	dial func(context.Context) (C, error)

	mu     sync.Mutex
	conn   C
	made   bool // conn is one
	closed bool
}

// connection is what both of D-Bus's connection types can do.
type connection interface{ Connected() bool }

// get gives the connection.
func (l *line[C]) get(ctx context.Context) (C, error) {
	var none C
	if err := ctx.Err(); err != nil {
		return none, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return none, message.Errorf("the connection to systemd is closed")
	}
	if l.made && l.conn.Connected() {
		return l.conn, nil
	}
	l.hangUp() // of two sockets one may still be open
	conn, err := patiently(ctx, l.dial)
	l.conn, l.made = conn, err == nil
	return conn, err
}

// close ends the connection; get fails from then on.
func (l *line[C]) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	l.hangUp()
}

func (l *line[C]) hangUp() {
	if l.made {
		hangUp(l.conn)
	}
}

func hangUp(conn connection) {
	switch c := conn.(type) {
	case interface{ Close() }:
		c.Close()
	case interface{ Close() error }:
		_ = c.Close() // nothing is lost with it
	}
}

// patiently dials, and walks away when ctx ends: the library closes a
// connection whose context ends, and does not heed the context while it
// authenticates. Hence a context without end, and a goroutine to leave behind.
func patiently[C connection](ctx context.Context, dial func(context.Context) (C, error)) (C, error) {
	type answer struct {
		conn C
		err  error
	}
	answers := make(chan answer, 1)
	go func() {
		conn, err := dial(context.WithoutCancel(ctx))
		answers <- answer{conn, err}
	}()
	select {
	case a := <-answers:
		return a.conn, a.err
	case <-ctx.Done():
		go func() {
			if a := <-answers; a.err == nil {
				hangUp(a.conn)
			}
		}()
		var none C
		return none, ctx.Err()
	}
}

// dialJobs makes the connection for jobs, on which systemd tells of their
// ends. It prefers the private socket to the system bus.
func dialJobs(ctx context.Context) (*dbus.Conn, error) {
	var refused error
	if os.Geteuid() == 0 {
		conn, err := dbus.NewSystemdConnectionContext(ctx)
		if err == nil {
			return conn, nil
		}
		refused = err
	}
	conn, err := dbus.NewSystemConnectionContext(ctx)
	if err != nil {
		return nil, errors.Join(refused, err)
	}
	return conn, nil
}

// dialReading makes the connection on which units are read. That for jobs
// would do, but is two connections, and systemd takes a millisecond for each.
func dialReading(ctx context.Context) (*godbus.Conn, error) {
	var refused error
	if os.Geteuid() == 0 {
		conn, err := dialPrivate(ctx)
		if err == nil {
			return conn, nil
		}
		refused = err
	}
	conn, err := dialBus(ctx)
	if err != nil {
		return nil, errors.Join(refused, err)
	}
	return conn, nil
}

// answersWithin is how long systemd may take for the first answer on a new
// connection.
const answersWithin = 5 * time.Second

// dialPrivate makes a connection to systemd's own socket.
func dialPrivate(ctx context.Context) (*godbus.Conn, error) {
	conn, err := authenticated(godbus.Dial(private, godbus.WithContext(ctx)))
	if err != nil {
		return nil, err
	}
	// systemd (252) has room for 256 bytes until the authentication is over. A
	// message that follows and has room there as a whole is left alone until
	// more comes, for ever where the sender waits for its answer. Two that are
	// longer together do not fit.
	within, stop := context.WithTimeout(ctx, answersWithin)
	defer stop()
	manager := conn.Object(bus, "/org/freedesktop/systemd1")
	var answers [2]*godbus.Call
	for i := range answers {
		answers[i] = manager.GoWithContext(within, getProperty, 0, nil, "org.freedesktop.systemd1.Manager", "Version")
	}
	for _, answer := range answers {
		select {
		case <-answer.Done:
			err = errors.Join(err, answer.Err)
		case <-within.Done():
			err = message.Errorf("systemd does not answer on its own socket: %w", within.Err())
		}
	}
	if err != nil {
		hangUp(conn)
		return nil, err
	}
	return conn, nil
}

// dialBus makes a connection to the system bus.
func dialBus(ctx context.Context) (*godbus.Conn, error) {
	conn, err := authenticated(godbus.SystemBusPrivate(godbus.WithContext(ctx)))
	if err != nil {
		return nil, err
	}
	if err := conn.Hello(); err != nil {
		hangUp(conn)
		return nil, err
	}
	return conn, nil
}

// authenticated makes a new connection known as this user's.
func authenticated(conn *godbus.Conn, err error) (*godbus.Conn, error) {
	if err != nil {
		return nil, err
	}
	// By number, because a name would have to be looked up.
	if err := conn.Auth([]godbus.Auth{godbus.AuthExternal(strconv.Itoa(os.Getuid()))}); err != nil {
		hangUp(conn)
		return nil, err
	}
	return conn, nil
}
