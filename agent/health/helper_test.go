package health

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The test's binary is also the program that plays the kubelet, and those who
// answer in its place.
const playing = "HARDEN_TEST_PLAYS"

func TestMain(m *testing.M) {
	if role := os.Getenv(playing); role != "" {
		play(role, os.Args[1:])
		return
	}
	os.Exit(m.Run())
}

// self is this process, which serves what most tests ask.
func self() (Process, error) { return Process{Name: "the test", PID: os.Getpid()}, nil }

// player is a process that plays a role.
type player struct {
	*exec.Cmd
	at  string // where it listens
	out *bufio.Reader
}

// process is the player as the one that was proven to be the kubelet.
func (p *player) process() (Process, error) {
	return Process{Name: "the kubelet", PID: p.Process.Pid}, nil
}

// end ends the player, and all that it started.
func (p *player) end() {
	_ = syscall.Kill(-p.Process.Pid, syscall.SIGKILL)
	_ = p.Wait()
}

const nobody = 65534

// ownProgram is the test's binary, for users too who may not enter the directory
// that it lies in.
const ownProgram = "/proc/self/exe"

// plays starts a player, and waits until it listens. A stranger is another user,
// where the test is root's; so is who plays "nobody" before his role.
func plays(t *testing.T, role string, args ...string) *player {
	t.Helper()
	role, asNobody := strings.CutPrefix(role, "nobody ")
	p := &player{Cmd: exec.Command(ownProgram, args...)}
	p.Env = append(os.Environ(), playing+"="+role)
	p.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if os.Geteuid() == 0 && (strings.HasPrefix(role, "stranger") || asNobody) {
		p.SysProcAttr.Credential = &syscall.Credential{Uid: nobody, Gid: nobody}
	}
	out, err := p.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.Stderr = os.Stderr
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.end)
	p.out = bufio.NewReader(out)
	line, err := p.out.ReadString('\n')
	if err != nil {
		t.Fatalf("%s does not listen: %v", role, err)
	}
	p.at = strings.TrimSpace(line)
	return p
}

// play is the life of a player. Its first argument is where it listens.
func play(role string, args []string) {
	if role == "asker" { // who may not see what the process holds
		pid, _ := strconv.Atoi(args[1])
		process := func() (Process, error) { return Process{Name: "the kubelet", PID: pid}, nil }
		fmt.Println(NewClient(process, nil).get(context.Background(), args[0]))
		return
	}
	listener, err := listenShared(args[0])
	if err != nil {
		fmt.Fprintln(os.Stderr, role, err)
		os.Exit(1)
	}
	tell := func() { fmt.Println(listener.Addr()) }
	switch _, act, _ := strings.Cut(role, ":"); act {
	case "":
		tell()
		_ = http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprintf(w, "ok, says %s", role)
		}))
	case "deaf": // listens, and never accepts
		tell()
		time.Sleep(time.Hour)
	case "noisy": // says at once, and without end, what it was not asked
		tell()
		each(listener, func(conn net.Conn) {
			_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\n\r\n")
			for {
				if _, err := conn.Write(make([]byte, 64<<10)); err != nil {
					return
				}
			}
		})
	case "hasty": // answers and goes, before it is asked
		tell()
		each(listener, func(conn net.Conn) { _, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok") })
	case "counts": // writes how many bytes it was sent
		tell()
		each(listener, func(conn net.Conn) {
			_ = conn.SetReadDeadline(time.Now().Add(5 * time.Second))
			n, _ := io.Copy(io.Discard, conn)
			fmt.Println(n)
		})
	case "leaks": // has a child that inherits the listening socket, and accepts in its place
		file, _ := listener.(*net.TCPListener).File()
		child(file, "heir:accepts")
		tell()
		time.Sleep(time.Hour)
	case "gives": // accepts, and gives the connection to a child that answers
		tell()
		each(listener, func(conn net.Conn) {
			file, _ := conn.(*net.TCPConn).File()
			child(file, "heir:answers")
			time.Sleep(5 * time.Second)
		})
	case "hoards": // has many files open
		for range 3000 {
			if _, err := os.Open(os.DevNull); err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(1)
			}
		}
		tell()
		_ = http.Serve(listener, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	default:
		os.Exit(2)
	}
}

// each serves connections one beside the other, and ends them.
func each(listener net.Listener, serve func(net.Conn)) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		go func() {
			defer conn.Close()
			serve(conn)
		}()
	}
}

// child starts an heir of a socket, as its descriptor 3.
func child(socket *os.File, role string) {
	heir := exec.Command(ownProgram, "-test.run=TestHeir")
	heir.Env = append(os.Environ(), playing+"=", "HARDEN_TEST_HEIR="+role)
	heir.ExtraFiles = []*os.File{socket}
	if err := heir.Start(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// TestHeir is the life of a process that inherited a socket.
func TestHeir(t *testing.T) {
	role := os.Getenv("HARDEN_TEST_HEIR")
	if role == "" {
		t.SkipNow() // the tests start it themselves
	}
	socket := os.NewFile(3, "socket")
	if role == "heir:answers" {
		time.Sleep(50 * time.Millisecond)
		_, _ = io.WriteString(socket, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
		time.Sleep(5 * time.Second)
		return
	}
	listener, err := net.FileListener(socket)
	if err != nil {
		t.Fatal(err)
	}
	_ = http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "ok, says the heir") }))
}

// listenShared listens where others of the same user may listen too. An address
// of IPv6 is for IPv6 alone where it begins with "only ".
func listenShared(address string) (net.Listener, error) {
	address, only := strings.CutPrefix(address, "only ")
	network := "tcp"
	if only {
		network = "tcp6"
	}
	const reusePort = 15 // SO_REUSEPORT
	config := net.ListenConfig{Control: func(_, _ string, raw syscall.RawConn) error {
		var failed error
		err := raw.Control(func(fd uintptr) { failed = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, reusePort, 1) })
		if err != nil {
			return err
		}
		return failed
	}}
	return config.Listen(context.Background(), network, address)
}

// port is that of an address.
func port(t *testing.T, address string) string {
	t.Helper()
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	return port
}
