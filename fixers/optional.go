package fixers

import (
	"cmp"

	"harden/agent/change"
	"harden/agent/facts"
)

// What a fixer may tell beside the methods of Fixer. A kind without one of them
// restarts nothing, waits for the cluster, and is about no port.

// Restarting is a fixer whose rules restart something. It is asked where the fixer
// could not judge, because there are no wants then that would tell.
type Restarting interface {
	Restarts() []change.Effect
}

// Phased is a fixer whose rules may be met before kubeadm has run.
type Phased interface {
	Phase() Phase
}

// Listening is a fixer that is about an open port.
type Listening interface {
	Listens() facts.Port
}

// Starting is a fixer about how a component is started. It tells of the flags, by the
// names that they have now; what it asks of files that they name is not among them.
type Starting interface {
	Flags() (component string, flags []string)
}

// Flags implements Starting.
func (f *ComponentFlag) Flags() (string, []string) { return f.Component, []string{f.Flag} }

// Flags implements Starting.
func (f *AnonymousAccess) Flags() (string, []string) {
	return "kube-apiserver", []string{"--anonymous-auth", "--authentication-config"}
}

// Flags implements Starting.
func (f *EncryptionAtRest) Flags() (string, []string) {
	return "kube-apiserver", []string{EncryptionFlag, EncryptionFlag + "-automatic-reload"}
}

// EncryptionFlag names the file with the keys of what is stored.
const EncryptionFlag = "--encryption-provider-config"

// Flags implements Starting.
func (f *ControlPlaneFile) Flags() (string, []string) {
	return "kube-apiserver", []string{cmp.Or(flagOf[f.File], admissionFlag)}
}

// Flags implements Starting.
func (f *PodSecurity) Flags() (string, []string) { return "kube-apiserver", []string{admissionFlag} }

// Flags implements Starting.
func (f *KubeletServingCA) Flags() (string, []string) {
	return "kube-apiserver", []string{"--kubelet-certificate-authority"}
}

var rollsAPIServer = []change.Effect{change.RollPod("kube-apiserver")}

// Restarts implements Restarting.
func (f *KubeletSetting) Restarts() []change.Effect {
	return []change.Effect{change.RestartUnit(KubeletUnit)}
}

// Restarts implements Restarting.
func (f *ComponentFlag) Restarts() []change.Effect {
	return []change.Effect{change.RollPod(f.Component)}
}

// Restarts implements Restarting.
func (f *AnonymousAccess) Restarts() []change.Effect { return rollsAPIServer }

// Restarts implements Restarting.
func (f *EncryptionAtRest) Restarts() []change.Effect { return rollsAPIServer }

// Restarts implements Restarting.
func (f *ControlPlaneFile) Restarts() []change.Effect { return rollsAPIServer }

// Restarts implements Restarting.
func (f *PodSecurity) Restarts() []change.Effect { return rollsAPIServer }

// Restarts implements Restarting.
func (f *KubeletServingCA) Restarts() []change.Effect { return rollsAPIServer }

// Phase implements Phased.
func (f *Sysctl) Phase() Phase { return Host }

// Phase implements Phased.
func (f *Account) Phase() Phase { return Host }

// Phase implements Phased.
func (f *FileAccess) Phase() Phase { return phaseOfPath(f.Path) }

// Phase implements Phased.
func (f *FileContent) Phase() Phase { return phaseOfPath(f.Path) }

// Phase implements Phased.
func (f *YAMLSetting) Phase() Phase { return phaseOfPath(f.Path) }

// Listens implements Listening.
func (f *Port) Listens() facts.Port { return facts.Port{Protocol: f.Protocol, Number: f.Port} }
