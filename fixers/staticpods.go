package fixers

import (
	"errors"
	"io/fs"
	"strings"

	"harden/agent/change"
	"harden/agent/facts"
	"harden/agent/message"
)

// StaticPods asks that the kubelet starts no pods from files. The control plane of kubeadm
// is made of such pods, so there it cannot hold; elsewhere the directory is taken from the
// kubelet only where the site says so, and never while a pod would end with it.
type StaticPods struct {
	Set string `yaml:"set"` // required; `"keep"` judges only, `"off"` takes the directory away
}

// Check implements Fixer.
func (f *StaticPods) Check() error {
	if f.Set != "keep" && f.Set != "off" {
		return message.Errorf("%q is neither keep nor off", f.Set)
	}
	return nil
}

// Restarts implements Restarting.
func (f *StaticPods) Restarts() []change.Effect {
	return []change.Effect{change.RestartUnit(KubeletUnit)}
}

// staticPodPath is the setting: an empty directory is none (kubelet.config.k8s.io/v1beta1).
// It is written empty and not taken away, since a file before it may name one, too.
var staticPodPath = KubeletSetting{Setting: Setting{Field: "staticPodPath", Op: change.Exact, Value: "", Default: ""}, Flag: "--pod-manifest-path"}

// Require implements Fixer.
func (f *StaticPods) Require(rule string, n Node) Requirement {
	k := n.Facts.Kubelet
	if k != nil && n.Facts.Rancher != nil {
		return blocked("%s sets --%s by itself", n.Facts.Platform, "pod-manifest-path")
	}
	setting := staticPodPath
	req := setting.Require(rule, n)
	if req.Status != "" {
		return req
	}
	dir := k.Flags["pod-manifest-path"]
	if value, _ := kubeletValue(n, k, setting.Field); dir == "" && value != nil {
		dir, _ = value.(string)
	}
	if dir == "" {
		return req
	}
	pods, err := podsIn(n, n.Facts.ManifestDir)
	switch {
	case err != nil:
		return failed("%v", err)
	case n.Facts.HasRole(facts.ControlPlane) || n.Facts.HasRole(facts.Etcd):
		return blocked("the control plane of this node runs as the static pods in %s; waive the control here for that reason", n.Facts.ManifestDir)
	case len(pods) > 0:
		return blocked("the kubelet runs pods from %s, and this change would stop them: %s; first move them into the cluster, for example as a DaemonSet", n.Facts.ManifestDir, strings.Join(pods, ", "))
	case f.Set == "keep":
		return blocked("the kubelet starts pods from the files in %s, and there are no such files now; --set kubelet-static-pods=off switches this off", n.Facts.ManifestDir)
	}
	return req
}

// podsIn lists what the kubelet takes for pods in a directory: every file whose name does
// not begin with a dot (pkg/kubelet/config/file.go).
func podsIn(n Node, dir string) (names []string, err error) {
	all, err := n.Files.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	for _, name := range all {
		if !strings.HasPrefix(name, ".") {
			names = append(names, name)
		}
	}
	return names, err
}
