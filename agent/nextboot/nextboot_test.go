package nextboot_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"harden/agent/edit"
	"harden/agent/facts"
	"harden/agent/host"
	"harden/agent/nextboot"
	"harden/integration/sampletree"
)

// find lays out the sample node with further files, and gives what is found: "id place".
// A file whose text begins with "-> " is a link.
func find(t testing.TB, files map[string]string) []string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "node")
	if err := sampletree.Write(dir); err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		at := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
			t.Fatal(err)
		}
		var err error
		if target, is := strings.CutPrefix(text, "-> "); is {
			err = os.Symlink(target, at)
		} else {
			err = os.WriteFile(at, []byte(text), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	root, err := host.OpenRoot(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	f, err := facts.Collect(root, nil, facts.Override{}, &edit.Texts{})
	if err != nil {
		t.Fatal(err)
	}
	list := []string{}
	for _, c := range nextboot.Find(root, f) {
		if c.Reason.In("zh") == c.Reason.String() || c.Fix.In("zh") == c.Fix.String() || c.Severity == "" {
			t.Errorf("%s has no Chinese, or no severity: %s; %s", c.ID, c.Reason.In("zh"), c.Fix.In("zh"))
		}
		list = append(list, c.ID+" "+c.Where)
	}
	return list
}

// TestStockNode is silent: nothing is in the way of a node as kubeadm makes it.
func TestStockNode(t *testing.T) {
	if found := find(t, nil); len(found) != 0 {
		t.Errorf("found %q on the stock node", found)
	}
}

const (
	wants     = "etc/systemd/system/multi-user.target.wants/"
	kubeadm   = "etc/sysctl.d/kubernetes.conf" // of the sample node; sets ip_forward to 1
	cilium    = `{"cniVersion": "0.3.1", "name": "cilium", "plugins": [{"type": "cilium-cni"}]}`
	calico    = `{"name": "k8s-pod-network", "plugins": [{"type": "calico"}]}`
	flannel   = `{"name": "cbr0", "plugins": [{"type": "flannel"}, {"type": "portmap"}]}`
	firstCNI  = "etc/cni/net.d/00-first.conflist"
	nftables  = wants + "nftables.service"
	unit      = "-> /usr/lib/systemd/system/some.service"
	dropChain = "table inet filter {\n chain %s {\n  type filter hook %s priority filter; policy drop;\n  ct state established,related accept\n  iifname \"lo\" accept\n}\n}\n"
)

func chain(name, rules string) string {
	text := strings.ReplaceAll(dropChain, "%s", name)
	return strings.Replace(text, "}\n}\n", rules+"}\n}\n", 1)
}

func TestFind(t *testing.T) {
	for name, row := range map[string]struct {
		files map[string]string
		want  []string
	}{
		"forwarding off":             {map[string]string{"etc/sysctl.d/zz.conf": "net.ipv4.ip_forward = 0\n"}, []string{"ip-forward /etc/sysctl.d/zz.conf:1", "sysctl-twice /etc/sysctl.d/kubernetes.conf:2"}},
		"forwarding off, other name": {map[string]string{"etc/sysctl.d/zz.conf": "# site\nnet/ipv4/conf/all/forwarding=0\n"}, []string{"ip-forward /etc/sysctl.d/zz.conf:2"}},
		"the later file wins":        {map[string]string{"etc/sysctl.d/10-site.conf": "net.ipv4.ip_forward = 0\n"}, []string{"sysctl-twice /etc/sysctl.d/10-site.conf:1"}},
		"a package's file loses":     {map[string]string{"usr/lib/sysctl.d/10-package.conf": "net.ipv4.ip_forward = 0\n"}, nil},
		"sysctl at boot masked":      {map[string]string{"etc/sysctl.d/zz.conf": "net.ipv4.ip_forward = 0\n", "etc/systemd/system/systemd-sysctl.service": "-> /dev/null"}, nil},
		"bridge filter off":          {map[string]string{"etc/sysctl.d/zz.conf": "net.bridge.bridge-nf-call-iptables = 0\n"}, []string{"bridge-filter /etc/sysctl.d/zz.conf:1"}},
		"rp_filter and Cilium":       {map[string]string{firstCNI: cilium, "etc/sysctl.d/zz.conf": "net.ipv4.conf.all.rp_filter = 1\n"}, []string{"rp-filter /etc/sysctl.d/zz.conf:1"}},
		"rp_filter of all interfaces": {map[string]string{firstCNI: cilium, "etc/sysctl.d/zz.conf": "net.ipv4.conf.*.rp_filter = 1\n-net.ipv4.conf.all.rp_filter\n"},
			[]string{"rp-filter /etc/sysctl.d/zz.conf:1"}},
		"rp_filter and Cilium's own file": {map[string]string{firstCNI: cilium, "etc/sysctl.d/50-default.conf": "net.ipv4.conf.*.rp_filter = 1\n-net.ipv4.conf.all.rp_filter\n",
			"etc/sysctl.d/99-zzz-override_cilium.conf": "-net.ipv4.conf.lxc*.rp_filter\nnet.ipv4.conf.lxc*.rp_filter = 0\n"}, nil},
		"rp_filter and a bridge":               {map[string]string{"etc/sysctl.d/zz.conf": "net.ipv4.conf.all.rp_filter = 1\n"}, nil},
		"rp_filter and a Calico that takes it": {map[string]string{firstCNI: calico, "etc/sysctl.d/zz.conf": "net.ipv4.conf.all.rp_filter = 2\n"}, nil},
		"kernel defaults": {map[string]string{"etc/sysctl.d/zz.conf": "kernel.panic = 0\nvm.overcommit_memory = 0x1\n",
			"var/lib/kubelet/config.yaml": "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nprotectKernelDefaults: true\nstaticPodPath: /etc/kubernetes/manifests\n"},
			[]string{"kernel-defaults /etc/sysctl.d/zz.conf:1"}},
		"kernel defaults that nobody protects": {map[string]string{"etc/sysctl.d/zz.conf": "kernel.panic = 0\n"}, nil},

		"swap in fstab":          {map[string]string{"etc/fstab": "# swap was on /dev/sda2\nUUID=1 none swap sw 0 0\n"}, []string{"swap /etc/fstab:2"}},
		"swap by hand":           {map[string]string{"etc/fstab": "UUID=1 none swap sw,noauto 0 0\n"}, nil},
		"swap commented out":     {map[string]string{"etc/fstab": "#UUID=1 none swap sw 0 0\n"}, nil},
		"swap that is let":       {map[string]string{"etc/fstab": "UUID=1 none swap sw 0 0\n", "var/lib/kubelet/config.yaml": "kind: KubeletConfiguration\nfailSwapOn: false\nstaticPodPath: /etc/kubernetes/manifests\n"}, nil},
		"swap let in a comment":  {map[string]string{"etc/fstab": "UUID=1 none swap sw 0 0\n", "var/lib/kubelet/config.yaml": "kind: KubeletConfiguration\n# failSwapOn: false\nstaticPodPath: /etc/kubernetes/manifests\n"}, []string{"swap /etc/fstab:1"}},
		"swap let by a flag":     {map[string]string{"etc/fstab": "UUID=1 none swap sw 0 0\n", "etc/default/kubelet": "KUBELET_EXTRA_ARGS=--fail-swap-on=false\n"}, nil},
		"swap by a unit":         {map[string]string{"etc/systemd/system/swap.target.wants/swapfile.swap": "-> /etc/systemd/system/swapfile.swap", "etc/systemd/system/swapfile.swap": "[Swap]\nWhat=/swapfile\n"}, []string{"swap /etc/systemd/system/swap.target.wants/swapfile.swap"}},
		"swap masked":            {map[string]string{"etc/fstab": "UUID=1 none swap sw 0 0\n", "etc/systemd/system/swap.target": "-> /dev/null"}, nil},
		"zram of Fedora":         {map[string]string{"usr/lib/systemd/zram-generator.conf": "[zram0]\nzram-size = min(ram, 8192)\n", "usr/lib/systemd/system-generators/zram-generator": "x"}, []string{"swap /usr/lib/systemd/zram-generator.conf"}},
		"zram taken back":        {map[string]string{"usr/lib/systemd/zram-generator.conf": "[zram0]\n", "etc/systemd/zram-generator.conf": "", "usr/lib/systemd/system-generators/zram-generator": "x"}, nil},
		"zram of Debian":         {map[string]string{wants + "zramswap.service": unit}, []string{"swap /etc/systemd/system/multi-user.target.wants/zramswap.service"}},
		"noexec on /var":         {map[string]string{"etc/fstab": "UUID=1 / ext4 defaults 0 1\nUUID=2 /var ext4 nodev,noexec 0 2\n"}, []string{"noexec /etc/fstab:2"}},
		"noexec elsewhere":       {map[string]string{"etc/fstab": "UUID=2 /var/log ext4 noexec 0 2\nUUID=3 /tmp tmpfs noexec 0 0\n"}, nil},
		"noexec taken back":      {map[string]string{"etc/fstab": "UUID=2 /var ext4 noexec,exec 0 2\n"}, nil},
		"noexec, but not for it": {map[string]string{"etc/fstab": "UUID=2 /var ext4 noexec 0 2\nUUID=3 /var/lib ext4 defaults 0 2\n"}, nil},
		"noexec by a unit":       {map[string]string{"etc/systemd/system/local-fs.target.wants/var.mount": "-> /etc/systemd/system/var.mount", "etc/systemd/system/var.mount": "[Mount]\nWhat=/dev/vdb\nWhere=/var\nOptions=nosuid,noexec\n"}, []string{"noexec /etc/systemd/system/var.mount"}},
		"noexec for containers":  {map[string]string{"var/lib/containerd/x": "", "etc/fstab": "UUID=2 /var/lib/containerd xfs users 0 2\n"}, []string{"noexec /etc/fstab:1"}},

		"umask of the kubelet":     {map[string]string{"etc/systemd/system/kubelet.service.d/50-umask.conf": "[Service]\nUMask=0077\n"}, []string{"umask /etc/systemd/system/kubelet.service.d/50-umask.conf"}},
		"umask of all services":    {map[string]string{"etc/systemd/system/service.d/umask.conf": "[Service]\nUMask=027\n"}, []string{"umask /etc/systemd/system/service.d/umask.conf"}},
		"umask of the runtime":     {map[string]string{"usr/lib/systemd/system/containerd.service": "[Service]\nUMask=0077\n"}, []string{"umask /usr/lib/systemd/system/containerd.service"}},
		"umask taken back":         {map[string]string{"etc/systemd/system/kubelet.service.d/50-a.conf": "[Service]\nUMask=0077\n", "etc/systemd/system/kubelet.service.d/60-b.conf": "[Service]\nUMask=0022\n"}, nil},
		"fapolicyd":                {map[string]string{wants + "fapolicyd.service": unit, "etc/fapolicyd/fapolicyd.conf": "permissive = 0\n"}, []string{"fapolicyd /etc/systemd/system/multi-user.target.wants/fapolicyd.service"}},
		"fapolicyd that only says": {map[string]string{wants + "fapolicyd.service": unit, "etc/fapolicyd/fapolicyd.conf": "# conf\npermissive = 1\n"}, nil},
		"fapolicyd that knows it":  {map[string]string{wants + "fapolicyd.service": unit, "etc/fapolicyd/rules.d/80-k8s.rules": "allow perm=any all : dir=/var/lib/containerd/\n"}, nil},
		"a copy":                   {map[string]string{"etc/kubernetes/manifests/etcd.yaml.bak": "# nothing\n"}, []string{"manifest-copy /etc/kubernetes/manifests/etcd.yaml.bak"}},
		"a copy that is a pod":     {map[string]string{"etc/kubernetes/manifests/old.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: kube-scheduler, namespace: kube-system}\nspec: {containers: [{name: kube-scheduler, command: [kube-scheduler]}]}\n"}, []string{"manifest-copy /etc/kubernetes/manifests/old.yaml"}},
		"a hidden copy":            {map[string]string{"etc/kubernetes/manifests/.etcd.yaml.bak": "# nothing\n"}, nil},

		"nftables":                          {map[string]string{nftables: unit, "etc/nftables.conf": "flush ruleset\n" + chain("forward", "")}, []string{"firewall-forward /etc/nftables.conf:4"}},
		"nftables, not started":             {map[string]string{"etc/nftables.conf": chain("forward", "")}, nil},
		"nftables that accepts pods":        {map[string]string{nftables: unit, "etc/nftables.conf": chain("forward", "ip saddr 10.85.0.0/16 accept\n")}, nil},
		"nftables, included":                {map[string]string{nftables: unit, "etc/nftables.conf": "include \"/etc/nftables.d/*.nft\"\n", "etc/nftables.d/site.nft": chain("forward", "")}, []string{"firewall-forward /etc/nftables.d/site.nft:3"}},
		"nftables, incoming":                {map[string]string{nftables: unit, "etc/nftables.conf": chain("input", "tcp dport 22 accept\n")}, []string{"firewall-input /etc/nftables.conf:3"}},
		"nftables, the kubelet's port":      {map[string]string{nftables: unit, "etc/nftables.conf": "define k8s = { 6443, 10250 }\n" + chain("input", "tcp dport $k8s accept\n")}, nil},
		"nftables of Debian as it comes":    {map[string]string{nftables: unit, "etc/nftables.conf": "flush ruleset\ntable inet filter {\n\tchain input {\n\t\ttype filter hook input priority filter;\n\t}\n\tchain forward {\n\t\ttype filter hook forward priority filter;\n\t}\n}\n"}, nil},
		"iptables":                          {map[string]string{wants + "netfilter-persistent.service": unit, "etc/iptables/rules.v4": "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\nCOMMIT\n"}, []string{"firewall-forward /etc/iptables/rules.v4:3"}},
		"iptables before a CNI's":           {map[string]string{firstCNI: flannel, wants + "netfilter-persistent.service": unit, "etc/iptables/rules.v4": "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\nCOMMIT\n"}, nil},
		"iptables of RHEL as it comes":      {map[string]string{wants + "iptables.service": unit, "etc/sysconfig/iptables": "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n-A INPUT -m state --state RELATED,ESTABLISHED -j ACCEPT\n-A INPUT -p icmp -j ACCEPT\n-A INPUT -i lo -j ACCEPT\n-A INPUT -p tcp -m state --state NEW -m tcp --dport 22 -j ACCEPT\n-A INPUT -j REJECT --reject-with icmp-host-prohibited\n-A FORWARD -j REJECT --reject-with icmp-host-prohibited\nCOMMIT\n"}, []string{"firewall-forward /etc/sysconfig/iptables:9", "firewall-input /etc/sysconfig/iptables:8"}},
		"iptables that knows the cluster":   {map[string]string{wants + "iptables.service": unit, "etc/sysconfig/iptables": "*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n-A INPUT -s 10.0.0.0/16 -j ACCEPT\n-A FORWARD -s 10.85.0.0/16 -j ACCEPT\nCOMMIT\n"}, nil},
		"ufw":                               {map[string]string{"etc/ufw/ufw.conf": "ENABLED=yes\n", "etc/default/ufw": "DEFAULT_INPUT_POLICY=\"DROP\"\nDEFAULT_OUTPUT_POLICY=\"ACCEPT\"\nDEFAULT_FORWARD_POLICY=\"DROP\"\n"}, []string{"firewall-forward /etc/default/ufw:3", "firewall-input /etc/default/ufw:1"}},
		"ufw off":                           {map[string]string{"etc/ufw/ufw.conf": "ENABLED=no\n", "etc/default/ufw": "DEFAULT_FORWARD_POLICY=\"DROP\"\n"}, nil},
		"ufw with rules":                    {map[string]string{"etc/ufw/ufw.conf": "ENABLED=yes\n", "etc/default/ufw": "DEFAULT_INPUT_POLICY=\"DROP\"\nDEFAULT_FORWARD_POLICY=\"DROP\"\n", "etc/ufw/user.rules": "*filter\n-A ufw-user-input -p tcp --dport 10250 -j ACCEPT\n-A ufw-user-forward -i cni0 -j ACCEPT\nCOMMIT\n"}, nil},
		"firewalld":                         {map[string]string{wants + "firewalld.service": unit}, []string{"firewall-forward /etc/systemd/system/multi-user.target.wants/firewalld.service", "firewall-input /etc/systemd/system/multi-user.target.wants/firewalld.service"}},
		"firewalld masked":                  {map[string]string{wants + "firewalld.service": unit, "etc/systemd/system/firewalld.service": "-> /dev/null"}, nil},
		"firewalld masked by an empty file": {map[string]string{wants + "firewalld.service": unit, "etc/systemd/system/firewalld.service": ""}, nil},
		"firewalld that trusts pods":        {map[string]string{wants + "firewalld.service": unit, "etc/firewalld/zones/trusted.xml": "<zone target=\"ACCEPT\"><source address=\"10.85.0.0/16\"/></zone>\n"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if found := find(t, row.files); !slices.Equal(found, row.want) {
				t.Errorf("found %q\nwant  %q", found, row.want)
			}
		})
	}
}

// TestNoKubernetes is silent: a machine without a kubelet has nothing that could break.
func TestNoKubernetes(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "etc"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "etc/fstab"), []byte("UUID=1 none swap sw 0 0\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	root, err := host.OpenRoot(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	f, err := facts.Collect(root, nil, facts.Override{}, &edit.Texts{})
	if err != nil {
		t.Fatal(err)
	}
	if found := nextboot.Find(root, f); found == nil || len(found) != 0 {
		t.Errorf("found %v", found)
	}
}

// BenchmarkFind is what a check pays for it.
func BenchmarkFind(b *testing.B) {
	dir := filepath.Join(b.TempDir(), "node")
	if err := sampletree.Write(dir); err != nil {
		b.Fatal(err)
	}
	root, err := host.OpenRoot(dir, nil)
	if err != nil {
		b.Fatal(err)
	}
	defer root.Close()
	f, err := facts.Collect(root, nil, facts.Override{}, &edit.Texts{})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		nextboot.Find(root, f)
	}
}

// TestPageListsAll holds the table of docs/check.md against the ids in the sources.
func TestPageListsAll(t *testing.T) {
	page, err := os.ReadFile("../../docs/check.md")
	if err != nil {
		t.Fatal(err)
	}
	sources, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{"audit-log": true} // agent/nextboot.go
	for _, file := range sources {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, call := range regexp.MustCompile(`n\.add\("([a-z-]+)"`).FindAllStringSubmatch(string(data), -1) {
			ids[call[1]] = true
		}
	}
	_, section, _ := strings.Cut(string(page), "## Before the next boot")
	section, _, _ = strings.Cut(section, "\n## ")
	for _, row := range regexp.MustCompile("(?m)^\\| `([a-z-]+)` \\|").FindAllStringSubmatch(section, -1) {
		if !ids[row[1]] {
			t.Errorf("docs/check.md lists %s, which is not found", row[1])
		}
		delete(ids, row[1])
	}
	for id := range ids {
		t.Errorf("docs/check.md lacks %s", id)
	}
}
