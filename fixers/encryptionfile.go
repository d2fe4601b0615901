package fixers

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"harden/agent/edit"
	"harden/agent/message"
)

// encryptionKey is one key of one provider.
type encryptionKey struct{ provider, name, secret string }

// encryption is what an EncryptionConfiguration says of secrets.
type encryption struct {
	// providers are those that apply to secrets, in order: the first one writes,
	// all of them read. None where nothing is said of secrets, which are then
	// stored as plain text.
	providers []string
	ours      bool // identity and one key for secrets, in either order, and nothing else
	key       encryptionKey
	kms1      bool  // kms in its first version provides for something
	unsound   error // why the API server refuses the file
}

// writes is the provider that secrets are stored with: "identity" is plain text.
func (e *encryption) writes() string {
	if len(e.providers) == 0 {
		return "identity"
	}
	return e.providers[0]
}

// encrypts tells whether any of the providers can encrypt.
func (e *encryption) encrypts() bool {
	return slices.ContainsFunc(e.providers, func(p string) bool { return p != "identity" })
}

// Where the resources of an entry stand for secrets: by name, or as all of the
// core group, or as all there is. The first form that any entry has decides for
// all of them, and its entries add up (k8s.io/apiserver
// pkg/server/options/encryptionconfig: transformerFromOverrides).
var secretsForms = [][]string{{"secrets", "secrets."}, {"*."}, {"*.*"}}

// providerNames are all that there are (apiserver.config.k8s.io/v1).
var providerNames = []string{"identity", "secretbox", "aescbc", "aesgcm", "kms"}

