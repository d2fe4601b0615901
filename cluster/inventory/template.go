package inventory

import (
	"encoding/json"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"harden/cluster/podsecurity"
)

// Template is a template of pods: of a Deployment and its like, or a pod that
// has none. Pods of a template that are not like it, because admission changed
// them, are a Template of their own with the same Object.
type Template struct {
	Object
	// Field is the address of the pod's spec in the object: "spec.template.spec".
	Field     string
	PodLabels map[string]string
	Pods      int // that run like this; 0 for a template that was read itself
	*Content
}

// Content is what is kept of a pod's spec. Templates with the same spec share it.
type Content struct {
	Issues         []podsecurity.Issue
	ServiceAccount string // "default" where the spec names none
	Automount      *bool
	Projected      bool // a volume has a token for the API server itself
	HostNetwork    bool
	Registries     []string // that images come from, each once
	Images         []string // of a DaemonSet's own template only
	Ports          []int32
	Rancher        map[string]string // environment and "--add-local" of the container rancher, in cattle-system
}

// MountsToken tells whether pods get a token of their account by default, as
// its account is set.
func (c *Content) MountsToken(account *bool) bool {
	switch {
	case c.Automount != nil:
		return *c.Automount
	case account != nil:
		return *account
	}
	return true
}

// contentOf reads a pod's spec.
func contentOf(judge *podsecurity.Judge, m *metav1.ObjectMeta, raw json.RawMessage) (*Content, error) {
	var spec corev1.PodSpec
	if err := json.Unmarshal(raw, &spec); err != nil {
		return nil, err
	}
	return contentOfSpec(judge, m, spec), nil
}

func contentOfSpec(judge *podsecurity.Judge, m *metav1.ObjectMeta, spec corev1.PodSpec) *Content {
	c := &Content{Issues: judge.Issues(m, &spec), ServiceAccount: spec.ServiceAccountName, Automount: spec.AutomountServiceAccountToken,
		HostNetwork: spec.HostNetwork, Registries: podsecurity.Registries(&spec), Ports: podsecurity.Ports(&spec), Projected: projected(&spec)}
	if c.ServiceAccount == "" {
		c.ServiceAccount = "default"
	}
	c.Rancher = rancherSettings(&spec)
	return c
}

// imagesOf lists the images of a spec.
func imagesOf(raw json.RawMessage) []string {
	var spec corev1.PodSpec
	if err := json.Unmarshal(raw, &spec); err != nil {
		return nil // contentOf says so
	}
	return podsecurity.Images(&spec)
}

// rancherSettings are the arguments and the environment of a container named
// rancher, as far as rules ask for them.
func rancherSettings(spec *corev1.PodSpec) map[string]string {
	for _, c := range spec.Containers {
		if c.Name != "rancher" {
			continue
		}
		settings := map[string]string{}
		for _, arg := range c.Args {
			if name, value, _ := strings.Cut(arg, "="); name == "--add-local" || name == "-add-local" {
				settings["--add-local"] = value
			}
		}
		for _, e := range c.Env {
			if e.Name == "AUDIT_LEVEL" {
				settings[e.Name] = e.Value
			}
		}
		return settings
	}
	return nil
}

// projected tells whether a volume other than the one that admission adds holds
// a token that the API server takes.
func projected(spec *corev1.PodSpec) bool {
	for _, v := range spec.Volumes {
		if v.Projected == nil || len(v.Name) > len(tokenVolume) && v.Name[:len(tokenVolume)] == tokenVolume {
			continue
		}
		for _, s := range v.Projected.Sources {
			if s.ServiceAccountToken != nil && s.ServiceAccountToken.Audience == "" {
				return true
			}
		}
	}
	return false
}

// tokenVolume begins the name of the volume that admission adds to a pod.
const tokenVolume = "kube-api-access-"
