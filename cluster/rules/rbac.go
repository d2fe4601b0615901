package rules

import (
	"fmt"
	"slices"
	"strings"

	"harden/agent/change"
	"harden/agent/message"
	"harden/cluster/inventory"
	"harden/cluster/rbac"
)

// grantRow is one rule about who has a right.
type grantRow struct {
	name  string
	right rbac.Right
	title Text
	why   Text
}

var core = []string{""}

var grantRows = []grantRow{
	{"rbac-cluster-admin", rbac.Right{Everything: true},
		Text{"Limit who has all rights in the cluster", "限制拥有集群全部权限的主体"},
		Text{"Whoever has every verb on every resource can read every Secret and run anything on every node.", "对所有资源拥有所有动作的主体可以读取全部 Secret，并在任意节点运行任意程序。"}},
	{"rbac-secrets", rbac.Right{Verbs: []string{"get", "list", "watch"}, Groups: core, Resources: []string{"secrets"}},
		Text{"Limit who can read Secrets", "限制可读取 Secret 的主体"},
		Text{"Secrets hold the credentials of other accounts; whoever can list Secrets can read them.", "Secret 保存其他账户的凭据；能列出即能读取。"}},
	{"rbac-wildcards", rbac.Right{Literal: true},
		Text{"Avoid wildcards in roles that are bound", "避免在已绑定的角色中使用通配符"},
		Text{"A wildcard also grants rights on resources that a later version or add-on adds.", "通配符还会授予后续版本或插件新增的权限。"}},
	{"rbac-create-pods", rbac.Right{Verbs: []string{"create", "update", "patch"}, Groups: []string{"", "apps", "batch"},
		Resources: []string{"pods", "replicationcontrollers", "deployments", "daemonsets", "statefulsets", "replicasets", "jobs", "cronjobs"}},
		Text{"Limit who can create pods", "限制可创建 Pod 的主体"},
		Text{"Whoever creates pods can use every account and Secret of the namespace.", "能创建 Pod 的主体可以使用命名空间中的任意账户与 Secret。"}},
	{"rbac-escalate", rbac.Right{Verbs: []string{"bind", "escalate", "impersonate"}, Groups: []string{"", "rbac.authorization.k8s.io", "authentication.k8s.io"},
		Resources: []string{"roles", "clusterroles", "rolebindings", "clusterrolebindings", "users", "groups", "serviceaccounts", "uids", "userextras"}},
		Text{"Limit who can bind, escalate or impersonate", "限制可 bind、escalate 或 impersonate 的主体"},
		Text{"With these verbs, a subject can get rights that it does not have.", "这些动作可获得主体自身没有的权限。"}},
	{"rbac-persistent-volumes", rbac.Right{Verbs: []string{"create"}, Groups: core, Resources: []string{"persistentvolumes"}, ClusterWide: true},
		Text{"Limit who can create persistent volumes", "限制可创建持久卷的主体"},
		Text{"A hostPath volume gives access to the files of a node, and bypasses Pod Security.", "hostPath 卷可绕过 Pod 安全准入访问节点文件。"}},
	{"rbac-nodes-proxy", rbac.Right{Verbs: []string{"get", "create", "update", "patch", "delete"}, Groups: core, Resources: []string{"nodes/proxy"}, ClusterWide: true},
		Text{"Limit who can use the kubelet through nodes/proxy", "限制可通过 nodes/proxy 访问 kubelet 的主体"},
		Text{"Whoever has this right can run commands in every container of a node, and bypasses the audit log and admission.", "可在节点的任意容器中执行命令，绕过审计日志与准入控制。"}},
	{"rbac-approve-certificates", rbac.Right{Verbs: []string{"update", "patch", "approve"}, Groups: []string{"certificates.k8s.io"},
		Resources: []string{"certificatesigningrequests/approval", "signers"}, ClusterWide: true},
		Text{"Limit who can approve certificate requests", "限制可批准证书请求的主体"},
		Text{"Whoever approves a request can create a certificate for any user.", "被批准的请求可以是任意用户的证书。"}},
	{"rbac-webhooks", rbac.Right{Verbs: []string{"create", "update", "patch", "delete", "deletecollection"}, Groups: []string{"admissionregistration.k8s.io"},
		Resources: []string{"validatingwebhookconfigurations", "mutatingwebhookconfigurations", "validatingadmissionpolicies",
			"validatingadmissionpolicybindings", "mutatingadmissionpolicies", "mutatingadmissionpolicybindings"}, ClusterWide: true},
		Text{"Limit who can change admission webhooks and policies", "限制可修改准入 Webhook 与策略的主体"},
		Text{"A webhook sees and changes every object that it asks for; a policy that somebody deletes refuses nothing any more.", "Webhook 可查看并修改其请求的任意对象；移除策略后不再拒绝任何请求。"}},
	{"rbac-token-create", rbac.Right{Verbs: []string{"create"}, Groups: core, Resources: []string{"serviceaccounts/token"}},
		Text{"Limit who can create service account tokens", "限制可创建 ServiceAccount 令牌的主体"},
		Text{"A token gives all rights of its account.", "令牌拥有其账户的全部权限。"}},
}

