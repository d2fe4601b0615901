package fixers

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"harden/agent/facts"
)

// The benchmarks name files by the place where kubeadm keeps them. What is meant
// is the file's role, which the node may have given to another file.
const (
	manifestsOfKubeadm = "/etc/kubernetes/manifests"
	pkiOfKubeadm       = "/etc/kubernetes/pki"
	caOfKubeadm        = "/etc/kubernetes/pki/ca.crt" // that the kubelet verifies clients by
)

// kubeconfigsOfKubeadm are the credentials of components.
var kubeconfigsOfKubeadm = map[string]string{
	"/etc/kubernetes/controller-manager.conf": "kube-controller-manager",
	"/etc/kubernetes/scheduler.conf":          "kube-scheduler",
}

// inRole gives the files that have the role of one of kubeadm's on this node:
// the manifest that starts a component and its copies, the kubeconfig that a
// component is told, the CA that the kubelet verifies clients by, the directories
// that certificates lie in. Any other path stands for itself.
func inRole(p string, n Node) []found {
	if at, is := inRancher(p, n); is {
		return []found{at}
	}
	if component := n.Facts.Components[manifestNamed(p)]; component != nil && component.Manifest != "" {
		var list []found
		for _, file := range append([]string{component.Manifest}, component.Copies...) {
			list = append(list, found{file, ManifestPlace(n.Facts)})
		}
		return list
	}
	if component := n.Facts.Components[kubeconfigsOfKubeadm[p]]; component != nil {
		if file, place := kubeconfigOf(n, component); file != "" && file != p {
			return []found{{file, place}}
		}
	}
	if k := n.Facts.Kubelet; k != nil && p == caOfKubeadm {
		if ca := kubeletClientCA(n, k); ca != "" && ca != p {
			return []found{{ca, Place{Content: Certificates, NamedIn: kubeletFiles(k)}}}
		}
	}
	list := []found{{p, Place{NamedByRule: true}}}
	if p != pkiOfKubeadm {
		return list
	}
	for _, dir := range certificateDirectories(n.Facts) {
		list = append(list, found{path: dir, place: Place{NamedIn: manifests(n.Facts)}})
	}
	return list
}

// kubeconfigOf is the kubeconfig that a component is told: by its flag, or by
// the configuration file that takes the flag's place.
func kubeconfigOf(n Node, c *facts.Component) (string, Place) {
	if config, given := c.File("config"); given && c.Name == "kube-scheduler" {
		place := flagPlace(c, SchedulerConfig, config, "")
		data, err := n.read(config, place, maxKubeletFile)
		if err != nil {
			return "", Place{} // the rules about the scheduler's settings say so
		}
		doc, err := n.Texts.Open("yaml", data)
		if err != nil {
			return "", Place{}
		}
		named := text(doc, "clientConnection.kubeconfig")
		return c.OnHost(named), Place{Content: Kubeconfig, NamedIn: []string{config}, Text: named}
	}
	file, given := c.File("kubeconfig")
	if !given || file == "" {
		return "", Place{}
	}
	return file, flagPlace(c, Kubeconfig, file, "")
}

// manifests are those of the control plane.
func manifests(f *facts.Facts) []string {
	var files []string
	for _, name := range facts.ComponentNames {
		if c := f.Components[name]; c != nil && c.Manifest != "" {
			files = append(files, c.Manifest)
		}
	}
	return files
}

// manifestNamed is the component whose manifest kubeadm keeps at a path.
func manifestNamed(p string) string {
	if path.Dir(p) != manifestsOfKubeadm {
		return ""
	}
	return strings.TrimSuffix(path.Base(p), ".yaml")
}

// certificateFlags name files of the cluster's own certificates and keys.
var certificateFlags = []string{"client-ca-file", "tls-cert-file", "tls-private-key-file", "etcd-cafile", "etcd-certfile", "etcd-keyfile",
	"kubelet-client-certificate", "kubelet-client-key", "service-account-key-file", "service-account-signing-key-file",
	"service-account-private-key-file", "cluster-signing-cert-file", "cluster-signing-key-file",
	"cert-file", "key-file", "trusted-ca-file", "peer-cert-file", "peer-key-file", "peer-trusted-ca-file"}

// certificateDirectories are those outside of kubeadm's that components take
// certificates and keys from.
func certificateDirectories(f *facts.Facts) []string {
	var dirs []string
	for _, component := range f.Components {
		if component.Line == nil {
			continue
		}
		for _, flag := range certificateFlags {
			file, _ := component.File(flag)
			dir := path.Dir(file)
			inside := dir == pkiOfKubeadm || strings.HasPrefix(dir, pkiOfKubeadm+"/")
			if path.IsAbs(file) && !inside && !strings.Contains(file, ",") && !slices.Contains(dirs, dir) {
				dirs = append(dirs, dir)
			}
		}
	}
	slices.Sort(dirs)
	// What lies below another one of them is swept with it.
	return slices.DeleteFunc(dirs, func(dir string) bool {
		return slices.ContainsFunc(dirs, func(other string) bool { return dir != other && strings.HasPrefix(dir, other+"/") })
	})
}

// runBy gives the owner that a file needs where a component that reads it runs
// as a user of its own: "root:root" becomes that user's. Where several read what
// lies in a directory, nobody but the site knows who needs what.
func (f *FileAccess) runBy(n Node, owner string) (string, *Requirement) {
	switch {
	case f.Path == pkiOfKubeadm && n.Facts.Rancher != nil: // see outsideEtcd
	case f.Path == pkiOfKubeadm:
		if who := rootless(n.Facts); who != "" {
			req := blocked("the control plane does not run as root here (%s), and the files in %s belong to the users that read them; check by hand that no other user can read them, then leave the rule out with --skip or a waiver", who, f.Path)
			return "", &req
		}
	case kubeconfigsOfKubeadm[f.Path] != "":
		return ownerOf(n.Facts.Components[kubeconfigsOfKubeadm[f.Path]], owner), nil
	case f.Path == placeEtcdData && owner != ownerEtcd:
		etcd := n.Facts.Components["etcd"]
		user, _, _ := strings.Cut(owner, ":")
		if named, known := userNamed(n, user); etcd != nil && known && int(named.UID) == etcd.UID {
			return owner, nil // its group is none of what it needs
		}
		return ownerOf(etcd, owner), nil
	}
	return owner, nil
}

// ownerOf gives an owner, or the user and group that a component runs as where
// its manifest names another than root.
func ownerOf(c *facts.Component, owner string) string {
	if owner == "" || c == nil || c.Container == nil || c.UID <= 0 {
		return owner
	}
	return fmt.Sprintf("%d:%d", c.UID, c.GID)
}

// rootless names the components whose manifests let them run as another user
// than root.
func rootless(f *facts.Facts) string {
	var who []string
	for _, name := range facts.ComponentNames {
		if c := f.Components[name]; c != nil && c.Container != nil && c.UID > 0 {
			who = append(who, fmt.Sprintf("%s as %d:%d", name, c.UID, c.GID))
		}
	}
	return strings.Join(who, ", ")
}
