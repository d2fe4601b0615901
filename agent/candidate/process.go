package candidate

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"harden/agent/executable"
	"harden/agent/message"
)

// Process is what the running process of a component has, and what starts after
// it will have too.
type Process struct {
	Program     *os.File // its executable
	Environment []string
	UID, GID    int
	Groups      []int
	// Root is the directory of the host that its container has as its root, "" where
	// its program needs nothing of it.
	Root string

	pid       int
	directory *os.File
	err       error // why it does not count
}

// Hold opens the directory of a process in /proc. It stays that of this very
// process: what is proven of its number from then on, and before Read succeeds,
// is proven of it.
func Hold(pid int) *Process {
	p := &Process{pid: pid}
	p.directory, p.err = os.Open(filepath.Join("/proc", strconv.Itoa(pid)))
	return p
}

// Prove says which process the component is proven to be, 0 for none.
func (p *Process) Prove(pid int) {
	if p.err == nil && p.pid != pid {
		p.err = errNoProcess
	}
}

// Close lets go of the process and its program.
func (p *Process) Close() {
	for _, f := range []*os.File{p.Program, p.directory} {
		if f != nil {
			_ = f.Close()
		}
	}
}

// Bounds on what is read of a process.
const (
	maxEnvironment = 1 << 20 // bytes
	maxStatus      = 64 << 10
)

func (p *Process) path(name string) string {
	return fmt.Sprintf("/proc/self/fd/%d/%s", p.directory.Fd(), name)
}

func (p *Process) read(name string, limit int64) ([]byte, error) {
	f, err := os.Open(p.path(name))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(data)) > limit {
		err = message.Errorf("its %s is longer than %d bytes", name, limit)
	}
	return data, err
}

// Read reads the process. It fails where the process has ended.
func (p *Process) Read() error {
	if p.err != nil {
		return p.err
	}
	var err error
	if p.Program, err = os.Open(p.path("exe")); err != nil {
		return message.Errorf("its program cannot be opened: %w", err)
	}
	environment, err := p.read("environ", maxEnvironment)
	if err != nil {
		return message.Errorf("its environment cannot be read: %w", err)
	}
	if text := strings.TrimRight(string(environment), "\x00"); text != "" {
		p.Environment = strings.Split(text, "\x00")
	}
	status, err := p.read("status", maxStatus)
	if err != nil {
		return message.Errorf("its status cannot be read: %w", err)
	}
	if err := p.identity(status); err != nil {
		return err
	}
	if dynamic(p.Program) {
		p.Root, err = p.root()
	}
	return err
}

// effective is the place of the effective id among those in a status.
const effective = 1

func (p *Process) identity(status []byte) error {
	ids := map[string][]int{}
	for line := range bytes.Lines(status) {
		key, value, _ := strings.Cut(string(line), ":")
		if key != "Uid" && key != "Gid" && key != "Groups" {
			continue
		}
		for _, word := range strings.Fields(value) {
			id, err := strconv.Atoi(word)
			if err != nil {
				return message.Errorf("its status has the line %q", line)
			}
			ids[key] = append(ids[key], id)
		}
	}
	if len(ids["Uid"]) <= effective || len(ids["Gid"]) <= effective {
		return errNoProcess
	}
	p.UID, p.GID, p.Groups = ids["Uid"][effective], ids["Gid"][effective], ids["Groups"]
	return nil
}

// dynamic tells whether a program needs libraries.
func dynamic(program *os.File) bool {
	f, err := executable.Open(program)
	return err != nil || f.Dynamic()
}

// root finds where a container's root lies on the host: the mount of the same
// file system, with the same directory.
func (p *Process) root() (string, error) {
	is, err := os.Stat(p.path("root/."))
	if err != nil {
		return "", errNoProcess
	}
	if host, err := os.Stat("/"); err == nil && os.SameFile(is, host) {
		return "/", nil
	}
	mounts, err := os.Open("/proc/self/mountinfo")
	if err != nil {
		return "", err
	}
	defer mounts.Close()
	device := is.Sys().(*syscall.Stat_t).Dev
	number := fmt.Sprintf("%d:%d", device>>8&0xfff, device&0xff|device>>12&0xfff00)
	lines := bufio.NewScanner(mounts)
	for lines.Scan() {
		fields := strings.Fields(lines.Text()) // id, parent, device, root, mount point: proc_pid_mountinfo(5)
		if len(fields) < 5 || fields[2] != number {
			continue
		}
		if there, err := os.Stat(fields[4]); err == nil && os.SameFile(is, there) {
			return fields[4], nil
		}
	}
	return "", message.Errorf("its program needs libraries, and the file system of its container cannot be found")
}
