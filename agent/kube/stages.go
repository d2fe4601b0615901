package kube

// betaSince gives the first minor version of Kubernetes in which a feature gate is
// a beta one, for the gates that rules are about (pkg/features; a component's
// --help names the stage).
var betaSince = map[string]int{"RotateKubeletServerCertificate": 12}

// GroupGate gives the gate that switches another one where nothing names it:
// "AllBeta" or "AllAlpha". It is "" for a gate that harden knows no stage of
// (k8s.io/component-base/featuregate, setUnsetBetaGates).
func GroupGate(name string, minor int) string {
	since, known := betaSince[name]
	switch {
	case !known:
		return ""
	case minor < since:
		return "AllAlpha"
	}
	return "AllBeta"
}
