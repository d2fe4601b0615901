package rehearsal

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Bounds on the rehearsed process. Address space is not one of them: a program
// in Go reserves far more of it than it uses. RLIMIT_DATA bounds what it can
// write to.
const (
	maxMemory   = 2 << 30 // bytes
	maxFiles    = 4096
	maxFileSize = 64 << 20 // bytes
	lastCPU     = 60       // seconds of CPU time, should nobody end it
)

// limits bounds what the process can use, and makes it the first to be killed
// where memory runs out.
func limits() error {
	for resource, most := range map[int]uint64{
		unix.RLIMIT_DATA: maxMemory, unix.RLIMIT_NOFILE: maxFiles, unix.RLIMIT_FSIZE: maxFileSize, unix.RLIMIT_CPU: lastCPU,
		unix.RLIMIT_CORE: 0, unix.RLIMIT_MEMLOCK: 0, unix.RLIMIT_MSGQUEUE: 0,
	} {
		if err := unix.Setrlimit(resource, &unix.Rlimit{Cur: most, Max: most}); err != nil {
			return fmt.Errorf("setrlimit %d: %w", resource, err)
		}
	}
	if err := os.WriteFile("/proc/self/oom_score_adj", []byte("1000"), 0); err != nil {
		return err
	}
	// Keys that the session of harden holds are not its own.
	if _, err := unix.KeyctlInt(unix.KEYCTL_JOIN_SESSION_KEYRING, 0, 0, 0, 0); err != nil && !errors.Is(err, unix.ENOSYS) && !errors.Is(err, unix.EPERM) {
		return fmt.Errorf("a keyring of its own: %w", err)
	}
	return nil
}

// lastCapability is more than any kernel has; the kernel says where they end.
const lastCapability = 63

// powerless gives the thread the subject's identity, and takes every capability
// from it for good.
func powerless(s Subject) error {
	for c := uintptr(0); c <= lastCapability; c++ {
		if err := unix.Prctl(unix.PR_CAPBSET_DROP, c, 0, 0, 0); errors.Is(err, unix.EINVAL) {
			break
		} else if err != nil {
			return fmt.Errorf("prctl PR_CAPBSET_DROP %d: %w", c, err)
		}
	}
	groups := make([]uint32, len(s.Groups)+1) // one more, so that there is an address
	for i, g := range s.Groups {
		groups[i] = uint32(g)
	}
	// The calls of package syscall change all threads; this one alone goes on.
	if _, _, e := unix.RawSyscall(unix.SYS_SETGROUPS, uintptr(len(s.Groups)), uintptr(unsafe.Pointer(&groups[0])), 0); e != 0 {
		return fmt.Errorf("setgroups: %w", e)
	}
	if _, _, e := unix.RawSyscall(unix.SYS_SETRESGID, uintptr(s.GID), uintptr(s.GID), uintptr(s.GID)); e != 0 {
		return fmt.Errorf("setresgid: %w", e)
	}
	if _, _, e := unix.RawSyscall(unix.SYS_SETRESUID, uintptr(s.UID), uintptr(s.UID), uintptr(s.UID)); e != 0 {
		return fmt.Errorf("setresuid: %w", e)
	}
	if err := unix.Prctl(unix.PR_CAP_AMBIENT, unix.PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0); err != nil && !errors.Is(err, unix.EINVAL) {
		return fmt.Errorf("prctl PR_CAP_AMBIENT: %w", err)
	}
	// Root gets its capabilities back by exec, but for those of the bounding set and
	// where the securebits say no.
	var none [2]unix.CapUserData
	if err := unix.Capset(&unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}, &none[0]); err != nil {
		return fmt.Errorf("capset: %w", err)
	}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("prctl PR_SET_NO_NEW_PRIVS: %w", err)
	}
	return nil
}

// architectures are what the kernel calls those that harden is built for
// (linux/audit.h, AUDIT_ARCH_*).
var architectures = map[string]uint32{"amd64": 0xc000003e, "arm64": 0xc00000b7}

// x32 marks the calls of another way into an amd64 kernel.
const x32 = 0x40000000

// What a filter answers (linux/seccomp.h, SECCOMP_RET_*), and where it finds
// what is asked (struct seccomp_data; the low half of an argument comes first).
const (
	allow = 0x7fff0000
	fails = 0x00050000 // with the error in the lower bits
	kills = 0x80000000

	theCall, theArchitecture, theFirstArgument = 0, 4, 16
)

// filter forbids sockets of AF_UNIX, so that no runtime and no other service of
// the host is reached by a path, io_uring, which could make such a socket, too,
// and namespaces, in which a process has capabilities again.
func filter(arch uint32) []unix.SockFilter {
	load := func(offset uint32) unix.SockFilter {
		return unix.SockFilter{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: offset}
	}
	answer := func(a uint32) unix.SockFilter { return unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: a} }
	// The next instruction is for what is equal; what is not skips so many.
	unless := func(k uint32, skip uint8) unix.SockFilter {
		return unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, K: k, Jf: skip}
	}
	refuse := func(call uint32, e unix.Errno) []unix.SockFilter {
		return []unix.SockFilter{unless(call, 1), answer(fails | uint32(e))}
	}
	program := []unix.SockFilter{
		load(theArchitecture), {Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, K: arch, Jt: 1}, answer(kills), load(theCall),
		{Code: unix.BPF_JMP | unix.BPF_JGE | unix.BPF_K, K: x32, Jf: 1}, answer(kills),
	}
	for call, e := range map[uint32]unix.Errno{unix.SYS_IO_URING_SETUP: unix.EPERM, unix.SYS_UNSHARE: unix.EPERM, unix.SYS_SETNS: unix.EPERM,
		unix.SYS_CLONE3: unix.ENOSYS} { // its flags lie in memory, where no filter sees them; callers fall back to clone
		program = append(program, refuse(call, e)...)
	}
	program = append(program, unless(unix.SYS_CLONE, 3), load(theFirstArgument),
		unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JSET | unix.BPF_K, K: unix.CLONE_NEWUSER, Jf: 1}, answer(fails|uint32(unix.EPERM)),
		load(theCall), unless(unix.SYS_SOCKET, 3), load(theFirstArgument))
	return append(append(program, refuse(unix.AF_UNIX, unix.ECONNREFUSED)...), answer(allow))
}

func confine() error {
	arch, known := architectures[runtime.GOARCH]
	if !known {
		return fmt.Errorf("on %s it is not known how to filter system calls", runtime.GOARCH)
	}
	program := filter(arch)
	order := unix.SockFprog{Len: uint16(len(program)), Filter: &program[0]}
	if _, _, e := unix.RawSyscall(unix.SYS_PRCTL, unix.PR_SET_SECCOMP, 2, uintptr(unsafe.Pointer(&order))); e != 0 { // SECCOMP_MODE_FILTER
		return fmt.Errorf("prctl PR_SET_SECCOMP: %w", e)
	}
	return nil
}

// execute becomes the program, which no path leads to.
func execute(s Subject) error {
	argv, err := syscall.SlicePtrFromStrings(s.Argv)
	if err != nil {
		return err
	}
	environment, err := syscall.SlicePtrFromStrings(s.Environment)
	if err != nil {
		return err
	}
	var empty byte
	_, _, e := unix.RawSyscall6(unix.SYS_EXECVEAT, programFD, uintptr(unsafe.Pointer(&empty)),
		uintptr(unsafe.Pointer(&argv[0])), uintptr(unsafe.Pointer(&environment[0])), unix.AT_EMPTY_PATH, 0)
	return fmt.Errorf("execveat: %w", e)
}
