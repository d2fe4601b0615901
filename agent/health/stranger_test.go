package health

import (
	"context"
	"io"
	"net"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"harden/agent/message"
)

// asked asks an endpoint that a process has to answer, and gives what it said.
func asked(t *testing.T, process func() (Process, error), endpoint string) (said string, err error) {
	t.Helper()
	err = NewClient(process, nil).Get(t.Context(), endpoint, time.Second, func(body io.Reader) error {
		text, err := io.ReadAll(io.LimitReader(body, 100))
		said = string(text)
		return err
	})
	return said, err
}

// notTheKubelet is part of what is said where somebody else answers.
const notTheKubelet = "it is not the kubelet (process "

// The kubelet is believed wherever it listens, and however many files it has
// open.
func TestKubeletAnswers(t *testing.T) {
	for _, test := range []struct{ name, role, listens, ask string }{
		{"on an address", "kubelet", "127.0.0.1:0", "127.0.0.1"},
		{"on another address of the loopback", "kubelet", "127.0.0.2:0", "127.0.0.2"},
		{"on every address of IPv4", "kubelet", "0.0.0.0:0", "127.0.0.1"},
		{"on every address, asked by IPv4", "kubelet", "[::]:0", "127.0.0.1"},
		{"on every address, asked by IPv6", "kubelet", "[::]:0", "::1"},
		{"on every address, asked by IPv4 within IPv6", "kubelet", "[::]:0", "::ffff:127.0.0.1"},
		{"on IPv6", "kubelet", "[::1]:0", "::1"},
		{"by a name that everybody knows", "kubelet", "127.0.0.1:0", "localhost"},
		{"with many files open", "kubelet:hoards", "127.0.0.1:0", "127.0.0.1"},
		{"as another user", "nobody kubelet", "127.0.0.1:0", "127.0.0.1"},
		{"through a child that it gives the connection to", "kubelet:gives", "127.0.0.1:0", "127.0.0.1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			kubelet := plays(t, test.role, test.listens)
			if _, err := asked(t, kubelet.process, "http://"+net.JoinHostPort(test.ask, port(t, kubelet.at))+"/healthz"); err != nil {
				t.Error(err)
			}
		})
	}
}

// Whoever else answers where the kubelet would is not believed, while it runs.
func TestStrangerAnswers(t *testing.T) {
	for _, test := range []struct {
		name, kubelet string // where the kubelet listens; PORT is the stranger's
		role, at, ask string // and the stranger, and where it is asked
		want          string
	}{
		{"in its place", "127.0.0.3:0", "stranger", "127.0.0.1:0", "127.0.0.1", notTheKubelet},
		{"in its place, as the same user", "127.0.0.3:0", "other", "127.0.0.1:0", "127.0.0.1", notTheKubelet},
		{"in its place, by IPv6", "127.0.0.3:0", "stranger", "[::1]:0", "::1", notTheKubelet},
		{"on every address", "127.0.0.3:0", "stranger", "[::]:0", "127.0.0.1", notTheKubelet},
		{"on a closer address than its", "0.0.0.0:PORT", "other", "127.0.0.1:0", "127.0.0.1", notTheKubelet},
		{"on a closer address than its, of both protocols", "[::]:PORT", "other", "127.0.0.1:0", "127.0.0.1", notTheKubelet},
		{"on IPv4, where it is on IPv6 alone", "only [::]:PORT", "stranger", "127.0.0.1:0", "127.0.0.1", notTheKubelet},
		{"without end, and unasked", "127.0.0.3:0", "stranger:noisy", "127.0.0.1:0", "127.0.0.1", notTheKubelet},
		{"and is gone at once", "127.0.0.3:0", "stranger:hasty", "127.0.0.1:0", "127.0.0.1", "the kubelet (process "},
		{"and never accepts", "127.0.0.3:0", "stranger:deaf", "127.0.0.1:0", "127.0.0.1", "did not answer within 1s"},
		{"as a child that inherited its socket", "", "kubelet:leaks", "127.0.0.1:0", "127.0.0.1", notTheKubelet},
	} {
		t.Run(test.name, func(t *testing.T) {
			other := plays(t, test.role, test.at)
			kubelet := other
			if test.kubelet != "" {
				kubelet = plays(t, "kubelet", strings.ReplaceAll(test.kubelet, "PORT", port(t, other.at)))
			}
			began := time.Now()
			said, err := asked(t, kubelet.process, "http://"+net.JoinHostPort(test.ask, port(t, other.at))+"/healthz")
			check(t, err, test.want)
			if said != "" || time.Since(began) > 5*time.Second {
				t.Errorf("it was heard: %q, after %v", said, time.Since(began))
			}
		})
	}
}

