package fixers

import (
	"path"
	"slices"
	"strings"

	"harden/agent/facts"
	"harden/agent/message"
)

// A path in a rule is absolute, or the name of a place that is found on the
// node, because no two distributions keep it in the same file:
//
//	@kubelet-config       the --config of the kubelet's unit and the files of its --config-dir
//	@kubelet-config-dir   that directory of drop-ins itself
//	@kubelet-kubeconfig   its --kubeconfig
//	@kubelet-units        its unit file and drop-ins
//	@kubelet-client-ca    the CA that it verifies clients by
//	@etcd-data            etcd's data directory, and that of its log where it has one of its own
const (
	placeKubeletConfig     = "@kubelet-config"
	placeKubeletConfigDir  = "@kubelet-config-dir"
	placeKubeletKubeconfig = "@kubelet-kubeconfig"
	placeKubeletUnits      = "@kubelet-units"
	placeKubeletClientCA   = "@kubelet-client-ca"
	placeEtcdData          = "@etcd-data"
)

func checkPath(p string) error {
	switch p {
	case placeKubeletConfig, placeKubeletConfigDir, placeKubeletKubeconfig, placeKubeletUnits, placeKubeletClientCA, placeEtcdData:
		return nil
	}
	switch {
	case p == "":
		return message.Errorf("path is missing")
	case strings.HasPrefix(p, "@"):
		return message.Errorf("unknown place %s; one of %s, %s, %s, %s, %s, %s", p, placeKubeletConfig, placeKubeletConfigDir, placeKubeletKubeconfig, placeKubeletUnits, placeKubeletClientCA, placeEtcdData)
	case !path.IsAbs(p) || path.Clean(p) != p:
		return message.Errorf("path %q is not absolute and clean", p)
	}
	return nil
}

// found is a path that a rule is about, and what must lie there.
type found struct {
	path  string
	place Place
}

// find gives the paths that a rule's path stands for on this node, or the
// reason why there is none.
func find(p string, n Node) (list []found, reason message.Text) {
	if !strings.HasPrefix(p, "@") {
		return inRole(p, n), message.Text{}
	}
	if p == placeEtcdData {
		if list = etcdDirectories(n); len(list) == 0 {
			return nil, message.New("no etcd runs on this node")
		}
		return list, message.Text{}
	}
	k := n.Facts.Kubelet
	if k == nil {
		return nil, message.New("no kubelet is installed on this node")
	}
	defer func() {
		for i := range list {
			list[i].place.NamedByRule = list[i].place.NamedByRule || n.Facts.Rancher != nil // its directory may lie anywhere
		}
	}()
	switch p {
	case placeKubeletConfig:
		if k.Config == "" && (n.Facts.Rancher == nil || len(k.ConfigDropIns) == 0) {
			return nil, message.New("the kubelet runs without a configuration file (--config)")
		}
		for _, file := range append([]string{k.Config}, k.ConfigDropIns...) {
			if file == "" {
				continue
			}
			list = append(list, found{file, configPlace(k, file)})
		}
		return list, message.Text{}
	case placeKubeletConfigDir:
		if k.ConfigDir == "" {
			return nil, message.New("the kubelet runs without a directory of drop-ins (--config-dir)")
		}
		return []found{{k.ConfigDir, Place{NamedIn: unitFiles(k)}}}, message.Text{}
	case placeKubeletKubeconfig:
		if k.Kubeconfig == "" {
			return nil, message.New("the kubelet runs without --kubeconfig")
		}
		return []found{{k.Kubeconfig, Place{Content: Kubeconfig, NamedIn: unitFiles(k), Text: relative(k.Flags["kubeconfig"])}}}, message.Text{}
	case placeKubeletClientCA:
		ca := kubeletClientCA(n, k)
		if ca == "" {
			return nil, message.New("the kubelet has no client CA (kubelet-client-ca sets one)")
		}
		return []found{{ca, Place{Content: Certificates, NamedIn: kubeletFiles(k)}}}, message.Text{}
	default:
		if len(k.UnitFiles) == 0 {
			return nil, message.New("no systemd unit runs the kubelet")
		}
		for _, file := range k.UnitFiles {
			list = append(list, found{file, Place{Content: UnitFile}})
		}
		return list, message.Text{}
	}
}

// kubeletClientCA is the CA that the kubelet verifies clients by: its flag,
// else what its configuration says.
func kubeletClientCA(n Node, k *facts.Kubelet) string {
	if k.ClientCAFile != "" {
		return k.ClientCAFile
	}
	return kubeletFile(n, k, "authentication.x509.clientCAFile")
}

// kubeletFile is a path in the kubelet's configuration: of the last file that
// says it, "" where none does. A relative one is relative to that file.
func kubeletFile(n Node, k *facts.Kubelet, field string) string {
	value, file := kubeletValue(n, k, field)
	named, _ := value.(string)
	if named != "" && !path.IsAbs(named) {
		named = path.Join(path.Dir(file), named)
	}
	return named
}

// kubeletValue gives a value in the kubelet's configuration, and the last file that
// says it; nil where none does. A file that cannot be read is the business of
// the rules about that file.
func kubeletValue(n Node, k *facts.Kubelet, field string) (value any, file string) {
	if k.Config == "" && n.Facts.Rancher == nil {
		return nil, ""
	}
	for _, file := range slices.Backward(append([]string{k.Config}, k.ConfigDropIns...)) {
		if file == "" {
			continue
		}
		data, err := n.read(file, configPlace(k, file), maxKubeletFile)
		if err != nil {
			continue
		}
		doc, err := n.Texts.Open("yaml", data)
		if err != nil {
			continue
		}
		if value, _, found, err := doc.Get(field); err == nil && found {
			return value, file
		}
	}
	return nil, ""
}

// noNode tells of a machine that is not a node of a cluster, such as that of an
// operator who edits an RKE file: its kernel and accounts are not ours to set.
func noNode(n Node) (Requirement, bool) {
	if n.Facts.Platform != facts.None || n.Facts.Kubelet != nil || len(n.Facts.Roles) > 0 {
		return Requirement{}, false
	}
	return notApplicable("this machine is not a Kubernetes node; if it will become one, use --role worker"), true
}
