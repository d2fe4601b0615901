package facts

import (
	"cmp"
	"os"
	"path"
	"path/filepath"

	"harden/agent/message"
)

// process is a running program that was proven to be what it is taken for.
type process struct {
	pid  int
	argv []string
	exe  string // its program, "" where that may not be seen
	// started is when, in clock ticks since the boot.
	started uint64
	group   string // the directory of the group that it was found in, "" where it was not looked for there
	pod     string // the UID of the pod that the group is of
	status
}

var errEnded = message.Errorf("it has exited")

// process reads a process through its open directory.
func (d procDirectory) process(pid int) (process, error) {
	p := process{pid: pid}
	var err error
	if p.argv, err = d.argv(); err != nil {
		return p, err
	}
	if p.started, err = d.started(); err != nil {
		return p, err
	}
	p.exe = d.exe()
	p.status, err = d.status() // the last, because it fails for one that has ended
	return p, err
}

// program is the name of what a process runs: by the kernel, or where that may
// not be seen by its own word.
func (p process) program() string { return path.Base(cmp.Or(p.exe, p.argv[0])) }

// hidesProcesses tells whether /proc is mounted with hidepid.
func hidesProcesses(procDir string) bool {
	_, err := os.Stat(filepath.Join(procDir, "1"))
	return err != nil
}
