package podsecurity

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"harden/agent/change"
)

func privilegeEscalation(_ *metav1.ObjectMeta, spec *corev1.PodSpec) (issues []Issue) {
	eachContainer(spec, func(at string, _ *corev1.Container, s *corev1.SecurityContext) {
		if s.AllowPrivilegeEscalation == nil || *s.AllowPrivilegeEscalation {
			issues = append(issues, Issue{PrivilegeEscalation, at + "securityContext.allowPrivilegeEscalation", change.Exact, false, plain(s.AllowPrivilegeEscalation)})
		}
	})
	return issues
}

// runAsRoot finds containers that may run as root: a container's own setting
// comes before the pod's.
func runAsRoot(_ *metav1.ObjectMeta, spec *corev1.PodSpec) (issues []Issue) {
	pod := podContext(spec).RunAsNonRoot
	if pod != nil && !*pod {
		issues = append(issues, Issue{RunAsRoot, "securityContext.runAsNonRoot", change.Exact, true, false})
	}
	eachContainer(spec, func(at string, _ *corev1.Container, s *corev1.SecurityContext) {
		own := s.RunAsNonRoot
		if own != nil && !*own || own == nil && (pod == nil || !*pod) {
			issues = append(issues, Issue{RunAsRoot, at + "securityContext.runAsNonRoot", change.Exact, true, plain(own)})
		}
	})
	return issues
}

func runAsUserZero(_ *metav1.ObjectMeta, spec *corev1.PodSpec) (issues []Issue) {
	zero := func(at string, user *int64) {
		if user != nil && *user == 0 {
			issues = append(issues, Issue{RunAsUserZero, at + "securityContext.runAsUser", change.AtLeast, int64(1), int64(0)})
		}
	}
	zero("", podContext(spec).RunAsUser)
	eachContainer(spec, func(at string, _ *corev1.Container, s *corev1.SecurityContext) { zero(at, s.RunAsUser) })
	return issues
}

func seccomp(_ *metav1.ObjectMeta, spec *corev1.PodSpec) (issues []Issue) {
	good := func(p *corev1.SeccompProfile) bool {
		return p != nil && (p.Type == corev1.SeccompProfileTypeRuntimeDefault || p.Type == corev1.SeccompProfileTypeLocalhost)
	}
	pod := podContext(spec).SeccompProfile
	allowed := []string{string(corev1.SeccompProfileTypeRuntimeDefault), string(corev1.SeccompProfileTypeLocalhost)}
	kind := func(p *corev1.SeccompProfile) any {
		if p == nil {
			return nil
		}
		return string(p.Type)
	}
	if pod != nil && !good(pod) {
		issues = append(issues, Issue{Seccomp, "securityContext.seccompProfile.type", change.OneOf, allowed, kind(pod)})
	}
	eachContainer(spec, func(at string, _ *corev1.Container, s *corev1.SecurityContext) {
		if own := s.SeccompProfile; own != nil && !good(own) || own == nil && !good(pod) {
			issues = append(issues, Issue{Seccomp, at + "securityContext.seccompProfile.type", change.OneOf, allowed, kind(own)})
		}
	})
	return issues
}

// volumeType finds volumes outside of those that the level restricted lists.
func volumeType(_ *metav1.ObjectMeta, spec *corev1.PodSpec) (issues []Issue) {
	for _, v := range spec.Volumes {
		s := v.VolumeSource
		if s.ConfigMap != nil || s.CSI != nil || s.DownwardAPI != nil || s.EmptyDir != nil || s.Ephemeral != nil || s.Image != nil ||
			s.PersistentVolumeClaim != nil || s.Projected != nil || s.Secret != nil {
			continue
		}
		issues = append(issues, Issue{VolumeType, "volumes[name=" + v.Name + "]", change.Absent, nil, "a type that is not on the list"})
	}
	return issues
}

const unconfined = "Unconfined"

// appArmor finds profiles that are switched off by the field or by the
// annotations from before Kubernetes 1.30.
func appArmor(meta *metav1.ObjectMeta, spec *corev1.PodSpec) (issues []Issue) {
	off := func(at string, p *corev1.AppArmorProfile) {
		if p != nil && p.Type == corev1.AppArmorProfileTypeUnconfined {
			issues = append(issues, Issue{AppArmor, at + "securityContext.appArmorProfile.type", change.Excludes, unconfined, unconfined})
		}
	}
	off("", podContext(spec).AppArmorProfile)
	eachContainer(spec, func(at string, c *corev1.Container, s *corev1.SecurityContext) {
		off(at, s.AppArmorProfile)
		if meta.Annotations[appArmorAnnotation+c.Name] == "unconfined" {
			issues = append(issues, Issue{AppArmor, at + "securityContext.appArmorProfile.type", change.Excludes, unconfined, "unconfined by annotation"})
		}
	})
	return issues
}

const appArmorAnnotation = "container.apparmor.security.beta.kubernetes.io/"

// noMAC finds containers for which neither an AppArmor profile nor SELinux
// options are named: whether the runtime's default profile confines them
// depends on the node.
func noMAC(meta *metav1.ObjectMeta, spec *corev1.PodSpec) (issues []Issue) {
	pod := podContext(spec)
	if isWindows(spec) || pod.AppArmorProfile != nil || pod.SELinuxOptions != nil {
		return nil
	}
	eachContainer(spec, func(at string, c *corev1.Container, s *corev1.SecurityContext) {
		if s.AppArmorProfile == nil && s.SELinuxOptions == nil && meta.Annotations[appArmorAnnotation+c.Name] == "" {
			issues = append(issues, Issue{NoMAC, at + "securityContext.appArmorProfile", change.Present, nil, nil})
		}
	})
	return issues
}
