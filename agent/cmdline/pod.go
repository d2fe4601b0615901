// Package cmdline says what a component of Kubernetes is started with: which
// container of a manifest it is, the words of its command line with the place
// where each is written, and what the component makes of them: the value of a
// flag by the flag's type, whether it stands in command, in args, in a shell's
// string or in a variable of the environment.
//
// There is one model for all who ask, judge and edit. It is pure: it reads no
// file, and where it cannot know what a component will be started with it says
// so and why.
package cmdline

import (
	"path"
	"strconv"

	"gopkg.in/yaml.v3"

	"harden/agent/message"
)

// Names are the parts of a control plane, etcd included.
var Names = []string{"etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"}

// Pod is what matters of a static pod's manifest.
type Pod struct {
	Name, Namespace string
	UID             string // that the manifest itself gives it, mostly none
	HostNetwork     bool
	Containers      []Container
	volumes         map[string]string // name → directory or file of the host
	User            Account           // of all containers that do not say otherwise
}

// Account is the user and group that a container is told to run as; -1 where it
// is not told, and the image decides.
type Account struct{ UID, GID int64 }

// Container is one container of a pod.
type Container struct {
	Index         int // in spec.containers
	Name, Image   string
	Command, Args []Word
	Variables     []Variable
	// Imported says that variables come from elsewhere too (envFrom).
	Imported bool
	Mounts   []Mount
	Probes   []Probe
	User     Account
	// HostNetwork tells that the pod has the node's network, and none of its own.
	HostNetwork bool
}

// Mount is a directory or file of the host that a container sees.
type Mount struct {
	Host, Container string
	ReadOnly        bool
}

// Probe is how the kubelet asks whether a container is well.
type Probe struct {
	Kind   string // "livenessProbe", "readinessProbe" or "startupProbe"
	Way    string // "httpGet", "tcpSocket" or "exec"; one by gRPC asks the pod's own address and is left out
	Scheme string // "HTTPS", "HTTP"
	Host   string // "" is the pod's own address
	Port   string
	Path   string
	Words  []string // of a program that is run in the container
}

// Variable is a variable of a container's environment.
type Variable struct {
	Name string
	Word
	// From says where a value comes from that is not in the manifest, such as
	// "secretKeyRef"; empty where the value is.
	From string
}

// ReadPod reads a manifest's tree. It fails where the tree is not a Pod, and
// where something that decides is not what a Pod has there.
func ReadPod(root *yaml.Node) (*Pod, error) {
	r := reader{}
	pod := &Pod{Name: r.text(root, "metadata", "name"), Namespace: r.text(root, "metadata", "namespace"), UID: r.text(root, "metadata", "uid")}
	if kind := r.text(root, "kind"); kind != "Pod" && r.err == nil {
		return nil, message.Errorf("its kind is %q, not Pod", kind)
	}
	spec := r.child(root, "spec")
	pod.HostNetwork = r.truth(spec, "hostNetwork")
	pod.User = r.account(spec, Account{-1, -1})
	pod.volumes = r.hostPaths(spec)
	for i, n := range r.items(spec, "containers") {
		pod.Containers = append(pod.Containers, r.container(i, n, pod))
	}
	if r.err != nil {
		return nil, r.err
	}
	return pod, nil
}

// Find gives the container of a component: the one that starts its program,
// else the one that has its name. It is nil where the pod has none, or where
// two could be it.
func (p *Pod) Find(name string) *Container {
	var found *Container
	for i := range p.Containers {
		if !p.Containers[i].starts(name) {
			continue
		}
		if found != nil {
			return nil
		}
		found = &p.Containers[i]
	}
	if found != nil {
		return found
	}
	for i := range p.Containers {
		if p.Containers[i].Name == name {
			return &p.Containers[i]
		}
	}
	return nil
}

// starts tells whether a container's command line starts a component.
func (c *Container) starts(name string) bool { return c.commandLine(name).Program != "" }

// HostPath is where a path of the container lies on the host. It is false for
// what only the container sees.
func (c *Container) HostPath(file string) (string, bool) {
	best, length := "", -1
	for _, m := range c.Mounts {
		if inside(file, m.Container) && len(m.Container) > length {
			length = len(m.Container)
			best = path.Join(m.Host, file[len(m.Container):])
			if m.Host == "" { // of the container alone
				best = ""
			}
		}
	}
	return best, best != ""
}

// inside tells whether a path is a directory, or lies below it.
func inside(file, dir string) bool {
	return file == dir || dir == "/" || len(file) > len(dir) && file[:len(dir)] == dir && file[len(dir)] == '/'
}

// reader walks a tree and keeps the first thing that is not as it must be.
type reader struct{ err error }

func (r *reader) fail(n *yaml.Node, format string, args ...any) {
	if r.err == nil {
		r.err = message.Errorf("line %d: %s", n.Line, message.New(format, args...))
	}
}

// child gives the value of a key, nil where there is none.
func (r *reader) child(n *yaml.Node, key string) *yaml.Node {
	n = resolved(n)
	if n == nil || isNull(n) {
		return nil
	}
	if n.Kind != yaml.MappingNode {
		r.fail(n, "a mapping must stand here")
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k := resolved(n.Content[i])
		if k.Kind == yaml.ScalarNode && k.Tag == "!!merge" {
			r.fail(k, "merged mappings (<<) are not followed")
		}
		if k.Value == key {
			return resolved(n.Content[i+1])
		}
	}
	return nil
}

