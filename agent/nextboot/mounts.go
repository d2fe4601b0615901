package nextboot

import (
	"path"
	"slices"
	"strings"

	"harden/agent/change"
	"harden/agent/edit"
	"harden/agent/facts"
	"harden/agent/message"
)

// fstab is where file systems and swap are set up.
const fstab = "/etc/fstab"

// mount is a file system that is mounted at boot.
type mount struct {
	point, place string
	options      []string
}

// swap looks for what turns swap on: fstab, units, zram. A kubelet that has not been given
// failSwapOn: false does not start with it.
func (n *node) swap() {
	if n.kubeletField("failSwapOn", "fail-swap-on") == "false" || n.masked("swap.target") {
		return
	}
	add := func(place string) {
		n.add("swap", change.High, place, message.New("swap is turned on at boot, and the kubelet does not start with it"),
			message.New("turn it off here and with swapoff -a, or give the kubelet failSwapOn: false"))
	}
	n.lines(fstab, func(words []string, place string) {
		if len(words) >= 3 && words[2] == "swap" && (len(words) == 3 || !slices.Contains(strings.Split(words[3], ","), "noauto")) {
			add(place)
		}
	})
	for _, unit := range n.units(func(name string) bool {
		return path.Ext(name) == ".swap" || slices.Contains([]string{"zramswap.service", "dphys-swapfile.service", "swapspace.service"}, name)
	}) {
		add(n.enabled[unit])
	}
	for _, dir := range []string{"/etc", "/usr/local/lib", "/usr/lib"} {
		file := dir + "/systemd/zram-generator.conf"
		if _, err := n.root.Exists(file); err != nil {
			continue
		}
		if text := n.text(file); strings.Contains(text, "[zram") && !strings.Contains(text, "mount-point") && n.has("/usr/lib/systemd/system-generators/zram-generator") {
			add(file)
		}
		return // it hides those that follow
	}
}

// units are the enabled units that a test holds for, sorted.
func (n *node) units(test func(string) bool) []string {
	var list []string
	for unit := range n.enabled {
		if test(unit) {
			list = append(list, unit)
		}
	}
	slices.Sort(list)
	return list
}

func (n *node) has(file string) bool {
	_, err := n.root.Exists(file)
	return err == nil
}

// programs are the directories from which Kubernetes starts programs: containers, CNI
// plugins, and what pods have in volumes.
var programs = []string{"/var/lib/containerd", "/var/lib/containers", "/var/lib/docker", "/var/lib/rancher", "/opt/cni/bin", "/var/lib/kubelet"}

// mounts looks for a file system of programs that is mounted noexec.
func (n *node) mounts() {
	all := n.mounted()
	said := map[string]bool{}
	for _, dir := range programs {
		if !n.has(dir) && dir != "/var/lib/kubelet" {
			continue
		}
		var on mount
		for _, m := range all {
			if (m.point == dir || strings.HasPrefix(dir, strings.TrimSuffix(m.point, "/")+"/")) && len(m.point) >= len(on.point) {
				on = m
			}
		}
		if noexec(on.options) && !said[on.point] {
			said[on.point] = true
			n.add("noexec", change.High, on.place, message.New("%s is mounted noexec at boot, so no program in %s can be started", on.point, dir),
				message.New("take noexec away, or give %s a file system of its own", dir))
		}
	}
}

// mounted are the file systems of fstab and of the units of the operator.
func (n *node) mounted() []mount {
	var all []mount
	n.lines(fstab, func(words []string, place string) {
		if len(words) >= 4 && path.IsAbs(words[1]) {
			all = append(all, mount{path.Clean(words[1]), place, strings.Split(words[3], ",")})
		}
	})
	for _, unit := range n.units(func(name string) bool { return path.Ext(name) == ".mount" }) {
		file := path.Join("/etc/systemd/system", unit)
		m := mount{place: file}
		for _, s := range edit.UnitSettings([]byte(n.text(file))) {
			switch {
			case s.Section != "Mount":
			case s.Key == "Where":
				m.point = path.Clean(s.Value)
			case s.Key == "Options":
				m.options = strings.Split(s.Value, ",")
			}
		}
		if m.point != "" {
			all = append(all, m)
		}
	}
	return all
}

// noexec reads mount options, the later of which wins; user and users imply noexec.
func noexec(options []string) bool {
	is := false
	for _, option := range options {
		switch option {
		case "noauto":
			return false
		case "noexec", "user", "users":
			is = true
		case "exec":
			is = false
		}
	}
	return is
}

// umasks looks at the services that make files for pods: with a umask of 077 a container that
// does not run as root cannot read its /etc/hosts (kubernetes/kubernetes#96342).
func (n *node) umasks() {
	for _, service := range []string{"kubelet.service", "containerd.service", "crio.service", "docker.service"} {
		value, file := facts.UnitSetting(n.root, service, "UMask")
		if len(value) >= 3 && strings.ContainsAny(value[len(value)-1:], "4567") {
			n.add("umask", change.Medium, file, message.New("%s runs with UMask=%s: containers that do not run as root cannot read the files that it creates for them", service, value),
				message.New("set UMask=0022 there"))
		}
	}
}

// allowList looks for fapolicyd, which refuses programs that no package brought.
func (n *node) allowList() {
	const dir = "/etc/fapolicyd"
	link := n.enabled["fapolicyd.service"]
	if link == "" || strings.Contains(strings.ReplaceAll(n.text(dir+"/fapolicyd.conf"), " ", ""), "\npermissive=1") {
		return
	}
	rules := n.text(dir + "/fapolicyd.rules")
	for _, sub := range []string{dir + "/rules.d", dir + "/trust.d"} {
		for _, name := range n.names(sub) {
			rules += n.text(path.Join(sub, name))
		}
	}
	for _, known := range programs[:4] { // where containers lie
		if strings.Contains(rules, known) {
			return
		}
	}
	n.add("fapolicyd", change.High, link, message.New("fapolicyd is started at boot, and refuses programs that no package installed: those in containers, and CNI plugins"),
		message.New("allow the directories of the container runtime and of the CNI plugins in /etc/fapolicyd/rules.d"))
}

// copies looks for files beside the manifests of static pods: the kubelet runs each, whatever
// it is called, unless its name begins with a dot.
func (n *node) copies() {
	said := map[string]bool{}
	add := func(file string) {
		if !said[file] {
			said[file] = true
			n.add("manifest-copy", change.High, file, message.New("the kubelet runs every file in %s, also this copy, and after a boot either of the two files may win", path.Dir(file)),
				message.New("move it to another directory"))
		}
	}
	for _, name := range facts.ComponentNames {
		if c := n.facts.Components[name]; c != nil {
			for _, file := range c.Copies {
				add(file)
			}
		}
	}
	if n.facts.ManifestDir == "" {
		return
	}
	for _, name := range n.names(n.facts.ManifestDir) {
		switch path.Ext(name) {
		case ".bak", ".old", ".orig", ".save", ".rpmnew", ".rpmsave", ".dpkg-old", ".dpkg-new", ".dpkg-dist", ".yaml~":
			if name[0] != '.' {
				add(path.Join(n.facts.ManifestDir, name))
			}
		}
	}
}
