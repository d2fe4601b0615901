// Package podsecurity judges the template of a pod: by the checks of the Pod
// Security Standards, as the library of the API server's own admission has
// them, and by fields outside of these standards. It names container and field
// of what it finds. It reads no cluster.
package podsecurity

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"

	"harden/agent/change"
)

// Issue is one field of a template that a check refuses.
type Issue struct {
	Check Check
	// Field is its address below the pod's spec:
	// "containers[name=app].securityContext.privileged".
	Field    string
	Op       change.Op
	Expected any // nil, where the field has to be there, or must not be
	Actual   any // nil where it is not set
}

// Judge judges templates as one minor version of Kubernetes does.
type Judge struct {
	versioned []versioned
}

// versioned is a row of the table with the library's check for one version; nil
// where the library has none.
type versioned struct {
	row
	revision policy.CheckPodFn
}

// New gives the judge for Kubernetes 1.minor.
func New(minor int) *Judge {
	j := &Judge{}
	for _, r := range table {
		v := versioned{row: r}
		if r.standard != nil {
			if v.revision = at(r.standard(), minor); v.revision == nil {
				continue // this version does not know the check
			}
		}
		j.versioned = append(j.versioned, v)
	}
	return j
}

// at picks the revision of a check that holds for 1.minor; nil before there
// was one.
func at(check policy.Check, minor int) policy.CheckPodFn {
	var fn policy.CheckPodFn
	server := api.MajorMinorVersion(1, minor)
	for _, v := range check.Versions {
		if !server.Older(v.MinimumVersion) {
			fn = v.CheckPod
		}
	}
	return fn
}

// Since is the first minor version in which Pod Security admission refuses what
// a check finds; ok is false where it never does.
func Since(c Check) (minor int, ok bool) {
	i := slices.IndexFunc(table, func(r row) bool { return r.check == c })
	if i < 0 || table[i].refusedBy == "" {
		return 0, false
	}
	if table[i].standard == nil {
		return table[i].since, true
	}
	first := table[i].standard().Versions[0].MinimumVersion
	return max(first.Minor(), table[i].since), true
}

// Level is the Pod Security level from which on admission refuses what a check
// finds: "baseline", "restricted", or "" where no level does.
func Level(c Check) string {
	i := slices.IndexFunc(table, func(r row) bool { return r.check == c })
	if i < 0 {
		return ""
	}
	return string(table[i].refusedBy)
}

// Issues lists what the checks find in a template. For a check of the
// standards the library decides: what it allows is not an issue, and what it
// refuses is one, also where the field cannot be told.
func (j *Judge) Issues(meta *metav1.ObjectMeta, spec *corev1.PodSpec) []Issue {
	if meta == nil {
		meta = &metav1.ObjectMeta{}
	}
	var issues []Issue
	for _, v := range j.versioned {
		if v.revision == nil {
			issues = append(issues, v.issues(meta, spec)...)
			continue
		}
		result := v.revision(meta, spec)
		if result.Allowed {
			continue
		}
		found := v.issues(meta, spec)
		if len(found) == 0 && !v.part {
			found = []Issue{{Check: v.check, Field: "spec", Op: change.Absent, Actual: result.ForbiddenReason}}
		}
		issues = append(issues, found...)
	}
	return issues
}
