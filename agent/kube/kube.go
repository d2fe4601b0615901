// Package kube knows what each Kubernetes version understands: the flags of
// its components with their successors and built-in defaults, admission
// plugins, feature gates, and the API versions of configuration files. A flag
// or a plugin that a binary does not know stops the control plane, so ask here
// before one is written.
//
// It is data: tables from the sources of the releases 1.11 to 1.37, and from
// the help texts of their binaries. It reads nothing and writes nothing. What
// is not in a table does not exist for it; it never guesses.
//
// A version of Kubernetes is given by its minor number, 34 for 1.34. One that
// is older than Oldest or newer than Newest is judged as the nearest of them.
package kube

import (
	"fmt"
	"strings"

	"harden/agent/message"
)

// The versions that the tables were made from.
const (
	Oldest     = 11 // Kubernetes 1.11
	Newest     = 37 // Kubernetes 1.37
	OldestEtcd = 2  // etcd 3.2
	NewestEtcd = 6  // etcd 3.6
)

// flag is a flag that came or went.
type flag struct {
	name         string
	since, until int // the first minor with it, and the first without; 0: before Oldest, after Newest
	// successor is the flag that means the same now. It is written in place of
	// this one from the minor superseded on, though this one may still be
	// accepted.
	successor  string
	superseded int
	why        message.Text // why it went
}

func (f flag) exists(minor int) bool { return within(f.since, f.until, minor) }

func within(since, until, minor int) bool { return minor >= since && (until == 0 || minor < until) }

// table is what is known about one program.
type table struct {
	release func(minor int) string // "Kubernetes 1.34"
	steady  string                 // the flags that every version has, without dashes
	flags   []flag
}

// tableOf gives the table of a component: those of the control plane,
// "kubelet" and "etcd".
func tableOf(component string) (table, bool) {
	switch component {
	case "kube-apiserver":
		return table{kubernetes, apiserverSteady, apiserverFlags}, true
	case "kube-controller-manager":
		return table{kubernetes, controllerManagerSteady, controllerManagerFlags}, true
	case "kube-scheduler":
		return table{kubernetes, schedulerSteady, schedulerFlags}, true
	case "kubelet":
		return table{kubernetes, kubeletSteady, kubeletFlags}, true
	case "etcd":
		return table{etcd, etcdSteady, etcdFlags}, true
	}
	return table{}, false
}

func (t table) find(name string) (flag, bool) {
	for i := range t.flags {
		if t.flags[i].name == name {
			return t.flags[i], true
		}
	}
	bare, dashed := strings.CutPrefix(name, "--")
	return flag{name: name}, dashed && hasWord(t.steady, bare)
}

// hasWord tells whether a word stands in a list that is sorted, with spaces
// and line breaks between the words. It looks for it from the middle: a plan
// asks for some sixty flags.
func hasWord(list, word string) bool {
	const breaks = " \n"
	for {
		list = strings.Trim(list, breaks)
		if list == "" {
			return false
		}
		begin, end := strings.LastIndexAny(list[:len(list)/2], breaks)+1, len(list)
		if i := strings.IndexAny(list[begin:], breaks); i >= 0 {
			end = begin + i
		}
		switch strings.Compare(word, list[begin:end]) {
		case 0:
			return true
		case -1:
			list = list[:begin]
		default:
			list = list[end:]
		}
	}
}

func kubernetes(minor int) string { return fmt.Sprintf("Kubernetes 1.%d", minor) }

func etcd(minor int) string { return fmt.Sprintf("etcd 3.%d", minor) }

// Refuses says why a version of a component does not start with a flag, "--profiling",
// and is "" where it does, or where nothing is known of the flag.
func Refuses(component, name string, minor int) message.Text {
	t, _ := tableOf(component)
	if f, known := t.find(name); known && !f.exists(minor) {
		return t.absence(f, minor)
	}
	return message.Text{}
}

// Flag gives the name under which a version knows a flag, "--bind-address",
// whether it is asked for by its current name or by one that it had before.
// Exists is false where that version has neither it, nor a predecessor or a
// successor that means the same; reason then says so. The component is
// "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubelet" or
// "etcd"; for etcd, minor is that of etcd itself, 6 for 3.6.
//
// A flag without a successor ends for good: --insecure-port=0 asks for nothing
// where no insecure port is left, and must never become --secure-port=0.
func Flag(component, name string, minor int) (current string, exists bool, reason message.Text) {
	t, known := tableOf(component)
	if !known {
		return "", false, message.New("no flags of %s are known", component)
	}
	f, known := t.find(name)
	if !known {
		return "", false, message.New("%s is not a flag of %s that harden knows", name, component)
	}
	if f.successor != "" && minor >= f.superseded {
		if next, _ := t.find(f.successor); next.exists(minor) {
			return next.name, true, message.Text{}
		}
	}
	if f.exists(minor) {
		return f.name, true, message.Text{}
	}
	for _, earlier := range t.flags {
		if earlier.successor == f.name && earlier.exists(minor) {
			return earlier.name, true, message.Text{}
		}
	}
	return "", false, t.absence(f, minor)
}

// absence says why a version does not have a flag.
func (t table) absence(f flag, minor int) message.Text {
	if minor < f.since {
		return came(message.Value(f.name), t.release(f.since))
	}
	return went(message.Value(f.name), t.release(f.until), f.why)
}

func came(name message.Text, version string) message.Text {
	return message.New("%s came with %s", name, version)
}

func went(name message.Text, version string, why message.Text) message.Text {
	if why.IsZero() {
		return message.New("%s was removed in %s", name, version)
	}
	return message.New("%s was removed in %s: %s", name, version, why)
}
