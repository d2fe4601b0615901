package inventory

import (
	"encoding/json"
	"slices"
	"strings"

	"harden/agent/change"
	"harden/cluster/owner"
	"harden/cluster/podsecurity"
)

type reference = owner.Reference

// podTemplate is a template as it stands in an object.
type podTemplate struct {
	Metadata meta
	Spec     json.RawMessage
}

type templateObject struct {
	Metadata meta
	Spec     struct{ Template podTemplate }
}

func (r *reader) template(k kind, field string) func(*templateObject) (Template, bool) {
	return func(o *templateObject) (Template, bool) {
		return r.templateOf(o.Metadata.object(k.name, k.group), field, o.Spec.Template), true
	}
}

func (r *reader) templateOf(o Object, field string, t podTemplate) Template {
	content, err := contentOf(r.judge, podMeta(t.Metadata), t.Spec)
	if err != nil {
		content = unreadable(err)
	}
	if o.Kind == daemonSets.name {
		content.Images = imagesOf(t.Spec)
	}
	o.Labels = nil
	return Template{Object: o, Field: field, PodLabels: podLabels(t.Metadata.Labels), Content: content}
}

type cronJobObject struct {
	Metadata meta
	Spec     struct {
		JobTemplate struct {
			Spec struct{ Template podTemplate }
		}
	}
}

func (r *reader) cronJob(o *cronJobObject) (Template, bool) {
	return r.templateOf(o.Metadata.object(cronJobs.name, batch), "spec.jobTemplate.spec.template.spec", o.Spec.JobTemplate.Spec.Template), true
}

// jobOwner is a Job, with the CronJob that made it or else with its template.
type jobOwner struct {
	job      change.Target
	cronJob  Object
	template *Template
}

type jobObject struct {
	Metadata meta
	Spec     struct{ Template podTemplate }
	Status   struct {
		Conditions []struct{ Type, Status string }
	}
}

// job leaves out Jobs that have ended: nothing is made of their template again.
func (r *reader) job(o *jobObject) (jobOwner, bool) {
	for _, c := range o.Status.Conditions {
		if (c.Type == "Complete" || c.Type == "Failed") && c.Status == "True" {
			return jobOwner{}, false
		}
	}
	own := o.Metadata.object(jobs.name, batch)
	kept := jobOwner{job: own.Target()}
	for _, ref := range o.Metadata.OwnerReferences {
		if ref.Kind == cronJobs.name && ref.Controller != nil && *ref.Controller {
			kept.cronJob = Object{Kind: cronJobs.name, Group: batch, Namespace: o.Metadata.Namespace, Name: ref.Name}
			return kept, true
		}
	}
	t := r.templateOf(own, "spec.template.spec", o.Spec.Template)
	kept.template = &t
	return kept, true
}

// beyond gives the issues of pods that their template does not have: what
// admission added. The others are told of the template.
func beyond(issues []podsecurity.Issue, holder Template) []podsecurity.Issue {
	var list []podsecurity.Issue
	for _, issue := range issues {
		same := func(o podsecurity.Issue) bool { return o.Check == issue.Check && o.Field == issue.Field }
		if !slices.ContainsFunc(holder.Issues, same) {
			list = append(list, issue)
		}
	}
	return list
}

// Address is the address of an issue in the object: the issue's own is below
// the spec of the pod.
func (t Template) Address(issue podsecurity.Issue) change.Field {
	if issue.Field == "spec" {
		return change.Field("json:" + t.Field)
	}
	return change.Field("json:" + strings.Join([]string{t.Field, issue.Field}, "."))
}
