package podsecurity

import (
	"reflect"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"harden/agent/change"
)

func writableRoot(_ *metav1.ObjectMeta, spec *corev1.PodSpec) (issues []Issue) {
	if isWindows(spec) {
		return nil
	}
	eachContainer(spec, func(at string, _ *corev1.Container, s *corev1.SecurityContext) {
		if s.ReadOnlyRootFilesystem == nil || !*s.ReadOnlyRootFilesystem {
			issues = append(issues, Issue{WritableRoot, at + "securityContext.readOnlyRootFilesystem", change.Exact, true, plain(s.ReadOnlyRootFilesystem)})
		}
	})
	return issues
}

// secretEnv finds secrets in the environment, one by one and as a whole.
func secretEnv(_ *metav1.ObjectMeta, spec *corev1.PodSpec) (issues []Issue) {
	eachContainer(spec, func(at string, c *corev1.Container, _ *corev1.SecurityContext) {
		for _, e := range c.Env {
			if e.ValueFrom != nil && e.ValueFrom.SecretKeyRef != nil {
				issues = append(issues, Issue{SecretEnv, at + "env[name=" + e.Name + "].valueFrom.secretKeyRef", change.Absent, nil, e.ValueFrom.SecretKeyRef.Name})
			}
		}
		for _, e := range c.EnvFrom {
			if e.SecretRef != nil {
				issues = append(issues, Issue{SecretEnv, at + "envFrom.secretRef", change.Absent, nil, e.SecretRef.Name})
			}
		}
	})
	return issues
}

// unbounded finds containers without a request or a limit of a resource. A
// limit without a request gives a request of the same size. Ephemeral
// containers cannot have either.
func unbounded(c Check, resource corev1.ResourceName) func(*metav1.ObjectMeta, *corev1.PodSpec) []Issue {
	return func(_ *metav1.ObjectMeta, spec *corev1.PodSpec) (issues []Issue) {
		eachContainer(spec, func(at string, container *corev1.Container, _ *corev1.SecurityContext) {
			if strings.HasPrefix(at, "ephemeral") {
				return
			}
			_, limit := container.Resources.Limits[resource]
			_, request := container.Resources.Requests[resource]
			if !limit {
				issues = append(issues, Issue{c, at + "resources.limits." + string(resource), change.Present, nil, nil})
			}
			if !request && !limit {
				issues = append(issues, Issue{c, at + "resources.requests." + string(resource), change.Present, nil, nil})
			}
		})
		return issues
	}
}

// securityContext finds containers for which neither they nor the pod say
// anything of their rights.
func securityContext(_ *metav1.ObjectMeta, spec *corev1.PodSpec) (issues []Issue) {
	if pod := spec.SecurityContext; pod != nil && !reflect.ValueOf(*pod).IsZero() {
		return nil
	}
	eachContainer(spec, func(at string, c *corev1.Container, _ *corev1.SecurityContext) {
		if c.SecurityContext == nil {
			issues = append(issues, Issue{SecurityContext, at + "securityContext", change.Present, nil, nil})
		}
	})
	return issues
}

// latestImage finds images that another pull may replace by another one: no
// tag, or latest, and no digest.
func latestImage(_ *metav1.ObjectMeta, spec *corev1.PodSpec) (issues []Issue) {
	eachContainer(spec, func(at string, c *corev1.Container, _ *corev1.SecurityContext) {
		if tag, digest := reference(c.Image); digest == "" && (tag == "" || tag == "latest") {
			issues = append(issues, Issue{LatestImage, at + "image", change.Excludes, "latest", c.Image})
		}
	})
	return issues
}

// reference gives tag and digest of an image's reference; both may be "".
func reference(image string) (tag, digest string) {
	name, digest, _ := strings.Cut(image, "@")
	if last := name[strings.LastIndexByte(name, '/')+1:]; strings.Contains(last, ":") {
		tag = last[strings.IndexByte(last, ':')+1:]
	}
	return tag, digest
}

// Registry is where an image comes from: what stands before the first slash,
// where that is a host, and docker.io otherwise.
func Registry(image string) string {
	first, _, more := strings.Cut(image, "/")
	if more && (strings.ContainsAny(first, ".:") || first == "localhost") {
		return first
	}
	return "docker.io"
}

// Images lists the images of a pod's containers.
func Images(spec *corev1.PodSpec) []string {
	var list []string
	eachContainer(spec, func(_ string, c *corev1.Container, _ *corev1.SecurityContext) { list = append(list, c.Image) })
	return list
}

// Registries lists where the images of a pod's containers come from, each once.
func Registries(spec *corev1.PodSpec) []string {
	var list []string
	for _, image := range Images(spec) {
		if r := Registry(image); !slices.Contains(list, r) {
			list = append(list, r)
		}
	}
	slices.Sort(list)
	return list
}

// Ports lists the ports that containers name, as numbers.
func Ports(spec *corev1.PodSpec) []int32 {
	var list []int32
	eachContainer(spec, func(_ string, c *corev1.Container, _ *corev1.SecurityContext) {
		for _, p := range c.Ports {
			list = append(list, p.ContainerPort)
		}
	})
	return list
}
