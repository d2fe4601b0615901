package kubeadm

import (
	"fmt"
	"slices"
	"strings"

	"harden/agent/edit"
	"harden/agent/facts"
	"harden/agent/message"
)

// KubeletPart is the part of an address that is about the kubelet's
// configuration; the others are the names of components.
const KubeletPart = "kubelet"

// Get gives what kubeadm makes of the file at an address:
//
//	kube-apiserver/flag:--profiling            a flag of a component
//	kube-apiserver/mount:/etc/kubernetes/x     "ro" or "rw" where it sees a directory of the host
//	kubelet/authentication.anonymous.enabled   a field of the kubelet's configuration
//
// What kubeadm sets by itself is found too. line is that in the file, 0 for what
// does not stand there.
func (f *File) Get(address string) (value any, line int, found bool, err error) {
	part, rest, _ := strings.Cut(address, "/")
	d, err := f.made(part)
	if err != nil {
		return nil, 0, false, err
	}
	value, _, found, err = d.Get(rest)
	if part == KubeletPart {
		i, is := f.at[kubeletKind]
		if !is {
			return value, 0, found, err
		}
		_, line, found, err := f.stream.Document(i).Get(rest)
		if err != nil || !found {
			return value, 0, value != nil, err
		}
		return value, f.stream.Line(i, line), true, nil
	}
	if name, is := strings.CutPrefix(rest, "flag:--"); is {
		for _, a := range f.extraArgs(part) {
			if a.name == name {
				line = a.line
			}
		}
	}
	return value, line, found, err
}

// made gives what kubeadm makes for a part, as a document.
func (f *File) made(part string) (edit.Document, error) {
	if d := f.rendered[part]; d != nil {
		return d, nil
	}
	syntax, text := "pod:"+part, []byte(nil)
	switch {
	case part == KubeletPart:
		var err error
		if text, err = f.Kubelet(); err != nil {
			return nil, err
		}
		syntax = "yaml"
	case slices.Contains(f.Components(), part):
		text = f.Manifest(part)
	default:
		return nil, message.Errorf("kubeadm creates no %s from this file", part)
	}
	d, err := edit.Open(syntax, text)
	if err != nil {
		return nil, err
	}
	if f.rendered == nil {
		f.rendered = map[string]edit.Document{}
	}
	f.rendered[part] = d
	return d, nil
}

// Set writes a setting where kubeadm reads it, and adds the document that it
// belongs to where there is none. On an error the text is as it was.
func (f *File) Set(address string, value any) error {
	part, rest, _ := strings.Cut(address, "/")
	return f.change(part, func() error {
		kind, name, _ := strings.Cut(rest, ":")
		switch {
		case part == KubeletPart:
			d, err := f.document(kubeletKind)
			if err != nil {
				return err
			}
			return d.Set(rest, value)
		case kind == "flag":
			return f.setArg(part, strings.TrimPrefix(name, "--"), joined(value))
		case kind == "mount":
			return f.setVolume(part, name, value == "rw")
		}
		return message.Errorf("%s cannot be set in a file of kubeadm", address)
	})
}

// Unset removes a setting.
func (f *File) Unset(address string) error {
	part, rest, _ := strings.Cut(address, "/")
	return f.change(part, func() error {
		kind, name, _ := strings.Cut(rest, ":")
		switch {
		case part == KubeletPart:
			if i, is := f.at[kubeletKind]; is {
				return f.stream.Document(i).Unset(rest)
			}
			return nil
		case kind == "flag":
			return f.unsetArg(part, strings.TrimPrefix(name, "--"))
		case kind == "mount":
			return f.unsetVolume(part, name)
		}
		return message.Errorf("%s cannot be removed from a file of kubeadm", address)
	})
}

// change makes an edit, or leaves the text as it was.
func (f *File) change(part string, edit func() error) error {
	before := f.Bytes()
	err := edit()
	if err == nil {
		delete(f.rendered, part)
		return nil
	}
	old, again := Open(before, f.fallback)
	if again != nil {
		return message.Errorf("%w; and what was there cannot be read again: %w", err, again)
	}
	*f = *old
	return err
}

// Bytes gives the whole text.
func (f *File) Bytes() []byte { return f.stream.Bytes() }

// joined writes a value as an argument has it.
func joined(value any) string {
	if list, is := value.([]string); is {
		return strings.Join(list, ",")
	}
	return fmt.Sprint(value)
}

// Document opens a text in any syntax: "kubeadm", or one of edit.Open.
func Document(syntax string, data []byte) (edit.Document, error) {
	if syntax != "kubeadm" {
		return edit.Open(syntax, data)
	}
	return Open(data, facts.Version{})
}
