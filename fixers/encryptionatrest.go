package fixers

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"path"
	"slices"
	"strings"

	"harden/agent/change"
	"harden/agent/edit"
	"harden/agent/facts"
	"harden/agent/message"
)

// EncryptionAtRest asks that the API server stores secrets encrypted. That is
// a migration in two steps, not a file: first every API server must be able
// to read with the new key while it still writes plain text (identity first),
// and only then may one write with it. A key is made once and never
// overwritten; a further control plane is given the key of the first.
type EncryptionAtRest struct {
	Path     string `yaml:"path"`     // required; of the EncryptionConfiguration
	Provider string `yaml:"provider"` // required; "secretbox" or "aescbc"
	// KeyFile is a file with a key of 32 bytes in base64, from the first
	// control plane; empty: a key is made.
	KeyFile string `yaml:"keyFile"`
	// Steps is "both" where this is the only API server of the cluster, and
	// otherwise "first" on every control plane, then "second" on every one.
	Steps string `yaml:"steps"`
}

const maxEncryptionFile = 1 << 20 // bytes

// Check implements Fixer.
func (f *EncryptionAtRest) Check() error {
	switch {
	case !path.IsAbs(f.Path) || path.Clean(f.Path) != f.Path:
		return message.Errorf("path %q is not absolute and clean", f.Path)
	case f.Provider != "secretbox" && f.Provider != "aescbc":
		return message.Errorf("provider %q is neither secretbox nor aescbc", f.Provider)
	case !slices.Contains([]string{"", "both", "first", "second"}, f.Steps):
		return message.Errorf("steps %q is not both, first or second", f.Steps)
	case f.KeyFile != "" && (!path.IsAbs(f.KeyFile) || path.Clean(f.KeyFile) != f.KeyFile):
		return message.Errorf("key file %q is not absolute and clean", f.KeyFile)
	}
	return nil
}

// Require implements Fixer.
func (f *EncryptionAtRest) Require(rule string, n Node) Requirement {
	c, minor, req := versioned(n, "kube-apiserver")
	if c == nil {
		return req
	}
	if minor < 13 {
		return notApplicable("Kubernetes 1.%d supports only the experimental form of encryption at rest", minor)
	}
	file, configured, cannot := fileBy(c, flagOf["encryption"])
	switch {
	case cannot != nil:
		return *cannot
	case !configured:
		file = f.Path
	}
	place := flagPlace(c, EncryptionConfig, file, f.Path)
	found, err := readEncryption(n, file, place)
	if err != nil {
		return unread("%v", err)
	}
	if found != nil && found.kms1 && !knowsKMS1(c, minor) {
		found.unsound = cmp.Or(found.unsound, message.Errorf("it has kms without apiVersion: v2, which the API server refuses from 1.29 on unless --feature-gates=KMSv1=true is set"))
	}
	m := migration{f: f, rule: rule, node: n, file: file, place: place, component: c, reloads: minor >= 26}
	switch {
	case configured && found == nil:
		return failed("--encryption-provider-config of %s names %s, which does not exist", c.Manifest, named(file))
	case found != nil && !found.ours:
		return found.judgeSiteFile(file, configured)
	case configured && found.unsound != nil:
		return failed("%s: %v", file, found.unsound)
	case configured && found.writes() != "identity":
		return m.placed(Requirement{Wants: accessWants(rule, file, "0600", "root:root")})
	case configured && f.Steps == "first":
		return Requirement{Status: change.Compliant, Reason: message.New("this API server can decrypt with the key in %s; once all other API servers can too, apply with --set encryption-steps=second", file)}
	case configured:
		m.key = found.key
		return m.second()
	case f.Steps == "second":
		return blocked("the first step of encryption at rest is not done on this control plane; first apply with --set encryption-steps=first")
	case found != nil:
		m.key, m.there = found.key, true
	case f.KeyFile != "":
		if m.key, err = f.givenKey(n); err != nil {
			return blocked("%v", err)
		}
	}
	if n.Facts.Coming != "" {
		return m.before()
	}
	return m.both()
}

// knowsKMS1 tells whether an API server takes the first version of kms: from 1.29
// on its feature gate is off (KEP-3299).
func knowsKMS1(c *facts.Component, minor int) bool {
	return minor < 29 || slices.Contains(strings.Split(c.Setting("feature-gates").Text, ","), "KMSv1=true")
}

// judgeSiteFile judges a file that is not as harden writes it.
func (e *encryption) judgeSiteFile(file string, configured bool) Requirement {
	writes := e.writes()
	switch {
	case !e.encrypts():
		return blocked("%s stores secrets as plain text, because the first provider that applies to them does not encrypt; put an encrypting provider first for secrets, by hand on every control plane", file)
	case writes == "identity":
		return blocked("%s has a provider after identity, and harden does not know how to move this provider to the first place; move it by hand on every control plane", file)
	case !configured:
		return blocked("%s exists, but its content is not what harden writes; set --encryption-provider-config to this file by hand", file)
	case writes == "aesgcm":
		return blocked("%s stores secrets with aesgcm, which is safe only if its keys are rotated automatically; use kms, secretbox or aescbc; if the keys are rotated automatically, waive the control", file)
	case e.unsound != nil:
		return failed("%s: %v", file, e.unsound)
	}
	return Requirement{Status: change.Compliant, Reason: message.New("%s encrypts with %s", file, writes)}
}

