package controlplane

import (
	"context"
	"time"

	"harden/agent/cmdline"
	"harden/agent/facts"
	"harden/agent/message"
	"harden/agent/node"
)

// Regenerated waits, after the unit of RKE2 was restarted, until each static pod that
// ran before runs as the manifest says that RKE2 wrote anew, and that manifest as it
// is configured: an active unit has written nothing yet. K3s has no such manifests.
func Regenerated(ctx context.Context, n *node.Node, before *facts.Facts, unit string) error {
	r := before.Rancher
	if r == nil || before.Platform != facts.RKE2 || r.Unit != unit {
		return nil
	}
	var since time.Time // when all of it was so
	for {
		f, err := n.Collect()
		if err == nil {
			err = asGenerated(before, f)
		}
		switch {
		case err != nil:
			since = time.Time{}
		case since.IsZero():
			since = time.Now()
		case time.Since(since) >= RollSettle:
			return nil
		}
		n.Await(ctx, message.New("waiting for the static pods, whose manifests %s writes again", unit))
		select {
		case <-ctx.Done():
			if err == nil {
				err = context.Cause(ctx)
			}
			return message.Errorf("%s was restarted, but not everything that it starts runs again as it is configured: %w", unit, err)
		case <-time.After(RollPoll):
		}
	}
}

// asGenerated tells which component does not run as it is configured.
func asGenerated(before, now *facts.Facts) error {
	for _, name := range facts.ComponentNames {
		if was := before.Components[name]; was == nil || !was.Running {
			continue
		}
		c := now.Components[name]
		switch {
		case c == nil || c.Unreadable != nil || c.Line == nil:
			return message.Errorf("%s has no manifest that can be read", name)
		case !c.Running:
			return message.Errorf("%s does not run", name)
		case !c.RunsAsStarted():
			return message.Errorf("%s does not run as %s says", name, c.Manifest)
		}
		if name == "etcd" { // its flags stand in a file of their own
			continue
		}
		written := cmdline.FromArgv(name, c.ManifestArgv).Flags()
		for flag, value := range c.Line.Flags() {
			if written[flag] != value {
				return message.Errorf("%s does not have the configured value of --%s", c.Manifest, flag)
			}
		}
	}
	return nil
}
