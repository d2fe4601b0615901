package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"unsafe"
)

// follow does what the steps say, and then waits.
func follow(steps string) error {
	for step := range strings.SplitSeq(steps, ";") {
		words := strings.Fields(step)
		if len(words) == 0 {
			continue
		}
		if err := do(words[0], words[1:]); err != nil {
			return fmt.Errorf("%s: %w", step, err)
		}
	}
	wait()
	return nil
}

func do(verb string, args []string) error {
	number := func() int {
		n, err := strconv.Atoi(args[0])
		if err != nil {
			panic(err)
		}
		return n
	}
	switch verb {
	case "answer", "answer-tls":
		go func() { fmt.Fprintln(os.Stderr, answer(args[0], strings.Join(args[1:], " "), verb == "answer-tls")) }()
	case "say":
		fmt.Fprintln(os.Stderr, strings.Join(args, " "))
	case "comm":
		name := append([]byte(args[0]), 0)
		return prctl(syscall.PR_SET_NAME, uintptr(unsafe.Pointer(&name[0])), 0, 0)
	case "zeros":
		return zeros(number())
	case "fork":
		return fork(number())
	case "exit":
		os.Exit(number())
	default:
		return fmt.Errorf("no such step")
	}
	return nil
}

func prctl(option, a, b, c uintptr) error {
	if _, _, errno := syscall.RawSyscall6(syscall.SYS_PRCTL, option, a, b, c, 0, 0); errno != 0 {
		return errno
	}
	return nil
}

// fork makes copies of this process, which share all of its memory and do
// nothing. A copy has one thread and no scheduler, so that it may not run Go
// code that could wait for either.
func fork(n int) error {
	for range n {
		pid, _, errno := syscall.RawSyscall6(syscall.SYS_CLONE, uintptr(syscall.SIGCHLD), 0, 0, 0, 0, 0)
		if errno != 0 {
			return errno
		}
		if pid == 0 {
			for {
				_, _, _ = syscall.RawSyscall6(syscall.SYS_PPOLL, 0, 0, 0, 0, 0, 0)
			}
		}
	}
	return nil
}

// memoryMap is struct prctl_mm_map of the kernel (include/uapi/linux/prctl.h).
type memoryMap struct {
	startCode, endCode, startData, endData, startBrk, brk, startStack uint64
	argStart, argEnd, envStart, envEnd                                uint64
	auxv                                                              uint64
	auxvSize                                                          uint32
	exe                                                               int32 // -1: as it is
}

// zeros gives this process a command line that goes on with zeros: memory that
// is mapped and was never touched, so it takes none.
func zeros(size int) error {
	words, err := os.ReadFile("/proc/self/cmdline")
	if err != nil {
		return err
	}
	memory, err := syscall.Mmap(-1, 0, size, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_PRIVATE|syscall.MAP_ANON|syscall.MAP_NORESERVE)
	if err != nil {
		return err
	}
	copy(memory, words)
	stat, err := os.ReadFile("/proc/self/stat")
	if err != nil {
		return err
	}
	_, after, _ := strings.Cut(string(stat), ") ")
	fields := strings.Fields(after)
	place := func(number int) uint64 { // as proc(5) counts; the state is the third
		n, _ := strconv.ParseUint(fields[number-3], 10, 64)
		return n
	}
	brk, _, _ := syscall.RawSyscall(syscall.SYS_BRK, 0, 0, 0)
	begin := uint64(uintptr(unsafe.Pointer(&memory[0])))
	m := memoryMap{startCode: place(26), endCode: place(27), startStack: place(28), startData: place(45), endData: place(46), startBrk: place(47),
		brk: uint64(brk), argStart: begin, argEnd: begin + uint64(size), envStart: place(50), envEnd: place(51), exe: -1}
	const setMM, setMMMap = 35, 14 // PR_SET_MM, PR_SET_MM_MAP
	return prctl(setMM, setMMMap, uintptr(unsafe.Pointer(&m)), unsafe.Sizeof(m))
}
