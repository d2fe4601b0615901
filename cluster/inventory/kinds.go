package inventory

// kind is one kind of object that is listed.
type kind struct {
	name     string // "Deployment"
	group    string // "apps"
	path     string // "/apis/apps/v1/deployments"
	optional bool   // where the API server does not have its group, there are none
}

// Resource is how a kind is called in settings and in messages: "deployments.apps".
func (k kind) resource() string {
	name := k.path[lastSlash(k.path)+1:]
	if k.group != "" {
		name += "." + k.group
	}
	return name
}

func lastSlash(s string) int {
	for i := len(s) - 1; i >= 0; i-- {
		if s[i] == '/' {
			return i
		}
	}
	return -1
}

const (
	apps      = "apps"
	batch     = "batch"
	netGroup  = "networking.k8s.io"
	rbacGroup = "rbac.authorization.k8s.io"
	admission = "admissionregistration.k8s.io"
)

// The kinds that are listed.
var (
	namespaces      = kind{name: "Namespace", path: "/api/v1/namespaces"}
	serviceAccounts = kind{name: "ServiceAccount", path: "/api/v1/serviceaccounts"}
	pods            = kind{name: "Pod", path: "/api/v1/pods"}
	services        = kind{name: "Service", path: "/api/v1/services"}
	quotas          = kind{name: "ResourceQuota", path: "/api/v1/resourcequotas"}
	limitRanges     = kind{name: "LimitRange", path: "/api/v1/limitranges"}
	replication     = kind{name: "ReplicationController", path: "/api/v1/replicationcontrollers"}
	deployments     = kind{name: "Deployment", group: apps, path: "/apis/apps/v1/deployments"}
	statefulSets    = kind{name: "StatefulSet", group: apps, path: "/apis/apps/v1/statefulsets"}
	daemonSets      = kind{name: "DaemonSet", group: apps, path: "/apis/apps/v1/daemonsets"}
	cronJobs        = kind{name: "CronJob", group: batch, path: "/apis/batch/v1/cronjobs"}
	jobs            = kind{name: "Job", group: batch, path: "/apis/batch/v1/jobs"}
	networkPolicies = kind{name: "NetworkPolicy", group: netGroup, path: "/apis/networking.k8s.io/v1/networkpolicies"}
	ingresses       = kind{name: "Ingress", group: netGroup, path: "/apis/networking.k8s.io/v1/ingresses"}
	roles           = kind{name: "Role", group: rbacGroup, path: "/apis/rbac.authorization.k8s.io/v1/roles"}
	clusterRoles    = kind{name: "ClusterRole", group: rbacGroup, path: "/apis/rbac.authorization.k8s.io/v1/clusterroles"}
	roleBindings    = kind{name: "RoleBinding", group: rbacGroup, path: "/apis/rbac.authorization.k8s.io/v1/rolebindings"}
	clusterBindings = kind{name: "ClusterRoleBinding", group: rbacGroup, path: "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings"}
	validating      = kind{name: "ValidatingWebhookConfiguration", group: admission, path: "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations"}
	mutating        = kind{name: "MutatingWebhookConfiguration", group: admission, path: "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations"}
	globalBindings  = kind{name: "GlobalRoleBinding", group: rancher, path: "/apis/management.cattle.io/v3/globalrolebindings", optional: true}
	authConfigs     = kind{name: "AuthConfig", group: rancher, path: "/apis/management.cattle.io/v3/authconfigs", optional: true}
	nodeDrivers     = kind{name: "NodeDriver", group: rancher, path: "/apis/management.cattle.io/v3/nodedrivers", optional: true}
)

const rancher = "management.cattle.io"

// The names that rules ask for a kind by, where it may not have been read.
var (
	Namespaces      = namespaces.resource()
	ServiceAccounts = serviceAccounts.resource()
	Pods            = pods.resource()
	Services        = services.resource()
	Quotas          = quotas.resource()
	LimitRanges     = limitRanges.resource()
	NetworkPolicies = networkPolicies.resource()
	Ingresses       = ingresses.resource()
	GlobalBindings  = globalBindings.resource()
	AuthConfigs     = authConfigs.resource()
	NodeDrivers     = nodeDrivers.resource()
	Bindings        = []string{roleBindings.resource(), clusterBindings.resource()}
	ClusterBindings = clusterBindings.resource()
	RBAC            = []string{roles.resource(), clusterRoles.resource(), roleBindings.resource(), clusterBindings.resource()}
	Webhooks        = []string{validating.resource(), mutating.resource()}
	Deployments     = deployments.resource()
	DaemonSets      = daemonSets.resource()
	// Templates are all kinds that pods come from.
	Templates = []string{pods.resource(), replication.resource(), deployments.resource(), statefulSets.resource(), daemonSets.resource(),
		cronJobs.resource(), jobs.resource()}
)
