package controlplane

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"harden/agent/cmdline"
	"harden/agent/facts"
	"harden/agent/message"
	"harden/agent/node"
)

// serverPods asks for the API servers of the cluster as their kubelets report
// them: each static pod has a mirror pod, with its command line and whether it
// is ready.
const serverPods = "/api/v1/namespaces/kube-system/pods?labelSelector=component%3Dkube-apiserver"

// serverPod is the part of such a pod that is read.
type serverPod struct {
	Metadata struct {
		Name        string            `json:"name"`
		Annotations map[string]string `json:"annotations"`
	} `json:"metadata"`
	Spec struct {
		Containers []struct {
			Name    string   `json:"name"`
			Command []string `json:"command"`
			Args    []string `json:"args"`
		} `json:"containers"`
	} `json:"spec"`
	Status struct {
		Conditions []struct {
			Type   string `json:"type"`
			Status string `json:"status"`
		} `json:"conditions"`
	} `json:"status"`
}

// mirrored marks the pod that a kubelet makes for a static one (kubernetes.io,
// "Well-Known Labels, Annotations and Taints").
const mirrored = "kubernetes.io/config.mirror"

// encryptionSteps is the way out where an API server cannot read yet.
const encryptionSteps = "first apply there with --set encryption-steps=first and --set encryption-key-file=FILE, with the same key; only then take the second step on a control plane"

// AllEncrypted tells why not every API server of the cluster, of which there are
// count, is known to have an encryption configuration. Whether it is the same key
// cannot be seen.
func AllEncrypted(ctx context.Context, n *node.Node, f *facts.Facts, count int) error {
	asker, err := newServerClient(n, f)
	if err != nil {
		return err
	}
	var list struct {
		Items []json.RawMessage `json:"items"`
	}
	if err := asker.get(ctx, serverPods, apiServersWithin, &list); err != nil {
		return message.Errorf("kube-apiserver: %w", err)
	}
	var pods []serverPod
	for _, item := range list.Items {
		var pod serverPod
		if err := json.Unmarshal(item, &pod); err != nil {
			return message.Errorf("kube-apiserver: a pod in its answer cannot be read")
		}
		if _, static := pod.Metadata.Annotations[mirrored]; static {
			pods = append(pods, pod)
		}
	}
	return allRead(pods, count)
}

// allRead tells why not each of count API servers is known to read with a key: what
// a person has to do first, then what only takes time.
func allRead(pods []serverPod, count int) error {
	for _, pod := range pods {
		if !pod.encrypts() {
			return message.Errorf("%s runs without an encryption configuration: %s", pod.Metadata.Name, message.New(encryptionSteps))
		}
	}
	for _, pod := range pods {
		if !pod.ready() {
			return message.Errorf("%s is not ready; wait until it is, or remove its node from the cluster", pod.Metadata.Name)
		}
	}
	if len(pods) != count {
		return message.Errorf("the cluster has %d API servers, and the kubelets report %d; start the others, or remove their nodes from the cluster", count, len(pods))
	}
	return nil
}

// encrypts tells whether an API server runs with an encryption configuration.
func (s *serverPod) encrypts() bool {
	for _, c := range s.Spec.Containers {
		line := cmdline.FromArgv(APIServer, append(slices.Clone(c.Command), c.Args...))
		if c.Name == APIServer && strings.HasPrefix(line.Setting("encryption-provider-config").Text, "/") {
			return true
		}
	}
	return false
}

// ready tells whether its kubelet reports it as ready.
func (s *serverPod) ready() bool {
	for _, c := range s.Status.Conditions {
		if c.Type == "Ready" {
			return c.Status == "True"
		}
	}
	return false
}
