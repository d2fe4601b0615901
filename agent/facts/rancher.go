package facts

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"harden/agent/cmdline"
	"harden/agent/message"
)

// Rancher is how RKE2 or K3s is configured: the values of its configuration
// file, then of the drop-ins beside it by their names, then of the environment,
// then of the command line of its unit. The last one of a key wins; "key+" in a
// file appends to a list; environment and command line replace a list as a whole
// (k3s pkg/configfilearg; docs.rke2.io, "Configuration Options").
type Rancher struct {
	Server    bool
	Unit      string // "rke2-server.service", "k3s-agent.service"; "" where there is none
	UnitFiles []string
	UMask     string   // of the unit, "" where it says none
	Config    string   // the configuration file, whether it is there or not
	Files     []string // the configuration file and its drop-ins that are there
	DataDir   string
	// Unknown is why it is not known how it is configured, nil where it is.
	Unknown error

	values map[string][]Given // what holds, by key
	fixed  map[string]Given   // what replaces a key behind harden's own drop-in
}

// Given is one value, and where it is written.
type Given struct {
	Value, Path string
	Line        int
}

// ownDropIn is the name of the drop-in that harden writes.
const ownDropIn = "90-harden.yaml"

// DropIn is the drop-in that harden writes.
func (r *Rancher) DropIn() string { return path.Join(r.Config+".d", ownDropIn) }

// generated are the kubelet's drop-ins that RKE2 and K3s write by themselves.
var generated = []string{"00-rke2-defaults.conf", "00-k3s-defaults.conf", "10-cli-config.conf"}

// Generates tells whether a file of the kubelet is written anew at each start of
// RKE2 or K3s. It is newer than the unit's process, and older than the kubelet.
func (r *Rancher) Generates(file string) bool {
	return r != nil && slices.Contains(generated, path.Base(file))
}

// List gives the values of a key that hold, in order.
func (r *Rancher) List(key string) []Given { return r.values[key] }

// Value is the value of a key that holds, the zero Given where it is not set.
func (r *Rancher) Value(key string) Given {
	all := r.values[key]
	if len(all) == 0 {
		return Given{}
	}
	return all[len(all)-1]
}

// Replaced gives what takes the place of all that harden's drop-in says of a key:
// a later drop-in, the environment or the command line.
func (r *Rancher) Replaced(key string) (by Given, is bool) {
	by, is = r.fixed[key]
	return by, is
}

// Last is the last value of a list that sets a flag, without dashes.
func (r *Rancher) Last(list, flag string) (given Given, is bool) {
	for _, g := range slices.Backward(r.values[list]) {
		if name, _, _ := ArgOf(g.Value); name == flag {
			return g, true
		}
	}
	return Given{}, false
}

// ArgOf takes an argument of a list apart: NAME=VALUE, with dashes or without;
// without a value it is "true". Behind a "+" or "-" at the end of the name the
// value is added to the one that the component would have (k3s pkg/util, GetArgs).
func ArgOf(argument string) (name, value string, adds bool) {
	name, value, is := strings.Cut(strings.TrimPrefix(argument, "--"), "=")
	if !is {
		value = "true"
	}
	plain := strings.TrimRight(name, "+-")
	return strings.TrimSpace(plain), value, plain != name
}

// ArgList is the key of the arguments of a component.
func ArgList(component string) string { return component + "-arg" }

// line is what a component is started with next: the words of now, but for those
// that the list of its arguments replaces, and the list.
func (r *Rancher) line(name string, words []string) *cmdline.CommandLine {
	args := r.List(ArgList(name))
	argv := []string{name}
	for i, word := range words {
		flag, _, _ := ArgOf(word)
		replaced := slices.ContainsFunc(args, func(g Given) bool { own, _, adds := ArgOf(g.Value); return own == flag && !adds })
		if i > 0 && !replaced {
			argv = append(argv, word)
		}
	}
	for _, g := range args {
		flag, value, adds := ArgOf(g.Value)
		if word := "--" + flag + "=" + value; !adds || !slices.Contains(argv, word) {
			argv = append(argv, word)
		}
	}
	return cmdline.FromArgv(name, argv)
}