// text gives the text at the end of keys, "" where there is none.
func (r *reader) text(n *yaml.Node, keys ...string) string {
	for _, key := range keys {
		n = r.child(n, key)
	}
	if n == nil || isNull(n) {
		return ""
	}
	if n.Kind != yaml.ScalarNode {
		r.fail(n, "%s must be a text", keys[len(keys)-1])
		return ""
	}
	return n.Value
}

func (r *reader) items(n *yaml.Node, key string) []*yaml.Node {
	list := r.child(n, key)
	if list == nil || isNull(list) {
		return nil
	}
	if list.Kind != yaml.SequenceNode {
		r.fail(list, "%s must be a list", key)
		return nil
	}
	return list.Content
}

func (r *reader) number(n *yaml.Node, key string, otherwise int64) int64 {
	text := r.text(n, key)
	if text == "" {
		return otherwise
	}
	number, err := strconv.ParseInt(text, 0, 64) // YAML writes numbers as Go does
	if err != nil {
		r.fail(n, "%s must be a number", key)
		return otherwise
	}
	return number
}

// truth gives a bool as the kubelet reads it, by the types of YAML 1.1: a plain
// yes or on is true. It is false where there is none.
func (r *reader) truth(n *yaml.Node, key string) bool {
	text := r.text(n, key)
	if value := r.child(n, key); value != nil && value.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		r.fail(value, "%s must be true or false", key) // a quoted one is a text
		return false
	}
	switch text {
	case "true", "True", "TRUE", "y", "Y", "yes", "Yes", "YES", "on", "On", "ON":
		return true
	case "", "~", "null", "Null", "NULL", "false", "False", "FALSE", "n", "N", "no", "No", "NO", "off", "Off", "OFF":
		return false
	}
	r.fail(n, "%s must be true or false", key)
	return false
}

func (r *reader) account(n *yaml.Node, otherwise Account) Account {
	context := r.child(n, "securityContext")
	return Account{r.number(context, "runAsUser", otherwise.UID), r.number(context, "runAsGroup", otherwise.GID)}
}

func (r *reader) hostPaths(spec *yaml.Node) map[string]string {
	paths := map[string]string{}
	for _, n := range r.items(spec, "volumes") {
		paths[r.text(n, "name")] = r.text(n, "hostPath", "path")
	}
	return paths
}

func (r *reader) container(index int, n *yaml.Node, pod *Pod) Container {
	c := Container{Index: index, Name: r.text(n, "name"), Image: r.text(n, "image"), User: r.account(n, pod.User), HostNetwork: pod.HostNetwork}
	c.Command, c.Args = r.words(n, "command"), r.words(n, "args")
	for i, v := range r.items(n, "env") {
		c.Variables = append(c.Variables, r.variable(i, v))
	}
	c.Imported = len(r.items(n, "envFrom")) > 0
	for _, m := range r.items(n, "volumeMounts") {
		c.Mounts = append(c.Mounts, r.mount(m, pod))
	}
	for _, kind := range []string{"livenessProbe", "readinessProbe", "startupProbe"} {
		c.Probes = append(c.Probes, r.probes(kind, r.child(n, kind))...)
	}
	return c
}

// probes gives the ways in which a probe asks; a valid one has one of them.
func (r *reader) probes(kind string, n *yaml.Node) (list []Probe) {
	for _, way := range []string{"httpGet", "tcpSocket", "exec"} {
		asks := r.child(n, way)
		if asks == nil {
			continue
		}
		p := Probe{Kind: kind, Way: way, Scheme: r.text(asks, "scheme"), Host: r.text(asks, "host"), Port: r.text(asks, "port"), Path: r.text(asks, "path")}
		for _, w := range r.words(asks, "command") {
			p.Words = append(p.Words, w.Text)
		}
		list = append(list, p)
	}
	return list
}

func (r *reader) mount(n *yaml.Node, pod *Pod) Mount {
	host := pod.volumes[r.text(n, "name")]
	sub := r.text(n, "subPath")
	if r.text(n, "subPathExpr") != "" {
		host = "" // it is made of variables
	}
	if host != "" {
		host = path.Join(path.Clean(host), sub)
	}
	return Mount{Host: host, Container: path.Clean(r.text(n, "mountPath")), ReadOnly: r.truth(n, "readOnly")}
}

func (r *reader) words(n *yaml.Node, list string) []Word {
	var words []Word
	for i, item := range r.items(n, list) {
		item = resolved(item)
		if item.Kind != yaml.ScalarNode || item.ShortTag() != "!!str" { // the API takes no number for a text
			r.fail(item, "%s must be a list of texts: put quotes around numbers and the like", list)
			return nil
		}
		words = append(words, Word{Text: item.Value, Place: Place{List: list, Index: i, Line: item.Line}})
	}
	return words
}

func (r *reader) variable(index int, n *yaml.Node) Variable {
	v := Variable{Name: r.text(n, "name"), Word: Word{Text: r.text(n, "value"), Place: Place{List: "env", Index: index, Line: n.Line}}}
	if from := r.child(n, "valueFrom"); from != nil && len(from.Content) > 0 {
		v.From = from.Content[0].Value
		v.Unknown = message.New("the value of the variable %s comes from a %s, and the manifest does not contain it", v.Name, v.From)
	}
	return v
}

// resolved follows an alias to what it stands for.
func resolved(n *yaml.Node) *yaml.Node {
	for n != nil && n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if n != nil && n.Kind == yaml.DocumentNode && len(n.Content) > 0 {
		return n.Content[0]
	}
	return n
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }
