package chinese

import (
	"strings"
	"testing"
)

func TestText(t *testing.T) {
	for _, test := range []struct{ name, en, zh string }{
		{"a value", "mode is 0644, should be 0600", "mode 为 0644，应为 0600"},
		{"more of its own words win", "podPidsLimit is not set, should be 4096", "podPidsLimit 未设置，应为 4096"},
		{"no value", "no etcd runs on this node", "本节点上没有运行 etcd"},
		{"values in another order", `/etc/x:3:1: the key "mode" stands already in line 2`, `/etc/x:3:1: 键 "mode" 已在第 2 行出现`},
		{"a chain", "cannot read /etc/x: permission denied; only root can read it", "无法读取 /etc/x：权限不足；只有 root 能读取"},
		{"a value twice", "kubelet.service is active, but not healthy: http://127.0.0.1:10248/healthz did not answer within 2s (see journalctl -u kubelet.service)",
			"kubelet.service 处于 active，但不健康：http://127.0.0.1:10248/healthz 未在 2s 内应答（参见 journalctl -u kubelet.service）"},
		{"a message in a message", "needs rule kubelet-x: /etc/y is refused: /etc is a symbolic link to \"/usr\"", "依赖规则 kubelet-x：拒绝处理 /etc/y：/etc 是指向 \"/usr\" 的符号链接"},
		{"a list", "the waiver expired on 2026-01-01 (moving); mode is 0644, should be 0600", "豁免已于 2026-01-01 过期（moving）；mode 为 0644，应为 0600"},
		{"a chain of which only the end is known", "kubelet: permission denied", "kubelet: 权限不足"},
		{"a message of several parts behind a path", "/p/site.yaml:3:25: kubeadm: no profile of that name; harden profiles list shows those there are",
			"/p/site.yaml:3:25: kubeadm: 没有该名称的基线；harden profiles list 列出现有的基线"},
		{"what a profile does wrong", `/p/site.yaml:6:28: unknown rule "kubelet-anonymus"; did you mean "kubelet-anonymous-auth"?`,
			`/p/site.yaml:6:28: 未知规则 "kubelet-anonymus"；是否想写 "kubelet-anonymous-auth"？`},
		{"a damaged journal", "damaged journal /var/lib/harden/runs/1/journal, line 7: checksum does not match", "日志 /var/lib/harden/runs/1/journal 第 7 行已损坏：校验和不符"},
		{"removed flags", "--insecure-port was removed in Kubernetes 1.24: the API server has no insecure port any more, and from 1.20 on the flag had no effect",
			"--insecure-port 已在 Kubernetes 1.24 中移除：API Server 已没有非安全端口，自 1.20 起该参数已无作用"},
		{"put together", "in cluster.yml, set services.kubelet.fail_swap_on to \"true\", then run rke up; to have harden edit the file: --set rke-cluster-file=cluster.yml",
			"在 cluster.yml 中将 services.kubelet.fail_swap_on 设为 \"true\"，然后运行 rke up；如需由 harden 编辑该文件：--set rke-cluster-file=cluster.yml"},
		{"nothing is known", "something else altogether", "something else altogether"},
		{"a verb in a value", "flag%s is %d, should be %v", "flag%s 为 %d，应为 %v"},
		{"nothing", "", ""},
		{"Chinese already", "已豁免（至 2027-06-30）", "已豁免（至 2027-06-30）"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := Text(test.en); got != test.zh {
				t.Errorf("got  %s\nwant %s", got, test.zh)
			}
		})
	}
}

// Whatever is read from a node ends in good time, and whole.
func TestHostileText(t *testing.T) {
	for _, text := range []string{
		strings.Repeat("; ", 5000), strings.Repeat("a: ", 3000), strings.Repeat("x is y, should be ", 2000), strings.Repeat("cannot read /x: ", 2000) + "end",
		strings.Repeat("%s", 1000), "\xff\xfe is \x00, should be \x1b[2J",
	} {
		if got := Text(text); got == "" {
			t.Errorf("%.40q became nothing", text)
		}
	}
}

// FuzzText holds that no text is lost or breaks the program.
func FuzzText(f *testing.F) {
	for _, m := range messages() {
		f.Add(m.en)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 2000 {
			return
		}
		if got := Text(text); strings.Contains(got, "%!") && !strings.Contains(text, "%!") {
			t.Errorf("%q became %q", text, got)
		}
	})
}
