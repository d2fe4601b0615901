// Package agent holds the use cases of harden: plan, check, apply, confirm, roll
// back, recover, attest. It takes the lock, refuses what must not be done now, and
// calls the rooms below it: planner makes plans, transaction carries them out and
// undoes them. It prints nothing and parses nothing.
package agent

import (
	"context"
	"time"

	"harden/agent/journal"
	"harden/agent/node"
	"harden/agent/planner"
	"harden/agent/transaction"
	"harden/profiles"
)

const lockFile = node.StateDir + "/lock"

// Agent works on one node.
type Agent struct {
	*node.Node
	Store   *journal.Store
	Profile *profiles.Profile // nil where nothing is planned

	// Attestations are the verdicts of persons on controls; findings show them.
	Attestations []profiles.Attestation

	Version  string // of harden, for the journal
	KeepRuns int    // past runs to keep, all where it is 0
	// Rehearsing says whether components are asked before the first write.
	Rehearsing Rehearsing
	// ConfirmWithin is how long there is to confirm a run that is applied; 0: it
	// need not be confirmed. Recovery is the command, program and arguments,
	// that undoes it otherwise, and puts back what had to wait: that of harden recover.
	ConfirmWithin time.Duration
	Recovery      []string
}

// KubeadmConfiguration gives the configuration of kubeadm, the operator's or one
// to start from, with what the profile asks for. It changes nothing.
func (a *Agent) KubeadmConfiguration(ctx context.Context) ([]byte, error) {
	return a.planner().KubeadmConfiguration(ctx)
}

func (a *Agent) planner() planner.Planner {
	return planner.Planner{Node: a.Node, Profile: a.Profile, Attestations: a.Attestations, Waiting: a.waitingRun}
}

func (a *Agent) runner() *transaction.Runner {
	return &transaction.Runner{Node: a.Node, Planner: a.planner(), Store: a.Store, Version: a.Version, ConfirmWithin: a.ConfirmWithin, Recovery: a.Recovery}
}
