package facts

import (
	"cmp"
	"fmt"
	"path"
	"slices"

	"gopkg.in/yaml.v3"
)

// kubeletConfig is what matters here of a kubelet's configuration. The fixers
// read the rest.
type kubeletConfig struct {
	StaticPodPath      string `yaml:"staticPodPath"`
	StaticPodURL       string `yaml:"staticPodURL"`
	HealthzPort        any    `yaml:"healthzPort"`
	HealthzBindAddress any    `yaml:"healthzBindAddress"`
	PodLogsDir         string `yaml:"podLogsDir"`
	CgroupRoot         string `yaml:"cgroupRoot"`
	KubeletCgroups     string `yaml:"kubeletCgroups"`
}

// kubeletPlaces are where the kubelet keeps what it makes for pods.
type kubeletPlaces struct {
	root    string // directory of its own: pods/UID
	podLogs string // directory: NAMESPACE_NAME-NODE_UID
	groups  string // control group that those of all pods lie below, "" or "/group"
	own     string // control group that the kubelet moves itself to, "" where it stays in its unit's
}

// plain fills it in from a plain document.
func (c *kubeletConfig) plain(root *yaml.Node) bool {
	var dir, url, port, address, logs, groups, own string
	if !textField(root, "staticPodPath", &dir) || !textField(root, "staticPodURL", &url) || !textField(root, "healthzPort", &port) || !textField(root, "healthzBindAddress", &address) ||
		!textField(root, "podLogsDir", &logs) || !textField(root, "cgroupRoot", &groups) ||
		!textField(root, "kubeletCgroups", &own) {
		return false
	}
	*c = kubeletConfig{dir, url, port, address, logs, groups, own}
	return true
}

// readKubeletConfig reads the kubelet's configuration and its drop-ins, the
// last of which that says something wins.
func (c *collector) readKubeletConfig(k *Kubelet) {
	var port, address, podURL string
	for _, file := range slices.Backward(append([]string{k.Config}, k.ConfigDropIns...)) {
		if file == "" {
			continue
		}
		data, _, err := c.readOr(file)
		k.ConfigUnknown = cmp.Or(k.ConfigUnknown, err)
		var config kubeletConfig
		if err := c.decodeYAML(data, &config, config.plain); err != nil {
			c.note("cannot parse %s: %v", file, err)
		}
		c.places.podLogs, c.places.groups = cmp.Or(c.places.podLogs, config.PodLogsDir), cmp.Or(c.places.groups, config.CgroupRoot)
		c.places.own = cmp.Or(c.places.own, config.KubeletCgroups)
		if config.StaticPodPath != "" { // relative to the file that says it
			k.staticPodPath = cmp.Or(k.staticPodPath, absolute(config.StaticPodPath, path.Dir(file)))
		}
		podURL = cmp.Or(podURL, config.StaticPodURL)
		port, address = cmp.Or(port, stringValue(config.HealthzPort)), cmp.Or(address, stringValue(config.HealthzBindAddress))
	}
	k.HealthzPort, k.HealthzAddress = cmp.Or(port, "10248"), cmp.Or(address, "127.0.0.1")
	if podURL = cmp.Or(k.Flags["manifest-url"], podURL); podURL != "" {
		c.note("the kubelet also runs pods from staticPodURL, and these pods are not known")
	}
	c.places.root = k.Flags["root-dir"]
	c.places.groups = cmp.Or(k.Flags["cgroup-root"], c.places.groups)
	c.places.own = cmp.Or(k.Flags["kubelet-cgroups"], c.places.own)
	if flag, given := k.Flags["healthz-port"]; given {
		k.HealthzPort = flag
	}
	if flag, given := k.Flags["healthz-bind-address"]; given {
		k.HealthzAddress = flag
	}
}

// stringValue gives the text of a field, "" if it is not set.
func stringValue(value any) string {
	if value == nil {
		return ""
	}
	return fmt.Sprint(value)
}
