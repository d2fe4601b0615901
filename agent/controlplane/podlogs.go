package controlplane

import (
	"fmt"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"

	"harden/agent/facts"
	"harden/agent/message"
	"harden/agent/node"
	"harden/agent/report"
)

// podLogs is where the kubelet has containers log: NAMESPACE_POD_UID/CONTAINER/N.log,
// N counted up at each start (KEP-1412 and the CRI's log path).
const podLogs = "/var/log/pods"

// How much of it is looked at: a node has a few hundred pods, and the kubelet
// keeps a few logs of each container.
const (
	maxPods = 16 << 10
	maxLogs = 1 << 10 // of one container
)

// containerLog is the newest log of one container.
type containerLog struct {
	pod    string // UID
	dir    string
	number int // how often the container was started before
}

// containerLogs are those of a component's pods, the present and past ones.
type containerLogs []containerLog

// containersOf looks for the logs of a component of the control plane, whose
// pods are called after it and the node. What cannot be read is not there: logs only help to see sooner, and to say why.
func containersOf(n *node.Node, component, node string) containerLogs {
	var logs containerLogs
	pods, err := n.Root.ReadDir(podLogs)
	if err != nil {
		return nil
	}
	for _, pod := range pods[:min(len(pods), maxPods)] {
		uid, is := strings.CutPrefix(pod, "kube-system_"+component+"-"+node+"_")
		if !is || !ofStaticPod(uid) {
			continue // anybody may call a pod so, in a namespace of his own
		}
		dir := path.Join(podLogs, pod, component)
		files, err := n.Root.ReadDir(dir)
		if err != nil {
			continue
		}
		newest := -1
		for _, file := range files[:min(len(files), maxLogs)] {
			if n, err := strconv.Atoi(strings.TrimSuffix(file, ".log")); err == nil {
				newest = max(newest, n)
			}
		}
		if newest >= 0 {
			logs = append(logs, containerLog{uid, dir, newest})
		}
	}
	return logs
}

// ofStaticPod tells whether a UID is one that a kubelet makes of a manifest: a
// digest. Those that an API server makes have dashes, and nobody can ask it for
// another.
func ofStaticPod(uid string) bool {
	return len(uid) == 32 && strings.Trim(uid, "0123456789abcdef") == ""
}

// nodeName is what the kubelet calls this node in the names of its static pods
// (k8s.io/kubernetes, pkg/util/node, GetHostname).
func nodeName(f *facts.Facts) string {
	name := ""
	if f.Kubelet != nil {
		name = f.Kubelet.Flags["hostname-override"]
	}
	if name == "" {
		name, _ = os.Hostname()
	}
	return strings.ToLower(strings.TrimSpace(name))
}

// without leaves out the logs of one pod, "" is none.
func (l containerLogs) without(pod string) containerLogs {
	return slices.DeleteFunc(l, func(log containerLog) bool { return pod != "" && log.pod == pod })
}

// since counts the starts between two looks, and gives the log of the last.
func (l containerLogs) since(now containerLogs) (starts int, file string) {
	for _, log := range now {
		before := -1
		if i := slices.IndexFunc(l, func(b containerLog) bool { return b.dir == log.dir }); i >= 0 {
			before = l[i].number
		}
		if log.number > before {
			starts += log.number - before
			file = path.Join(log.dir, fmt.Sprintf("%d.log", log.number))
		}
	}
	return starts, file
}

const (
	maxPodLog    = 1 << 20 // bytes; a process that ends at start says little
	maxLogLine   = 4 << 10 // bytes of a line that are looked through for secrets
	maxLastWords = 300     // bytes of it that an error repeats
)

// lastLogLine gives what a component logged last in a file, as the end of an
// error, or where to look. It may repeat what others sent to the component, so it is
// quoted, which makes it harmless on a terminal, and secrets are concealed.
func lastLogLine(n *node.Node, component, file string) message.Text {
	if file == "" {
		return message.New(" (see crictl logs, or %s)", podLogs)
	}
	if data, err := n.Root.ReadFile(file, maxPodLog); err == nil {
		lines := strings.Split(strings.TrimSpace(string(data)), "\n")
		// time, stream and a letter stand before each line (CRI's log format)
		if words := strings.SplitN(lines[len(lines)-1], " ", 4); len(words) == 4 {
			said := report.Concealed(words[3][:min(len(words[3]), maxLogLine)])
			return message.New("; the log of %s says %q (%s)", component, said[:min(len(said), maxLastWords)], file)
		}
	}
	return message.New(" (see %s)", file)
}
