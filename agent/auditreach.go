package agent

import (
	"fmt"
	"path"
	"time"

	"harden/agent/change"
	"harden/agent/message"
	"harden/agent/planner"
)

// auditAgeRule asks how long audit logs are kept.
const auditAgeRule = "apiserver-audit-log-maxage"

// Reach is how far back a log of full size reaches at its rate, whatever its age limit; 0
// where that is not known.
func (l AuditLog) Reach() time.Duration {
	if l.Limit == 0 || l.Rate <= 0 {
		return 0
	}
	const longest = 100 * 365 * 24 * time.Hour
	return time.Duration(min(float64(l.Limit)/l.Rate, longest.Seconds()) * float64(time.Second))
}

// Takes says what the log takes of the disk at most, and what is there.
func (l AuditLog) Takes() message.Text {
	dir := path.Dir(l.File)
	var said []message.Text
	if l.Limit > 0 {
		said = append(said, message.New("The audit log takes up to %s below %s", amount(l.Limit), dir))
	} else {
		said = append(said, message.New("Nothing limits the audit log below %s", dir))
	}
	switch more := l.Limit - l.Used; {
	case l.Free == 0:
	case more > l.Free:
		said = append(said, message.New("only %s are free there", amount(l.Free)))
	default:
		said = append(said, message.New("%s are free there", amount(l.Free)))
	}
	if reach := l.Reach(); reach > 0 {
		said = append(said, message.New("at its present rate the log reaches back %s", span(reach)))
	}
	return message.List(said...)
}

// Kept says how long the log is kept in truth, where it is there.
func (l AuditLog) Kept() message.Text {
	var said []message.Text
	switch reach := l.Reach(); {
	case reach == 0:
	case l.Age > reach:
		said = append(said, message.New("at its present rate the log reaches back only %s, not %s: its files take at most %s (--audit-log-maxbackup, --audit-log-maxsize)", span(reach), message.New("%d days", l.Age/day), amount(l.Limit)))
	default:
		said = append(said, message.New("at its present rate its files reach back %s", span(reach)))
	}
	if more := l.Limit - l.Used; l.Free > 0 && more > l.Free {
		said = append(said, message.New("it may take %s more, and only %s are free", amount(more), amount(l.Free)))
	}
	return message.List(said...)
}

// judgeAudit adds to the verdict on how long audit logs are kept what that comes to.
func (a *Agent) judgeAudit(p *planner.Plan) {
	for i := range p.Findings {
		f := &p.Findings[i]
		if f.Rule != auditAgeRule || f.Status != change.Compliant {
			continue
		}
		if log, is := a.AuditLog(p, false); is {
			f.Reason = message.List(f.Reason, log.Kept())
		}
	}
}

// amount is a number of bytes for people: "1.1 GB".
func amount(bytes int64) string {
	switch n := float64(bytes) / megabyte; {
	case n >= 99_950:
		return fmt.Sprintf("%.0f GB", n/1000)
	case n >= 1000:
		return fmt.Sprintf("%.1f GB", n/1000)
	default:
		return fmt.Sprintf("%.0f MB", n)
	}
}

const day = 24 * time.Hour

// span is a time for people: "about 18 hours".
func span(d time.Duration) message.Text {
	if d < 2*day {
		return message.New("about %d hours", d.Round(time.Hour)/time.Hour)
	}
	return message.New("about %d days", d.Round(day)/day)
}
