package kubeadm

import (
	"errors"
	"fmt"
	"maps"
	"path"
	"reflect"
	"slices"
	"strings"
	"time"

	"harden/agent/edit"
	"harden/agent/message"
)

// Setting is one that kubeadm makes a part with, by its address in File.Get.
type Setting struct {
	Address       string
	Before, Value any // nil where it is not there
}

// Name is how a person calls the setting.
func (s Setting) Name() string {
	part, field, _ := strings.Cut(s.Address, "/")
	return part + " " + strings.TrimPrefix(strings.Replace(field, "mount:", "mount ", 1), "flag:")
}

// errOwn is why a setting cannot stand in the record: it is good for one node, and
// the record is that of all.
var errOwn = message.Errorf("a setting of this node only")

// ofNode are the fields of the kubelet that rely on the node: it would not start where
// the kernel's parameters are not set before.
var ofNode = []string{"protectKernelDefaults"}

// Lost gives what a part runs with by its manifest or its configuration, and what
// kubeadm would make of the file instead: of a flag, "--profiling", also the directory
// that its file lies in; or of a field of the kubelet. The error says why the file
// cannot hold it.
func (f *File) Lost(part, field string, running edit.Document) ([]Setting, error) {
	if part != KubeletPart {
		field = "flag:" + field
	}
	list, err := f.differing(nil, part, field, running)
	value, _, found, _ := running.Get(field)
	file, _ := value.(string)
	switch {
	case err != nil:
		return nil, err
	case part == KubeletPart && (!found || len(list) == 0):
		return nil, nil // what is not said is the kubelet's own default
	case part == KubeletPart && (slices.Contains(ofNode, field) || path.IsAbs(file)):
		return list, errOwn
	case part == KubeletPart || !path.IsAbs(file):
		return list, nil
	}
	dir := path.Dir(file)
	if _, _, seen, err := running.Get("mount:" + dir); err != nil || !seen {
		return list, errors.Join(err, message.Errorf("%s is not in a directory of the host that the pod mounts", file))
	}
	return f.differing(list, part, "mount:"+dir, running)
}

// differing adds a setting where the file makes another one.
func (f *File) differing(list []Setting, part, field string, running edit.Document) ([]Setting, error) {
	value, _, _, err := running.Get(field)
	if err != nil {
		return nil, err
	}
	address := part + "/" + field
	before, line, _, err := f.Get(address)
	if err != nil || Same(before, value) {
		return list, err
	}
	if line == 0 { // kubeadm's own: it does not stand in the file
		before = nil
	}
	return append(list, Setting{address, before, value}), nil
}

// Names tells which component the file gives a path, and with which flag.
func (f *File) Names(path string) (component, flag string, is bool) {
	for _, component := range slices.Sorted(maps.Keys(sections)) {
		for _, a := range f.extraArgs(component) {
			if a.value == path {
				return component, a.name, true
			}
		}
	}
	return "", "", false
}

// Keep makes settings hold in the file, all or none of them.
func (f *File) Keep(settings []Setting) error {
	before := slices.Clone(f.Bytes())
	for _, s := range settings {
		err := error(nil)
		if s.Value == nil {
			err = f.Unset(s.Address)
		} else {
			err = f.Set(s.Address, s.Value)
		}
		if err == nil {
			continue
		}
		old, again := Open(before, f.fallback)
		if again != nil {
			return errors.Join(err, again)
		}
		*f = *old
		return err
	}
	return nil
}

// Same tells whether two values mean the same to who reads them: 4h and 4h0m0s.
func Same(a, b any) bool {
	if reflect.DeepEqual(a, b) {
		return true
	}
	x, y := fmt.Sprint(a), fmt.Sprint(b)
	d, err := time.ParseDuration(x)
	e, other := time.ParseDuration(y)
	return err == nil && other == nil && d == e
}

// unsetVolume takes away what lets a component see a directory of the host.
func (f *File) unsetVolume(component, dir string) error {
	d, err := f.document(clusterKind)
	if err != nil {
		return err
	}
	for _, v := range slices.Backward(f.volumes(component)) {
		if v.at != "" && v.host == dir && v.mount == dir {
			return d.Unset(v.at)
		}
	}
	return nil
}
