package inventory

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"harden/agent/change"
)

// podGroup are pods with one owner, one spec and the same labels.
type podGroup struct {
	Template
	key podKey
}

type podKey struct {
	holder          string // target of the owner
	content, labels uint64 // hashes
}

type podObject struct {
	Metadata meta
	Spec     json.RawMessage
	Status   struct{ Phase string }
}

// Clear empties the object, and keeps the buffer of its spec.
func (o *podObject) Clear() { *o = podObject{Spec: o.Spec[:0]} }

// pod gives the converter of pods. Pods that have ended are left out.
func (r *reader) pod() func(*podObject) (*podGroup, bool) {
	groups, known := map[podKey]*podGroup{}, newContents(r.judge)
	return func(o *podObject) (*podGroup, bool) {
		if o.Status.Phase == "Succeeded" || o.Status.Phase == "Failed" {
			return nil, false
		}
		holder, labels := holderOf(o.Metadata), podLabels(o.Metadata.Labels)
		content, hash := known.of(o)
		key := podKey{string(holder.Target()), hash, hashOf(known.seed, labels)}
		if groups[key] == nil {
			groups[key] = &podGroup{Template: Template{Object: holder, Field: "spec", PodLabels: labels, Content: content}, key: key}
		}
		return groups[key], true
	}
}

// podMeta is what checks look at of a pod's metadata.
func podMeta(m meta) *metav1.ObjectMeta {
	return &metav1.ObjectMeta{Name: m.Name, Namespace: m.Namespace, Labels: m.Labels, Annotations: m.Annotations}
}

// generated are the labels that controllers add to their pods.
var generated = []string{"pod-template-hash", "controller-revision-hash", "pod-template-generation", "statefulset.kubernetes.io/pod-name",
	"apps.kubernetes.io/pod-index", "controller-uid", "batch.kubernetes.io/controller-uid", "batch.kubernetes.io/job-name", "job-name"}

func podLabels(labels map[string]string) map[string]string {
	kept := map[string]string{}
	for key, value := range labels {
		if !slices.Contains(generated, key) {
			kept[key] = value
		}
	}
	return kept
}

// holderOf is the object that a pod comes from: its controller, a ReplicaSet's
// Deployment, or itself. ReplicaSets are not read: what a Deployment makes is
// called like it, a hyphen and the hash of its template.
func holderOf(m meta) Object {
	own := m.object(pods.name, "")
	own.Labels = nil
	i := slices.IndexFunc(m.OwnerReferences, func(r reference) bool { return r.Controller != nil && *r.Controller })
	if i < 0 {
		return own
	}
	o := m.OwnerReferences[i]
	holder := Object{Kind: o.Kind, Group: groupOf[o.Kind], Namespace: m.Namespace, Name: o.Name, Owner: own.Owner}
	if o.Kind == "Node" { // a static pod of a kubelet
		return own
	}
	if hash := m.Labels["pod-template-hash"]; o.Kind == "ReplicaSet" && hash != "" && strings.HasSuffix(o.Name, "-"+hash) {
		holder.Kind, holder.Name = deployments.name, strings.TrimSuffix(o.Name, "-"+hash)
	}
	return holder
}

var groupOf = map[string]string{"ReplicaSet": apps, "StatefulSet": apps, "DaemonSet": apps, "Deployment": apps, "Job": batch, "CronJob": batch}

// strays gives pods as templates: those whose owner was not read, and those
// that are not what their owner's template says. Pods of a Job that a CronJob
// made belong to the CronJob.
func (r *reader) strays() []Template {
	holders := map[change.Target]Template{}
	for _, t := range r.inventory.Templates {
		holders[t.Target()] = t
	}
	cron := map[change.Target]Object{}
	for _, j := range r.lists.owners {
		if j.cronJob.Name != "" {
			cron[j.job] = j.cronJob
		}
	}
	counts := map[*podGroup]int{}
	for _, g := range r.lists.pods {
		counts[g]++
	}
	var list []Template
	for _, g := range slices.SortedFunc(maps.Keys(counts), byTarget) {
		t := g.Template
		t.Pods = counts[g]
		if o, is := cron[t.Target()]; is {
			t.Object = o
		}
		if holder, is := holders[t.Target()]; is {
			t.Owner = holder.Owner
			content := *t.Content // shared by other groups
			content.Issues = beyond(content.Issues, holder)
			t.Content = &content
		}
		list = append(list, t)
	}
	return list
}

func byTarget(a, b *podGroup) int {
	return cmp.Or(cmp.Compare(a.Target(), b.Target()), cmp.Compare(a.key.labels, b.key.labels), cmp.Compare(a.key.content, b.key.content))
}