// KubeletUnit is the unit that starts the kubelet of this node.
func (f *Facts) KubeletUnit() string {
	if f.Rancher != nil {
		return f.Rancher.Unit
	}
	return KubeletUnit
}

// rancher reads how RKE2 or K3s is configured; nil on other platforms.
func (c *collector) rancher() *Rancher {
	p := c.facts.Platform
	if p != RKE2 && p != K3s {
		return nil
	}
	r := &Rancher{Server: true, Config: "/etc/rancher/" + p + "/config.yaml", values: map[string][]Given{}, fixed: map[string]Given{}}
	u := c.rancherUnit(r)
	var environment map[string]variable
	var words []word
	if u != nil {
		r.UnitFiles, r.UMask, r.Unknown = u.files, u.last("UMask"), u.unknown
		var err error
		words, environment, _, err = c.commandIn(u)
		r.Unknown = cmp.Or(r.Unknown, err)
	}
	line := argumentsOf(words, p)
	if u != nil && line == nil {
		r.Unknown = cmp.Or(r.Unknown, message.Errorf("%s does not start %s itself", r.Unit, p))
	}
	prefix := strings.ToUpper(p) + "_"
	r.Config = cmp.Or(environment[prefix+"CONFIG_FILE"].value, lastOf(line, "config", "c"), r.Config)
	c.configChain(r)
	for name, v := range environment {
		key, is := strings.CutPrefix(name, prefix)
		if key = strings.ReplaceAll(strings.ToLower(key), "_", "-"); is && v.value != "" {
			key = strings.Replace(key, "cis-profile", "profile", 1)
			r.replace(key, Given{v.value, v.path, v.line})
		}
	}
	replaced := map[string]bool{}
	for _, a := range line {
		if !replaced[a.key] {
			delete(r.values, a.key)
		}
		replaced[a.key] = true
		r.values[a.key] = append(r.values[a.key], a.Given)
		r.fixed[a.key] = a.Given
	}
	r.DataDir = path.Clean("/" + cmp.Or(r.Value("data-dir").Value, r.Value("d").Value, "/var/lib/rancher/"+p))
	return r
}

func (r *Rancher) replace(key string, g Given) { r.values[key], r.fixed[key] = []Given{g}, g }

// rancherUnit finds the unit of this node: packages bring that of a server and
// that of an agent, and the one that is enabled, or whose directory is there, is it.
func (c *collector) rancherUnit(r *Rancher) *unit {
	p := c.facts.Platform
	server, agent := "rke2-server.service", "rke2-agent.service"
	if p == K3s {
		server, agent = "k3s.service", "k3s-agent.service"
	}
	enabled := func(name string) bool {
		target, err := c.Link("/etc/systemd/system/multi-user.target.wants/" + name)
		return err == nil && target != ""
	}
	units := map[string]*unit{server: c.unit(server), agent: c.unit(agent)}
	r.Unit = server
	switch {
	case units[server] == nil && units[agent] != nil:
		r.Unit = agent
	case enabled(server) || units[agent] == nil && units[server] != nil:
	case enabled(agent), !c.has("/var/lib/rancher/" + p + "/server"):
		r.Unit = agent
	}
	r.Server = r.Unit == server
	return units[r.Unit]
}

// argument is one of the command line of a unit.
type argument struct {
	key string
	Given
}

// argumentsOf gives those behind "rke2 server"; nil where the words do not start it.
func argumentsOf(words []word, program string) []argument {
	at := slices.IndexFunc(words, func(w word) bool { return path.Base(w.text) == program })
	if at < 0 || at+1 >= len(words) {
		return nil
	}
	found := []argument{}
	for i := at + 2; i < len(words); i++ {
		name := strings.TrimLeft(words[i].text, "-")
		if name == words[i].text {
			continue
		}
		key, value, given := strings.Cut(name, "=")
		if !given {
			value = "true"
			if i+1 < len(words) && !strings.HasPrefix(words[i+1].text, "-") {
				i++
				value = words[i].text
			}
		}
		found = append(found, argument{key, Given{value, words[i].path, words[i].line}})
	}
	return found
}

