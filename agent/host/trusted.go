package host

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"

	"harden/agent/message"
)

// Untrusted says that a file is not read, because somebody other than root and
// the user who runs this program could have written it.
type Untrusted struct {
	Path   string
	Reason message.Text
	Remedy message.Text // what to do, a sentence with commands
}

func (e *Untrusted) Error() string { return e.Text().String() }

// Text is the text as a value.
func (e *Untrusted) Text() message.Text { return message.New("%s %s", e.Path, e.Reason) }

// maxLinks is how many symbolic links a path may lead through, as in the kernel.
const maxLinks = 40

// ReadTrusted reads a file that says what is to be done, of at most limit
// bytes: a regular file, or a pipe such as a shell gives for <(…). The file,
// every directory and every symbolic link on the way must belong to root or to
// the effective user, and neither the file nor a directory may be writable by
// group or others: *Untrusted. A directory with the sticky bit may be: its
// files are safe from all but their owners.
//
// The directories are walked by descriptor, and what is judged is the open
// file that is then read: what is swapped meanwhile changes nothing.
func ReadTrusted(file string, limit int64) ([]byte, error) {
	var data []byte
	abs, err := filepath.Abs(file)
	if err == nil {
		data, err = readTrusted(unix.AT_FDCWD, "/", trustedWalk{follow: true}, abs, limit)
	}
	var untrusted *Untrusted
	if err != nil && !errors.As(err, &untrusted) {
		err = &fs.PathError{Op: "read", Path: file, Err: err}
	}
	return data, err
}

// Trusted judges a file as ReadTrusted does, and reads nothing of it.
func Trusted(file string) error {
	abs, err := filepath.Abs(file)
	if err == nil {
		_, err = readTrusted(unix.AT_FDCWD, "/", trustedWalk{follow: true}, abs, -1)
	}
	var untrusted *Untrusted
	if err != nil && !errors.As(err, &untrusted) {
		err = &fs.PathError{Op: "look at", Path: file, Err: err}
	}
	return err
}

// ReadTrusted reads a regular file below the root, as the function of that
// name does outside of one. No link is followed, and nothing above the root is
// judged.
func (r *Root) ReadTrusted(file string, limit int64) ([]byte, error) {
	rel, err := relative(file)
	if err != nil {
		return nil, err
	}
	data, err := readTrusted(r.fd, ".", trustedWalk{base: r.path}, rel, limit)
	var untrusted *Untrusted
	if !errors.As(err, &untrusted) {
		err = failed("cannot read %s: %w", file, err)
	}
	return data, err
}

// readTrusted walks from a directory to a file, and reads it; below a limit of
// 0 it only judges it.
func readTrusted(dir int, start string, w trustedWalk, file string, limit int64) ([]byte, error) {
	first, err := openat(dir, start, unix.O_PATH|unix.O_DIRECTORY, 0)
	if err != nil {
		return nil, err
	}
	w.dirs, w.uid = []int{first}, uint32(os.Geteuid())
	defer func() {
		for _, fd := range w.dirs {
			closeFD(fd)
		}
	}()
	fd, err := w.open(file)
	if err != nil {
		return nil, err
	}
	f := os.NewFile(uintptr(fd), file)
	defer func() { _ = f.Close() }() // it was only read
	if limit < 0 {
		return nil, nil
	}
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(data)) > limit {
		err = message.Errorf("is longer than %d bytes", limit)
	}
	return data, err
}

// trustedWalk is the way to a file: the directories that were passed, each
// open and judged. linkWalk, beside it, judges links only, and gives a path where
// nothing is there yet.
type trustedWalk struct {
	dirs   []int
	names  []string // of dirs but for the first
	uid    uint32   // trusted beside root
	base   string   // the root's own path, for messages
	follow bool     // symbolic links
	links  int
}

func (w *trustedWalk) path(name string) string {
	return path.Join("/", w.base, path.Join(w.names...), name)
}

func (w *trustedWalk) top() int { return w.dirs[len(w.dirs)-1] }

