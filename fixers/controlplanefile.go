package fixers

import (
	"errors"
	"fmt"
	"path"
	"strings"

	"harden/agent/change"
	"harden/agent/facts"
)

// ControlPlaneFile asks for a configuration file of the API server, in the
// API version that the node's Kubernetes understands. A file that is there
// keeps what it says; only its kind and version are put right.
type ControlPlaneFile struct {
	Path string `yaml:"path"`
	// File is "encryption", "audit-policy", "admission" or "event-rate-limit".
	File string `yaml:"file"`
	// EventRateLimit is the path that an admission file points to.
	EventRateLimit string `yaml:"eventRateLimit"`
	QPS            int64  `yaml:"qps"`   // event-rate-limit: requests a second
	Burst          int64  `yaml:"burst"` // event-rate-limit
}

const keyToken = "@key@"

// Check implements Fixer.
func (f *ControlPlaneFile) Check() error {
	if !path.IsAbs(f.Path) || path.Clean(f.Path) != f.Path {
		return fmt.Errorf("path %q is not absolute and clean", f.Path)
	}
	switch f.File {
	case "encryption", "audit-policy":
	case "admission":
		if f.EventRateLimit == "" {
			return errors.New("eventRateLimit is missing: the path of the event-rate-limit file")
		}
	case "event-rate-limit":
		if f.QPS <= 0 || f.Burst <= 0 {
			return errors.New("qps and burst must be above 0")
		}
	default:
		return fmt.Errorf("unknown file %q; one of encryption, audit-policy, admission, event-rate-limit", f.File)
	}
	return nil
}

// Wish implements Fixer.
func (f *ControlPlaneFile) Wish(rule string, n Node) Wish {
	if n.Facts.Components["kube-apiserver"] == nil {
		return notApplicable("no API server runs on this node")
	}
	if n.Facts.Kubernetes.IsZero() {
		return blocked("the version of Kubernetes is not known, so neither is the API version to write; give it with --set kubernetes-version=1.34.1")
	}
	doc := f.document(n.Facts.Kubernetes)
	target := change.FileTarget(f.Path)
	content := change.Want{Rule: rule, Target: target, Field: change.FieldContent, Op: change.Present, Value: []byte(doc.text)}
	if f.File == "encryption" {
		content.Secret, content.Generate = true, []change.Generate{{Token: keyToken, Bytes: 32}}
	}
	wants := []change.Want{content,
		{Rule: rule, Target: target, Field: "yaml:apiVersion", Op: change.Exact, Value: doc.apiVersion},
		{Rule: rule, Target: target, Field: "yaml:kind", Op: change.Exact, Value: doc.kind}}
	for _, s := range doc.settings {
		wants = append(wants, s.want(rule, f.Path))
	}
	return Wish{Wants: append(wants, accessWants(rule, f.Path, "0600", "root:root")...)}
}

// document is a configuration file of the API server.
type document struct {
	apiVersion, kind, text string
	settings               []Setting // what must hold in a file that is there, too
}

// document gives the file in the API version of a Kubernetes release. The
// versions are those of the API server's own configuration types:
// EncryptionConfig v1 until 1.12, EncryptionConfiguration from 1.13;
// audit.k8s.io/v1 from 1.12; apiserver.config.k8s.io/v1 for admission from 1.17.
func (f *ControlPlaneFile) document(v facts.Version) document {
	var d document
	var body string
	switch f.File {
	case "encryption":
		d.apiVersion, d.kind = "apiserver.config.k8s.io/v1", "EncryptionConfiguration"
		if !v.AtLeast(1, 13) {
			d.apiVersion, d.kind = "v1", "EncryptionConfig"
		}
		body = "resources:\n- resources:\n  - secrets\n  providers:\n  - aescbc:\n      keys:\n      - name: key1\n        secret: " + keyToken + "\n  - identity: {}\n"
	case "audit-policy":
		d.apiVersion, d.kind = "audit.k8s.io/v1", "Policy"
		if !v.AtLeast(1, 12) {
			d.apiVersion = "audit.k8s.io/v1beta1"
		}
		body = "rules:\n- level: Metadata\n"
	case "admission":
		d.apiVersion, d.kind = "apiserver.config.k8s.io/v1", "AdmissionConfiguration"
		if !v.AtLeast(1, 17) {
			d.apiVersion = "apiserver.k8s.io/v1alpha1"
		}
		body = "plugins:\n- name: EventRateLimit\n  path: " + f.EventRateLimit + "\n"
	default:
		d.apiVersion, d.kind = "eventratelimit.admission.k8s.io/v1alpha1", "Configuration"
		body = fmt.Sprintf("limits:\n- type: Server\n  qps: %d\n  burst: %d\n", f.QPS, f.Burst)
		d.settings = []Setting{
			{Field: "limits[0].type", Op: change.Exact, Value: "Server"},
			{Field: "limits[0].qps", Op: change.Exact, Value: f.QPS},
			{Field: "limits[0].burst", Op: change.Exact, Value: f.Burst},
		}
	}
	d.text = strings.Join([]string{"apiVersion: " + d.apiVersion, "kind: " + d.kind, body}, "\n")
	return d
}