func rbacRules() []Rule {
	var list []Rule
	for _, row := range grantRows {
		list = append(list, Rule{Name: row.name, Title: row.title, Why: row.why, needs: inventory.RBAC, judge: row.judge})
	}
	return append(list,
		Rule{Name: "rbac-system-masters", needs: inventory.RBAC, judge: systemMasters,
			Title: Text{"Do not use the group system:masters", "不使用 system:masters 组"},
			Why:   Text{"Members of this group have all rights, and no change of roles can take these rights away.", "其成员拥有全部权限，且无法通过修改角色收回。"}},
		Rule{Name: "bootstrap-tokens", needs: inventory.RBAC, judge: tokensForJoining,
			Title: Text{"Let bootstrap tokens do nothing but join nodes", "引导令牌只能用于节点加入"},
			Why:   Text{"A bootstrap token is a password without an owner: nobody can tell who used it.", "引导令牌相当于没有归属的口令：用它所做的操作无法归属到个人。"}},
		Rule{Name: "service-account-rights", needs: inventory.RBAC, judge: accountRights,
			Title: Text{"Keep the rights of service accounts small", "最小化 ServiceAccount 权限"},
			Why:   Text{"An attacker who takes over a program acts with the rights of its account.", "被入侵的程序会以其账户的权限行事。"}})
}

// judge lists the subjects that have the row's right. Whether each needs it is
// for a person to say; nobody at all is compliant.
func (row grantRow) judge(c *Cluster) Verdict {
	observed := c.grants(row.right)
	if len(observed) == 0 {
		return compliant("only the control plane and the subjects that the settings allow have this right")
	}
	return manual(observed, "%d subjects have this right: %s; bind those that need it to a role with fewer rights, or allow them with --set rbac-allowed=",
		len(subjects(observed)), listed(subjects(observed)))
}

// grants is the evidence of who has a right, without those that may have it.
func (c *Cluster) grants(right rbac.Right) []change.Observation {
	var observed []change.Observation
	for _, g := range c.RBAC.Grants(right) {
		if !c.mayHave(g) {
			observed = append(observed, evidence(g))
		}
	}
	return observed
}

// mayHave tells whether a grant is none that is reported: the API server's own,
// to the control plane's own subjects, or one that the settings allow. A
// subject that somebody added to a binding of the API server is reported.
func (c *Cluster) mayHave(g rbac.Grant) bool {
	name := g.Subject.String()
	if g.Bootstrap && controlPlane(g.Subject) {
		return true
	}
	return slices.Contains(c.Settings.ClusterAdmins, name) || slices.Contains(c.Settings.Allowed, name)
}

// controlPlane tells whether a subject is one that the API server's own
// bindings name.
func controlPlane(s rbac.Subject) bool {
	switch s.Kind {
	case "ServiceAccount":
		return s.Namespace == "kube-system"
	case "User":
		return strings.HasPrefix(s.Name, "system:kube-")
	case "Group":
		return s.Name == "system:masters" || s.Name == "system:nodes" || s.Name == "system:monitoring"
	}
	return false
}

func evidence(g rbac.Grant) change.Observation {
	b := g.Binding
	target := change.ObjectTarget(b.Kind, "rbac.authorization.k8s.io", b.Namespace, b.Name)
	scope := "everywhere"
	if g.Namespace != "" {
		scope = "in " + g.Namespace
	}
	return change.Observation{Target: target, Field: "json:subjects", Op: change.Excludes, Expected: g.Subject.String(), Actual: g.Subject.String(),
		Where: message.New("%s %s → %s %s, %s", b.Kind, b.Name, b.RoleKind, b.RoleName, scope), Owner: b.Owner}
}

// subjects lists those of some evidence, each once.
func subjects(observed []change.Observation) []string {
	var list []string
	for _, o := range observed {
		if s, is := o.Actual.(string); is && !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	slices.Sort(list)
	return list
}

// mostListed bounds how many names stand in a reason; the evidence has all.
const mostListed = 5

func listed(names []string) string {
	if len(names) <= mostListed {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s … +%d", strings.Join(names[:mostListed], ", "), len(names)-mostListed)
}
