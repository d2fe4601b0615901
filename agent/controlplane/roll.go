package controlplane

import (
	"context"
	"fmt"
	"time"

	"harden/agent/facts"
	"harden/agent/health"
	"harden/agent/message"
	"harden/agent/node"
)

// How a roll is watched.
const (
	RollPoll = 500 * time.Millisecond
	// RollSettle is how long one process must stay, healthy, to count.
	RollSettle = 3 * time.Second
	// rollCrashes is how many processes of the new pod may end before the
	// manifest counts as broken: the kubelet restarts it for ever.
	rollCrashes = 3
	// rollUnnoticed is how long the old process must stay, healthy, after its
	// manifest was put back, to count as never ended: longer than the kubelet
	// takes at most to see a changed manifest (fileCheckFrequency, 20 s).
	rollUnnoticed = 30 * time.Second
)

// Instance is a process of a component. What is not known of it is zero.
type Instance struct {
	pid int
	// pod is the UID of its static pod. The kubelet makes another pod of a
	// manifest that changed, but for one that names a UID itself.
	pod string
}

// InstanceOf gives the instance of a component that runs now, the zero one where
// none does.
func InstanceOf(c *facts.Component) Instance {
	if c == nil || !c.Running {
		return Instance{}
	}
	return Instance{c.PID, c.PodUID}
}

// same tells whether a process is the one from before, or was started again in
// its pod: then it has read no manifest that was written since.
func (i Instance) same(now Instance) bool {
	return now.pid == i.pid || i.pod != "" && now.pod == i.pod
}

// Roll is the roll of a static pod that is waited for.
type Roll struct {
	Component string
	Before    Instance // the process that it replaces, zero if none ran
	// back is set where the manifest is put back, and backAt is when all was.
	Back   bool
	BackAt time.Time
}

// Wait waits until a component of the control plane runs exactly as its
// manifest now says, in another process than the one from before, of another
// pod where that is known, and is healthy. The kubelet does the rolling; it
// takes about as long as the old process needs to end gracefully.
func (r Roll) Wait(ctx context.Context, n *node.Node, f *facts.Facts) (map[string]string, error) {
	component, before := r.Component, r.Before
	if namesUID(n, f.Components[component]) {
		before.pod = "" // it stays the same, whatever the manifest says
	}
	w := rollWatch{component: component, before: before, back: r.Back, since: r.BackAt, last: message.New("the old process has not exited"), waits: message.New("waiting for the kubelet to see the component's manifest")}
	name := nodeName(f)
	logs := containersOf(n, component, name)
	for {
		n.Await(ctx, message.New("%s: %s", component, w.waits))
		f, err := n.Collect()
		if err != nil {
			return nil, err
		}
		starts, log := logs.since(containersOf(n, component, name).without(before.pod))
		w.started(starts, time.Now())
		done, err := w.check(ctx, f.Components[component], endpointOf(n, f, component), time.Now())
		if err != nil {
			return nil, message.Errorf("%w%s", err, lastLogLine(n, component, log))
		}
		if done {
			return map[string]string{"pid": fmt.Sprint(w.pid)}, nil
		}
		select {
		case <-ctx.Done():
			return nil, message.Errorf("%s did not start again: %w; last result: %s%s", component, context.Cause(ctx), w.last, lastLogLine(n, component, log))
		case <-time.After(RollPoll):
		}
	}
}

// rollWatch is what has been seen of a roll.
type rollWatch struct {
	component string
	before    Instance  // from before, zero if none ran
	back      bool      // the manifest was put back, perhaps before the kubelet saw the other
	pid       int       // the new process
	since     time.Time // when it was seen first, or the old one healthy
	ended     int       // new processes that were seen, and ended again
	starts    int       // new processes that the kubelet started, seen or not
	startedAt time.Time
	last      message.Text
	waits     message.Text // what is waited for, in the words of who waits
}

// check takes one look. It tells whether the roll is done.
func (w *rollWatch) check(ctx context.Context, c *facts.Component, probe *health.Probe, now time.Time) (bool, error) {
	switch {
	case c == nil || !c.Running:
		w.lost()
		w.last, w.waits = message.New("none of its processes runs"), message.New("waiting for its new process")
	case w.before.same(InstanceOf(c)):
		w.lost()
		w.last, w.waits = message.New("the old process has not exited"), message.New("waiting for process %d to exit", c.PID)
		if w.unnoticed(ctx, c, probe, now) {
			w.pid = c.PID
			return true, nil
		}
	case !c.RunsAsStarted():
		w.lost()
		w.last, w.waits = message.New("process %d does not run with the values of the manifest", c.PID), message.New("waiting for a process with the flags of its manifest")
	default:
		if c.PID != w.pid {
			w.lost()
			w.pid, w.since = c.PID, now
		}
		if probe != nil {
			if err := probe.Check(ctx); err != nil {
				w.last, w.since, w.waits = message.Of(err), now, message.New("waiting for %s", probe.URL)
				break
			}
		}
		w.last = message.New("process %d is healthy; harden watches it for a moment", c.PID)
		w.waits = w.last
		return now.Sub(w.since) >= RollSettle, nil
	}
	ended := w.ended
	if w.pid == 0 && now.Sub(w.startedAt) >= RollSettle {
		ended = max(ended, w.starts)
	}
	if ended >= rollCrashes {
		return false, message.Errorf("%s does not keep running: %d of its processes exited; last result: %s", w.component, ended, w.last)
	}
	return false, nil
}

// unnoticed tells whether the kubelet never saw the manifest that is put back
// by now: the old process runs as it says, and goes on doing so.
func (w *rollWatch) unnoticed(ctx context.Context, c *facts.Component, probe *health.Probe, now time.Time) bool {
	if !w.back || !c.RunsAsStarted() || probe != nil && probe.Check(ctx) != nil {
		w.since = time.Time{}
		return false
	}
	if w.since.IsZero() {
		w.since = now
	}
	return now.Sub(w.since) >= rollUnnoticed
}

// started notes how many processes the kubelet has started: one that ends at
// once is seldom seen.
func (w *rollWatch) started(n int, now time.Time) {
	if n > w.starts {
		w.starts, w.startedAt = n, now
	}
}

// lost notes that the new process, if there was one, is gone.
func (w *rollWatch) lost() {
	if w.pid != 0 {
		w.ended++
		w.pid = 0
	}
}

// namesUID tells whether the manifest of a component gives its pod a UID. What
// cannot be read does not, the kubelet makes one then.
func namesUID(n *node.Node, c *facts.Component) bool {
	if c == nil || c.Manifest == "" {
		return false
	}
	data, err := n.Root.ReadFile(c.Manifest, node.MaxDocument)
	if err != nil {
		return false
	}
	doc, err := n.Texts.Open("yaml", data)
	if err != nil {
		return false
	}
	_, _, named, _ := doc.Get("metadata.uid")
	return named
}

// endpointOf gives the health endpoint of one component, nil where it has none.
func endpointOf(n *node.Node, f *facts.Facts, component string) *health.Probe {
	for _, p := range Endpoints(n, f) {
		if p.Name == component {
			return &p
		}
	}
	return nil
}
