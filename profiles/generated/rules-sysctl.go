// Code generated from rules/sysctl.yaml by go generate ./profiles; DO NOT EDIT.

package generated

import "harden/fixers"

var sysctlRules = []Rule{
	{
		Name:       "sysctl-vm-overcommit-memory",
		Kind:       "sysctl",
		Path:       "rules/sysctl.yaml",
		With:       "{key: vm.overcommit_memory, value: \"1\", file: $sysctl-file}",
		Fixer:      &fixers.Sysctl{Key: "vm.overcommit_memory", Value: "1", File: "/etc/sysctl.d/90-kubelet.conf"},
		Parameters: []Parameter{{"sysctl-file", "/etc/sysctl.d/90-kubelet.conf"}},
		Title:      Text{EN: "Set vm.overcommit_memory to 1", ZH: "vm.overcommit_memory 为 1"},
		Why:        Text{EN: "The kubelet sizes pods by their requests. Only with overcommit always allowed does the kernel leave that decision to it.", ZH: "kubelet 按资源请求调度 Pod；只有始终允许内存超额分配，内核才会把决定权交给它。"},
		Risk:       Text{EN: "Programs that count on allocation failing early are killed by the OOM killer instead.", ZH: "依赖内存分配提前失败的程序将改由 OOM 机制终止。"},
	},
	{
		Name:       "sysctl-vm-panic-on-oom",
		Kind:       "sysctl",
		Path:       "rules/sysctl.yaml",
		With:       "{key: vm.panic_on_oom, value: \"0\", file: $sysctl-file}",
		Fixer:      &fixers.Sysctl{Key: "vm.panic_on_oom", Value: "0", File: "/etc/sysctl.d/90-kubelet.conf"},
		Parameters: []Parameter{{"sysctl-file", "/etc/sysctl.d/90-kubelet.conf"}},
		Title:      Text{EN: "Set vm.panic_on_oom to 0", ZH: "vm.panic_on_oom 为 0"},
		Why:        Text{EN: "One container that runs out of memory must not take the node and all its pods down.", ZH: "单个容器内存耗尽不应导致整个节点及其全部 Pod 宕机。"},
		Risk:       Text{EN: "None known.", ZH: "暂无已知风险。"},
	},
	{
		Name:       "sysctl-kernel-panic",
		Kind:       "sysctl",
		Path:       "rules/sysctl.yaml",
		With:       "{key: kernel.panic, value: \"10\", file: $sysctl-file}",
		Fixer:      &fixers.Sysctl{Key: "kernel.panic", Value: "10", File: "/etc/sysctl.d/90-kubelet.conf"},
		Parameters: []Parameter{{"sysctl-file", "/etc/sysctl.d/90-kubelet.conf"}},
		Title:      Text{EN: "Set kernel.panic to 10: reboot 10 s after a panic", ZH: "kernel.panic 为 10：内核崩溃 10 秒后重启"},
		Why:        Text{EN: "A node that hangs after a panic holds its pods' leases and volumes. A reboot gives them back.", ZH: "内核崩溃后挂死的节点会一直占用 Pod 的租约与卷，重启可将其释放。"},
		Risk:       Text{EN: "The node reboots by itself 10 s after a kernel panic.", ZH: "内核崩溃 10 秒后节点自动重启。"},
	},
	{
		Name:       "sysctl-kernel-panic-on-oops",
		Kind:       "sysctl",
		Path:       "rules/sysctl.yaml",
		With:       "{key: kernel.panic_on_oops, value: \"1\", file: $sysctl-file}",
		Fixer:      &fixers.Sysctl{Key: "kernel.panic_on_oops", Value: "1", File: "/etc/sysctl.d/90-kubelet.conf"},
		Parameters: []Parameter{{"sysctl-file", "/etc/sysctl.d/90-kubelet.conf"}},
		Title:      Text{EN: "Set kernel.panic_on_oops to 1", ZH: "kernel.panic_on_oops 为 1"},
		Why:        Text{EN: "After an oops the kernel's memory cannot be trusted any more; going on can damage data.", ZH: "发生 oops 后内核内存不再可信，继续运行可能损坏数据。"},
		Risk:       Text{EN: "A kernel bug that was survived before now reboots the node.", ZH: "原本可继续运行的内核错误将导致节点重启。"},
	},
	{
		Name:       "sysctl-kernel-keys-root-maxbytes",
		Kind:       "sysctl",
		Path:       "rules/sysctl.yaml",
		With:       "{key: kernel.keys.root_maxbytes, value: \"25000000\", file: $sysctl-file}",
		Fixer:      &fixers.Sysctl{Key: "kernel.keys.root_maxbytes", Value: "25000000", File: "/etc/sysctl.d/90-kubelet.conf"},
		Parameters: []Parameter{{"sysctl-file", "/etc/sysctl.d/90-kubelet.conf"}},
		Title:      Text{EN: "Set kernel.keys.root_maxbytes to 25000000", ZH: "kernel.keys.root_maxbytes 为 25000000"},
		Why:        Text{EN: "Container runtimes keep session keys per container as root; too small a quota makes containers fail to start.", ZH: "容器运行时以 root 身份为每个容器保存会话密钥，配额过小会导致容器无法启动。"},
		Risk:       Text{EN: "None known: it is the kernel's own default.", ZH: "暂无已知风险：与内核默认值相同。"},
	},
	{
		Name:       "sysctl-kernel-keys-root-maxkeys",
		Kind:       "sysctl",
		Path:       "rules/sysctl.yaml",
		With:       "{key: kernel.keys.root_maxkeys, value: \"1000000\", file: $sysctl-file}",
		Fixer:      &fixers.Sysctl{Key: "kernel.keys.root_maxkeys", Value: "1000000", File: "/etc/sysctl.d/90-kubelet.conf"},
		Parameters: []Parameter{{"sysctl-file", "/etc/sysctl.d/90-kubelet.conf"}},
		Title:      Text{EN: "Set kernel.keys.root_maxkeys to 1000000", ZH: "kernel.keys.root_maxkeys 为 1000000"},
		Why:        Text{EN: "The kubelet checks this value too when it protects the kernel's defaults.", ZH: "kubelet 启用内核默认值保护时同样检查该参数。"},
		Risk:       Text{EN: "None known: it is the kernel's own default.", ZH: "暂无已知风险：与内核默认值相同。"},
	},
}
