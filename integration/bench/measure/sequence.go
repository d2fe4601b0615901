package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
)

// traced are the system calls that change a disk, or make a change durable.
// A call among them that replay does not know is an error, and not left out.
// openat2 is not among them: what it made would be missing when it is replayed.
const traced = "write,pwrite64,writev,openat,open,creat,ftruncate,truncate,fallocate,fsync,fdatasync,syncfs,sync,sync_file_range,copy_file_range," +
	"rename,renameat,renameat2,link,linkat,symlink,symlinkat,unlink,unlinkat,rmdir,mkdir,mkdirat,mknod,mknodat," +
	"chmod,fchmod,fchmodat,chown,lchown,fchown,fchownat,utimensat,setxattr,lsetxattr,fsetxattr,removexattr,lremovexattr,fremovexattr"

// operation is one system call, below a tree.
type operation struct {
	Call string // its name; the variants of a rename are one
	Path string // relative to the tree, as is To
	To   string // of a rename
	Args [2]int // flags and mode, bytes, mode, uid and gid, or the mode and length of a fallocate
}

// record runs a program under strace, and gives what it changed below a tree.
func record(tree string, words ...string) ([]operation, error) {
	dir, err := os.MkdirTemp("", "measure-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	name := filepath.Join(dir, "log")
	// Numbers instead of names of flags, and no data; one processor keeps most calls whole.
	cmd := exec.Command("strace", append([]string{"-f", "-y", "-s", "0", "-X", "raw", "-E", "GOMAXPROCS=1", "-e", "trace=" + traced, "-e", "signal=none", "-o", name}, words...)...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("cannot record %s: %w\n%s", strings.Join(words, " "), err, out)
	}
	log, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	return parseLog(string(log), tree)
}

var (
	whole      = regexp.MustCompile(`^\d+ +(\w+)\((.*)\) += (.*)$`)
	unfinished = regexp.MustCompile(`^(\d+) +(\w+\(.*) <unfinished \.\.\.>$`)
	resumed    = regexp.MustCompile(`^(\d+) +<\.\.\. \w+ resumed>(.*)$`)
	descriptor = regexp.MustCompile(`^(?:-?\d+|AT_FDCWD|0x[0-9a-f]+)<(.*)>$`)
)

// parseLog reads strace's log. A call counts where it ended, which is where a
// later one can build on it.
func parseLog(log, tree string) ([]operation, error) {
	var operations []operation
	begun := map[string]string{} // by thread
	for line := range strings.SplitSeq(log, "\n") {
		if m := unfinished.FindStringSubmatch(line); m != nil {
			begun[m[1]] = m[2]
			continue
		}
		if m := resumed.FindStringSubmatch(line); m != nil {
			line = m[1] + " " + begun[m[1]] + m[2]
		}
		m := whole.FindStringSubmatch(line)
		if m == nil || strings.HasPrefix(m[3], "-1") {
			continue // the end of a thread, or a call that did nothing
		}
		o, ours, err := parseCall(m[1], strings.Split(m[2], ", "), m[3], tree)
		if err != nil {
			return nil, fmt.Errorf("%w: %s", err, line)
		}
		if ours {
			operations = append(operations, o)
		}
	}
	return operations, nil
}

// parseCall reads one call; ours is false for one that changes nothing below
// the tree.
func parseCall(name string, args []string, result, tree string) (o operation, ours bool, err error) {
	at := func(i int) string { // the path that arguments i and i+1 are: a directory and a name
		base := strings.Trim(args[i+1], `"`)
		if m := descriptor.FindStringSubmatch(args[i]); m != nil && !filepath.IsAbs(base) {
			return filepath.Join(m[1], base)
		}
		return base
	}
	o.Call = name
	var path string
	var numbers []string
	switch name {
	case "openat":
		path, numbers = at(0), args[2:]
	case "mkdirat":
		path, numbers = at(0), args[2:]
	case "unlinkat":
		path, numbers = at(0), args[2:]
	case "renameat", "renameat2":
		o.Call, path = "rename", at(0)
		if o.To, ours = below(at(2), tree); !ours {
			return operation{}, false, nil
		}
	case "fsync", "fdatasync", "syncfs", "write", "fchmod", "fchown", "ftruncate", "fallocate":
		m := descriptor.FindStringSubmatch(args[0])
		if m == nil {
			return operation{}, false, fmt.Errorf("no path of a descriptor")
		}
		path, numbers = m[1], args[1:]
		switch name {
		case "write":
			numbers = []string{result}
		case "fallocate":
			numbers = []string{args[1], args[3]}
		}
	default:
		return operation{}, false, fmt.Errorf("cannot replay the call %s", name)
	}
	for i, text := range numbers {
		n, err := strconv.ParseInt(text, 0, 64)
		if err != nil {
			return operation{}, false, fmt.Errorf("%q is not a number", text)
		}
		o.Args[i] = int(n)
	}
	o.Path, ours = below(path, tree)
	reads := name == "openat" && o.Args[0]&(syscall.O_CREAT|syscall.O_TRUNC|syscall.O_WRONLY|syscall.O_RDWR) == 0
	return o, ours && !reads, nil
}

// below gives a path relative to the tree that it is in.
func below(path, tree string) (rel string, is bool) {
	if path == tree {
		return ".", true
	}
	return strings.CutPrefix(path, tree+"/")
}
