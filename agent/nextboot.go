package agent

import (
	"path"

	"harden/agent/change"
	"harden/agent/message"
	"harden/agent/nextboot"
	"harden/agent/planner"
)

// NextBoot gives what is set up on the node that keeps Kubernetes from working once it has
// booted again, the worst first. harden changes none of it.
func (a *Agent) NextBoot(p *planner.Plan) []change.Conflict {
	var more []change.Conflict
	if log, is := a.AuditLog(p, false); is {
		if reason := a.outgrows(log); !reason.IsZero() {
			where := p.Facts.Components[apiserver].Manifest
			if r := p.Facts.Rancher; r != nil { // they write it anew at each start
				where = r.Config
			}
			more = append(more, change.Conflict{ID: "audit-log", Severity: change.Medium, Where: where, Reason: reason,
				Fix: message.New("lower --audit-log-maxsize or --audit-log-maxbackup, or give the log a larger disk")})
		}
	}
	return nextboot.Find(a.Root, p.Facts, more...)
}

// outgrows says that an audit log does not fit on its disk; of a tree, on the file system that
// the tree lies on.
func (a *Agent) outgrows(log AuditLog) message.Text {
	_, all, err := a.Root.Space(path.Dir(log.File))
	switch {
	case err == nil && log.Limit > all:
		return message.New("the audit log may take %s, and its file system has %s", amount(log.Limit), amount(all))
	case log.Free > 0 && log.Limit-log.Used > log.Free:
		return message.New("the audit log may take %s more, and only %s are free: a full disk stops etcd and the kubelet", amount(log.Limit-log.Used), amount(log.Free))
	}
	return message.Text{}
}