// lastOf is the last value of an argument that has several names.
func lastOf(line []argument, names ...string) string {
	value := ""
	for _, a := range line {
		if slices.Contains(names, a.key) {
			value = a.Value
		}
	}
	return value
}

// configChain reads the configuration file and its drop-ins.
func (c *collector) configChain(r *Rancher) {
	files := []string{r.Config}
	for _, name := range c.names(r.Config + ".d") {
		if end := strings.ToLower(path.Ext(name)); end == ".yaml" || end == ".yml" {
			files = append(files, path.Join(r.Config+".d", name))
		}
	}
	for _, file := range files {
		data, exists, err := c.readOr(file)
		r.Unknown = cmp.Or(r.Unknown, err)
		if !exists {
			continue
		}
		r.Files = append(r.Files, file)
		if err != nil {
			continue
		}
		root, err := c.texts.Tree(data)
		if err != nil {
			root, err = looseTree(data)
		}
		if err == nil {
			err = r.take(file, root)
		}
		if err != nil {
			c.note("cannot parse %s: %v", file, err)
			r.Unknown = cmp.Or(r.Unknown, message.Errorf("cannot parse %s: %w", file, err))
		}
	}
}

// take lays a file over those before it. Merged keys are an error: K3s' decoder loses
// them (yaml.v2, mappingSlice), and another would not.
func (r *Rancher) take(file string, root *yaml.Node) error {
	if root.Kind == yaml.DocumentNode && len(root.Content) == 1 {
		root = root.Content[0]
	}
	if root.Kind != yaml.MappingNode {
		return nil
	}
	behind := path.Dir(file) == r.Config+".d" && path.Base(file) > ownDropIn
	for i := 0; i+1 < len(root.Content); i += 2 {
		if root.Content[i].Tag == "!!merge" {
			return message.Errorf("line %d: %s", root.Content[i].Line, message.New("merged mappings (<<) are not followed"))
		}
		key, appends := strings.CutSuffix(root.Content[i].Value, "+")
		var given []Given
		for _, n := range scalarsIn(root.Content[i+1]) {
			given = append(given, Given{n.Value, file, n.Line})
		}
		if appends {
			given = append(slices.Clone(r.values[key]), given...)
		} else if behind {
			r.fixed[key] = Given{Path: file, Line: root.Content[i].Line}
		}
		r.values[key] = given
	}
	return nil
}

// scalarsIn gives the items of a list, or what stands in its place.
func scalarsIn(n *yaml.Node) []*yaml.Node {
	n = withoutAlias(n)
	if n.Kind != yaml.SequenceNode {
		return []*yaml.Node{n}
	}
	items := make([]*yaml.Node, len(n.Content))
	for i := range items {
		items[i] = withoutAlias(n.Content[i])
	}
	return items
}

