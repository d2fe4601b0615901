package transaction

import (
	"context"
	"fmt"
	"slices"

	"harden/agent/change"
	"harden/agent/controlplane"
	"harden/agent/journal"
)

// Staying tells whether something of a step stays on the way back, because what
// is stored may need it.
func Staying(s journal.Step) bool {
	return slices.ContainsFunc(s.Fields, func(f change.FieldChange) bool { return f.Stays })
}

// dropKey takes away what stayed, the key and what names it, once the API server
// is proven to store plain text: back says so. Until then it may have written a
// secret that only the key can read, so what is stored is looked at again. Where
// one is left the key stays.
func (u *undoing) dropKey(ctx context.Context, record journal.Record, back bool) []string {
	if !back {
		return []string{"the key of the stored secrets stays, because it is not proven that new secrets are stored as plain text"}
	}
	if err := controlplane.NothingEncrypted(ctx, u.Node); err != nil {
		return []string{fmt.Sprintf("the key of the stored secrets stays: %v", err)}
	}
	u.holdKey = false
	_, problems := u.targets(ctx, record)
	if late := u.waitRolls(ctx); late != nil {
		return append(problems, late...)
	}
	if err := u.answering(ctx); err != nil {
		problems = append(problems, err.Error())
	}
	return problems
}