// readEncryption reads an EncryptionConfiguration, nil where there is none.
func readEncryption(n Node, file string, place Place) (*encryption, error) {
	data, err := n.read(file, place, maxEncryptionFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	doc, err := n.Texts.Open("yaml", data)
	if err != nil {
		return nil, message.Errorf("%s: %w", file, err)
	}
	entries, err := encryptionEntries(doc)
	if err != nil {
		return nil, message.Errorf("%s: %w", file, err)
	}
	e := &encryption{unsound: strange(data)}
	for _, entry := range entries {
		e.unsound, e.kms1 = cmp.Or(e.unsound, entry.unsound), e.kms1 || entry.kms1
	}
	for _, form := range secretsForms {
		for _, entry := range entries {
			if slices.ContainsFunc(entry.resources, func(r string) bool { return slices.Contains(form, r) }) {
				e.providers = append(e.providers, entry.providers...)
			}
		}
		if len(e.providers) > 0 {
			break
		}
	}
	if len(entries) == 1 {
		e.ours, e.key = entries[0].ours(doc)
	}
	return e, nil
}

// encryptionEntry is one entry of resources.
type encryptionEntry struct {
	resources, providers []string
	kms1                 bool  // one of the providers is kms in its first version
	unsound              error // why the API server refuses it
}

// apart refuses resources that the API server refuses together, or at all
// (validateResourceNames, validateResourceOverlap).
func apart(at string, resources []string) error {
	for i, r := range resources {
		if r == "*" || r != strings.ToLower(r) || strings.HasSuffix(r, ".*") && r != "*.*" {
			return message.Errorf("%s.resources[%d] is not the name of a resource in small letters, so the API server refuses the file", at, i)
		}
		_, group, _ := strings.Cut(r, ".")
		for k, other := range resources {
			_, others, _ := strings.Cut(other, ".")
			if i != k && (r == "*.*" || group == others && (strings.HasPrefix(r, "*.") || strings.TrimSuffix(r, ".") == strings.TrimSuffix(other, "."))) {
				return message.Errorf("%s.resources names %s together with resources that it includes, so the API server refuses the file", at, r)
			}
		}
	}
	return nil
}

// strange refuses a file with a field that the API server does not know: that of
// 1.34 reads this kind strictly, and one that leaves a field out may leave out what
// mattered.
func strange(data []byte) error {
	type keys struct {
		Keys []struct{ Name, Secret string }
	}
	var known struct {
		APIVersion string `yaml:"apiVersion"`
		Kind       string
		Resources  []struct {
			Resources []string
			Providers []struct {
				AESCBC, AESGCM, Secretbox *keys
				Identity                  *struct{}
				KMS                       *struct {
					APIVersion     string `yaml:"apiVersion"`
					Name, Endpoint string
					CacheSize      any
					Timeout        string
				}
			}
		}
	}
	d := yaml.NewDecoder(bytes.NewReader(data))
	d.KnownFields(true)
	err := d.Decode(&known)
	for line := range strings.Lines(fmt.Sprint(err)) {
		if place, field, found := strings.Cut(strings.TrimSpace(line), ": field "); found && strings.Contains(field, " not found in type ") {
			return unknownField(place)
		}
	}
	return nil
}

func encryptionEntries(doc edit.Document) ([]encryptionEntry, error) {
	var entries []encryptionEntry
	for i := 0; has(doc, fmt.Sprintf("resources[%d]", i)); i++ {
		at := fmt.Sprintf("resources[%d]", i)
		resources, _, _, err := doc.Get(at + ".resources")
		if err != nil {
			return nil, err
		}
		entry := encryptionEntry{}
		entry.resources, _ = resources.([]string)
		entry.unsound = apart(at, entry.resources)
		for k := 0; has(doc, fmt.Sprintf("%s.providers[%d]", at, k)); k++ {
			one := fmt.Sprintf("%s.providers[%d]", at, k)
			which := slices.IndexFunc(providerNames, func(name string) bool { return has(doc, one+"."+name) })
			if which < 0 {
				return nil, message.Errorf("%s is not one of the providers that harden knows: %s", one, strings.Join(providerNames, ", "))
			}
			name := providerNames[which]
			if slices.ContainsFunc(providerNames[which+1:], func(name string) bool { return has(doc, one+"."+name) }) {
				entry.unsound = cmp.Or(entry.unsound, message.Errorf("%s contains more than one provider, so the API server refuses the file", one))
			}
			entry.unsound = cmp.Or(entry.unsound, sound(doc, one+"."+name, name))
			entry.kms1 = entry.kms1 || name == "kms" && cmp.Or(text(doc, one+".kms.apiVersion"), "v1") == "v1"
			entry.providers = append(entry.providers, name)
		}
		if len(entry.resources) == 0 || len(entry.providers) == 0 {
			return nil, message.Errorf("%s names no resources or no providers", at)
		}
		entries = append(entries, entry)
	}
	return entries, nil
}

func unknownField(place string) error {
	return message.Errorf("the API server does not know the field on %s, so it refuses the file", place)
}

// keyBytes are the lengths of the keys that providers take.
var keyBytes = map[string][]int{"aescbc": {16, 24, 32}, "aesgcm": {16, 24, 32}, "secretbox": {32}}

// sound refuses a provider whose keys the API server refuses, so that the file
// is in effect nowhere: it does not start with it, and a running one goes on with
// what it had (apiserver.config.k8s.io validation.ValidateEncryptionConfiguration).
func sound(doc edit.Document, at, provider string) error {
	lengths, keyed := keyBytes[provider]
	if !keyed {
		return nil
	}
	for i := 0; i == 0 || has(doc, fmt.Sprintf("%s.keys[%d]", at, i)); i++ {
		key := fmt.Sprintf("%s.keys[%d]", at, i)
		raw, err := base64.StdEncoding.DecodeString(text(doc, key+".secret"))
		if err != nil || !slices.Contains(lengths, len(raw)) || text(doc, key+".name") == "" {
			return message.Errorf("%s is not a key with a name and a secret of %v bytes in base64, so the API server refuses the file", key, lengths)
		}
	}
	return nil
}

// ours tells whether the only entry is as harden writes it, and gives its key.
func (e encryptionEntry) ours(doc edit.Document) (bool, encryptionKey) {
	i := slices.IndexFunc(e.providers, func(p string) bool { return p == "secretbox" || p == "aescbc" })
	if i < 0 || len(e.providers) != 2 || e.providers[1-i] != "identity" || !slices.Equal(e.resources, []string{"secrets"}) {
		return false, encryptionKey{}
	}
	at := fmt.Sprintf("resources[0].providers[%d].%s.keys", i, e.providers[i])
	key := encryptionKey{e.providers[i], text(doc, at+"[0].name"), text(doc, at+"[0].secret")}
	return !has(doc, at+"[1]") && key.name != "" && key.secret != "", key
}
