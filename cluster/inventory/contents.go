package inventory

import (
	"bytes"
	"encoding/json"
	"hash/maphash"
	"maps"
	"slices"
	"strings"

	"harden/agent/change"
	"harden/cluster/podsecurity"
)

// contents are what is kept of the specs of pods, each once: thousands of pods
// have few of them, so memory does not grow with the number of pods.
type contents struct {
	judge *podsecurity.Judge
	seed  maphash.Seed
	specs map[uint64]uint64 // hash of a spec → of its content
	kept  map[uint64]*Content
	text  []byte // of the last spec, see anonymous
}

func newContents(judge *podsecurity.Judge) *contents {
	return &contents{judge: judge, seed: maphash.MakeSeed(), specs: map[uint64]uint64{}, kept: map[uint64]*Content{}}
}

// of gives the content of a pod, and a number that names it. A spec that was
// seen before is not decoded again: what differs between pods of one template
// (node, name, the name of the token's volume) is left out of the comparison.
func (c *contents) of(o *podObject) (*Content, uint64) {
	c.text = anonymous(c.text[:0], o.Spec, o.Metadata)
	spec := maphash.Bytes(c.seed, c.text)
	if hash, seen := c.specs[spec]; seen {
		return c.kept[hash], hash
	}
	content, err := contentOf(c.judge, podMeta(o.Metadata), o.Spec)
	if err != nil {
		content = unreadable(err)
	}
	text, err := json.Marshal(content)
	if err != nil { // every value in it is a plain one
		panic("inventory: a content cannot be encoded: " + err.Error())
	}
	hash := maphash.Bytes(c.seed, text)
	c.specs[spec] = hash
	if c.kept[hash] == nil {
		c.kept[hash] = content
	}
	return c.kept[hash], hash
}

// unreadable stands for a spec that this program cannot decode: no check may
// take it for good.
func unreadable(err error) *Content {
	c := &Content{ServiceAccount: "default"}
	for _, check := range podsecurity.All() {
		c.Issues = append(c.Issues, podsecurity.Issue{Check: check, Field: "spec", Op: change.Present, Actual: "cannot be decoded: " + err.Error()})
	}
	return c
}

// anonymous appends a spec to a text, without what differs between pods of one template.
// Annotations that checks look at are part of what is compared.
func anonymous(text, spec []byte, m meta) []byte {
	for {
		before, after, found := bytes.Cut(spec, []byte(tokenVolume))
		if !found || len(after) < 5 {
			break
		}
		text, spec = append(append(text, before...), "kube-api-access"...), after[5:]
	}
	text = append(text, spec...)
	if before, after, found := bytes.Cut(text, []byte(`"nodeName":"`)); found {
		_, after, _ = bytes.Cut(after, []byte(`"`))
		text = append(before, after...)
	}
	if hostname := []byte(`"hostname":"` + m.Name + `"`); bytes.Contains(text, hostname) {
		text = bytes.ReplaceAll(text, hostname, nil)
	}
	for _, key := range slices.Sorted(maps.Keys(m.Annotations)) {
		if strings.Contains(key, "apparmor") || strings.Contains(key, "seccomp") {
			text = append(append(text, key...), m.Annotations[key]...)
		}
	}
	return text
}

// hashOf names labels by a number.
func hashOf(seed maphash.Seed, labels map[string]string) uint64 {
	var h maphash.Hash
	h.SetSeed(seed)
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		_, _ = h.WriteString(key + "\x00" + labels[key] + "\x00")
	}
	return h.Sum64()
}