// givenKey reads the key of the first control plane.
func (f *EncryptionAtRest) givenKey(n Node) (encryptionKey, error) {
	data, err := n.Files.ReadFile(f.KeyFile, maxEncryptionFile)
	if err != nil {
		return encryptionKey{}, message.Errorf("cannot read the key: %w", err)
	}
	text := strings.TrimSpace(string(data))
	if raw, err := base64.StdEncoding.DecodeString(text); err != nil || len(raw) != 32 {
		return encryptionKey{}, message.Errorf("%s is not a key of 32 bytes in base64; make one with: head -c32 /dev/urandom | base64", f.KeyFile)
	}
	return encryptionKey{provider: f.Provider, name: "key1", secret: text}, nil
}

// has tells whether anything stands at an address, a mapping included.
func has(doc edit.Document, address string) bool {
	_, _, found, _ := doc.Get(address)
	return found
}

func text(doc edit.Document, address string) string {
	value, _, _, err := doc.Get(address)
	s, ok := value.(string)
	if err != nil || !ok {
		return ""
	}
	return s
}

// migration makes the wants of the two steps.
type migration struct {
	f         *EncryptionAtRest
	rule      string
	node      Node
	file      string
	place     Place // of the file
	component *facts.Component
	key       encryptionKey // its secret is empty where it is made at apply
	there     bool          // the file is there, from before
	reloads   bool          // the API server reads a changed file by itself (1.26 on)
}

// both asks for the whole migration: the file with identity first, the API
// server that reads it, and the file with the key first.
func (m *migration) both() Requirement {
	manifest := change.FileTarget(m.component.Manifest)
	roll := []change.Effect{change.RollPod(m.component.Name)}
	flag := func(name, value string) change.Want {
		return change.Want{Rule: m.rule, Target: manifest, Field: change.Field("flag:" + name), Op: change.Exact, Value: value, Effects: roll, Stays: true}
	}
	wants := []change.Want{m.content(false), flag("--encryption-provider-config", m.file)}
	if m.reloads {
		wants = append(wants, flag("--encryption-provider-config-automatic-reload", "true"))
	}
	for _, w := range mountWants(m.rule, m.node, m.component, Mount{Path: path.Dir(m.file)}) {
		w.Stays = true
		wants = append(wants, w)
	}
	wants = append(wants, accessWants(m.rule, m.file, "0600", "root:root")...)
	if m.f.Steps != "first" {
		wants = append(wants, m.content(true))
	}
	req := Requirement{Wants: wants, Whole: true}
	req.namedByRule(path.Dir(m.file))
	return m.placed(req)
}

// before asks for all of it at once, where kubeadm has not made the control plane
// yet: nothing is stored in plain text before the key is there. What another
// control plane has stored can be read with its key alone.
func (m *migration) before() Requirement {
	if m.node.Facts.Coming != "init" && m.key.secret == "" {
		return blocked("a further control plane needs the key of the first one, or it cannot read what is stored; give it with --set encryption-key-file=FILE")
	}
	file := m.content(true)
	file.Later, file.SingleAPIServer, file.Effects = false, false, nil
	wants := []change.Want{file}
	for _, w := range m.both().Wants {
		if w.Field != change.FieldContent {
			wants = append(wants, w)
		}
	}
	req := Requirement{Wants: wants, Whole: true}
	req.namedByRule(path.Dir(m.file))
	return m.placed(req)
}

// second asks for the second step alone.
func (m *migration) second() Requirement {
	value, _ := m.component.Flag("encryption-provider-config-automatic-reload")
	m.reloads, m.there = value == "true", true
	return m.placed(Requirement{Wants: append(accessWants(m.rule, m.file, "0600", "root:root"), m.content(true))})
}

// placed says what the file must be.
func (m *migration) placed(req Requirement) Requirement {
	req.expect(m.file, m.place)
	return req
}

// content asks for the file with the key first, after the API server reads
// it, or with identity first, before.
func (m *migration) content(keyFirst bool) change.Want {
	key := m.key
	w := change.Want{Rule: m.rule, Target: change.FileTarget(m.file), Field: change.FieldContent, Op: change.Exact, Secret: true}
	if key.secret == "" {
		key = encryptionKey{m.f.Provider, "key1", keyToken}
		w.Generate = []change.Generate{{Token: keyToken, Bytes: 32}}
	}
	provider := fmt.Sprintf("  - %s:\n      keys:\n      - name: %s\n        secret: %s\n", key.provider, key.name, key.secret)
	identity := "  - identity: {}\n"
	body := identity + provider
	if keyFirst {
		body = provider + identity
		w.Later = true
		w.AllServersRead = m.f.Steps == "second"
		w.SingleAPIServer = !w.AllServersRead
		w.Effects = []change.Effect{change.RollPod(m.component.Name)}
		if m.reloads {
			w.Effects = []change.Effect{change.ReloadEncryption}
		}
	} else {
		w.Stays = true
	}
	w.Value = []byte("apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n- resources:\n  - secrets\n  providers:\n" + body)
	return w
}
