package host

import (
	"errors"
	"path"
	"regexp"
	"strings"
	"sync"

	"harden/agent/change"
	"harden/agent/message"

	"golang.org/x/sys/unix"
)

// ReadSysctl reads the live value of a kernel parameter, with its white space
// folded to single blanks. A parameter that this kernel does not have is the
// empty state. Keys are written as in sysctl.d(5): "kernel.panic",
// "net/ipv4/conf/eth0.1/forwarding", "net.ipv4.conf.eth0/1.forwarding".
func (r *Root) ReadSysctl(key string) (change.State, error) {
	file, err := r.sysctlFile(key)
	if err != nil {
		return change.State{}, err
	}
	data, err := r.ReadFile(file, 64<<10)
	if errors.Is(err, unix.ENOENT) {
		return change.State{}, nil
	}
	if err != nil {
		return change.State{}, err
	}
	return change.State{Sysctl: &change.Sysctl{Value: fold(string(data))}}, nil
}

// WriteSysctl brings the live value of a kernel parameter from one state to
// another. It fails with *Changed where the value is not from, and puts from
// back where the kernel makes something else of to.
func (r *Root) WriteSysctl(key string, from, to change.State) error {
	if from.Sysctl == nil || to.Sysctl == nil {
		return &Refused{key, message.New("a kernel parameter cannot be made or removed")}
	}
	file, err := r.sysctlFile(key)
	if err != nil {
		return err
	}
	cur, err := r.ReadSysctl(key)
	if err != nil {
		return err
	}
	if fields := from.Differences(cur); len(fields) > 0 {
		return &Changed{key, fields}
	}
	if cur.Equal(to) {
		return nil
	}
	if err := r.setSysctl(file, to.Sysctl.Value); err != nil {
		return failed("cannot set %s: %w", key, err)
	}
	got, err := r.ReadSysctl(key)
	if err == nil && !got.Equal(to) {
		err = message.Errorf("the kernel stored %q, not %q", got.Sysctl.Value, to.Sysctl.Value)
	}
	if err != nil {
		return failed("cannot set %s: %w", key, errors.Join(err, r.setSysctl(file, from.Sysctl.Value)))
	}
	return nil
}

// setSysctl writes a value in one write, as the kernel wants it.
func (r *Root) setSysctl(file, value string) error {
	return r.do("write", file, func() error {
		fd, err := r.open(file, unix.O_WRONLY)
		if err != nil {
			return err
		}
		defer closeFD(fd)
		if err := writeAll(fd, []byte(value+"\n")); err != nil {
			return message.Errorf("value %q: %w", value, err)
		}
		return nil
	})
}

// sysctlFile gives the file of a kernel parameter. The first separator of a
// key, a dot or a slash, is that of the whole key; the other then stands for
// a dot in a name.
func (r *Root) sysctlFile(key string) (string, error) {
	if !r.Live() {
		return "", message.Errorf("cannot reach kernel parameter %s: only the live system has any, and the root is %s", key, r.path)
	}
	file := key
	if i := strings.IndexAny(key, "./"); i >= 0 && key[i] == '.' {
		file = strings.Map(func(c rune) rune {
			switch c {
			case '.':
				return '/'
			case '/':
				return '.'
			}
			return c
		}, key)
	}
	valid := sysctlPath().MatchString(file)
	if !valid || path.Clean(file) != file || strings.HasPrefix(file, "../") {
		return "", message.Errorf("cannot reach kernel parameter %q: it is not a name such as kernel.panic", key)
	}
	return "/proc/sys/" + file, nil
}

// sysctlPath is what a parameter's path below /proc/sys looks like.
var sysctlPath = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)+$`) })

// fold makes values comparable: the kernel separates numbers by tabs.
func fold(value string) string { return strings.Join(strings.Fields(value), " ") }
