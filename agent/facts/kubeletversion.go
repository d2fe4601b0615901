package facts

import (
	"bytes"
	"fmt"
	"os"
	"path"
	"runtime/debug"
	"strings"
	"syscall"

	"harden/agent/executable"
)

// kubeletVersion finds the kubelet's version without running it: in what the
// Go linker wrote into the program, else in the package database, which knows
// only what the package put at /usr/bin/kubelet.
func (c *collector) kubeletVersion(k *Kubelet) (Version, string) {
	program := "/usr/bin/kubelet"
	if len(k.UnitArgv) > 0 && path.IsAbs(k.UnitArgv[0]) {
		program = path.Clean(k.UnitArgv[0])
	}
	if r := c.facts.Rancher; r != nil { // K3s has the kubelet within itself
		program = map[string]string{RKE2: r.DataDir + "/bin/kubelet", K3s: "/usr/local/bin/k3s"}[c.facts.Platform]
	}
	if v := buildVersion(c.openProgram(program)); !v.IsZero() {
		return v, "build information of " + program
	}
	if v := c.dpkgVersion("kubelet"); program == "/usr/bin/kubelet" && !v.IsZero() {
		return v, "package kubelet in " + dpkgStatus
	}
	if k.Running {
		// The link also leads to a program below a link, or in a container.
		exe := fmt.Sprintf("%s/%d/exe", c.system.Proc, k.PID)
		if v := buildVersion(os.Open(exe)); !v.IsZero() {
			return v, "build information of " + exe
		}
	}
	return Version{}, ""
}

// openProgram opens a program of the tree. os.Root follows links that stay
// below the tree (there is nothing to change here), and leaves the others.
func (c *collector) openProgram(program string) (*os.File, error) {
	root, err := os.OpenRoot(c.Path())
	if err != nil {
		return nil, err
	}
	defer root.Close()
	// Without O_NONBLOCK, opening a FIFO waits for ever.
	return root.OpenFile(strings.TrimPrefix(program, "/"), os.O_RDONLY|syscall.O_NONBLOCK, 0)
}

// buildVersion reads the version of a Kubernetes program, zero if it cannot be
// told. A program that is missing or unreadable is not an error: there are other
// ways to know.
func buildVersion(f *os.File, err error) Version {
	if err != nil {
		return Version{}
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return Version{}
	}
	program, err := executable.Open(f)
	if err != nil {
		return Version{}
	}
	info, err := program.BuildInfo()
	if err != nil {
		return Version{}
	}
	return kubernetesBuild(info)
}

// gitVersion is what Kubernetes sets its version with, by -X on the linker's
// command line; the module's own version is "(devel)" in its release builds.
const gitVersion = "component-base/version.gitVersion="

func kubernetesBuild(info *debug.BuildInfo) Version {
	for _, s := range info.Settings {
		if s.Key != "-ldflags" {
			continue
		}
		_, rest, _ := strings.Cut(s.Value, gitVersion)
		if end := strings.IndexAny(rest, " \t\r\n\f"); end >= 0 {
			rest = rest[:end]
		}
		if v, err := ParseVersion(strings.TrimRight(rest, `'"`)); err == nil {
			return v
		}
	}
	if info.Main.Path == "k8s.io/kubernetes" {
		if v, err := ParseVersion(info.Main.Version); err == nil && v.Major > 0 {
			return v
		}
	}
	return Version{}
}

const (
	dpkgStatus      = "/var/lib/dpkg/status"
	dpkgStatusLimit = 64 << 20 // bytes; a big desktop has 10 MB
)

// dpkgVersion is the upstream version of an installed Debian package, zero if
// it is not installed (a removed package keeps its entry).
func (c *collector) dpkgVersion(name string) Version {
	data, err := c.ReadFile(dpkgStatus, dpkgStatusLimit)
	if err != nil {
		return Version{} // not a Debian system
	}
	first := []byte("Package: " + name + "\n")
	entry, found := bytes.CutPrefix(data, first)
	if !found {
		if _, entry, found = bytes.Cut(data, append([]byte("\n"), first...)); !found {
			return Version{}
		}
	}
	entry, _, _ = bytes.Cut(entry, []byte("\n\n"))
	var version string
	for line := range strings.Lines(string(entry)) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		if key == "Status" && !strings.HasSuffix(value, " installed") {
			return Version{}
		}
		if key == "Version" {
			version = value
		}
	}
	if _, upstream, epoch := strings.Cut(version, ":"); epoch {
		version = upstream
	}
	v, err := ParseVersion(version)
	if err != nil {
		return Version{}
	}
	return v
}
