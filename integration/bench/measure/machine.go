package main

import (
	"bufio"
	"fmt"
	"os"
	"runtime"
	"strings"
	"syscall"
)

// machine is what figures are made on.
type machine struct {
	CPU    string
	Cores  int
	Memory int64 // bytes
	Kernel string
	Go     string // what measure was built with; the same builds harden
	Load   string // averages of 1, 5 and 15 minutes
}

func lookAtMachine() (machine, error) {
	m := machine{Cores: runtime.NumCPU(), Go: runtime.Version()}
	var err error
	if m.CPU, err = valueIn("/proc/cpuinfo", "model name"); err != nil {
		return machine{}, err
	}
	release, err := os.ReadFile("/proc/sys/kernel/osrelease")
	if err != nil {
		return machine{}, err
	}
	m.Kernel = strings.TrimSpace(string(release))
	load, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return machine{}, err
	}
	if averages := strings.Fields(string(load)); len(averages) > 2 {
		m.Load = strings.Join(averages[:3], " ")
	}
	var info syscall.Sysinfo_t
	if err := syscall.Sysinfo(&info); err != nil {
		return machine{}, fmt.Errorf("cannot ask for the memory: %w", err)
	}
	m.Memory = int64(info.Totalram) * int64(info.Unit)
	return m, nil
}

// valueIn gives the value of the first line "KEY : VALUE" of a file.
func valueIn(name, key string) (string, error) {
	f, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if k, value, ok := strings.Cut(lines.Text(), ":"); ok && strings.TrimSpace(k) == key {
			return strings.TrimSpace(value), nil
		}
	}
	if err := lines.Err(); err != nil {
		return "", err
	}
	return "unknown", nil
}