// open gives the file at the end of a path, opened and judged.
func (w *trustedWalk) open(file string) (int, error) {
	if err := w.judgeTop(); err != nil {
		return -1, err
	}
	parts := strings.Split(file, "/")
	for len(parts) > 0 {
		part := parts[0]
		parts = parts[1:]
		switch part {
		case "", ".":
			continue
		case "..":
			w.up(1)
			continue
		}
		fd, err := openat(w.top(), part, unix.O_PATH, 0)
		if err != nil {
			return -1, err
		}
		var st unix.Stat_t
		if err := unix.Fstat(fd, &st); err != nil {
			closeFD(fd)
			return -1, err
		}
		switch {
		case st.Mode&unix.S_IFMT == unix.S_IFLNK:
			err = w.judge(part, &st)
			target := linkTarget(fd, "")
			closeFD(fd)
			if err != nil {
				return -1, err
			}
			if w.descriptor() && len(parts) == 0 {
				return w.openLast(part, 0)
			}
			if parts, err = w.link(part, target, parts); err != nil {
				return -1, err
			}
		case isDirectory(&st):
			w.dirs, w.names = append(w.dirs, fd), append(w.names, part)
			if err := w.judgeTop(); err != nil {
				return -1, err
			}
		default:
			closeFD(fd)
			if len(parts) > 0 {
				return -1, unix.ENOTDIR
			}
			if err := w.judgeFile(part, &st); err != nil { // before a fifo is waited for
				return -1, err
			}
			return w.openLast(part, unix.O_NOFOLLOW)
		}
	}
	return -1, message.Errorf("is a directory, not a regular file")
}

// up leaves n directories.
func (w *trustedWalk) up(n int) {
	for ; n > 0 && len(w.dirs) > 1; n-- {
		closeFD(w.top())
		w.dirs, w.names = w.dirs[:len(w.dirs)-1], w.names[:len(w.names)-1]
	}
}

// link goes on where a link leads.
func (w *trustedWalk) link(name, target string, rest []string) ([]string, error) {
	if !w.follow {
		return nil, &Refused{w.path(name), message.New("it is a symbolic link to %q", target)}
	}
	if w.links++; w.links > maxLinks {
		return nil, unix.ELOOP
	}
	if path.IsAbs(target) {
		w.up(len(w.dirs))
	}
	return append(strings.Split(target, "/"), rest...), nil
}

// descriptor tells whether the walk is in /proc/PID/fd, whose links are not
// paths but open files: /dev/fd/63 is what a shell makes of <(…), and
// /dev/stdin is a link to there. Whoever opened them found them himself.
func (w *trustedWalk) descriptor() bool {
	var disk unix.Statfs_t
	return w.follow && len(w.names) == 3 && w.names[2] == "fd" && unix.Fstatfs(w.top(), &disk) == nil && disk.Type == unix.PROC_SUPER_MAGIC
}

// openLast opens the last component to read it, and judges what was opened.
func (w *trustedWalk) openLast(name string, flags int) (fd int, err error) {
	err = retry(func() error {
		// Not O_NONBLOCK: a fifo is waited for, as a shell's user expects.
		fd, err = unix.Openat(w.top(), name, unix.O_RDONLY|unix.O_NOCTTY|unix.O_CLOEXEC|flags, 0)
		return err
	})
	if err != nil {
		return -1, err
	}
	var st unix.Stat_t
	if err = unix.Fstat(fd, &st); err == nil {
		err = w.judgeFile(name, &st)
	}
	if err != nil {
		closeFD(fd)
		return -1, err
	}
	return fd, nil
}

// judgeTop judges the directory that the walk has come to.
func (w *trustedWalk) judgeTop() error {
	var st unix.Stat_t
	if err := unix.Fstat(w.top(), &st); err != nil {
		return err
	}
	return w.judge("", &st)
}

// judgeFile judges what is to be read. A pipe is the operator's own way to say
// something; in a tree it is somebody's way to make this program wait.
func (w *trustedWalk) judgeFile(name string, st *unix.Stat_t) error {
	if !isRegular(st) && (!w.follow || st.Mode&unix.S_IFMT != unix.S_IFIFO) {
		return message.Errorf("is a %s, not a regular file", kind(st))
	}
	return w.judge(name, st)
}

// judge refuses what somebody else owns or can write.
func (w *trustedWalk) judge(name string, st *unix.Stat_t) error {
	file := w.path(name)
	if st.Uid != 0 && st.Uid != w.uid {
		return &Untrusted{Path: file, Reason: message.New("belongs to uid %d, who is neither root nor the user who runs this", st.Uid),
			Remedy: message.New("use a copy that root owns, in a directory of root's such as /etc/harden: install -o root -g root -m 0600 FILE /etc/harden/")}
	}
	mode := st.Mode & 0o7777
	switch {
	case st.Mode&unix.S_IFMT == unix.S_IFLNK, mode&0o022 == 0:
		return nil
	case !isDirectory(st):
		return &Untrusted{Path: file, Reason: message.New("can be written by other users (mode %04o)", mode), Remedy: message.New("check its content, then run: chmod go-w %s", quote(file))}
	case mode&unix.S_ISVTX == 0:
		return &Untrusted{Path: file, Reason: message.New("is a directory that other users can write (mode %04o), so they can replace the file in it", mode),
			Remedy: message.New("read the file, then run: chmod go-w %s; or move the file to a directory of your own", quote(file))}
	}
	return nil
}

// quote makes one word of a path, for a shell.
func quote(file string) string {
	return "'" + strings.ReplaceAll(file, "'", `'\''`) + "'"
}
