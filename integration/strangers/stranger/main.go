// Command stranger is what a hostile user of a node runs in the tests: a
// program that poses as another by its name, its arguments, its cgroup and what
// it answers. It needs no right that an ordinary user lacks.
//
// By the name stranger it starts another program, as a shell's exec does:
//
//	stranger [-cgroup PATH] [-namespace] [-stdin FIFO] PROGRAM ARGV0 [ARG...]
//
// By any other name it does what the variable STRANGER says, step by step, with
// ";" between the steps, and then waits:
//
//	answer ADDRESS TEXT     answers all questions over HTTP with a text; endless: with one that has no end
//	answer-tls ADDRESS TEXT the same over TLS, with a certificate of its own
//	say TEXT                logs a text
//	comm NAME               changes the kernel's name for it
//	zeros BYTES             has a command line as long as that
//	fork NUMBER             becomes so many processes
//	exit STATUS             ends
//
// By the name kubelet, without that variable, it is the node's kubelet: all
// that it does is to answer on 127.0.0.1:10248, unless /opt/kubelet-sick exists
// when it starts, which it takes away. In a rehearsal it ends as the real one
// does.
package main

import (
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

func main() {
	name := filepath.Base(os.Args[0])
	steps, told := os.LookupEnv("STRANGER")
	var err error
	switch {
	case name == "stranger":
		err = start()
	case told:
		err = follow(steps)
	case name == "kubelet":
		err = kubelet()
	default:
		wait()
	}
	fmt.Fprintln(os.Stderr, "stranger:", err)
	os.Exit(1)
}

// start becomes another program, or in a namespace of its own waits for it.
func start() error {
	cgroup := flag.String("cgroup", "", "move to a cgroup below its own; root may also name one from the top")
	namespace := flag.Bool("namespace", false, "start it in a namespace of users and of processes")
	stdin := flag.String("stdin", "", "a FIFO to make, on which it waits for ever")
	flag.Parse()
	argv := flag.Args()
	if len(argv) < 2 {
		return errors.New("usage: stranger [-cgroup PATH] [-namespace] [-stdin FIFO] PROGRAM ARGV0 [ARG...]")
	}
	if *cgroup != "" {
		if err := move(*cgroup); err != nil {
			return err
		}
	}
	if *stdin != "" {
		if err := waitOn(*stdin); err != nil {
			return err
		}
	}
	if !*namespace {
		return syscall.Exec(argv[0], argv[1:], os.Environ())
	}
	child := &exec.Cmd{Path: argv[0], Args: argv[1:], Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr}
	child.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWUSER | syscall.CLONE_NEWPID, Pdeathsig: syscall.SIGKILL,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}}}
	return child.Run()
}

// waitOn makes a FIFO the standard input. It is open for writing too, so that
// no reader of it comes to its end.
func waitOn(fifo string) error {
	if err := syscall.Mkfifo(fifo, 0o600); err != nil && !errors.Is(err, os.ErrExist) {
		return err
	}
	fd, err := syscall.Open(fifo, syscall.O_RDWR, 0)
	if err != nil {
		return err
	}
	return syscall.Dup3(fd, 0, 0)
}

// move enters a cgroup below the one that systemd has given to this process,
// where that was delegated: in the hierarchy of systemd (v1), or in the only
// one (v2).
func move(below string) error {
	data, err := os.ReadFile("/proc/self/cgroup")
	if err != nil {
		return err
	}
	moved := false
	for line := range strings.Lines(string(data)) {
		fields := strings.SplitN(strings.TrimSpace(line), ":", 3)
		for _, hierarchy := range map[string][]string{"name=systemd": {"systemd"}, "": {"", "unified"}}[fields[1]] {
			own := fields[2]
			if filepath.IsAbs(below) {
				own = ""
			}
			dir := filepath.Join("/sys/fs/cgroup", hierarchy, own, below)
			if err := os.MkdirAll(dir, 0o755); err != nil {
				continue
			}
			if err := os.WriteFile(filepath.Join(dir, "cgroup.procs"), []byte(strconv.Itoa(os.Getpid())), 0); err != nil {
				return err
			}
			moved = true
		}
	}
	if !moved {
		return fmt.Errorf("no cgroup of this process can be written:\n%s", data)
	}
	return nil
}

// kubelet is the stand-in for the node's own.
func kubelet() error {
	if err := os.Remove("/opt/kubelet-sick"); err == nil {
		wait()
	}
	// In a rehearsal there is no network, and the real one ends where it finds no
	// runtime.
	if addresses, err := net.InterfaceAddrs(); err == nil && len(addresses) == 0 {
		return errors.New("failed to get container runtime")
	}
	return answer("127.0.0.1:10248", "ok", false)
}

// wait does nothing for ever.
func wait() {
	for {
		time.Sleep(time.Hour)
	}
}
