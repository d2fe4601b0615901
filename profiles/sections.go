package profiles

import "strings"

// section is a part of a baseline, and its title.
type section struct {
	profile string // its name, or the beginning of the names of all editions
	id      string
	title   Text
}

// sections of the built-in profiles, in our own words.
var sections = [...]section{
	{"cis-", "1", Text{"Control plane", "控制面"}},
	{"cis-", "1.1", Text{"Control plane files", "控制面文件"}},
	{"cis-", "1.2", Text{"API server", "API Server"}},
	{"cis-", "1.3", Text{"Controller manager", "控制器管理器"}},
	{"cis-", "1.4", Text{"Scheduler", "调度器"}},
	{"cis-", "2", Text{"etcd", "etcd"}},
	{"cis-", "3", Text{"Authentication and logging", "认证与日志"}},
	{"cis-", "3.1", Text{"Authentication", "认证"}},
	{"cis-", "3.2", Text{"Logging", "日志"}},
	{"cis-", "4", Text{"Kubelet and kube-proxy", "kubelet 与 kube-proxy"}},
	{"cis-", "4.1", Text{"Node files", "节点文件"}},
	{"cis-", "4.2", Text{"Kubelet", "kubelet"}},
	{"cis-", "4.3", Text{"kube-proxy", "kube-proxy"}},
	{"cis-", "5", Text{"Policies of the cluster", "集群策略"}},
	{"cis-", "5.1", Text{"RBAC and service accounts", "RBAC 与 ServiceAccount"}},
	{"cis-", "5.2", Text{"Pod security", "Pod 安全"}},
	{"cis-", "5.3", Text{"Network policies", "网络策略"}},
	{"cis-", "5.4", Text{"Secrets", "Secret"}},
	{"cis-", "5.5", Text{"Admission of images", "镜像准入"}},
	{"cis-", "5.6", Text{"General policies", "通用策略"}},
	{"cis-", "5.7", Text{"General policies", "通用策略"}},
	{"qkxy-cs001-2023", "5.1", Text{"API server", "API Server"}},
	{"qkxy-cs001-2023", "5.1.1", Text{"API server: files", "API Server：文件"}},
	{"qkxy-cs001-2023", "5.1.2", Text{"API server: authentication and access", "API Server：认证与访问控制"}},
	{"qkxy-cs001-2023", "5.1.3", Text{"API server: denial of service", "API Server：拒绝服务"}},
	{"qkxy-cs001-2023", "5.1.4", Text{"API server: information leaks", "API Server：信息泄露"}},
	{"qkxy-cs001-2023", "5.1.5", Text{"API server: audit log", "API Server：审计日志"}},
	{"qkxy-cs001-2023", "5.1.6", Text{"API server: TLS", "API Server：TLS"}},
	{"qkxy-cs001-2023", "5.2", Text{"Controller manager", "控制器管理器"}},
	{"qkxy-cs001-2023", "5.2.1", Text{"Controller manager: files", "控制器管理器：文件"}},
	{"qkxy-cs001-2023", "5.2.2", Text{"Controller manager: authentication", "控制器管理器：认证与访问控制"}},
	{"qkxy-cs001-2023", "5.2.3", Text{"Controller manager: denial of service", "控制器管理器：拒绝服务"}},
	{"qkxy-cs001-2023", "5.2.4", Text{"Controller manager: information leaks", "控制器管理器：信息泄露"}},
	{"qkxy-cs001-2023", "5.3", Text{"Scheduler", "调度器"}},
	{"qkxy-cs001-2023", "5.3.1", Text{"Scheduler: files", "调度器：文件"}},
	{"qkxy-cs001-2023", "5.3.2", Text{"Scheduler: information leaks", "调度器：信息泄露"}},
	{"qkxy-cs001-2023", "5.4", Text{"etcd", "etcd"}},
	{"qkxy-cs001-2023", "5.4.1", Text{"etcd: files", "etcd：文件"}},
	{"qkxy-cs001-2023", "5.4.2", Text{"etcd: authentication and access", "etcd：认证与访问控制"}},
	{"qkxy-cs001-2023", "5.4.3", Text{"etcd: TLS", "etcd：TLS"}},
	{"qkxy-cs001-2023", "5.5", Text{"kube-proxy", "kube-proxy"}},
	{"qkxy-cs001-2023", "5.5.1", Text{"kube-proxy: files", "kube-proxy：文件"}},
	{"qkxy-cs001-2023", "5.6", Text{"Kubelet", "kubelet"}},
	{"qkxy-cs001-2023", "5.6.1", Text{"Kubelet: files", "kubelet：文件"}},
	{"qkxy-cs001-2023", "5.6.2", Text{"Kubelet: authentication and access", "kubelet：认证与访问控制"}},
	{"qkxy-cs001-2023", "5.6.3", Text{"Kubelet: denial of service", "kubelet：拒绝服务"}},
	{"qkxy-cs001-2023", "5.6.4", Text{"Kubelet: TLS", "kubelet：TLS"}},
	{"qkxy-cs001-2023", "5.6.5", Text{"Kubelet: system", "kubelet：系统"}},
	{"qkxy-cs001-2023", "5.7", Text{"Containers and policies", "容器与策略"}},
	{"qkxy-cs001-2023", "5.7.1", Text{"Images and registries", "镜像与镜像仓库"}},
	{"qkxy-cs001-2023", "5.7.2", Text{"How pods start", "容器启动"}},
	{"qkxy-cs001-2023", "5.7.3", Text{"Service accounts and RBAC", "ServiceAccount 与 RBAC"}},
	{"qkxy-cs001-2023", "5.7.4", Text{"Secrets", "Secret"}},
	{"qkxy-cs001-2023", "5.7.5", Text{"Quotas", "资源配额"}},
	{"qkxy-cs001-2023", "5.7.6", Text{"Namespaces and policies", "命名空间与策略"}},
	{"qkxy-cs001-2023", "5.8", Text{"Network", "网络"}},
	{"qkxy-cs001-2023", "5.8.1", Text{"Network add-on: files", "网络插件：文件"}},
	{"qkxy-cs001-2023", "5.8.2", Text{"Network policies", "网络策略"}},
	{"rancher-2.1", "1.1", Text{"Hosts", "主机"}},
	{"rancher-2.1", "2.1", Text{"RKE cluster options", "RKE 集群选项"}},
	{"rancher-2.1", "3", Text{"Rancher server", "Rancher 服务端"}},
	{"rancher-2.1", "3.1", Text{"Rancher installation", "Rancher 安装"}},
	{"rancher-2.1", "3.2", Text{"Authentication", "认证"}},
	{"rancher-2.1", "3.3", Text{"Roles", "角色"}},
	{"rancher-2.1", "3.4", Text{"Node drivers", "节点驱动"}},
	{"rancher-2.3.5", "rke-cluster", Text{"RKE cluster", "RKE 集群"}},
	{"rancher-2.3.5", "rke-template", Text{"RKE template", "RKE 模板"}},
	{"rancher-2.3.5", "cloud-config", Text{"First boot", "首次启动"}},
	{"qingteng-12", "2", Text{"Pod security", "Pod 安全"}},
	{"qingteng-12", "3", Text{"Namespaces", "命名空间"}},
	{"qingteng-12", "4", Text{"Network policies", "网络策略"}},
	{"qingteng-12", "7", Text{"Scheduler", "调度器"}},
	{"qingteng-12", "8", Text{"Controller manager", "控制器管理器"}},
	{"qingteng-12", "9", Text{"etcd", "etcd"}},
	{"qingteng-12", "10", Text{"Kubelet", "kubelet"}},
	{"qingteng-12", "11", Text{"Control plane files", "控制面文件"}},
	{"qingteng-12", "12", Text{"Node files", "节点文件"}},
	{"k8s-security-bp", "api", Text{"API server", "API Server"}},
	{"k8s-security-bp", "kubelet", Text{"Kubelet", "kubelet"}},
	{"kubeadm-node", "files", Text{"Files", "文件"}},
	{"kubeadm-node", "kernel", Text{"Kernel", "内核"}},
	{"kubeadm-node", "kubelet", Text{"Kubelet", "kubelet"}},
}

// SectionTitle is the title of a section of a built-in profile, such as "1.2" of
// "cis-1.12"; nothing where it has none.
func SectionTitle(profile, id string) Text {
	for i := range sections {
		s := &sections[i]
		if s.id == id && (s.profile == profile || strings.HasSuffix(s.profile, "-") && strings.HasPrefix(profile, s.profile)) {
			return s.title
		}
	}
	return Text{}
}
