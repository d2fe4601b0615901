package main

import (
	"errors"
	"io"
	"os"
	"strconv"
	"syscall"
	"testing"
	"unsafe"
)

// openTerminal gives a pseudo-terminal to write to, and a function that gives
// what was written. See pts(4).
func openTerminal(t *testing.T) (terminal *os.File, written func() string) {
	t.Helper()
	control, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skipf("there are no pseudo-terminals here: %v", err)
	}
	t.Cleanup(func() { _ = control.Close() })
	var number, locked int32
	for request, value := range map[uintptr]*int32{syscall.TIOCGPTN: &number, syscall.TIOCSPTLCK: &locked} {
		if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, control.Fd(), request, uintptr(unsafe.Pointer(value))); errno != 0 {
			t.Skipf("there are no pseudo-terminals here: %v", errno)
		}
	}
	terminal, err = os.OpenFile("/dev/pts/"+strconv.Itoa(int(number)), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("there are no pseudo-terminals here: %v", err)
	}
	text := make(chan string, 1)
	go func() {
		data, err := io.ReadAll(control)
		if err != nil && !errors.Is(err, syscall.EIO) { // EIO: the other side is closed
			data = []byte(err.Error())
		}
		text <- string(data)
	}()
	return terminal, func() string {
		if err := terminal.Close(); err != nil {
			t.Fatal(err)
		}
		return <-text
	}
}
