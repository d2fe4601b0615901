package kubeadm

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"harden/agent/edit"
	"harden/agent/message"
)

// argument is one extra argument of a component, without dashes.
type argument struct {
	name, value string
	line        int // in the whole text
	at          string
}

// extraArgs gives the extra arguments that the file has for a component.
func (f *File) extraArgs(component string) []argument {
	i, is := f.at[clusterKind]
	if !is {
		return nil
	}
	d := f.stream.Document(i)
	section := sections[component] + ".extraArgs"
	var list []argument
	if !versions[f.version] {
		for _, name := range edit.Keys(d, section) {
			at := section + "[" + strconv.Quote(name) + "]"
			value, line, _, err := d.Get(at)
			if err == nil {
				list = append(list, argument{name, plain(value), f.stream.Line(i, line), at})
			}
		}
		return list
	}
	for k := 0; ; k++ {
		at := fmt.Sprintf("%s[%d]", section, k)
		name, line, found, err := d.Get(at + ".name")
		if err != nil || !found {
			return list
		}
		value, _, _, err := d.Get(at + ".value")
		if err == nil {
			list = append(list, argument{plain(name), plain(value), f.stream.Line(i, line), at})
		}
	}
}

func plain(value any) string {
	if value == nil {
		return ""
	}
	return fmt.Sprint(value)
}

// setArg writes an extra argument.
func (f *File) setArg(component, name, value string) error {
	d, err := f.document(clusterKind)
	if err != nil {
		return err
	}
	section := sections[component] + ".extraArgs"
	own := slices.DeleteFunc(f.extraArgs(component), func(a argument) bool { return a.name != name })
	switch {
	case len(own) > 1:
		return message.Errorf("%s is given %d times for %s; leave one of them", name, len(own), component)
	case versions[f.version] && len(own) == 1:
		return d.Set(own[0].at+".value", value)
	case versions[f.version]:
		return d.Set(section+"[name="+name+"].value", value)
	}
	return d.Set(section+"["+strconv.Quote(name)+"]", value)
}

// unsetArg removes an extra argument. What kubeadm sets by itself cannot be taken
// away.
func (f *File) unsetArg(component, name string) error {
	own := slices.DeleteFunc(f.extraArgs(component), func(a argument) bool { return a.name != name })
	for _, a := range slices.Backward(own) {
		d, err := f.document(clusterKind)
		if err != nil {
			return err
		}
		if err := d.Unset(a.at); err != nil {
			return err
		}
	}
	if slices.ContainsFunc(flags[component], func(word string) bool { return strings.HasPrefix(word, name+"=") }) {
		return message.Errorf("kubeadm always gives %s the flag --%s", component, name)
	}
	return nil
}

// hostVolume is a part of the host that a component sees.
type hostVolume struct {
	host, mount string
	writable    bool
	at          string // in the file, "" for one of kubeadm's
}

// volumes gives what a component sees of the host: by kubeadm, and by the file.
func (f *File) volumes(component string) []hostVolume {
	var list []hostVolume
	for _, dir := range slices.Sorted(maps.Keys(mounts[component])) {
		path := f.placed(dir)
		list = append(list, hostVolume{path, path, mounts[component][dir], ""})
	}
	i, is := f.at[clusterKind]
	if !is || component == "etcd" {
		return list
	}
	d := f.stream.Document(i)
	for k := 0; ; k++ {
		at := fmt.Sprintf("%s.extraVolumes[%d]", sections[component], k)
		host, _, found, err := d.Get(at + ".hostPath")
		if err != nil || !found {
			return list
		}
		mount, _, _, _ := d.Get(at + ".mountPath")
		readOnly, _, _, _ := d.Get(at + ".readOnly")
		list = append(list, hostVolume{plain(host), plain(mount), readOnly != true, at})
	}
}

// setVolume lets a component see a directory of the host at the same path.
func (f *File) setVolume(component, dir string, writable bool) error {
	if component == "etcd" {
		return message.Errorf("kubeadm gives etcd no further directories")
	}
	d, err := f.document(clusterKind)
	if err != nil {
		return err
	}
	for _, v := range f.volumes(component) {
		if v.host != dir || v.mount != dir {
			continue
		}
		if v.at == "" {
			return message.Errorf("kubeadm itself gives %s access to %s", component, dir)
		}
		return d.Set(v.at+".readOnly", !writable)
	}
	at := sections[component] + ".extraVolumes[name=" + f.freeName(component, volumeName(dir)) + "]"
	settings := []struct {
		field string
		value any
	}{{"hostPath", dir}, {"mountPath", dir}, {"readOnly", !writable}, {"pathType", "DirectoryOrCreate"}}
	for _, s := range settings {
		if err := d.Set(at+"."+s.field, s.value); err != nil {
			return err
		}
	}
	return nil
}

// freeName changes a name that another volume of the component has.
func (f *File) freeName(component, name string) string {
	free := name
	for n := 2; f.has(clusterKind, sections[component]+".extraVolumes[name="+free+"].name"); n++ {
		free = name + "-" + strconv.Itoa(n)
	}
	return free
}

// volumeName makes a volume's name, a DNS label, from a directory.
func volumeName(dir string) string {
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, strings.ToLower("harden"+path.Clean(dir)))
	return strings.TrimRight(name[:min(len(name), 60)], "-")
}
