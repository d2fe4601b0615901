package transaction

import (
	"context"
	"slices"
	"strings"

	"harden/agent/change"
	"harden/agent/controlplane"
	"harden/agent/facts"
	"harden/agent/journal"
	"harden/agent/kubeadm"
	"harden/agent/message"
	"harden/agent/planner"
)

// goal is the state that a step is put back to: the one from before, with
// what stays. left says what stays, and why.
func (u *undoing) goal(step journal.Step, before change.State) (goal change.State, left message.Text, err error) {
	if !u.holdKey && (u.options.DropEncryption || !u.migrated) {
		return before, message.Text{}, nil
	}
	return WithStaying(step, before, u.facts)
}

// leftBefore tells whether a target is as an earlier undo of the run left it.
func (u *undoing) leftBefore(step journal.Step, before, now change.State) bool {
	goal, _, err := WithStaying(step, before, u.facts)
	return err == nil && now.Equal(goal)
}

// dropKey takes away what stayed, the key and what names it, once the API server
// is proven to store plain text: back says so. Until then it may have written a
// secret that only the key can read, so what is stored is looked at again. Where
// one is left the key stays.
func (u *undoing) dropKey(ctx context.Context, record journal.Record, back bool) []message.Text {
	if !back {
		return []message.Text{message.New("the key of the stored secrets stays, because it is not proven that new secrets are stored as plain text")}
	}
	if err := controlplane.NothingEncrypted(ctx, u.Node); err != nil {
		return []message.Text{message.New("the key of the stored secrets stays: %v", err)}
	}
	u.holdKey = false
	_, problems := u.targets(ctx, record)
	if late := u.waitRolls(ctx); late != nil {
		problems = append(problems, late...)
	} else if err := u.awaitEndpoints(ctx); err != nil {
		problems = append(problems, message.Of(err))
	}
	return append(problems, u.again(ctx, record, len(problems) == 0)...)
}

// WithStaying lays the fields of a step that stay over the state from before.
func WithStaying(step journal.Step, before change.State, f *facts.Facts) (goal change.State, left message.Text, err error) {
	var stays []change.FieldChange
	for _, field := range step.Fields {
		if field.Stays {
			stays = append(stays, field)
		}
	}
	switch {
	case len(stays) == 0:
		return before, message.Text{}, nil
	case !before.Exists():
		return step.After, message.New("%s is kept, because stored secrets need it (once no stored secret needs it, harden rollback --drop-encryption removes it)", step.Target.Name()), nil
	case before.File == nil || before.File.Content == nil:
		return before, message.Text{}, message.Errorf("cannot tell which part of %s is kept", step.Target)
	}
	file := *before.File
	syntax, _ := planner.FieldSyntax(step.Target, stays[0].Field, f)
	if syntax == "" { // the content as a whole, which the journal knows by its digest
		file.Content = step.After.File.Content
		return change.State{File: &file}, keeps(step.Target, stays), nil
	}
	doc, err := kubeadm.Document(syntax, before.File.Content.Data)
	if err != nil {
		return before, message.Text{}, message.Errorf("%s: %w", step.Target.Name(), err)
	}
	for _, field := range stays {
		_, address := planner.FieldSyntax(step.Target, field.Field, f)
		if err := doc.Set(address, field.After); err != nil {
			return before, message.Text{}, message.Errorf("%s: %w", step.Target.Name(), err)
		}
	}
	file.Content = change.NewContent(doc.Bytes(), before.File.Content.Secret)
	return change.State{File: &file}, keeps(step.Target, stays), nil
}

// keeps says which fields of a target stay, and why.
func keeps(t change.Target, fields []change.FieldChange) message.Text {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = string(f.Field)
	}
	return message.New("%s keeps %s, because stored secrets need it", t.Name(), strings.Join(names, ", "))
}

// Staying tells whether something of a step stays on the way back, because what
// is stored may need it.
func Staying(s journal.Step) bool {
	return slices.ContainsFunc(s.Fields, func(f change.FieldChange) bool { return f.Stays })
}
