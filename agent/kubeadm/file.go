// Package kubeadm knows kubeadm's configuration: the documents of a file that
// kubeadm is started with, the record of them that it keeps in the cluster, and
// what it makes of them, the manifests of the control plane and the kubelet's
// configuration. Settings can be read and set in them; every other byte stays.
//
// It is pure: bytes in, bytes out. It reads no file and starts no kubeadm.
package kubeadm

import (
	"strings"

	"harden/agent/edit"
	"harden/agent/facts"
	"harden/agent/message"
)

// Kinds of documents that matter here. All others stay as they are.
const (
	initKind    = "InitConfiguration"
	joinKind    = "JoinConfiguration"
	clusterKind = "ClusterConfiguration"
	kubeletKind = "KubeletConfiguration"
)

// Purpose is what kubeadm will do with a file.
type Purpose string

// The purposes.
const (
	Init             Purpose = "init"
	JoinControlPlane Purpose = "join-control-plane"
	JoinWorker       Purpose = "join-worker"
)

// groups are the API groups of the kinds.
var groups = map[string]string{initKind: "kubeadm.k8s.io", joinKind: "kubeadm.k8s.io", clusterKind: "kubeadm.k8s.io", kubeletKind: "kubelet.config.k8s.io"}

// versions are those of kubeadm's API that are understood, and whether extra
// arguments are a list there (from v1beta4 on) or a map.
var versions = map[string]bool{"v1beta2": false, "v1beta3": false, "v1beta4": true}

// File is a text of kubeadm's documents. It is an edit.Document: see Get.
type File struct {
	stream   *edit.Stream
	at       map[string]int // kind → its document
	version  string         // of kubeadm's API: "v1beta4"
	fallback facts.Version  // of Kubernetes, where the file says none
	rendered map[string]edit.Document
}

// Open reads the documents. kubernetes is the version that counts where they say
// none. The error is a *edit.SyntaxError where the text cannot be read.
func Open(data []byte, kubernetes facts.Version) (*File, error) {
	stream, err := edit.OpenStream(data)
	if err != nil {
		return nil, err
	}
	f := &File{stream: stream, at: map[string]int{}, fallback: kubernetes}
	for i := range stream.Len() {
		if err := f.take(i); err != nil {
			return nil, err
		}
	}
	_, starts := f.at[initKind]
	if _, joins := f.at[joinKind]; joins && starts {
		return nil, message.Errorf("the file has an InitConfiguration and a JoinConfiguration, so it is not known which of them kubeadm uses; put each of them into a file of its own")
	}
	if f.version == "" {
		f.version = "v1beta4"
		if v := f.Kubernetes(); v.Minor > 0 && v.Minor < 31 {
			f.version = "v1beta3"
		}
	}
	return f, nil
}

// take notes what a document is.
func (f *File) take(i int) error {
	d := f.stream.Document(i)
	text := func(field string) string {
		value, _, _, err := d.Get(field)
		s, is := value.(string)
		if err != nil || !is {
			return ""
		}
		return s
	}
	kind := text("kind")
	group, version, _ := strings.Cut(text("apiVersion"), "/")
	if groups[kind] == "" || groups[kind] != group {
		return nil
	}
	line := f.stream.Line(i, 1)
	if first, twice := f.at[kind]; twice {
		return &edit.SyntaxError{Line: line, Message: message.New("a second %s; the first begins in line %d", kind, f.stream.Line(first, 1))}
	}
	f.at[kind] = i
	if kind == kubeletKind {
		return nil
	}
	if _, known := versions[version]; !known {
		return &edit.SyntaxError{Line: line, Message: message.New("%s/%s is not supported; kubeadm config migrate converts it to a newer version", group, version)}
	}
	if f.version != "" && f.version != version {
		return &edit.SyntaxError{Line: line, Message: message.New("the documents have different versions, %s and %s", f.version, version)}
	}
	f.version = version
	return nil
}

// Known tells whether the text has a document of kubeadm.
func (f *File) Known() bool { return len(f.at) > 0 }

// Purpose is what kubeadm will do with the file.
func (f *File) Purpose() Purpose {
	i, joins := f.at[joinKind]
	if !joins {
		return Init
	}
	if _, _, found, _ := f.stream.Document(i).Get("controlPlane"); found {
		return JoinControlPlane
	}
	return JoinWorker
}

// Kubernetes is the version of the cluster that the file describes.
func (f *File) Kubernetes() facts.Version {
	v, err := facts.ParseVersion(f.text(clusterKind, "kubernetesVersion"))
	if err != nil {
		return f.fallback // none, or "stable-1", which is that of kubeadm itself
	}
	return v
}

// text gives a text of a document, "" where it has none.
func (f *File) text(kind, field string) string {
	i, is := f.at[kind]
	if !is {
		return ""
	}
	value, _, _, err := f.stream.Document(i).Get(field)
	if s, is := value.(string); err == nil && is {
		return s
	}
	return ""
}

// has tells whether anything stands at a field of a document.
func (f *File) has(kind, field string) bool {
	i, is := f.at[kind]
	if !is {
		return false
	}
	_, _, found, _ := f.stream.Document(i).Get(field)
	return found
}

// document gives the document of a kind, and adds one where there is none.
func (f *File) document(kind string) (edit.Document, error) {
	if i, is := f.at[kind]; is {
		return f.stream.Document(i), nil
	}
	version := f.version
	if kind == kubeletKind {
		version = "v1beta1"
	}
	if err := f.stream.Append("apiVersion: " + groups[kind] + "/" + version + "\nkind: " + kind + "\n"); err != nil {
		return nil, err
	}
	f.at[kind] = f.stream.Len() - 1
	return f.stream.Document(f.at[kind]), nil
}
