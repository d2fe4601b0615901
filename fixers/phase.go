package fixers

import "strings"

// Phase says from when on, in the life of a node, a rule can be carried out.
type Phase string

// The phases.
const (
	// Host: as soon as the machine runs and the kubelet is installed.
	Host Phase = "host"
	// Cluster: once `kubeadm init` or `kubeadm join` has made it a node.
	Cluster Phase = "cluster"
)

// clusterPaths hold what only a node of a cluster has.
var clusterPaths = []string{"/etc/kubernetes/", "/var/lib/kubelet/", "/var/lib/etcd/"}

// PhaseOf gives the phase of a rule, from what it is about: kernel, accounts
// and files of the host come before the cluster, all else is made by it.
func PhaseOf(f Fixer) Phase {
	if p, is := f.(Phased); is {
		return p.Phase()
	}
	return Cluster
}

func phaseOfPath(p string) Phase {
	if p == placeKubeletUnits {
		return Host
	}
	if strings.HasPrefix(p, "@") {
		return Cluster
	}
	for _, dir := range clusterPaths {
		if strings.HasPrefix(p+"/", dir) {
			return Cluster
		}
	}
	return Host
}
