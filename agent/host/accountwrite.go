package host

import (
	"bytes"
	"context"
	"errors"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"

	"harden/agent/change"
	"harden/agent/message"

	"golang.org/x/sys/unix"
)

// account is what WriteUser and WriteGroup have in common.
type account struct {
	kind  string   // "user" or "group"
	name  string   // of the account
	files []string // that have a line for it; the one that makes it exist comes last
	read  func() (change.State, error)
	tool  string // that adds it
	args  []string
}

// WriteGroup brings a local group from one state to another: adds it with
// groupadd, or takes away its lines. The number of a group that exists is
// never changed: *Refused.
func (r *Root) WriteGroup(ctx context.Context, name string, from, to change.State) error {
	a := account{kind: "group", name: name, tool: "groupadd", files: []string{gshadowFile, groupFile}}
	a.read = func() (change.State, error) { return r.ReadGroup(name) }
	if to.Group != nil {
		a.args = []string{"--system", "--gid", id(to.Group.GID)}
	}
	return failed("cannot write group %s: %w", name, r.writeAccount(ctx, a, from, to))
}

// WriteUser brings a local user from one state to another: adds it with
// useradd, without home directory and password, or takes away its lines. A
// user that exists is never changed: *Refused.
//
// userdel is not used: it also removes the user's group, and its own backup
// files would keep the user. Instead exactly the lines that were added go, and
// the backup files (passwd- and the like) get back what they held before the
// add, unless another tool has written them since.
func (r *Root) WriteUser(ctx context.Context, name string, from, to change.State) error {
	a := account{kind: "user", name: name, tool: "useradd", files: []string{subgidFile, subuidFile, shadowFile, passwdFile}}
	a.read = func() (change.State, error) { return r.ReadUser(name) }
	if u := to.User; u != nil {
		for _, text := range []string{u.Comment, u.Home, u.Shell} {
			if strings.ContainsAny(text, ":\n\x00") {
				return &Refused{name, message.New("%q is not allowed in %s", text, passwdFile)}
			}
		}
		a.args = []string{"--system", "--no-create-home", "--no-log-init", "--uid", id(u.UID), "--gid", id(u.GID),
			"--comment", u.Comment, "--home-dir", u.Home, "--shell", u.Shell}
	}
	return failed("cannot write user %s: %w", name, r.writeAccount(ctx, a, from, to))
}

func (r *Root) writeAccount(ctx context.Context, a account, from, to change.State) error {
	if !regexp.MustCompile(`^[a-z_][a-z0-9_-]{0,31}$`).MatchString(a.name) {
		return &Refused{a.name, message.New("it is not the name of a local account")}
	}
	r.forgetAccounts()
	defer r.forgetAccounts()
	cur, err := a.read()
	if err != nil {
		return err
	}
	if !to.Exists() && !cur.Exists() {
		return r.removeAccount(ctx, a) // what is left of a removal that was interrupted
	}
	if fields := from.Differences(cur); len(fields) > 0 {
		return &Changed{a.name, fields}
	}
	switch {
	case !to.Exists():
		return r.removeAccount(ctx, a)
	case cur.Exists() && !cur.Equal(to):
		return &Refused{a.name, message.New("the %s exists already, and harden does not change its entry, because files belong to its number", a.kind)}
	case cur.Exists():
		return nil
	}
	return r.addAccount(ctx, a, to)
}

func (r *Root) addAccount(ctx context.Context, a account, to change.State) error {
	if err := r.AccountsOurs(); err != nil {
		return err
	}
	if err := r.keepAccountFiles(a); err != nil {
		return err
	}
	args := a.args
	if !r.Live() {
		args = append([]string{"--prefix", r.path}, args...)
	}
	err := r.do(a.tool, a.files[len(a.files)-1], func() error { return run(ctx, a.tool, append(args, a.name)...) })
	r.forgetAccounts()
	if err == nil {
		err = a.verify(to)
	}
	if err != nil {
		// The context may be why it failed; the clean-up has its own.
		return errors.Join(err, r.removeAccount(context.WithoutCancel(ctx), a))
	}
	return nil
}

// AccountsOurs refuses a tree in which others could make the account tools
// write somewhere else, because the tools open their files by name.
func (r *Root) AccountsOurs() error { return r.ownWay(path.Dir(passwdFile)) }

