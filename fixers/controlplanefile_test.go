package fixers

import (
	"bytes"
	"testing"

	"gopkg.in/yaml.v3"

	"harden/agent/change"
	"harden/agent/edit"
	"harden/agent/facts"
)

func apiServer(t *testing.T, version string) Node {
	t.Helper()
	made := &facts.Facts{Components: map[string]*facts.Component{"kube-apiserver": {}}}
	if version != "" {
		v, err := facts.ParseVersion(version)
		if err != nil {
			t.Fatal(err)
		}
		made.Kubernetes = v
	}
	return tree{}.node(t, made)
}

// The API versions that a Kubernetes release reads, and no others.
func TestControlPlaneFileVersions(t *testing.T) {
	encryption := &ControlPlaneFile{Path: "/etc/kubernetes/encryption.yaml", File: "encryption"}
	audit := &ControlPlaneFile{Path: "/etc/kubernetes/audit.yaml", File: "audit-policy"}
	admission := &ControlPlaneFile{Path: "/etc/kubernetes/admission.yaml", File: "admission", EventRateLimit: "/etc/kubernetes/event.yaml"}
	event := &ControlPlaneFile{Path: "/etc/kubernetes/event.yaml", File: "event-rate-limit", QPS: 500, Burst: 5000}
	const limit = "eventratelimit.admission.k8s.io/v1alpha1 Configuration"
	for _, r := range []struct {
		version                      string
		encryption, audit, admission string
	}{
		{"1.11", "v1 EncryptionConfig", "audit.k8s.io/v1beta1 Policy", "apiserver.k8s.io/v1alpha1 AdmissionConfiguration"},
		{"1.12", "v1 EncryptionConfig", "audit.k8s.io/v1 Policy", "apiserver.k8s.io/v1alpha1 AdmissionConfiguration"},
		{"1.13", "apiserver.config.k8s.io/v1 EncryptionConfiguration", "audit.k8s.io/v1 Policy", "apiserver.k8s.io/v1alpha1 AdmissionConfiguration"},
		{"1.16.15", "apiserver.config.k8s.io/v1 EncryptionConfiguration", "audit.k8s.io/v1 Policy", "apiserver.k8s.io/v1alpha1 AdmissionConfiguration"},
		{"1.17.0", "apiserver.config.k8s.io/v1 EncryptionConfiguration", "audit.k8s.io/v1 Policy", "apiserver.config.k8s.io/v1 AdmissionConfiguration"},
		{"1.34.1", "apiserver.config.k8s.io/v1 EncryptionConfiguration", "audit.k8s.io/v1 Policy", "apiserver.config.k8s.io/v1 AdmissionConfiguration"},
	} {
		node := apiServer(t, r.version)
		for fixer, want := range map[*ControlPlaneFile]string{encryption: r.encryption, audit: r.audit, admission: r.admission, event: limit} {
			t.Run(r.version+" "+fixer.File, func(t *testing.T) {
				if err := fixer.Check(); err != nil {
					t.Fatal(err)
				}
				req := fixer.Require("rule", node)
				var document struct {
					APIVersion string `yaml:"apiVersion"`
					Kind       string `yaml:"kind"`
				}
				text, ok := req.Wants[0].Value.([]byte)
				if !ok || yaml.Unmarshal(text, &document) != nil || document.APIVersion+" "+document.Kind != want {
					t.Errorf("the file is %q, want %s", text, want)
				}
				holds(t, req, text)
			})
		}
	}
}

// holds judges a requirement's wants about a document against the text that comes of
// writing them all: otherwise each run would alter it again.
func holds(t *testing.T, w Requirement, text []byte) {
	t.Helper()
	doc, err := edit.Open("yaml", text)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range w.Wants {
		syntax, address := want.Field.Address()
		if syntax != "yaml" {
			continue
		}
		value, _, found, err := doc.Get(address)
		ok, judged := want.Holds(value, found)
		if err != nil || judged != nil {
			t.Fatalf("%s is %v in the text itself (%v, %v)", want.Field, value, err, judged)
		}
		fixed, err := want.Fixed(value, found)
		if err != nil {
			t.Fatal(err)
		}
		if !ok {
			err = doc.Set(address, fixed)
		}
		if value, _, found, _ = doc.Get(address); err != nil || !found {
			t.Errorf("%s is not there when it was set (%v)", want.Field, err)
		}
		if ok, _ := want.Holds(value, found); !ok {
			t.Errorf("%s is %v when it was set", want.Field, value)
		}
	}
}

func TestControlPlaneFile(t *testing.T) {
	encryption := &ControlPlaneFile{Path: "/e.yaml", File: "encryption"}
	event := &ControlPlaneFile{Path: "/v.yaml", File: "event-rate-limit", QPS: 5, Burst: 50}
	runRequirements(t, []requirementRow{
		{"encryption", encryption, apiServer(t, "1.34"), []string{"file:/e.yaml content present text",
			"file:/e.yaml yaml:apiVersion exact apiserver.config.k8s.io/v1", "file:/e.yaml yaml:kind exact EncryptionConfiguration",
			"file:/e.yaml mode at-most 0600", "file:/e.yaml owner exact root:root"}},
		{"event rate limit", event, apiServer(t, "1.34"), []string{"file:/v.yaml content present text",
			"file:/v.yaml yaml:apiVersion exact eventratelimit.admission.k8s.io/v1alpha1", "file:/v.yaml yaml:kind exact Configuration",
			"file:/v.yaml yaml:limits[type=Server].qps exact 5", "file:/v.yaml yaml:limits[type=Server].burst exact 50",
			"file:/v.yaml mode at-most 0600", "file:/v.yaml owner exact root:root"}},
		{"no API server", encryption, tree{}.node(t, nil), []string{"not-applicable: no API server runs on this node"}},
		{"unknown version", encryption, apiServer(t, ""),
			[]string{"blocked: the version of Kubernetes is not known, so the API version to write is not known either; name the version with --set kubernetes-version=1.34.1"}},
	})
	runChecks(t, []checked{
		{"relative path", &ControlPlaneFile{Path: "a", File: "encryption"}, `path "a" is not absolute and clean`},
		{"unknown file", &ControlPlaneFile{Path: "/a", File: "psp"}, `unknown file "psp"; one of encryption, audit-policy, admission, event-rate-limit`},
		{"no event rate limit", &ControlPlaneFile{Path: "/a", File: "admission"}, "eventRateLimit is missing: the path of the event-rate-limit file"},
		{"more YAML in a path", &ControlPlaneFile{Path: "/a", File: "admission", EventRateLimit: "/b: c"}, `eventRateLimit "/b: c" is not an absolute path of letters, digits and . _ - /`},
		{"no qps", &ControlPlaneFile{Path: "/a", File: "event-rate-limit", Burst: 1}, "qps and burst must be above 0"},
	})
}

// The key is random bytes made when it is applied: the requirement holds none.
func TestEncryptionKeyIsGenerated(t *testing.T) {
	want := (&ControlPlaneFile{Path: "/e.yaml", File: "encryption"}).Require("rule", apiServer(t, "1.34")).Wants[0]
	if !want.Secret || len(want.Generate) != 1 || want.Generate[0].Bytes != 32 {
		t.Fatalf("secret %v, generate %v", want.Secret, want.Generate)
	}
	text, _ := want.Value.([]byte)
	if bytes.Count(text, []byte(want.Generate[0].Token)) != 1 || want.Op != change.Present {
		t.Errorf("%s %s", want.Op, text)
	}
}
