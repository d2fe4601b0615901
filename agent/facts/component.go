package facts

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"harden/agent/cmdline"
	"harden/agent/message"
)

// ComponentNames are the parts of a control plane, etcd included.
var ComponentNames = []string{"etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"}

// Component is a part of the control plane on this node. It has many fields: the
// facts of its manifest, of its process, and of its files.
type Component struct {
	Name     string
	Manifest string // path of the static pod manifest, "" if there is none
	// Copies are further files in the directory of manifests that start the
	// component too: the kubelet runs every file there.
	Copies []string
	// Line is what the manifest starts it with, and Container the container there;
	// nil where there is no manifest, or where it was not understood.
	Line         *cmdline.CommandLine
	Container    *cmdline.Container
	ManifestArgv []string // of Line
	Unreadable   error    // why the manifest could not be read, parsed or believed; nil where it could
	Image        string   // in the manifest
	Version      Version  // by the image's tag; zero where the tag is not a version
	// StartArgv is what starts it where there is no manifest: the command line in
	// its unit, or with RKE in its container of Docker's.
	StartArgv []string
	// Running tells that a process is proven to be the component: it is in the
	// control group of the pod that the kubelet made from the manifest, or systemd
	// names it as that of the unit.
	Running bool
	PID     int
	Argv    []string // of the running process
	PodUID  string   // of the static pod that the process belongs to, "" if unknown
	// Unproven says why no process counts as the component; "" where one does, and
	// where the tree does not run.
	Unproven message.Text
	// UID and GID are those that it is to run as, by the manifest, the unit or the
	// container that starts it: 0 where that says nothing.
	UID, GID int
	// OwnerUnknown says why UID and GID are not known, "" where they are: the
	// proven process runs as somebody else.
	OwnerUnknown message.Text

	pod podIdentity
}

// podIdentity is by what the pod of a manifest is known on the node.
type podIdentity struct{ namespace, name, uid, container string }

// Flag is the value of a flag that the component is started with, "profiling"
// without dashes: by the manifest, which is what runs after the next change, or
// what starts it where there is no manifest. It is "", true for one whose value
// is not known: see Setting.
func (c *Component) Flag(name string) (value string, ok bool) {
	s := c.Setting(name)
	if !s.Unknown.IsZero() {
		return "", true
	}
	return s.Text, s.Given()
}

// Setting is Flag with all that is known of it.
func (c *Component) Setting(name string) cmdline.Setting { return c.line().Setting(name) }

// File is where the file lies on the host that a flag names: what a container
// sees of the host is followed back. Of a path that is not mounted only the path
// itself is known. A flag that is given empty names none, and is false; of one
// whose value is not known the name is "", true.
func (c *Component) File(name string) (file string, given bool) {
	s := c.Setting(name)
	switch {
	case !s.Unknown.IsZero():
		return "", true
	case s.Text == "":
		return "", false
	}
	return c.OnHost(s.Text), true
}

// OnHost is where a path that the component reads lies on the host.
func (c *Component) OnHost(file string) string {
	if c.Container != nil && path.IsAbs(file) {
		if host, mounted := c.Container.HostPath(file); mounted {
			return host
		}
	}
	return file
}

func (c *Component) line() *cmdline.CommandLine {
	if c.Line != nil {
		return c.Line
	}
	argv := c.ManifestArgv
	if len(argv) == 0 {
		argv = c.StartArgv
	}
	return cmdline.FromArgv(c.Name, argv)
}

// RunsAsStarted tells whether the process has the command line that starts it. It
// does not show what a variable of its environment says.
func (c *Component) RunsAsStarted() bool {
	if len(c.Argv) == 0 {
		return false
	}
	words := c.line().Argv()
	if len(c.ManifestArgv) > 0 { // Line is what it is started with next
		words = c.ManifestArgv
	}
	if c.line().Program == "" { // the image has the program
		words = append([]string{c.Argv[0]}, words...)
	}
	return slices.Equal(c.Argv, words)
}

