package kubeadm

import "harden/agent/edit"

// kubeletDefaults are what kubeadm says to the kubelet where a
// KubeletConfiguration does not (kubeadm, app/componentconfigs/kubelet.go).
var kubeletDefaults = []struct {
	field string
	value any
}{
	{"apiVersion", "kubelet.config.k8s.io/v1beta1"},
	{"kind", kubeletKind},
	{"authentication.anonymous.enabled", false},
	{"authentication.webhook.enabled", true},
	{"authentication.x509.clientCAFile", "PKI/ca.crt"},
	{"authorization.mode", "Webhook"},
	{"clusterDomain", "cluster.local"},
	{"healthzBindAddress", "127.0.0.1"},
	{"healthzPort", int64(10248)},
	{"rotateCertificates", true},
	{"staticPodPath", "/etc/kubernetes/manifests"},
}

// Kubelet gives the kubelet's configuration as kubeadm would write it.
func (f *File) Kubelet() ([]byte, error) {
	text := []byte(nil)
	if i, is := f.at[kubeletKind]; is {
		text = f.stream.Document(i).Bytes()
	}
	d, err := edit.Open("yaml", text)
	if err != nil {
		return nil, err
	}
	for _, s := range kubeletDefaults {
		if _, _, found, err := d.Get(s.field); err != nil || found {
			continue // what is of another form is the business of who sets it
		}
		value := s.value
		if text, is := value.(string); is {
			value = f.placed(text)
		}
		if err := d.Set(s.field, value); err != nil {
			return nil, err
		}
	}
	return d.Bytes(), nil
}
