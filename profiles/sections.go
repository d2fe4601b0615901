package profiles

import "strings"

// section is a part of a baseline, and its title.
type section struct {
	profile string // its name, or the beginning of the names of all editions
	id      string
	title   Text
	judged  judged // where a person judges its controls
}

// judged says where what only a person can judge is looked at.
type judged byte

const (
	onEachNode judged = iota
	onPlanes          // where a control plane runs
	once              // it is about the whole cluster: where a control plane runs, for all nodes
)

// about finds a control's section, or the one above it, that says where it is judged.
func (c Control) judged() judged {
	profile, id, _ := strings.Cut(c.ID, "/")
	for i := strings.LastIndexByte(id, '.'); i > 0; i = strings.LastIndexByte(id, '.') {
		id = id[:i]
		if s := sectionOf(profile, id); s != nil && s.judged != onEachNode {
			return s.judged
		}
	}
	return onEachNode
}

// OfCluster tells whether the control is about the whole cluster, and no node.
func (c Control) OfCluster() bool { return c.judged() == once }

// OnPlanes tells whether a person judges the control where a control plane runs, and not on
// other nodes.
func (c Control) OnPlanes() bool { return c.judged() != onEachNode }

// sections of the built-in profiles, in our own words.
var sections = [...]section{
	{"cis-", "1", Text{EN: "Control plane", ZH: "控制面"}, onPlanes},
	{"cis-", "1.1", Text{EN: "Control plane files", ZH: "控制面文件"}, onEachNode},
	{"cis-", "1.2", Text{EN: "API server", ZH: "API Server"}, onEachNode},
	{"cis-", "1.3", Text{EN: "Controller manager", ZH: "控制器管理器"}, onEachNode},
	{"cis-", "1.4", Text{EN: "Scheduler", ZH: "调度器"}, onEachNode},
	{"cis-", "2", Text{EN: "etcd", ZH: "etcd"}, onEachNode},
	{"cis-", "3", Text{EN: "Authentication and logging", ZH: "认证与日志"}, once},
	{"cis-", "3.1", Text{EN: "Authentication", ZH: "认证"}, onEachNode},
	{"cis-", "3.2", Text{EN: "Logging", ZH: "日志"}, onEachNode},
	{"cis-", "4", Text{EN: "Kubelet and kube-proxy", ZH: "kubelet 与 kube-proxy"}, onEachNode},
	{"cis-", "4.1", Text{EN: "Node files", ZH: "节点文件"}, onEachNode},
	{"cis-", "4.2", Text{EN: "Kubelet", ZH: "kubelet"}, onEachNode},
	{"cis-", "4.3", Text{EN: "kube-proxy", ZH: "kube-proxy"}, onEachNode},
	{"cis-", "5", Text{EN: "Policies of the cluster", ZH: "集群策略"}, once},
	{"cis-", "5.1", Text{EN: "RBAC and service accounts", ZH: "RBAC 与 ServiceAccount"}, onEachNode},
	{"cis-", "5.2", Text{EN: "Pod security", ZH: "Pod 安全"}, onEachNode},
	{"cis-", "5.3", Text{EN: "Network policies", ZH: "网络策略"}, onEachNode},
	{"cis-", "5.4", Text{EN: "Secrets", ZH: "Secret"}, onEachNode},
	{"cis-", "5.5", Text{EN: "Admission of images", ZH: "镜像准入"}, onEachNode},
	{"cis-", "5.6", Text{EN: "General policies", ZH: "通用策略"}, onEachNode},
	{"cis-", "5.7", Text{EN: "General policies", ZH: "通用策略"}, onEachNode},
	{"qkxy-cs001-2023", "5.1", Text{EN: "API server", ZH: "API Server"}, onPlanes},
	{"qkxy-cs001-2023", "5.1.1", Text{EN: "API server: files", ZH: "API Server：文件"}, onEachNode},
	{"qkxy-cs001-2023", "5.1.2", Text{EN: "API server: authentication and access", ZH: "API Server：认证与访问控制"}, onEachNode},
	{"qkxy-cs001-2023", "5.1.3", Text{EN: "API server: denial of service", ZH: "API Server：拒绝服务"}, onEachNode},
	{"qkxy-cs001-2023", "5.1.4", Text{EN: "API server: information leaks", ZH: "API Server：信息泄露"}, onEachNode},
	{"qkxy-cs001-2023", "5.1.5", Text{EN: "API server: audit log", ZH: "API Server：审计日志"}, onEachNode},
	{"qkxy-cs001-2023", "5.1.6", Text{EN: "API server: TLS", ZH: "API Server：TLS"}, onEachNode},
	{"qkxy-cs001-2023", "5.2", Text{EN: "Controller manager", ZH: "控制器管理器"}, onPlanes},
	{"qkxy-cs001-2023", "5.2.1", Text{EN: "Controller manager: files", ZH: "控制器管理器：文件"}, onEachNode},
	{"qkxy-cs001-2023", "5.2.2", Text{EN: "Controller manager: authentication", ZH: "控制器管理器：认证与访问控制"}, onEachNode},
	{"qkxy-cs001-2023", "5.2.3", Text{EN: "Controller manager: denial of service", ZH: "控制器管理器：拒绝服务"}, onEachNode},
	{"qkxy-cs001-2023", "5.2.4", Text{EN: "Controller manager: information leaks", ZH: "控制器管理器：信息泄露"}, onEachNode},
	{"qkxy-cs001-2023", "5.3", Text{EN: "Scheduler", ZH: "调度器"}, onPlanes},
	{"qkxy-cs001-2023", "5.3.1", Text{EN: "Scheduler: files", ZH: "调度器：文件"}, onEachNode},
	{"qkxy-cs001-2023", "5.3.2", Text{EN: "Scheduler: information leaks", ZH: "调度器：信息泄露"}, onEachNode},
	{"qkxy-cs001-2023", "5.4", Text{EN: "etcd", ZH: "etcd"}, onEachNode},
	{"qkxy-cs001-2023", "5.4.1", Text{EN: "etcd: files", ZH: "etcd：文件"}, onEachNode},
	{"qkxy-cs001-2023", "5.4.2", Text{EN: "etcd: authentication and access", ZH: "etcd：认证与访问控制"}, onEachNode},
	{"qkxy-cs001-2023", "5.4.3", Text{EN: "etcd: TLS", ZH: "etcd：TLS"}, onEachNode},
	{"qkxy-cs001-2023", "5.5", Text{EN: "kube-proxy", ZH: "kube-proxy"}, onEachNode},
	{"qkxy-cs001-2023", "5.5.1", Text{EN: "kube-proxy: files", ZH: "kube-proxy：文件"}, onEachNode},
	{"qkxy-cs001-2023", "5.6", Text{EN: "Kubelet", ZH: "kubelet"}, onEachNode},
	{"qkxy-cs001-2023", "5.6.1", Text{EN: "Kubelet: files", ZH: "kubelet：文件"}, onEachNode},
	{"qkxy-cs001-2023", "5.6.2", Text{EN: "Kubelet: authentication and access", ZH: "kubelet：认证与访问控制"}, onEachNode},
	{"qkxy-cs001-2023", "5.6.3", Text{EN: "Kubelet: denial of service", ZH: "kubelet：拒绝服务"}, onEachNode},
	{"qkxy-cs001-2023", "5.6.4", Text{EN: "Kubelet: TLS", ZH: "kubelet：TLS"}, onEachNode},
	{"qkxy-cs001-2023", "5.6.5", Text{EN: "Kubelet: system", ZH: "kubelet：系统"}, onEachNode},
	{"qkxy-cs001-2023", "5.7", Text{EN: "Containers and policies", ZH: "容器与策略"}, once},
	{"qkxy-cs001-2023", "5.7.1", Text{EN: "Images and registries", ZH: "镜像与镜像仓库"}, onEachNode},
	{"qkxy-cs001-2023", "5.7.2", Text{EN: "How pods start", ZH: "容器启动"}, onEachNode},
	{"qkxy-cs001-2023", "5.7.3", Text{EN: "Service accounts and RBAC", ZH: "ServiceAccount 与 RBAC"}, onEachNode},
	{"qkxy-cs001-2023", "5.7.4", Text{EN: "Secrets", ZH: "Secret"}, onEachNode},
	{"qkxy-cs001-2023", "5.7.5", Text{EN: "Quotas", ZH: "资源配额"}, onEachNode},
	{"qkxy-cs001-2023", "5.7.6", Text{EN: "Namespaces and policies", ZH: "命名空间与策略"}, onEachNode},
	{"qkxy-cs001-2023", "5.8", Text{EN: "Network", ZH: "网络"}, onEachNode},
	{"qkxy-cs001-2023", "5.8.1", Text{EN: "Network add-on: files", ZH: "网络插件：文件"}, onEachNode},
	{"qkxy-cs001-2023", "5.8.2", Text{EN: "Network policies", ZH: "网络策略"}, once},
	{"rancher-2.1", "1.1", Text{EN: "Hosts", ZH: "主机"}, onEachNode},
	{"rancher-2.1", "2.1", Text{EN: "RKE cluster options", ZH: "RKE 集群选项"}, onEachNode},
	{"rancher-2.1", "3", Text{EN: "Rancher server", ZH: "Rancher 服务端"}, once},
	{"rancher-2.1", "3.1", Text{EN: "Rancher installation", ZH: "Rancher 安装"}, onEachNode},
	{"rancher-2.1", "3.2", Text{EN: "Authentication", ZH: "认证"}, onEachNode},
	{"rancher-2.1", "3.3", Text{EN: "Roles", ZH: "角色"}, onEachNode},
	{"rancher-2.1", "3.4", Text{EN: "Node drivers", ZH: "节点驱动"}, onEachNode},
	{"rancher-2.3.5", "rke-cluster", Text{EN: "RKE cluster", ZH: "RKE 集群"}, onEachNode},
	{"rancher-2.3.5", "rke-template", Text{EN: "RKE template", ZH: "RKE 模板"}, onEachNode},
	{"rancher-2.3.5", "cloud-config", Text{EN: "First boot", ZH: "首次启动"}, onEachNode},
	{"qingteng-12", "2", Text{EN: "Pod security", ZH: "Pod 安全"}, once},
	{"qingteng-12", "3", Text{EN: "Namespaces", ZH: "命名空间"}, once},
	{"qingteng-12", "4", Text{EN: "Network policies", ZH: "网络策略"}, once},
	{"qingteng-12", "7", Text{EN: "Scheduler", ZH: "调度器"}, onPlanes},
	{"qingteng-12", "8", Text{EN: "Controller manager", ZH: "控制器管理器"}, onPlanes},
	{"qingteng-12", "9", Text{EN: "etcd", ZH: "etcd"}, onEachNode},
	{"qingteng-12", "10", Text{EN: "Kubelet", ZH: "kubelet"}, onEachNode},
	{"qingteng-12", "11", Text{EN: "Control plane files", ZH: "控制面文件"}, onPlanes},
	{"qingteng-12", "12", Text{EN: "Node files", ZH: "节点文件"}, onEachNode},
	{"k8s-security-bp", "api", Text{EN: "API server", ZH: "API Server"}, onEachNode},
	{"k8s-security-bp", "kubelet", Text{EN: "Kubelet", ZH: "kubelet"}, onEachNode},
	{"kubeadm-node", "files", Text{EN: "Files", ZH: "文件"}, onEachNode},
	{"kubeadm-node", "kernel", Text{EN: "Kernel", ZH: "内核"}, onEachNode},
	{"kubeadm-node", "kubelet", Text{EN: "Kubelet", ZH: "kubelet"}, onEachNode},
}

// SectionTitle is the title of a section of a built-in profile, such as "1.2" of
// "cis-1.12"; nothing where it has none.
func SectionTitle(profile, id string) Text {
	if s := sectionOf(profile, id); s != nil {
		return s.title
	}
	return Text{}
}

func sectionOf(profile, id string) *section {
	for i := range sections {
		s := &sections[i]
		if s.id == id && (s.profile == profile || strings.HasSuffix(s.profile, "-") && strings.HasPrefix(profile, s.profile)) {
			return s
		}
	}
	return nil
}
