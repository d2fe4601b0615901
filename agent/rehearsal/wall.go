package rehearsal

import (
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// network makes the namespace's loopback usable: some components listen on
// 127.0.0.1 at once. Nothing else is in that network, and it leads nowhere.
// Addresses of the host can be listened on, too.
func network() error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("socket: %w", err)
	}
	defer unix.Close(fd)
	request, err := unix.NewIfreq("lo")
	if err != nil {
		return err
	}
	request.SetUint16(unix.IFF_UP)
	if err := unix.IoctlIfreq(fd, unix.SIOCSIFFLAGS, request); err != nil {
		return fmt.Errorf("the loopback: %w", err)
	}
	for _, family := range []string{"ipv4", "ipv6"} {
		// Where there is no such family, nobody listens on its addresses.
		_ = os.WriteFile("/proc/sys/net/"+family+"/ip_nonlocal_bind", []byte("1"), 0)
	}
	return nil
}

const (
	// stage is where the new root is put together, in a mount namespace of its
	// own: every system has this directory, and nothing below it is shown.
	stage = "/sys"
	// tmpfsSize is the room for all that is staged, and for each writable directory.
	// etcd sets 64 MB aside for its log, twice.
	tmpfsSize = "size=160m,nr_inodes=16k"
)

// enter makes what the subject is to see the root of the file system. Nothing
// of it can be written to but private, empty directories.
func enter(s Subject) error {
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("mount: /: %w", err)
	}
	root, err := layout(s)
	if err != nil {
		return err
	}
	if err := tmpfs(stage, "mode=0755"); err != nil {
		return err
	}
	unix.Umask(0)
	if err := root.build(stage); err != nil {
		return err
	}
	if s.Cgroup2 {
		if err := cgroup2(filepath.Join(stage, "sys/fs/cgroup")); err != nil {
			return err
		}
	}
	proc := filepath.Join(stage, "proc")
	if err := unix.Mount("proc", proc, "proc", unix.MS_RDONLY|unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, ""); err != nil {
		return fmt.Errorf("mount: %s: %w", proc, err)
	}
	if err := unix.Mount("", stage, "", unix.MS_REMOUNT|unix.MS_RDONLY|unix.MS_NOSUID|unix.MS_NODEV, tmpfsSize); err != nil {
		return fmt.Errorf("remount: %s: %w", stage, err)
	}
	if err := unix.Chdir(stage); err != nil {
		return err
	}
	if err := unix.PivotRoot(".", "."); err != nil { // the old root lies over the new one now
		return fmt.Errorf("pivot_root: %w", err)
	}
	if err := unix.Unmount(".", unix.MNT_DETACH); err != nil {
		return fmt.Errorf("umount: the old root: %w", err)
	}
	return unix.Chdir("/")
}

func tmpfs(path, options string) error {
	if err := unix.Mount("tmpfs", path, "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, tmpfsSize+","+options); err != nil {
		return fmt.Errorf("mount: %s: %w", path, err)
	}
	return nil
}

// cgroup2 mounts control groups as the namespace sees them: it begins with the
// process's own.
func cgroup2(path string) error {
	if err := os.MkdirAll(path, 0o755); err != nil {
		return err
	}
	if err := unix.Mount("cgroup2", path, "cgroup2", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, ""); err != nil {
		return fmt.Errorf("mount: %s: %w", path, err)
	}
	return readOnly(path, false)
}

// show mounts a file or directory of the host read-only, without what is mounted
// below it.
func show(host, path string) error {
	if err := unix.Mount(host, path, "", unix.MS_BIND, ""); err != nil {
		return fmt.Errorf("mount: %s: %w", host, err)
	}
	return nil
}

// readOnly makes a mount that show made read-only.
func readOnly(path string, device bool) error {
	flags := uintptr(unix.MS_REMOUNT | unix.MS_BIND | unix.MS_RDONLY | unix.MS_NOSUID)
	if !device {
		flags |= unix.MS_NODEV
	}
	if err := unix.Mount("", path, "", flags, ""); err != nil {
		return fmt.Errorf("remount: %s: %w", path, err)
	}
	return nil
}