func (c *collector) components() map[string]*Component {
	found := map[string]*Component{}
	var proofs sync.WaitGroup
	defer proofs.Wait()
	manifests := map[string]*Component{}
	if c.facts.Platform != K3s { // whose control plane is no static pod
		manifests = c.manifests()
	}
	for _, name := range ComponentNames {
		component := manifests[name]
		switch {
		case component == nil && c.facts.Platform == K3s:
			component = c.componentOfK3s(name)
		case component != nil && c.system != nil:
			proofs.Go(func() { c.provePod(component) })
		case component == nil && c.system != nil && c.facts.Platform == RKE:
			component = c.componentInDocker(name)
		case component == nil && c.system != nil:
			component = c.componentInService(name)
		}
		if component != nil {
			c.configured(component)
			found[name] = component
		}
	}
	return found
}

// provePod looks for the process of a component that the kubelet starts.
func (c *collector) provePod(component *Component) {
	if component.Unreadable != nil && !errors.Is(component.Unreadable, fs.ErrPermission) {
		component.Unproven = message.New("its manifest is not known: %v", component.Unreadable)
		return
	}
	p, err := within(func() (process, error) { return c.podProcess(component) })
	component.runs(p, err)
}

// runs notes what came of looking for the component's process.
func (c *Component) runs(p process, err error) {
	switch {
	case err != nil:
		c.Unproven = message.Of(err)
		return
	case p.pid == 0:
		c.Unproven = message.New("no process of this component was found")
		return
	}
	c.Running, c.PID, c.Argv, c.PodUID = true, p.pid, p.argv, p.pod
	if c.OwnerUnknown.IsZero() && c.Unreadable == nil && (p.uids[effective] != c.UID || p.gids[effective] != c.GID) {
		c.OwnerUnknown = message.New("process %d runs as %d:%d, but its configuration says %d:%d", p.pid, p.uids[effective], p.gids[effective], c.UID, c.GID)
	}
}

// effective is the place of the effective id among those of a process.
const effective = 1

// componentInService looks for a component that is a service of its own; nil
// where systemd does not say that it runs.
func (c *collector) componentInService(name string) *Component {
	u := c.unit(name + ".service")
	if u == nil || u.unknown != nil {
		return nil
	}
	words, _, err := c.command(u)
	if err != nil {
		return nil // it is noted
	}
	component := &Component{Name: name}
	for _, w := range words {
		component.StartArgv = append(component.StartArgv, w.text)
	}
	p, err := within(func() (process, error) {
		p, _, err := c.system.mainProcess(name+".service", expected{programs: []string{name}, user: true})
		return p, err
	})
	if err != nil {
		c.note("cannot tell whether %s runs: %v", name, err)
		return nil
	}
	if p.pid == 0 {
		return nil
	}
	component.UID, component.GID, err = c.userOf(u)
	if err != nil {
		component.OwnerUnknown = message.Of(err)
	}
	component.runs(p, nil)
	return component
}

// componentInDocker looks for a component of RKE's; nil where Docker does not
// say that it runs.
func (c *collector) componentInDocker(name string) *Component {
	d, err := c.container(name)
	if err != nil {
		c.note("cannot tell whether %s runs: %v", name, err)
		return nil
	}
	if d.ID == "" {
		return nil
	}
	component := &Component{Name: name, StartArgv: d.argv(name)}
	if component.UID, component.GID, err = d.user(); err != nil {
		component.OwnerUnknown = message.Of(err)
	}
	p, err := c.dockerProcess(d, name)
	component.runs(p, err)
	return component
}

// imageVersion reads the tag of an image: "registry:5000/etcd:3.6.4-0" is 3.6.4.
func imageVersion(image string) Version {
	image, _, _ = strings.Cut(image, "@")
	_, tag, _ := strings.Cut(path.Base(image), ":")
	v, err := ParseVersion(tag)
	if err != nil {
		return Version{}
	}
	return v
}