// Where the kubelet and another of its user share a port, either may get a
// connection: only what the kubelet answers counts.
func TestSharedPort(t *testing.T) {
	kubelet := plays(t, "kubelet", "127.0.0.1:0")
	plays(t, "other", kubelet.at)
	believed, refused := 0, 0
	for range 40 {
		said, err := asked(t, kubelet.process, "http://"+kubelet.at+"/healthz")
		switch {
		case err == nil && said == "ok, says kubelet":
			believed++
		case err != nil && said == "" && strings.Contains(err.Error(), notTheKubelet):
			refused++
		default:
			t.Fatalf("it said %q, %v", said, err)
		}
	}
	if believed == 0 || refused == 0 {
		t.Errorf("%d answers of the kubelet's, %d of the other's; both have to be met", believed, refused)
	}
}

// Where no process is the kubelet, nobody is asked.
func TestNobodyIsProven(t *testing.T) {
	stranger := plays(t, "stranger", "127.0.0.1:0")
	gone := plays(t, "kubelet", "127.0.0.1:0")
	gone.end()
	for name, test := range map[string]struct {
		process Process
		want    string
	}{
		"no process":           {Process{Name: "the kubelet"}, "no process is proven to be the kubelet"},
		"and why":              {Process{Name: "the kubelet", Unproven: message.Value("its unit is not known")}, "the kubelet: its unit is not known"},
		"a process that ended": {Process{Name: "the kubelet", PID: gone.Process.Pid}, "has exited"},
		"a number below all":   {Process{Name: "the kubelet", PID: -1}, "no process is proven"},
		"a number above all":   {Process{Name: "the kubelet", PID: 1 << 30}, "has exited"},
		"another process":      {Process{Name: "the kubelet", PID: os.Getpid()}, notTheKubelet},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := asked(t, func() (Process, error) { return test.process, nil }, "http://"+stranger.at+"/healthz")
			check(t, err, test.want)
		})
	}
}

// Who may not see what a process holds cannot tell whether it answers, and says
// so.
func TestAskedByAnotherUser(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can be two users")
	}
	kubelet := plays(t, "kubelet", "127.0.0.1:0")
	asker := plays(t, "nobody asker", "http://"+kubelet.at+"/healthz", strconv.Itoa(kubelet.Process.Pid))
	if want := "cannot tell whether it is the kubelet (process " + strconv.Itoa(kubelet.Process.Pid) + ") that answers: only root"; !strings.Contains(asker.at, want) {
		t.Errorf("it says %q, want %q", asker.at, want)
	}
}

// A process that ends holds nothing, and nobody inherits its number.
func TestProcessEndsMeanwhile(t *testing.T) {
	kubelet := plays(t, "kubelet", "127.0.0.1:0")
	p, _ := kubelet.process()
	h, err := p.hold()
	if err != nil {
		t.Fatal(err)
	}
	defer h.release()
	conn, err := net.Dial("tcp", kubelet.at)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := prove(t.Context(), conn, h); err != nil {
		t.Fatal(err)
	}
	kubelet.end()
	if err := prove(t.Context(), conn, h); err == nil {
		t.Error("a process that has ended holds a connection")
	}
	// The number, by now, could be that of anybody: such as of this process.
	h.PID = os.Getpid()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	go each(listener, func(conn net.Conn) { time.Sleep(time.Second) })
	reused, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer reused.Close()
	if err := prove(t.Context(), reused, h); err == nil {
		t.Error("a process with its number holds a connection")
	}
}

// The kernel's numbers of sockets begin anew after four thousand million. Who
// makes so many to get one of the kubelet's has no socket of its user.
func TestSocketOfAnotherUser(t *testing.T) {
	kubelet := plays(t, "kubelet", "127.0.0.1:0")
	p, _ := kubelet.process()
	h, err := p.hold()
	if err != nil {
		t.Fatal(err)
	}
	defer h.release()
	conn, err := net.Dial("tcp", kubelet.at)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	h.uid = 4711
	check(t, prove(t.Context(), conn, h), "but another process, of user "+strconv.Itoa(os.Geteuid()))
}

