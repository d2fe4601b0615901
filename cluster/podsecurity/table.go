package podsecurity

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
)

// Check names one thing that is looked for in a template.
type Check string

// The checks of the Pod Security Standards, split where a control asks for a
// part of one.
const (
	Privileged          Check = "privileged"
	HostPID             Check = "hostPID"
	HostIPC             Check = "hostIPC"
	HostNetwork         Check = "hostNetwork"
	HostPath            Check = "hostPath"
	HostPort            Check = "hostPort"
	HostProcess         Check = "hostProcess"
	HostProbe           Check = "hostProbe"
	AddedCapability     Check = "addedCapability"
	Capability          Check = "capability" // anything but none at all
	PrivilegeEscalation Check = "privilegeEscalation"
	RunAsRoot           Check = "runAsRoot"
	RunAsUserZero       Check = "runAsUserZero"
	Seccomp             Check = "seccomp"
	VolumeType          Check = "volumeType"
	AppArmor            Check = "appArmor"
	SELinux             Check = "seLinux"
	ProcMount           Check = "procMount"
	Sysctl              Check = "sysctl"
)

// Parts of the standards' checks that a control asks for by itself, and fields
// that no standard is about.
const (
	NetRaw          Check = "netRaw"
	SensitivePath   Check = "sensitivePath"
	DevicePath      Check = "devicePath"
	RuntimeSocket   Check = "runtimeSocket"
	LowHostPort     Check = "lowHostPort"
	WritableRoot    Check = "writableRoot"
	SecretEnv       Check = "secretEnv"
	CPUUnbounded    Check = "cpuUnbounded"
	MemoryUnbounded Check = "memoryUnbounded"
	NoMAC           Check = "noMAC" // neither AppArmor nor SELinux is named
	SecurityContext Check = "securityContext"
	LatestImage     Check = "latestImage"
)

// row is one check: the library's, where there is one, and how its fields are
// found.
type row struct {
	check     Check
	refusedBy api.Level           // "" where Pod Security admission does not look at it
	standard  func() policy.Check // nil where the library has none
	part      bool                // of the library's check, so finding no field means that it is another part
	since     int                 // the first minor version, where the library does not say
	issues    func(*metav1.ObjectMeta, *corev1.PodSpec) []Issue
}

const (
	baseline   = api.LevelBaseline
	restricted = api.LevelRestricted
)

// restrictedCapabilities is since when the level restricted asks to drop ALL.
const restrictedCapabilities = 22

var table = []row{
	{check: Privileged, refusedBy: baseline, standard: policy.CheckPrivileged, issues: privileged},
	{check: HostPID, refusedBy: baseline, standard: policy.CheckHostNamespaces, part: true, issues: hostPID},
	{check: HostIPC, refusedBy: baseline, standard: policy.CheckHostNamespaces, part: true, issues: hostIPC},
	{check: HostNetwork, refusedBy: baseline, standard: policy.CheckHostNamespaces, part: true, issues: hostNetwork},
	{check: HostPath, refusedBy: baseline, standard: policy.CheckHostPathVolumes, issues: hostPath},
	{check: HostPort, refusedBy: baseline, standard: policy.CheckHostPorts, issues: hostPort},
	{check: HostProcess, refusedBy: baseline, standard: policy.CheckWindowsHostProcess, issues: hostProcess},
	{check: HostProbe, refusedBy: baseline, standard: policy.CheckHostProbesAndHostLifecycle, issues: none},
	{check: AddedCapability, refusedBy: baseline, standard: policy.CheckCapabilitiesBaseline, issues: addedCapability},
	{check: AppArmor, refusedBy: baseline, standard: policy.CheckAppArmorProfile, issues: appArmor},
	{check: SELinux, refusedBy: baseline, standard: policy.CheckSELinuxOptions, issues: none},
	{check: ProcMount, refusedBy: baseline, standard: policy.CheckProcMountBaseline, issues: none},
	{check: Sysctl, refusedBy: baseline, standard: policy.CheckSysctls, issues: none},
	{check: Capability, refusedBy: restricted, standard: policy.CheckCapabilitiesRestricted, issues: capability},
	{check: PrivilegeEscalation, refusedBy: restricted, standard: policy.CheckAllowPrivilegeEscalation, issues: privilegeEscalation},
	{check: RunAsRoot, refusedBy: restricted, standard: policy.CheckRunAsNonRoot, issues: runAsRoot},
	{check: RunAsUserZero, refusedBy: restricted, standard: policy.CheckRunAsUser, issues: runAsUserZero},
	{check: Seccomp, refusedBy: restricted, standard: policy.CheckSeccompProfileRestricted, issues: seccomp},
	{check: VolumeType, refusedBy: restricted, standard: policy.CheckRestrictedVolumes, issues: volumeType},

	{check: NetRaw, refusedBy: restricted, since: restrictedCapabilities, issues: netRaw},
	{check: SensitivePath, refusedBy: baseline, issues: sensitivePath},
	{check: DevicePath, refusedBy: baseline, issues: devicePath},
	{check: RuntimeSocket, refusedBy: baseline, issues: runtimeSocket},
	{check: LowHostPort, refusedBy: baseline, issues: lowHostPort},
	{check: WritableRoot, issues: writableRoot},
	{check: SecretEnv, issues: secretEnv},
	{check: CPUUnbounded, issues: unbounded(CPUUnbounded, corev1.ResourceCPU)},
	{check: MemoryUnbounded, issues: unbounded(MemoryUnbounded, corev1.ResourceMemory)},
	{check: NoMAC, issues: noMAC},
	{check: SecurityContext, issues: securityContext},
	{check: LatestImage, issues: latestImage},
}

// All lists the checks.
func All() []Check {
	list := make([]Check, len(table))
	for i, r := range table {
		list[i] = r.check
	}
	return list
}

func none(*metav1.ObjectMeta, *corev1.PodSpec) []Issue { return nil }
