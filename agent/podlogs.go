package agent

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
)

// podLogs is where the kubelet has containers log: NAMESPACE_POD_UID/CONTAINER/N.log,
// N counted up at each start (KEP-1412 and the CRI's log path).
const podLogs = "/var/log/pods"

// containerLog is the newest log of one container.
type containerLog struct {
	dir    string
	number int // how often the container was started before
}

// containerLogs are those of a component's pods, the present and past ones.
type containerLogs []containerLog

// containerLogs looks for the logs of a component of the control plane. What
// cannot be read is not there: logs only help to see sooner, and to say why.
func (a *Agent) containerLogs(component string) containerLogs {
	var logs containerLogs
	pods, err := a.Root.ReadDir(podLogs)
	if err != nil {
		return nil
	}
	for _, pod := range pods {
		if _, name, _ := strings.Cut(pod, "_"); !strings.HasPrefix(name, component+"-") {
			continue
		}
		dir := path.Join(podLogs, pod, component)
		files, err := a.Root.ReadDir(dir)
		if err != nil {
			continue
		}
		newest := -1
		for _, file := range files {
			if n, err := strconv.Atoi(strings.TrimSuffix(file, ".log")); err == nil {
				newest = max(newest, n)
			}
		}
		if newest >= 0 {
			logs = append(logs, containerLog{dir, newest})
		}
	}
	return logs
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
	maxLastWords = 300     // bytes of a log's line that an error repeats
)

// lastWords gives what a component logged last in a file, as the end of an
// error, or where to look.
func (a *Agent) lastWords(file string) string {
	if file == "" {
		return " (see crictl logs, or " + podLogs + ")"
	}
	if data, err := a.Root.ReadFile(file, maxPodLog); err == nil {
		lines := strings.Split(strings.TrimSpace(string(data)), "\n")
		// time, stream and a letter stand before each line (CRI's log format)
		if words := strings.SplitN(lines[len(lines)-1], " ", 4); len(words) == 4 {
			return fmt.Sprintf("; it logged %q (%s)", words[3][:min(len(words[3]), maxLastWords)], file)
		}
	}
	return " (see " + file + ")"
}
