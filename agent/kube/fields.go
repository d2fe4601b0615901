package kube

import (
	"slices"
	"strings"

	"harden/agent/message"
)

// kubeletFieldsSteady are the fields at the top of a KubeletConfiguration,
// kubelet.config.k8s.io/v1beta1, from 1.11 to Newest (pkg/kubelet/apis/config
// and k8s.io/kubelet/config/v1beta1 of each release). None was ever removed.
const kubeletFieldsSteady = `
address apiVersion authentication authorization cgroupDriver cgroupRoot cgroupsPerQOS clusterDNS
clusterDomain containerLogMaxFiles containerLogMaxSize contentType cpuCFSQuota cpuManagerPolicy
cpuManagerReconcilePeriod enableContentionProfiling enableControllerAttachDetach
enableDebuggingHandlers enforceNodeAllocatable eventBurst eventRecordQPS evictionHard
evictionMaxPodGracePeriod evictionMinimumReclaim evictionPressureTransitionPeriod evictionSoft
evictionSoftGracePeriod failSwapOn featureGates fileCheckFrequency hairpinMode healthzBindAddress
healthzPort httpCheckFrequency imageGCHighThresholdPercent imageGCLowThresholdPercent
imageMinimumGCAge iptablesDropBit iptablesMasqueradeBit kind kubeAPIBurst kubeAPIQPS kubeReserved
kubeReservedCgroup kubeletCgroups makeIPTablesUtilChains maxOpenFiles maxPods
nodeStatusUpdateFrequency oomScoreAdj podCIDR podPidsLimit podsPerCore port protectKernelDefaults
qosReserved readOnlyPort registryBurst registryPullQPS resolvConf rotateCertificates
runtimeRequestTimeout serializeImagePulls serverTLSBootstrap staticPodPath staticPodURL
staticPodURLHeader streamingConnectionIdleTimeout syncFrequency systemCgroups systemReserved
systemReservedCgroup tlsCertFile tlsCipherSuites tlsMinVersion tlsPrivateKeyFile
volumeStatsAggPeriod
`

// kubeletFields are those that came later.
var kubeletFields = []field{
	{"allowedUnsafeSysctls", 16},
	{"configMapAndSecretChangeDetectionStrategy", 12},
	{"containerLogMaxWorkers", 30},
	{"containerLogMonitorInterval", 30},
	{"containerRuntimeEndpoint", 27},
	{"cpuCFSQuotaPeriod", 12},
	{"cpuManagerPolicyOptions", 22},
	{"crashLoopBackOff", 32},
	{"defaultPodSysctls", 37},
	{"enableDebugFlagsHandler", 21},
	{"enableProfilingHandler", 21},
	{"enableServer", 19},
	{"enableSystemLogHandler", 19},
	{"enableSystemLogQuery", 27},
	{"failCgroupV1", 31},
	{"imageMaximumGCAge", 29},
	{"imagePullCredentialsVerificationPolicy", 33},
	{"imageServiceEndpoint", 27},
	{"kernelMemcgNotification", 19},
	{"localStorageCapacityIsolation", 25},
	{"logging", 19},
	{"maxParallelImagePulls", 27},
	{"memoryManagerPolicy", 21},
	{"memoryReservationPolicy", 36},
	{"memorySwap", 22},
	{"memoryThrottlingFactor", 22},
	{"mergeDefaultEvictionSettings", 33},
	{"nodeLeaseDurationSeconds", 12},
	{"nodeStatusMaxImages", 19},
	{"nodeStatusReportFrequency", 13},
	{"podLogsDir", 30},
	{"preloadedImagesVerificationAllowlist", 33},
	{"providerID", 19},
	{"registerNode", 23},
	{"registerWithTaints", 23},
	{"reservedMemory", 21},
	{"reservedSystemCPUs", 17},
	{"runOnce", 19},
	{"seccompDefault", 22},
	{"showHiddenMetricsForVersion", 18},
	{"shutdownGracePeriod", 20},
	{"shutdownGracePeriodByPodPriority", 23},
	{"shutdownGracePeriodCriticalPods", 20},
	{"singleProcessOOMKill", 32},
	{"tlsCurvePreferences", 36},
	{"topologyManagerPolicy", 16},
	{"topologyManagerPolicyOptions", 26},
	{"topologyManagerScope", 20},
	{"tracing", 25},
	{"userNamespaces", 33},
	{"volumePluginDir", 19},
}

// field is a field of a configuration file.
type field struct {
	name  string
	since int // the first minor with it
}

// KubeletField tells whether a version's KubeletConfiguration has a field,
// "podPidsLimit" or "authentication.anonymous.enabled", judged by its first
// part. A kubelet does not start with one that it does not know.
func KubeletField(path string, minor int) (exists bool, reason message.Text) {
	top, _, _ := strings.Cut(path, ".")
	if hasWord(kubeletFieldsSteady, top) {
		return true, message.Text{}
	}
	i := slices.IndexFunc(kubeletFields, func(f field) bool { return f.name == top })
	if i < 0 {
		return false, message.New("%s is not a field of KubeletConfiguration that harden knows", top)
	}
	if since := kubeletFields[i].since; minor < since {
		return false, came(message.New("the kubelet's setting %s", top), kubernetes(since))
	}
	return true, message.Text{}
}
