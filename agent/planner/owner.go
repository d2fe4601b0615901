package planner

import (
	"errors"
	"strconv"
	"strings"

	"harden/agent/change"
	"harden/agent/host"
)

// lookupOwner reads "user:group" as ids. It knows the accounts of the node
// and those that this plan makes, so that one rule can add an account and
// another give it its files. A name that is neither blocks the rule.
func (p *planning) lookupOwner(owner string) (uid, gid uint32, err error) {
	uid, gid, err = p.Root.LookupOwner(owner)
	if !errors.Is(err, host.ErrNoAccount) {
		return uid, gid, err
	}
	user, group, _ := strings.Cut(owner, ":")
	user = p.plannedID(change.UserTarget(user), change.FieldUID, user)
	group = p.plannedID(change.GroupTarget(group), change.FieldGID, group)
	uid, gid, err = p.Root.LookupOwner(user + ":" + group)
	if errors.Is(err, host.ErrNoAccount) {
		return 0, 0, blocked("%v, and no rule of this run makes it", err)
	}
	return uid, gid, err
}

// plannedID gives the number that an account gets in this plan, or its name
// where no rule makes it.
func (p *planning) plannedID(account change.Target, field change.Field, name string) string {
	p.planned.Add(1)
	for _, r := range p.rules {
		if r.waived != "" || p.blocked[r.Name] != "" {
			continue
		}
		for _, w := range r.wish.Wants {
			id, isNumber := w.Value.(int64)
			if w.Target != account || w.Field != field || !isNumber {
				continue
			}
			// An account that is there keeps its number, whatever a rule wants.
			if before := p.read(account); before.err == nil && before.state.Exists() {
				return name
			}
			return strconv.FormatInt(id, 10)
		}
	}
	return name
}