// A connection can end where it began.
func TestConnectionToItself(t *testing.T) {
	kubelet := plays(t, "kubelet", "127.0.0.3:0")
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	free := listener.Addr()
	listener.Close()
	conn, err := (&net.Dialer{LocalAddr: free}).Dial("tcp", free.String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	p, _ := kubelet.process()
	h, err := p.hold()
	if err != nil {
		t.Fatal(err)
	}
	defer h.release()
	check(t, prove(t.Context(), conn, h), notTheKubelet)
}

// Who is not the kubelet is sent nothing: no question, and no greeting of TLS.
func TestStrangerIsSentNothing(t *testing.T) {
	for _, scheme := range []string{"http", "https"} {
		t.Run(scheme, func(t *testing.T) {
			kubelet := plays(t, "kubelet", "127.0.0.3:0")
			stranger := plays(t, "stranger:counts", "127.0.0.1:0")
			_, err := asked(t, kubelet.process, scheme+"://"+stranger.at+"/livez")
			check(t, err, notTheKubelet)
			if n, err := stranger.out.ReadString('\n'); err != nil || strings.TrimSpace(n) != "0" {
				t.Errorf("it was sent %q bytes, %v", n, err)
			}
		})
	}
}

// What is not on this machine is not asked, however it is written.
func TestHere(t *testing.T) {
	own := ""
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range addresses {
		if n, is := a.(*net.IPNet); is && !n.IP.IsLoopback() && n.IP.To4() != nil {
			own = n.IP.String()
		}
	}
	for address, want := range map[string]string{
		"http://127.0.0.1:2381":         "127.0.0.1:2381",
		"http://127.9.9.9":              "127.9.9.9:80",
		"https://[::1]":                 "[::1]:443",
		"http://[::ffff:127.0.0.1]:1":   "127.0.0.1:1",
		"http://localhost:2381/health":  "127.0.0.1:2381",
		"http://" + own + ":2381":       own + ":2381",
		"http://0.0.0.0:1":              "",
		"http://192.0.2.1:2381":         "",
		"http://169.254.169.254/latest": "",
		"http://127.0.0.1@192.0.2.1/":   "",
		"http://127.1:2381":             "",
		"http://0x7f000001:1":           "",
		"http://2130706433:1":           "",
		"http://node1:2381":             "",
		"http://localhost.evil:2381":    "",
		"http://[fe80::1%25eth0]:1":     "",
		"http://127.0.0.1:65536":        "",
		"http://:2381":                  "",
	} {
		if own == "" && strings.Contains(address, "//:2381") && want != "" {
			continue // a machine with the loopback alone
		}
		target, err := url.Parse(address)
		if err != nil {
			t.Errorf("%s: %v", address, err)
			continue
		}
		got, err := here(target)
		if (err == nil) != (want != "") || want != "" && got.String() != want {
			t.Errorf("%s is asked at %v, %v; want %q", address, got, err, want)
		}
	}
}

// Where the kernel has no sock_diag the table of all connections says the same.
func TestTablesSayTheSame(t *testing.T) {
	for _, test := range []struct{ listens, ask string }{
		{"127.0.0.1:0", "127.0.0.1"}, {"0.0.0.0:0", "127.0.0.1"}, {"[::]:0", "127.0.0.1"}, {"[::]:0", "::1"}, {"[::1]:0", "::1"},
	} {
		t.Run(test.listens+" "+test.ask, func(t *testing.T) {
			kubelet := plays(t, "kubelet", test.listens)
			conn, err := net.Dial("tcp", net.JoinHostPort(test.ask, port(t, kubelet.at)))
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			p, _ := kubelet.process()
			h, err := p.hold()
			if err != nil {
				t.Fatal(err)
			}
			defer h.release()
			if err := prove(t.Context(), conn, h); err != nil {
				t.Fatal(err)
			}
			server, ours := addrPort(conn.RemoteAddr()), addrPort(conn.LocalAddr())
			kernel := openSockets()
			defer kernel.close()
			asked, err := kernel.find(t.Context(), server, ours)
			if err != nil || kernel.netlink < 0 {
				t.Fatal(err, kernel.netlink)
			}
			none := sockets{netlink: -1}
			read, err := none.find(t.Context(), server, ours)
			if err != nil || read != asked || read.inode == 0 {
				t.Errorf("the tables say %+v, %v; want %+v", read, err, asked)
			}
			// Of a connection that is not there the kernel names who listens.
			for _, s := range []sockets{kernel, none} {
				if got, err := s.find(t.Context(), server, server); err == nil {
					t.Errorf("%+v is the end of no connection", got)
				}
			}
			ended, cancel := context.WithCancel(t.Context())
			cancel()
			if _, err := none.find(ended, server, ours); err == nil {
				t.Error("it reads on when the time is up")
			}
		})
	}
}

// An answer that is not the kernel's to this question is none.
func TestAnswersOfTheKernel(t *testing.T) {
	local, remote := addrPort(&net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1}), addrPort(&net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 2})
	for name, answer := range map[string][]byte{
		"nothing":          nil,
		"half a heading":   make([]byte, 10),
		"another number":   func() []byte { b := question(local, remote, 8); return b }(),
		"our own question": question(local, remote, 7),
		"a heading alone":  question(local, remote, 7)[:20],
		"an error of none": append(question(local, remote, 7)[:4:4], append([]byte{2, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0}, 0, 0, 0, 0)...),
	} {
		if got, err := answered(answer, local, remote, 7); err == nil {
			t.Errorf("%s: %+v", name, got)
		}
	}
}