// withoutAlias is what an alias stands for, which is no alias itself.
func withoutAlias(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

// configured lays the arguments of the configuration over what a generated
// manifest says: the next start of RKE2 writes the manifest anew.
func (c *collector) configured(component *Component) {
	r := c.facts.Rancher
	if r == nil || component.Line == nil || !component.Line.Unknown.IsZero() {
		return
	}
	words := component.Line.Argv()
	if file, given := component.File("config-file"); given && component.Name == "etcd" {
		flags, err := c.etcdFlags(file)
		if err != nil {
			component.Unreadable = cmp.Or(component.Unreadable, err)
			return
		}
		words = append([]string{component.Name}, flags...)
	}
	component.Line = r.line(component.Name, words)
}

// etcdFlags gives the generated configuration file of etcd as flags. It lies in
// etcd's own directory: etcd itself can write it, and is the only one who reads it.
func (c *collector) etcdFlags(file string) (flags []string, err error) {
	data, err := c.ReadFile(file, configLimit)
	if err != nil {
		return nil, message.Errorf("cannot read %s: %w", file, err)
	}
	root, err := looseTree(data)
	if err != nil {
		return nil, message.Errorf("cannot parse %s: %w", file, err)
	}
	prefixes := map[string]string{"client-transport-security": "", "peer-transport-security": "peer-"}
	var add func(n *yaml.Node, prefix string)
	add = func(n *yaml.Node, prefix string) {
		for i := 0; i+1 < len(n.Content) && n.Kind == yaml.MappingNode; i += 2 {
			key, value := n.Content[i].Value, n.Content[i+1]
			if more, is := prefixes[key]; is && prefix == "" {
				add(value, more)
			} else if value.Kind == yaml.ScalarNode {
				flags = append(flags, "--"+prefix+key+"="+value.Value)
			}
		}
	}
	for _, n := range root.Content {
		add(n, "")
	}
	return flags, nil
}

// k3sStarts is what K3s starts its components with where the configuration says
// nothing else; "@" is its directory (rancher/security-scan, k3s-cis-1.12; K3s'
// self-assessments). What is not listed is not given.
var k3sStarts = map[string]string{
	"kube-apiserver": "--anonymous-auth=false --authorization-mode=Node,RBAC --bind-address=127.0.0.1 --client-ca-file=@/server/tls/client-ca.crt" +
		" --enable-admission-plugins=NodeRestriction --kubelet-certificate-authority=@/server/tls/server-ca.crt" +
		" --kubelet-client-certificate=@/server/tls/client-kube-apiserver.crt --kubelet-client-key=@/server/tls/client-kube-apiserver.key" +
		" --profiling=false --secure-port=6444 --service-account-key-file=@/server/tls/service.key" +
		" --tls-cert-file=@/server/tls/serving-kube-apiserver.crt --tls-private-key-file=@/server/tls/serving-kube-apiserver.key" +
		" --tls-cipher-suites=TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305,TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305",
	"kube-controller-manager": "--bind-address=127.0.0.1 --kubeconfig=@/server/cred/controller.kubeconfig --profiling=false --root-ca-file=@/server/tls/server-ca.crt" +
		" --service-account-private-key-file=@/server/tls/service.current.key --use-service-account-credentials=true",
	"kube-scheduler": "--bind-address=127.0.0.1 --kubeconfig=@/server/cred/scheduler.kubeconfig --profiling=false",
	"etcd":           "--config-file=@/server/db/etcd/config",
}

// ofEmbeddedEtcd is what the API server of K3s has where etcd is within it, and
// not SQLite or a database elsewhere.
const ofEmbeddedEtcd = " --etcd-cafile=@/server/tls/etcd/server-ca.crt --etcd-certfile=@/server/tls/etcd/client.crt --etcd-keyfile=@/server/tls/etcd/client.key"

// componentOfK3s is a part of K3s' one process; nil on agents.
func (c *collector) componentOfK3s(name string) *Component {
	r := c.facts.Rancher
	etcd := c.has(r.DataDir + "/server/db/etcd/config")
	if !r.Server || !c.has(r.DataDir+"/server") || name == "etcd" && !etcd {
		return nil
	}
	text := k3sStarts[name]
	if name == "kube-apiserver" && etcd {
		text += ofEmbeddedEtcd
	}
	if provider := r.DataDir + "/server/cred/encryption-config.json"; name == "kube-apiserver" && c.has(provider) {
		text += " --encryption-provider-config=" + provider
	}
	component := &Component{Name: name, Unreadable: r.Unknown}
	if name == "etcd" {
		component.Version = Version{3, 5, 0} // whose flags those of later ones are
	}
	component.Line = cmdline.FromArgv(name, append([]string{name}, strings.Fields(strings.ReplaceAll(text, "@", r.DataDir))...))
	if c.system != nil {
		p, err := within(func() (process, error) { return c.mainOfRancher(r) })
		p.argv = nil // its own says nothing of the component
		component.runs(p, err)
	}
	return component
}
