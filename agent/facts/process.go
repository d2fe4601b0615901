package facts

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
)

// process is a running program of a known name.
type process struct {
	name  string // base name of the program, as in "kubelet"
	pid   int
	ppid  int
	uid   int // effective
	gid   int // effective
	depth int // of its PID namespace below that of procDir; 1 is the same one
	argv  []string
	// service tells that it runs in system.slice: no ordinary user gets there.
	// It is read where it decides: for a process of the host that is not root's.
	service bool
}

// commLength is how much of a program's name the kernel keeps in comm.
const commLength = 15 // bytes, TASK_COMM_LEN - 1

// readProcesses finds the running programs with the given names, in the order
// of their PIDs. One that ends meanwhile is left out.
func readProcesses(procDir string, names []string) ([]process, error) {
	dir, err := os.Open(procDir)
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	entries, err := dir.Readdirnames(-1)
	if err != nil {
		return nil, err
	}
	isComm := func(comm []byte) bool {
		return slices.ContainsFunc(names, func(name string) bool { return string(comm) == name[:min(len(name), commLength)] })
	}
	files := procFiles{dir: int(dir.Fd()), buffer: make([]byte, 4096)}
	var found []process
	for _, entry := range entries {
		if entry[0] < '0' || entry[0] > '9' {
			continue // most that is not a process
		}
		pid, err := strconv.Atoi(entry)
		if err != nil || !isComm(files.comm(entry)) {
			continue
		}
		if p, ok := files.process(entry, pid); ok && slices.Contains(names, p.name) {
			found = append(found, p)
		}
	}
	slices.SortFunc(found, func(a, b process) int { return a.pid - b.pid })
	return found, nil
}

// hidesProcesses tells whether /proc is mounted with hidepid.
func hidesProcesses(procDir string) bool {
	_, err := os.Stat(filepath.Join(procDir, "1"))
	return err != nil
}

// hostKubelet picks the kubelet of this node. A kubelet in a PID namespace of
// its own belongs to a cluster inside a container, such as kind's; one that is
// not root's is some user's program of that name.
func hostKubelet(processes []process) (process, bool) {
	var best process
	for _, p := range processes {
		if p.name != "kubelet" || p.depth != 1 || p.uid != 0 {
			continue
		}
		if best.pid == 0 || (p.ppid == 1 && best.ppid != 1) {
			best = p
		}
	}
	return best, best.pid != 0
}

// componentProcess picks the process of a control-plane component. Where there
// is a manifest, it is the one that runs what the manifest says, or the oldest
// in a pod. Without one, only a process of the host counts: an API server in a
// pod may be the control plane of another, hosted cluster. Except with rke,
// whose components are containers without manifests.
func componentProcess(processes []process, name string, manifest *Component, platform string) (process, bool) {
	var candidates []process
	for _, p := range processes {
		trusted := p.uid == 0 || p.service
		pods := manifest != nil || platform == RKE
		if p.name == name && (p.depth == 1 && trusted || p.depth == 2 && pods) {
			candidates = append(candidates, p)
		}
	}
	if len(candidates) == 0 {
		return process{}, false
	}
	if manifest != nil {
		if i := slices.IndexFunc(candidates, func(p process) bool { return slices.Equal(p.argv, manifest.ManifestArgv) }); i >= 0 {
			return candidates[i], true
		}
	}
	slices.SortStableFunc(candidates, func(a, b process) int { return a.depth - b.depth })
	return candidates[0], true
}

// workingDir is where a process resolves relative paths; systemd's default "/"
// where that may not be read.
func workingDir(procDir string, pid int) string {
	dir, err := os.Readlink(fmt.Sprintf("%s/%d/cwd", procDir, pid))
	if err != nil || !path.IsAbs(dir) {
		return "/"
	}
	return dir
}
