// Package owner tells who manages an object of the cluster: a controller, or a
// tool that applies it from elsewhere (Helm, Argo CD, Flux, Fleet and others).
// It reads labels, annotations and owner references only.
package owner

import "strings"

// Reference is an entry of metadata.ownerReferences.
type Reference struct {
	Kind, Name string
	Controller *bool
}

// Owner is who manages an object. The zero Owner is: nobody is known.
type Owner struct {
	Tool string // "Helm", "Argo CD", "controller", …
	Name string // what it calls its unit: "release shop/web", "Deployment/web"
	// Mark is the label or annotation by which a tool knows its objects. Whoever set it is the tool.
	Mark string
	// Reverts says that the tool writes the whole object again, so that a field
	// that nobody set is lost as well.
	Reverts bool
}

// Known tells whether anything is known of an owner.
func (o Owner) Known() bool { return o.Tool != "" }

func (o Owner) String() string {
	switch {
	case o.Tool == controller:
		return o.Name
	case o.Name == "":
		return o.Tool
	}
	return o.Tool + " " + o.Name
}

const controller = "controller"

// Of tells the owner of an object in a namespace. A tool wins over a
// controller, because it is where a person has to change something.
func Of(namespace string, labels, annotations map[string]string, references []Reference) Owner {
	for _, tool := range tools {
		if o, is := tool(namespace, labels, annotations); is {
			return o
		}
	}
	for _, r := range references {
		if r.Controller != nil && *r.Controller {
			return Owner{Tool: controller, Name: r.Kind + "/" + r.Name}
		}
	}
	return Owner{}
}

type detector func(namespace string, labels, annotations map[string]string) (Owner, bool)

// tools are asked in this order: Argo CD and Flux install Helm charts too, and
// are then where the change belongs.
var tools = []detector{argo, flux, fleet, helm, olm, kapp, configSync, addonManager}

// argo is known by its tracking id, "app:group/kind:namespace/name". The label
// app.kubernetes.io/instance alone is also what charts set.
func argo(_ string, _, annotations map[string]string) (Owner, bool) {
	const mark = "argocd.argoproj.io/tracking-id"
	id := annotations[mark]
	app, _, _ := strings.Cut(id, ":")
	replaced := strings.Contains(annotations["argocd.argoproj.io/sync-options"], "Replace=true")
	return Owner{Tool: "Argo CD", Name: "application " + app, Mark: mark, Reverts: replaced}, id != ""
}

func flux(_ string, labels, _ map[string]string) (Owner, bool) {
	for _, kind := range []string{"kustomize", "helm"} {
		prefix := kind + ".toolkit.fluxcd.io/"
		if name := labels[prefix+"name"]; name != "" {
			what := map[string]string{"kustomize": "Kustomization ", "helm": "HelmRelease "}[kind]
			return Owner{Tool: "Flux", Name: what + labels[prefix+"namespace"] + "/" + name, Mark: prefix + "name"}, true
		}
	}
	return Owner{}, false
}

// fleet is known by the annotations of Wrangler, which k3s uses for its own
// add-ons too.
func fleet(_ string, _, annotations map[string]string) (Owner, bool) {
	name := annotations["objectset.rio.cattle.io/owner-name"]
	if name == "" {
		return Owner{}, false
	}
	namespace := annotations["objectset.rio.cattle.io/owner-namespace"]
	return Owner{Tool: "Fleet or k3s", Name: annotations["objectset.rio.cattle.io/id"] + " " + namespace + "/" + name, Reverts: true}, true
}

func helm(namespace string, labels, annotations map[string]string) (Owner, bool) {
	const managed = "app.kubernetes.io/managed-by"
	mark := "meta.helm.sh/release-name"
	release := annotations[mark]
	in := annotations["meta.helm.sh/release-namespace"]
	if release == "" && labels[managed] == "Helm" {
		release, mark = labels["app.kubernetes.io/instance"], managed
	}
	if in == "" {
		in = namespace
	}
	return Owner{Tool: "Helm", Name: "release " + in + "/" + release, Mark: mark}, release != ""
}

func olm(_ string, labels, _ map[string]string) (Owner, bool) {
	name := labels["olm.owner"]
	return Owner{Tool: "OLM", Name: labels["olm.owner.kind"] + " " + name, Reverts: true}, name != ""
}

func kapp(_ string, labels, _ map[string]string) (Owner, bool) {
	const mark = "kapp.k14s.io/app"
	app := labels[mark]
	return Owner{Tool: "kapp", Name: "app " + app, Mark: mark}, app != ""
}

func configSync(_ string, _, annotations map[string]string) (Owner, bool) {
	managed := annotations["configmanagement.gke.io/managed"] == "enabled"
	return Owner{Tool: "Config Sync", Name: annotations["configsync.gke.io/resource-id"], Reverts: true}, managed
}

func addonManager(_ string, labels, _ map[string]string) (Owner, bool) {
	return Owner{Tool: "addon-manager", Reverts: true}, labels["addonmanager.kubernetes.io/mode"] == "Reconcile"
}
