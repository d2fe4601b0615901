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
	{"cis-", "1", Text{"Control plane", "控制面"}, onPlanes},
	{"cis-", "1.1", Text{"Control plane files", "控制面文件"}, onEachNode},
	{"cis-", "1.2", Text{"API server", "API Server"}, onEachNode},
	{"cis-", "1.3", Text{"Controller manager", "控制器管理器"}, onEachNode},
	{"cis-", "1.4", Text{"Scheduler", "调度器"}, onEachNode},
	{"cis-", "2", Text{"etcd", "etcd"}, onEachNode},
	{"cis-", "3", Text{"Authentication and logging", "认证与日志"}, once},
	{"cis-", "3.1", Text{"Authentication", "认证"}, onEachNode},
	{"cis-", "3.2", Text{"Logging", "日志"}, onEachNode},
	{"cis-", "4", Text{"Kubelet and kube-proxy", "kubelet 与 kube-proxy"}, onEachNode},
	{"cis-", "4.1", Text{"Node files", "节点文件"}, onEachNode},
	{"cis-", "4.2", Text{"Kubelet", "kubelet"}, onEachNode},
	{"cis-", "4.3", Text{"kube-proxy", "kube-proxy"}, onEachNode},
	{"cis-", "5", Text{"Policies of the cluster", "集群策略"}, once},
	{"cis-", "5.1", Text{"RBAC and service accounts", "RBAC 与 ServiceAccount"}, onEachNode},
	{"cis-", "5.2", Text{"Pod security", "Pod 安全"}, onEachNode},
	{"cis-", "5.3", Text{"Network policies", "网络策略"}, onEachNode},
	{"cis-", "5.4", Text{"Secrets", "Secret"}, onEachNode},
	{"cis-", "5.5", Text{"Admission of images", "镜像准入"}, onEachNode},
	{"cis-", "5.6", Text{"General policies", "通用策略"}, onEachNode},
	{"cis-", "5.7", Text{"General policies", "通用策略"}, onEachNode},
	{"qkxy-cs001-2023", "5.1", Text{"API server", "API Server"}, onPlanes},
	{"qkxy-cs001-2023", "5.1.1", Text{"API server: files", "API Server：文件"}, onEachNode},
	{"qkxy-cs001-2023", "5.1.2", Text{"API server: authentication and access", "API Server：认证与访问控制"}, onEachNode},
	{"qkxy-cs001-2023", "5.1.3", Text{"API server: denial of service", "API Server：拒绝服务"}, onEachNode},
	{"qkxy-cs001-2023", "5.1.4", Text{"API server: information leaks", "API Server：信息泄露"}, onEachNode},
	{"qkxy-cs001-2023", "5.1.5", Text{"API server: audit log", "API Server：审计日志"}, onEachNode},
	{"qkxy-cs001-2023", "5.1.6", Text{"API server: TLS", "API Server：TLS"}, onEachNode},
	{"qkxy-cs001-2023", "5.2", Text{"Controller manager", "控制器管理器"}, onPlanes},
	{"qkxy-cs001-2023", "5.2.1", Text{"Controller manager: files", "控制器管理器：文件"}, onEachNode},
	{"qkxy-cs001-2023", "5.2.2", Text{"Controller manager: authentication", "控制器管理器：认证与访问控制"}, onEachNode},
	{"qkxy-cs001-2023", "5.2.3", Text{"Controller manager: denial of service", "控制器管理器：拒绝服务"}, onEachNode},
	{"qkxy-cs001-2023", "5.2.4", Text{"Controller manager: information leaks", "控制器管理器：信息泄露"}, onEachNode},
	{"qkxy-cs001-2023", "5.3", Text{"Scheduler", "调度器"}, onPlanes},
	{"qkxy-cs001-2023", "5.3.1", Text{"Scheduler: files", "调度器：文件"}, onEachNode},
	{"qkxy-cs001-2023", "5.3.2", Text{"Scheduler: information leaks", "调度器：信息泄露"}, onEachNode},
	{"qkxy-cs001-2023", "5.4", Text{"etcd", "etcd"}, onEachNode},
	{"qkxy-cs001-2023", "5.4.1", Text{"etcd: files", "etcd：文件"}, onEachNode},
	{"qkxy-cs001-2023", "5.4.2", Text{"etcd: authentication and access", "etcd：认证与访问控制"}, onEachNode},
	{"qkxy-cs001-2023", "5.4.3", Text{"etcd: TLS", "etcd：TLS"}, onEachNode},
	{"qkxy-cs001-2023", "5.5", Text{"kube-proxy", "kube-proxy"}, onEachNode},
	{"qkxy-cs001-2023", "5.5.1", Text{"kube-proxy: files", "kube-proxy：文件"}, onEachNode},
	{"qkxy-cs001-2023", "5.6", Text{"Kubelet", "kubelet"}, onEachNode},
	{"qkxy-cs001-2023", "5.6.1", Text{"Kubelet: files", "kubelet：文件"}, onEachNode},
	{"qkxy-cs001-2023", "5.6.2", Text{"Kubelet: authentication and access", "kubelet：认证与访问控制"}, onEachNode},
	{"qkxy-cs001-2023", "5.6.3", Text{"Kubelet: denial of service", "kubelet：拒绝服务"}, onEachNode},
	{"qkxy-cs001-2023", "5.6.4", Text{"Kubelet: TLS", "kubelet：TLS"}, onEachNode},
	{"qkxy-cs001-2023", "5.6.5", Text{"Kubelet: system", "kubelet：系统"}, onEachNode},
	{"qkxy-cs001-2023", "5.7", Text{"Containers and policies", "容器与策略"}, once},
	{"qkxy-cs001-2023", "5.7.1", Text{"Images and registries", "镜像与镜像仓库"}, onEachNode},
	{"qkxy-cs001-2023", "5.7.2", Text{"How pods start", "容器启动"}, onEachNode},
	{"qkxy-cs001-2023", "5.7.3", Text{"Service accounts and RBAC", "ServiceAccount 与 RBAC"}, onEachNode},
	{"qkxy-cs001-2023", "5.7.4", Text{"Secrets", "Secret"}, onEachNode},
	{"qkxy-cs001-2023", "5.7.5", Text{"Quotas", "资源配额"}, onEachNode},
	{"qkxy-cs001-2023", "5.7.6", Text{"Namespaces and policies", "命名空间与策略"}, onEachNode},
	{"qkxy-cs001-2023", "5.8", Text{"Network", "网络"}, onEachNode},
	{"qkxy-cs001-2023", "5.8.1", Text{"Network add-on: files", "网络插件：文件"}, onEachNode},
	{"qkxy-cs001-2023", "5.8.2", Text{"Network policies", "网络策略"}, once},
	{"rancher-2.1", "1.1", Text{"Hosts", "主机"}, onEachNode},
	{"rancher-2.1", "2.1", Text{"RKE cluster options", "RKE 集群选项"}, onEachNode},
	{"rancher-2.1", "3", Text{"Rancher server", "Rancher 服务端"}, once},
	{"rancher-2.1", "3.1", Text{"Rancher installation", "Rancher 安装"}, onEachNode},
	{"rancher-2.1", "3.2", Text{"Authentication", "认证"}, onEachNode},
	{"rancher-2.1", "3.3", Text{"Roles", "角色"}, onEachNode},
	{"rancher-2.1", "3.4", Text{"Node drivers", "节点驱动"}, onEachNode},
	{"rancher-2.3.5", "rke-cluster", Text{"RKE cluster", "RKE 集群"}, onEachNode},
	{"rancher-2.3.5", "rke-template", Text{"RKE template", "RKE 模板"}, onEachNode},
	{"rancher-2.3.5", "cloud-config", Text{"First boot", "首次启动"}, onEachNode},
	{"qingteng-12", "2", Text{"Pod security", "Pod 安全"}, once},
	{"qingteng-12", "3", Text{"Namespaces", "命名空间"}, once},
	{"qingteng-12", "4", Text{"Network policies", "网络策略"}, once},
	{"qingteng-12", "7", Text{"Scheduler", "调度器"}, onPlanes},
	{"qingteng-12", "8", Text{"Controller manager", "控制器管理器"}, onPlanes},
	{"qingteng-12", "9", Text{"etcd", "etcd"}, onEachNode},
	{"qingteng-12", "10", Text{"Kubelet", "kubelet"}, onEachNode},
	{"qingteng-12", "11", Text{"Control plane files", "控制面文件"}, onPlanes},
	{"qingteng-12", "12", Text{"Node files", "节点文件"}, onEachNode},
	{"k8s-security-bp", "api", Text{"API server", "API Server"}, onEachNode},
	{"k8s-security-bp", "kubelet", Text{"Kubelet", "kubelet"}, onEachNode},
	{"kubeadm-node", "files", Text{"Files", "文件"}, onEachNode},
	{"kubeadm-node", "kernel", Text{"Kernel", "内核"}, onEachNode},
	{"kubeadm-node", "kubelet", Text{"Kubelet", "kubelet"}, onEachNode},
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