// verify makes sure that a tool did what it was asked to.
func (a account) verify(to change.State) error {
	got, err := a.read()
	if err == nil && !got.Equal(to) {
		err = message.Errorf("%s created an entry other than the requested one", a.tool)
	}
	return err
}

// removeAccount takes an account's lines out of its files, the one that makes
// it exist last, so that a removal that is interrupted can be done again.
func (r *Root) removeAccount(ctx context.Context, a account) error {
	unlock, err := r.lockAccounts(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	kept, err := r.keptAccountFiles(a)
	if err != nil {
		return err
	}
	for _, file := range a.files {
		before, err := r.accountState(file)
		if err != nil {
			return err
		}
		if before.File == nil {
			continue
		}
		data := withoutLine(before.File.Content.Data, a.name)
		if len(data) == len(before.File.Content.Data) {
			continue
		}
		// The tools end a last line that was not ended.
		if was, ok := bytes.CutSuffix(data, []byte("\n")); ok && kept.was(file, was) {
			data = was
		}
		after := *before.File
		after.Content = change.NewContent(data, true)
		if err := r.Write(file, before, change.State{File: &after}); err != nil {
			return err
		}
	}
	return r.restoreAccountFiles(a)
}

// withoutLine leaves out the lines of one account.
func withoutLine(data []byte, name string) []byte {
	var kept []byte
	for line := range bytes.Lines(data) {
		if !bytes.HasPrefix(line, []byte(name+":")) {
			kept = append(kept, line...)
		}
	}
	return kept
}

// lockAccounts takes the lock of lckpwdf(3), which the account tools and
// systemd-sysusers honour, and waits for it as long as they do. A tree whose
// tools never took it has no lock file, and nobody who would.
func (r *Root) lockAccounts(ctx context.Context) (unlock func(), err error) {
	const file = "/etc/.pwd.lock"
	fd, err := r.open(file, unix.O_WRONLY|unix.O_NONBLOCK)
	if errors.Is(err, unix.ENOENT) {
		return func() {}, nil
	}
	if err != nil {
		return nil, failed("cannot lock %s: %w", file, err)
	}
	ctx, cancel := context.WithTimeout(ctx, 15*time.Second)
	defer cancel()
	for {
		// A lock of the open file, not of the process: it conflicts with
		// theirs, but is not lost when another descriptor is closed.
		err := unix.FcntlFlock(uintptr(fd), unix.F_OFD_SETLK, &unix.Flock_t{Type: unix.F_WRLCK})
		switch {
		case err == nil:
			return func() { closeFD(fd) }, nil
		case !errors.Is(err, unix.EAGAIN) && !errors.Is(err, unix.EACCES) && !errors.Is(err, unix.EINTR):
			closeFD(fd)
			return nil, failed("cannot lock %s: %w", file, err)
		}
		select {
		case <-ctx.Done():
			closeFD(fd)
			return nil, &LockedError{Path: file}
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// run runs an account tool of this machine to its end.
func run(ctx context.Context, tool string, args ...string) error {
	dirs := []string{"/usr/sbin", "/sbin", "/usr/bin"}
	for _, dir := range dirs {
		cmd := exec.CommandContext(ctx, filepath.Join(dir, tool), args...)
		cmd.Env = []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C"}
		cmd.Dir = "/"
		// Ctrl-C in a terminal is for this program, which then asks the
		// tool to stop, and undoes what it did.
		cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
		cmd.Cancel = func() error { return cmd.Process.Signal(unix.SIGTERM) }
		cmd.WaitDelay = 10 * time.Second
		output, err := cmd.CombinedOutput()
		switch {
		case errors.Is(err, unix.ENOENT):
			continue
		case err != nil:
			return message.Errorf("%s: %w: %s", tool, err, bytes.TrimSpace(output))
		}
		return nil
	}
	return message.Errorf("%s is not in %s: install the package passwd (Debian, Ubuntu), shadow-utils (Fedora, RHEL) or shadow (SUSE)",
		tool, strings.Join(dirs, ", "))
}

func id(n uint32) string { return strconv.FormatUint(uint64(n), 10) }
