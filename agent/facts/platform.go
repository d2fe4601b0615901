package facts

import (
	"cmp"
	"path"
	"slices"
)

// platform tells who installed Kubernetes here. What only `kubeadm init` or
// `join` writes comes first: directories of other installers outlive them.
func (c *collector) platform() string {
	switch {
	case c.has("/var/lib/kubelet/kubeadm-flags.env"),
		c.has("/var/lib/kubelet/config.yaml", "/etc/kubernetes/kubelet.conf"):
		return Kubeadm
	case c.has("/var/lib/rancher/rke2"), c.unit("rke2-server.service") != nil, c.unit("rke2-agent.service") != nil:
		return RKE2
	case c.has("/var/lib/rancher/k3s"), c.unit("k3s.service") != nil, c.unit("k3s-agent.service") != nil:
		return K3s
	case c.has("/etc/kubernetes/ssl/kube-node.pem"), c.has("/opt/rke"):
		return RKE
	case c.has("/etc/kubernetes/manifests"), c.hasKubeadmDropIn():
		return Kubeadm
	}
	return None
}

// hasKubeadmDropIn tells whether the kubelet was installed for kubeadm, which
// is all there is before `kubeadm init`.
func (c *collector) hasKubeadmDropIn() bool {
	return c.facts.Kubelet != nil && slices.ContainsFunc(c.facts.Kubelet.UnitFiles, func(file string) bool {
		return path.Base(file) == "10-kubeadm.conf"
	})
}

// joined tells whether the node belongs to a cluster.
func (c *collector) joined() bool {
	f := c.facts
	switch {
	case f.Platform == None:
		return false
	case f.Platform != Kubeadm, len(f.Components) > 0:
		return true
	case c.has("/var/lib/kubelet/kubeadm-flags.env"), c.has("/etc/kubernetes/kubelet.conf"):
		return true
	}
	return f.Kubelet != nil && f.Kubelet.Config != "" && c.has(f.Kubelet.Config)
}

// roles tells what the node is for, from its components and, where these hide
// inside one process (k3s) or in a container runtime that may be down (rke),
// from what the installer left for each role.
func (c *collector) roles() []string {
	var roles []string
	add := func(role string, is bool) {
		if is && !slices.Contains(roles, role) {
			roles = append(roles, role)
		}
	}
	f := c.facts
	add(ControlPlane, f.Components["kube-apiserver"] != nil)
	add(Etcd, f.Components["etcd"] != nil)
	node := f.Kubelet != nil
	switch f.Platform {
	case RKE2, K3s:
		node = true
		server := path.Join(f.Rancher.DataDir, "server")
		add(ControlPlane, c.has(server))
		add(Etcd, c.has(server+"/db/etcd"))
	case RKE:
		node = true
		add(ControlPlane, c.has("/etc/kubernetes/ssl/kube-apiserver.pem"))
		add(Etcd, c.has("/var/lib/etcd/member"))
	}
	// What a node will be is not known before it joins.
	add(Worker, node && len(roles) == 0 && (f.Platform != Kubeadm || f.Joined))
	slices.Sort(roles)
	return roles
}

// manifestDir is where the kubelet looks for static pods: the flag, over the
// last configuration drop-in that says it, over the configuration file, over
// the installer's default.
func (c *collector) manifestDir() string {
	defer c.standardPlaces()
	if k := c.facts.Kubelet; k != nil {
		c.readKubeletConfig(k)
		if dir := k.Flags["pod-manifest-path"]; dir != "" {
			return absolute(dir, "/")
		}
		if k.staticPodPath != "" {
			return k.staticPodPath
		}
	}
	if c.facts.Platform == RKE2 {
		return path.Join(c.facts.Rancher.DataDir, "agent/pod-manifests")
	}
	return "/etc/kubernetes/manifests"
}

// standardPlaces fills in where the kubelet keeps what nothing says.
func (c *collector) standardPlaces() {
	c.places.root = absolute(cmp.Or(c.places.root, "/var/lib/kubelet"), "/")
	c.places.podLogs = absolute(cmp.Or(c.places.podLogs, "/var/log/pods"), "/")
}

// kubernetesVersion is the API server's on a control plane, else the
// kubelet's, which may be older by three minor versions.
func (c *collector) kubernetesVersion() (Version, string) {
	if api := c.facts.Components["kube-apiserver"]; api != nil && !api.Version.IsZero() {
		return api.Version, "image tag in " + api.Manifest
	}
	if k := c.facts.Kubelet; k != nil && !k.Version.IsZero() {
		return k.Version, k.VersionFrom
	}
	return Version{}, ""
}

// absolute resolves a path against the directory that a process works in.
func absolute(file, dir string) string {
	if path.IsAbs(file) {
		return path.Clean(file)
	}
	return path.Join(dir, file)
}
