package gate

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"harden/cluster/client"
)

// template is a template of pods as it is asked for.
type template struct {
	target string
	pod    map[string]any
}

// source is a kind that pods come from.
type source struct {
	kind, path string // below the namespace
	convert    func(*workload) (template, bool)
}

// workload is any object that has a template, or is a pod.
type workload struct {
	Metadata metadata
	Spec     json.RawMessage
	Status   struct {
		Phase      string
		Conditions []struct{ Type, Status string }
	}
}

type metadata struct {
	Name              string
	Labels            map[string]string
	Annotations       map[string]string
	DeletionTimestamp string
	OwnerReferences   []struct {
		Kind       string
		Controller *bool
	}
}

var sources = []source{
	{"Deployment", "/apis/apps/v1/namespaces/%/deployments", templated},
	{"StatefulSet", "/apis/apps/v1/namespaces/%/statefulsets", templated},
	{"DaemonSet", "/apis/apps/v1/namespaces/%/daemonsets", templated},
	{"ReplicationController", "/api/v1/namespaces/%/replicationcontrollers", templated},
	{"CronJob", "/apis/batch/v1/namespaces/%/cronjobs", cron},
	{"Job", "/apis/batch/v1/namespaces/%/jobs", job},
	{"Pod", "/api/v1/namespaces/%/pods", bare},
}

// templates reads those of a namespace.
func (g Gate) templates(ctx context.Context, namespace string) ([]template, error) {
	var all []template
	for _, s := range sources {
		list, err := client.List(ctx, g.Client, strings.Replace(s.path, "%", namespace, 1), nil, s.convert)
		if err != nil {
			return nil, err
		}
		for _, t := range list {
			t.target = s.kind + " " + namespace + "/" + t.target
			all = append(all, t)
		}
	}
	return all, nil
}

type podTemplate struct {
	Metadata metadata
	Spec     map[string]any
}

// templated reads an object with spec.template. The pods of a kind differ in
// nothing that admission looks at from what is asked for here.
func templated(w *workload) (template, bool) {
	var spec struct{ Template podTemplate }
	if json.Unmarshal(w.Spec, &spec) != nil || w.Metadata.DeletionTimestamp != "" {
		return template{}, false
	}
	return spec.Template.of(w.Metadata.Name), true
}

func cron(w *workload) (template, bool) {
	var spec struct {
		JobTemplate struct {
			Spec struct{ Template podTemplate }
		}
	}
	if json.Unmarshal(w.Spec, &spec) != nil || w.Metadata.DeletionTimestamp != "" {
		return template{}, false
	}
	return spec.JobTemplate.Spec.Template.of(w.Metadata.Name), true
}

// job leaves out Jobs that have ended, and those of a CronJob.
func job(w *workload) (template, bool) {
	for _, c := range w.Status.Conditions {
		if (c.Type == "Complete" || c.Type == "Failed") && c.Status == "True" {
			return template{}, false
		}
	}
	if w.Metadata.controlled() {
		return template{}, false
	}
	return templated(w)
}

// bare is a pod that nothing makes again but a person, or a controller of a kind
// that is not known here. Static pods are not made through the API server.
func bare(w *workload) (template, bool) {
	known := []string{"ReplicaSet", "StatefulSet", "DaemonSet", "ReplicationController", "Job", "Node"}
	_, static := w.Metadata.Annotations["kubernetes.io/config.mirror"]
	ended := w.Status.Phase == "Succeeded" || w.Status.Phase == "Failed"
	for _, o := range w.Metadata.OwnerReferences {
		static = static || o.Controller != nil && *o.Controller && slices.Contains(known, o.Kind)
	}
	var spec map[string]any
	if static || ended || w.Metadata.DeletionTimestamp != "" || json.Unmarshal(w.Spec, &spec) != nil {
		return template{}, false
	}
	return podTemplate{w.Metadata, spec}.of(w.Metadata.Name), true
}

func (m metadata) controlled() bool {
	for _, o := range m.OwnerReferences {
		if o.Controller != nil && *o.Controller {
			return true
		}
	}
	return false
}

// of makes the pod that is asked for: the template's, on no node, without what only
// the API server or a person may add later.
func (t podTemplate) of(name string) template {
	spec := maps.Clone(t.Spec)
	delete(spec, "nodeName")
	delete(spec, "ephemeralContainers")
	return template{target: name, pod: map[string]any{"apiVersion": "v1", "kind": "Pod",
		"metadata": map[string]any{"generateName": "harden-dry-run-", "labels": t.Metadata.Labels, "annotations": t.Metadata.Annotations}, "spec": spec}}
}
