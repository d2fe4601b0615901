package fixers

import (
	"cmp"

	"harden/agent/change"
	"harden/agent/facts"
)

// What a fixer may tell beside the methods of Fixer. A kind without one of them
// restarts nothing, waits for the cluster, and is about no port. A type of fixer is named
// nowhere else than in its own file, here, and in the list that is made of the sources.

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

// Configuring is a fixer about a setting of the kubelet: a field of its configuration,
// and the flag for the same, "" for none.
type Configuring interface {
	KubeletSetting() (field, flag string)
}

// Foretold is a fixer whose rules can be met before kubeadm has run, by what kubeadm
// is configured with.
type Foretold interface {
	Foretold()
}

// Verifying is a fixer that has the API server verify what kubelets serve with: each
// kubelet of the cluster must serve with a certificate of the authority in the file.
type Verifying interface {
	Verifies() (ca string)
}

// Migrating is a fixer about what is stored: every API server must be able to read it
// before one writes it, and what that takes stays where a run is rolled back.
type Migrating interface {
	Migrates()
}

// OfUnit is a fixer about the process of a systemd unit.
type OfUnit interface {
	OfUnit() string
}

// KubeletSetting implements Configuring.
func (f *KubeletSetting) KubeletSetting() (field, flag string) { return f.Field, f.Flag }

// Migrates implements Migrating.
func (f *EncryptionAtRest) Migrates() {}

// OfUnit implements OfUnit.
func (f *UnitCurrent) OfUnit() string { return f.Unit }

// Foretold implements Foretold.
func (f *ComponentFlag) Foretold() {}

// Foretold implements Foretold.
func (f *ControlPlaneFile) Foretold() {}

// Foretold implements Foretold.
func (f *AnonymousAccess) Foretold() {}

// Foretold implements Foretold.
func (f *EncryptionAtRest) Foretold() {}

// Foretold implements Foretold.
func (f *PodSecurity) Foretold() {}

// Foretold implements Foretold.
func (f *KubeletSetting) Foretold() {}

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
func (f *UnitCurrent) Restarts() []change.Effect { return []change.Effect{change.RestartUnit(f.Unit)} }

// Restarts implements Restarting.
func (f *KubeletAddresses) Restarts() []change.Effect {
	return []change.Effect{change.RestartUnit(KubeletUnit)}
}

// Restarts implements Restarting.
func (f *FileContent) Restarts() []change.Effect { return restartOf(f.Restart) }

// Restarts implements Restarting.
func (f *YAMLSetting) Restarts() []change.Effect { return restartOf(f.Restart) }

// restartOf restarts a unit; "" is none.
func restartOf(unit string) []change.Effect {
	if unit == "" {
		return nil
	}
	return []change.Effect{change.RestartUnit(unit)}
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
