package podsecurity

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"harden/agent/change"
)

// eachContainer visits every container of a pod, init and ephemeral ones too,
// with its address below the spec. security is never nil.
func eachContainer(spec *corev1.PodSpec, visit func(address string, c *corev1.Container, security *corev1.SecurityContext)) {
	one := func(list string, c *corev1.Container) {
		security := c.SecurityContext
		if security == nil {
			security = &corev1.SecurityContext{}
		}
		visit(list+"[name="+c.Name+"].", c, security)
	}
	for i := range spec.InitContainers {
		one("initContainers", &spec.InitContainers[i])
	}
	for i := range spec.Containers {
		one("containers", &spec.Containers[i])
	}
	for i := range spec.EphemeralContainers {
		one("ephemeralContainers", (*corev1.Container)(&spec.EphemeralContainers[i].EphemeralContainerCommon))
	}
}

// podContext gives the pod's security context; never nil.
func podContext(spec *corev1.PodSpec) *corev1.PodSecurityContext {
	if spec.SecurityContext == nil {
		return &corev1.PodSecurityContext{}
	}
	return spec.SecurityContext
}

func isWindows(spec *corev1.PodSpec) bool {
	return spec.OS != nil && spec.OS.Name == corev1.Windows
}

// plain is the value of a field that may be unset, as an Issue holds it.
func plain[T any](p *T) any {
	if p == nil {
		return nil
	}
	return *p
}

func names[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, e := range list {
		out[i] = string(e)
	}
	return out
}

func privileged(_ *metav1.ObjectMeta, spec *corev1.PodSpec) (issues []Issue) {
	eachContainer(spec, func(at string, _ *corev1.Container, s *corev1.SecurityContext) {
		if s.Privileged != nil && *s.Privileged {
			issues = append(issues, Issue{Privileged, at + "securityContext.privileged", change.Exact, false, true})
		}
	})
	return issues
}

// defaultCapabilities are those that a container has by itself, so that adding
// them adds nothing. See the level baseline of the Pod Security Standards.
var defaultCapabilities = strings.Fields(`AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE
	SETFCAP SETGID SETPCAP SETUID SYS_CHROOT`)

func addedCapability(_ *metav1.ObjectMeta, spec *corev1.PodSpec) (issues []Issue) {
	eachContainer(spec, func(at string, _ *corev1.Container, s *corev1.SecurityContext) {
		if s.Capabilities == nil {
			return
		}
		beyond := slices.DeleteFunc(names(s.Capabilities.Add), func(c string) bool { return slices.Contains(defaultCapabilities, c) })
		if len(beyond) > 0 {
			issues = append(issues, Issue{AddedCapability, at + "securityContext.capabilities.add", change.Absent, nil, names(s.Capabilities.Add)})
		}
	})
	return issues
}

func capability(_ *metav1.ObjectMeta, spec *corev1.PodSpec) (issues []Issue) {
	eachContainer(spec, func(at string, _ *corev1.Container, s *corev1.SecurityContext) {
		drop, add := capabilities(s)
		if !slices.Contains(drop, "ALL") {
			issues = append(issues, Issue{Capability, at + "securityContext.capabilities.drop", change.Includes, []string{"ALL"}, listed(drop)})
		}
		if beyond := slices.DeleteFunc(slices.Clone(add), func(c string) bool { return c == "NET_BIND_SERVICE" }); len(beyond) > 0 {
			issues = append(issues, Issue{Capability, at + "securityContext.capabilities.add", change.OneOf, []string{"NET_BIND_SERVICE"}, add})
		}
	})
	return issues
}

// netRaw finds containers that may send raw packets: it is a default of the
// runtimes unless it, or ALL, is dropped.
func netRaw(_ *metav1.ObjectMeta, spec *corev1.PodSpec) (issues []Issue) {
	if isWindows(spec) {
		return nil
	}
	eachContainer(spec, func(at string, _ *corev1.Container, s *corev1.SecurityContext) {
		drop, add := capabilities(s)
		dropped := slices.Contains(drop, "ALL") || slices.Contains(drop, "NET_RAW")
		if all := slices.Contains(add, "NET_RAW") || slices.Contains(add, "ALL"); all || !dropped {
			issues = append(issues, Issue{NetRaw, at + "securityContext.capabilities.drop", change.Includes, []string{"NET_RAW"}, listed(drop)})
		}
	})
	return issues
}

func capabilities(s *corev1.SecurityContext) (drop, add []string) {
	if s.Capabilities == nil {
		return nil, nil
	}
	return names(s.Capabilities.Drop), names(s.Capabilities.Add)
}

// listed is a list as an Issue holds it: nil where it is empty.
func listed(list []string) any {
	if len(list) == 0 {
		return nil
	}
	return list
}
