package fixers

import (
	"fmt"
	"path"
	"strings"
)

// A path in a rule is absolute, or the name of a place that is found on the
// node, because no two distributions keep it in the same file:
//
//	@kubelet-config       the running kubelet's --config and the files of --config-dir
//	@kubelet-kubeconfig   its --kubeconfig
//	@kubelet-units        its unit file and drop-ins
//	@etcd-data            etcd's data directory
const (
	placeKubeletConfig     = "@kubelet-config"
	placeKubeletKubeconfig = "@kubelet-kubeconfig"
	placeKubeletUnits      = "@kubelet-units"
	placeEtcdData          = "@etcd-data"
)

func checkPath(p string) error {
	switch p {
	case placeKubeletConfig, placeKubeletKubeconfig, placeKubeletUnits, placeEtcdData:
		return nil
	}
	switch {
	case p == "":
		return fmt.Errorf("path is missing")
	case strings.HasPrefix(p, "@"):
		return fmt.Errorf("unknown place %s; one of %s, %s, %s, %s", p, placeKubeletConfig, placeKubeletKubeconfig, placeKubeletUnits, placeEtcdData)
	case !path.IsAbs(p) || path.Clean(p) != p:
		return fmt.Errorf("path %q is not absolute and clean", p)
	}
	return nil
}

// find gives the paths that a rule's path stands for on this node, or the
// reason why there is none.
func find(p string, n Node) (paths []string, reason string) {
	if !strings.HasPrefix(p, "@") {
		return []string{p}, ""
	}
	if p == placeEtcdData {
		etcd := n.Facts.EtcdDataDir()
		if etcd == "" {
			return nil, "no etcd runs on this node"
		}
		return []string{etcd}, ""
	}
	k := n.Facts.Kubelet
	if k == nil {
		return nil, "no kubelet is installed on this node"
	}
	switch p {
	case placeKubeletConfig:
		if k.Config == "" {
			return nil, "the kubelet runs without a configuration file (--config)"
		}
		return append([]string{k.Config}, k.ConfigDropIns...), ""
	case placeKubeletKubeconfig:
		if k.Kubeconfig == "" {
			return nil, "the kubelet runs without --kubeconfig"
		}
		return []string{k.Kubeconfig}, ""
	default:
		if len(k.UnitFiles) == 0 {
			return nil, "no systemd unit runs the kubelet"
		}
		return k.UnitFiles, ""
	}
}
