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
		Rating:     Rating{Severity: "low"},
	},
	{
		Name:       "sysctl-vm-panic-on-oom",
		Kind:       "sysctl",
		Path:       "rules/sysctl.yaml",
		With:       "{key: vm.panic_on_oom, value: \"0\", file: $sysctl-file}",
		Fixer:      &fixers.Sysctl{Key: "vm.panic_on_oom", Value: "0", File: "/etc/sysctl.d/90-kubelet.conf"},
		Parameters: []Parameter{{"sysctl-file", "/etc/sysctl.d/90-kubelet.conf"}},
		Title:      Text{EN: "Set vm.panic_on_oom to 0", ZH: "vm.panic_on_oom 为 0"},
		Rating:     Rating{Severity: "low"},
	},
	{
		Name:       "sysctl-kernel-panic",
		Kind:       "sysctl",
		Path:       "rules/sysctl.yaml",
		With:       "{key: kernel.panic, value: \"10\", file: $sysctl-file}",
		Fixer:      &fixers.Sysctl{Key: "kernel.panic", Value: "10", File: "/etc/sysctl.d/90-kubelet.conf"},
		Parameters: []Parameter{{"sysctl-file", "/etc/sysctl.d/90-kubelet.conf"}},
		Title:      Text{EN: "Set kernel.panic to 10: reboot 10 s after a panic", ZH: "kernel.panic 为 10：内核崩溃 10 秒后重启"},
		Rating:     Rating{Severity: "low"},
	},
	{
		Name:       "sysctl-kernel-panic-on-oops",
		Kind:       "sysctl",
		Path:       "rules/sysctl.yaml",
		With:       "{key: kernel.panic_on_oops, value: \"1\", file: $sysctl-file}",
		Fixer:      &fixers.Sysctl{Key: "kernel.panic_on_oops", Value: "1", File: "/etc/sysctl.d/90-kubelet.conf"},
		Parameters: []Parameter{{"sysctl-file", "/etc/sysctl.d/90-kubelet.conf"}},
		Title:      Text{EN: "Set kernel.panic_on_oops to 1", ZH: "kernel.panic_on_oops 为 1"},
		Rating:     Rating{Severity: "low"},
	},
	{
		Name:       "sysctl-kernel-keys-root-maxbytes",
		Kind:       "sysctl",
		Path:       "rules/sysctl.yaml",
		With:       "{key: kernel.keys.root_maxbytes, value: \"25000000\", file: $sysctl-file}",
		Fixer:      &fixers.Sysctl{Key: "kernel.keys.root_maxbytes", Value: "25000000", File: "/etc/sysctl.d/90-kubelet.conf"},
		Parameters: []Parameter{{"sysctl-file", "/etc/sysctl.d/90-kubelet.conf"}},
		Title:      Text{EN: "Set kernel.keys.root_maxbytes to 25000000", ZH: "kernel.keys.root_maxbytes 为 25000000"},
		Rating:     Rating{Severity: "low"},
	},
	{
		Name:       "sysctl-kernel-keys-root-maxkeys",
		Kind:       "sysctl",
		Path:       "rules/sysctl.yaml",
		With:       "{key: kernel.keys.root_maxkeys, value: \"1000000\", file: $sysctl-file}",
		Fixer:      &fixers.Sysctl{Key: "kernel.keys.root_maxkeys", Value: "1000000", File: "/etc/sysctl.d/90-kubelet.conf"},
		Parameters: []Parameter{{"sysctl-file", "/etc/sysctl.d/90-kubelet.conf"}},
		Title:      Text{EN: "Set kernel.keys.root_maxkeys to 1000000", ZH: "kernel.keys.root_maxkeys 为 1000000"},
		Rating:     Rating{Severity: "low"},
	},
}
