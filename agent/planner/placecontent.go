package planner

import (
	"bytes"
	"encoding/pem"
	"errors"
	"io/fs"
	"path"
	"strings"

	"harden/agent/edit"
	"harden/agent/facts"
	"harden/agent/host"
	"harden/agent/message"
	"harden/agent/node"
	"harden/fixers"
)

// checkContent tells why what is held open does not look like what its place says, nil
// where it does. home says that it lies where Kubernetes keeps its files.
func (p *places) checkContent(held *host.Held, name string, place fixers.Place, home bool) error {
	info := held.Info()
	if place.Content == fixers.EtcdData {
		return etcdData(held, name, place)
	}
	if place.Content == fixers.AnyContent {
		return nil
	}
	if !info.Regular {
		return unlike(name, message.New("a regular file"), message.New("a %s", info.Kind))
	}
	if place.Content == fixers.UnitFile && home {
		return nil
	}
	if info.Size > node.MaxDocument {
		return &host.Refused{Path: name, Reason: message.New("it is far larger than any file of its kind")}
	}
	data, err := held.Data(node.MaxDocument)
	switch {
	case err != nil:
		return err
	case place.Content.IsDocument():
		return p.document(data, name, place.Content, home)
	case place.Content == fixers.EnvironmentFile:
		return environment(data, name)
	case place.Content == fixers.Certificates:
		return looksCertified(data, name, home)
	}
	return unlike(name, message.New("a unit file"), message.New("something else"))
}

// unlike is the verdict on a place that is not what it should be.
func unlike(name string, expected, found message.Text) error {
	return blocked("%s stays unchanged: %s was expected, but it is %s; correct the file or the setting that names it, or leave the rule out with --skip",
		name, expected, found)
}

// document holds a YAML text against a kind. Of a text that cannot be read the
// place is shown where it is one of Kubernetes' documents by its name; of
// another, which may be a key, nothing is.
func (p *places) document(data []byte, name string, look fixers.ContentKind, home bool) error {
	doc, err := p.node.Texts.Open("yaml", data)
	if err != nil && look.Is(facts.DocumentKind(data)) {
		return nil // what cannot be edited can have a mode and an owner all the same
	}
	expected := message.New("a document of kind %s", look)
	if ext := path.Ext(name); err != nil && home && (ext == ".yaml" || ext == ".yml" || ext == ".json") {
		return located(name, err)
	}
	if err != nil {
		return unlike(name, expected, message.New("none"))
	}
	apiVersion, kind := textAt(doc, "apiVersion"), textAt(doc, "kind")
	_, _, clusters, _ := doc.Get("clusters")
	switch {
	case look.Is(apiVersion, kind):
		return nil
	case look == fixers.Kubeconfig && kind == "" && apiVersion == "" && clusters:
		return nil // as people write them, and the kubelet takes them
	case kind == "" || !home:
		return unlike(name, expected, message.New("none"))
	}
	return unlike(name, expected, message.New("one of kind %q with apiVersion %q", kind, apiVersion))
}

// textAt gives a text in a document, "" where there is none.
func textAt(doc edit.Document, address string) string {
	value, _, _, _ := doc.Get(address)
	text, _ := value.(string)
	return text
}

// located writes where a text cannot be read the way compilers do,
// path:line:column.
func located(name string, err error) error {
	var s *edit.SyntaxError
	switch {
	case !errors.As(err, &s):
		return message.Errorf("%s: %w", name, err)
	case s.Column == 0:
		return message.Errorf("%s:%d: %s", name, s.Line, s.Message)
	}
	return message.Errorf("%s:%d:%d: %s", name, s.Line, s.Column, s.Message)
}

// etcdHome is where etcd keeps its data unless it is told otherwise: there a
// member directory is enough.
const etcdHome = "/var/lib/etcd"

// etcdData holds a directory against what etcd makes of its own: member/ with
// the snapshots and the log in it, each a directory and no link.
func etcdData(held *host.Held, name string, place fixers.Place) error {
	expected := message.New("a data directory of etcd, with member/snap and member/wal in it")
	if info := held.Info(); !info.Directory {
		return unlike(name, expected, message.New("a %s", info.Kind))
	}
	entries := []string{"member", "member/snap", "member/wal"}
	if name == etcdHome || place.Text == etcdHome { // there, or where a link of root's leads from there
		entries = entries[:1]
	}
	for _, entry := range entries {
		info, err := held.Inside(entry)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return unlike(name, expected, message.New("a directory without %s", entry))
		case err != nil:
			return err
		case !info.Directory:
			return unlike(name, expected, message.New("a directory whose %s is a %s", entry, info.Kind))
		case place.UID != nil && entry == "member" && info.UID != uint32(*place.UID):
			return blocked("etcd is configured to run as user %d, but its data in %s belongs to user %d, so its owner is not changed; set the right user in the securityContext of etcd's manifest",
				*place.UID, path.Join(name, entry), info.UID)
		}
	}
	return nil
}

// environment holds a text against what systemd reads as EnvironmentFile=.
func environment(data []byte, name string) error {
	assigned, goesOn := false, false
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		continues := goesOn
		goesOn = strings.HasSuffix(line, `\`)
		if continues || line == "" || line[0] == '#' || line[0] == ';' {
			continue
		}
		variable, _, is := strings.Cut(line, "=")
		if !is || variable == "" || strings.ContainsAny(variable, " \t:/'\"") {
			return unlike(name, message.New("an environment file of NAME=value"), message.New("something else"))
		}
		assigned = true
	}
	if !assigned {
		return unlike(name, message.New("an environment file of NAME=value"), message.New("something else"))
	}
	return nil
}

// looksCertified holds a text against PEM. In the directories of certificates
// the name of a file is enough: only root makes names there.
func looksCertified(data []byte, name string, home bool) error {
	directory := path.Base(path.Dir(name))
	if ext := path.Ext(name); home && (ext == ".crt" || ext == ".pem") && (directory == "pki" || directory == "ssl" || directory == "tls") {
		return nil
	}
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		if block.Type == "CERTIFICATE" && len(bytes.TrimSpace(block.Bytes)) > 0 {
			return nil
		}
	}
	return unlike(name, message.New("a file of certificates in PEM"), message.New("something else"))
}
