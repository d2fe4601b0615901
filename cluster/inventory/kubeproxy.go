package inventory

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"harden/agent/message"
	"harden/cluster/client"
)

// KubeProxy is kubeadm's kube-proxy: a DaemonSet that reads its configuration from a
// ConfigMap.
type KubeProxy struct {
	Installed bool  // there is such a DaemonSet
	Err       error // why one of the two could not be read; nil where both were
	// Metrics is the address in the configuration, "" for the built-in one, which is a
	// loopback address. Known tells that this configuration is the one it runs with, and
	// that no flag says something else.
	Metrics string
	Known   bool
}

const (
	kubeProxySet    = "/apis/apps/v1/namespaces/kube-system/daemonsets/kube-proxy"
	kubeProxyConfig = "/api/v1/namespaces/kube-system/configmaps/kube-proxy"
)

type kubeProxySpec struct {
	Spec struct{ Template struct{ Spec kubeProxyPod } }
}

type kubeProxyPod struct {
	Containers []struct {
		Name          string
		Command, Args []string
		VolumeMounts  []struct{ Name, MountPath string }
	}
	Volumes []struct {
		Name      string
		ConfigMap *struct {
			Name  string
			Items []struct{ Key, Path string }
		}
	}
}

// kubeProxy reads the DaemonSet, and where it is there its configuration.
func (r *reader) kubeProxy(ctx context.Context) {
	k := &r.inventory.KubeProxy
	var set kubeProxySpec
	err := r.client.Get(ctx, kubeProxySet, &set)
	if client.Code(err) == http.StatusNotFound {
		return
	}
	if k.Err = err; err != nil {
		return
	}
	k.Installed = true
	file := set.Spec.Template.Spec.configuration()
	if file == "" {
		return
	}
	var config struct{ Data map[string]string }
	if k.Err = r.client.Get(ctx, kubeProxyConfig, &config); k.Err != nil {
		return
	}
	var settings struct {
		Kind    string `yaml:"kind"`
		Metrics string `yaml:"metricsBindAddress"`
	}
	if err := yaml.Unmarshal([]byte(config.Data[file]), &settings); err != nil {
		k.Err = message.Errorf("%s: %w", "ConfigMap kube-system/kube-proxy, "+file, err)
		return
	}
	k.Metrics, k.Known = settings.Metrics, settings.Kind == "KubeProxyConfiguration"
}

// configuration is the key of the ConfigMap kube-proxy that the program reads; "" where
// it is not told so, where a shell starts it, or where a flag is about metrics.
func (p kubeProxyPod) configuration() string {
	if len(p.Containers) != 1 || len(p.Containers[0].Command) == 0 {
		return ""
	}
	c := p.Containers[0]
	words := slices.Concat(c.Command, c.Args)
	if words[0] != "kube-proxy" && !strings.HasSuffix(words[0], "/kube-proxy") {
		return ""
	}
	file := ""
	for _, word := range words[1:] {
		name, value, given := strings.Cut(strings.TrimLeft(word, "-"), "=")
		switch {
		case strings.HasPrefix(name, "metrics"):
			return ""
		case name == "config" && (!given || file != ""):
			return ""
		case name == "config":
			file = value
		}
	}
	for _, v := range p.Volumes {
		if v.ConfigMap == nil || v.ConfigMap.Name != "kube-proxy" || len(v.ConfigMap.Items) > 0 {
			continue
		}
		for _, m := range c.VolumeMounts {
			if key, below := strings.CutPrefix(file, strings.TrimSuffix(m.MountPath, "/")+"/"); m.Name == v.Name && below && !strings.Contains(key, "/") {
				return key
			}
		}
	}
	return ""
}
