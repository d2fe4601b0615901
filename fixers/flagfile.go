package fixers

import (
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"harden/agent/change"
	"harden/agent/facts"
	"harden/agent/kube"
)

// fileFlags say which field of a component's configuration file takes a flag's
// place where the component is started with one.
var fileFlags = map[string]struct {
	file   string            // the flag that names the file
	look   ContentKind       // of the file
	fields map[string]string // flag → field
}{
	// --config of the scheduler takes the place of all flags that are options of
	// the scheduler itself (cmd/kube-scheduler/app/options, ApplyDeprecated).
	"kube-scheduler": {"--config", SchedulerConfig, map[string]string{"--profiling": "enableProfiling", "--contention-profiling": "enableContentionProfiling"}},
	// --config-file of etcd takes the place of all its flags and variables
	// (server/etcdmain/config.go; the fields are those of server/embed.Config).
	"etcd": {"--config-file", AnyContent, map[string]string{
		"--data-dir": "data-dir", "--wal-dir": "wal-dir", "--cipher-suites": "cipher-suites", "--tls-min-version": "tls-min-version",
		"--listen-client-urls": "listen-client-urls", "--listen-peer-urls": "listen-peer-urls", "--max-wals": "max-wals",
		"--cert-file": "client-transport-security.cert-file", "--key-file": "client-transport-security.key-file",
		"--client-cert-auth": "client-transport-security.client-cert-auth", "--trusted-ca-file": "client-transport-security.trusted-ca-file",
		"--auto-tls":       "client-transport-security.auto-tls",
		"--peer-cert-file": "peer-transport-security.cert-file", "--peer-key-file": "peer-transport-security.key-file",
		"--peer-client-cert-auth": "peer-transport-security.client-cert-auth", "--peer-trusted-ca-file": "peer-transport-security.trusted-ca-file",
		"--peer-auto-tls": "peer-transport-security.auto-tls"}},
}

// inFile asks for a flag's setting in the configuration file that takes its
// place; elsewhere is false where no such file does.
func (f *ComponentFlag) inFile(rule string, n Node, c *facts.Component, name string) (req Requirement, elsewhere bool) {
	by, has := fileFlags[f.Component]
	if !has {
		return Requirement{}, false
	}
	file, given, cannot := fileBy(c, by.file)
	field, moved := by.fields[name]
	switch {
	case !given || f.Component != "etcd" && !moved:
		return Requirement{}, false
	case cannot != nil:
		return *cannot, true
	case !moved:
		return blocked("%s is started with %s=%s, and that file replaces %s; check that file", c.Name, by.file, file, name), true
	}
	if _, err := n.Files.Exists(file); errors.Is(err, fs.ErrNotExist) {
		return blocked("%s sets %s=%s, a file that does not exist on this node", c.Manifest, by.file, file), true
	}
	if req, plain := plainURLs(c, name, file, func(name string) string { return fileText(n, file, flagPlace(c, by.look, file, ""), name) }); plain {
		return req, true
	}
	want := change.Want{Rule: rule, Target: change.FileTarget(file), Field: change.Field("yaml:" + field), Op: f.Op, Value: f.inYAML(f.Value), Bound: f.inYAML(f.Bound),
		Default: f.inYAML(f.standard(name, c.Version.Minor)), Effects: []change.Effect{change.RollPod(f.Component)}}
	if field == "cipher-suites" {
		want.Compare = change.ByCipherSuite
	}
	req = Requirement{Wants: []change.Want{want}, Whole: true}
	req.expect(file, flagPlace(c, by.look, file, ""))
	return req, true
}

// says gives a text in a configuration file, "" where it says none; the wants about
// it tell why it cannot be read.
func fileText(n Node, file string, place Place, field string) string {
	data, err := n.read(file, place, maxKubeletFile)
	if err != nil {
		return ""
	}
	doc, err := n.Texts.Open("yaml", data)
	if err != nil {
		return ""
	}
	return text(doc, field)
}

// inYAML gives a flag's value as a YAML file holds it.
func (f *ComponentFlag) inYAML(value any) any {
	text, is := value.(string)
	if !is {
		return value
	}
	if kube.KindOf(f.Component, strings.TrimPrefix(f.Flag, "--")) == kube.Bool {
		if b, err := strconv.ParseBool(text); err == nil {
			return b
		}
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil && fmt.Sprint(n) == text {
		return n
	}
	return text
}
