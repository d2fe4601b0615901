package agent

import (
	"fmt"
	"path"
	"strconv"
	"strings"
	"time"

	"harden/agent/change"
	"harden/agent/facts"
	"harden/agent/kube"
	"harden/agent/planner"
	"harden/agent/stable"
)

const (
	megabyte       = 1_000_000
	apiserver      = "kube-apiserver"
	mostAuditFiles = 10_000
	rateOver       = day       // how much of the past the rate is taken from, where there is so much
	rateFrom       = time.Hour // less of it says nothing
)

// AuditLog is what the audit log of the API server takes on this node, and how far back
// it reaches.
type AuditLog struct {
	File  string        // on the host
	Limit int64         // bytes that its files take at most; 0 where nothing bounds them
	Age   time.Duration // after which a file is deleted; 0: never
	Used  int64         // bytes that they take now
	Free  int64         // bytes of their file system, 0 where it is not this machine's
	Rate  float64       // bytes written in a second; 0 where that is not known
}

// AuditLog says what becomes of the audit log: by the flags that the API server has once
// a plan is carried out, or by those that it has now. Where it writes none, ok is false.
func (a *Agent) AuditLog(p *planner.Plan, planned bool) (log AuditLog, ok bool) {
	c := p.Facts.Components[apiserver]
	if c == nil && (!planned || p.Coming == "") {
		return log, false
	}
	flag := func(name string) string { return a.auditFlag(p, c, name, planned) }
	number := func(name string) int64 {
		n, err := strconv.ParseInt(flag(name), 10, 64)
		if err != nil {
			ok = false
		}
		return n
	}
	log.File = flag("audit-log-path")
	if c != nil {
		log.File = c.OnHost(log.File)
	}
	if ok = path.IsAbs(log.File); !ok { // "-" is standard output
		return log, false
	}
	size, backups := number("audit-log-maxsize"), number("audit-log-maxbackup")
	log.Age = time.Duration(number("audit-log-maxage")) * day
	if size == 0 && minorOf(p.Facts, c) < 36 { // lumberjack's own size; later versions do not rotate
		size = 100
	}
	if backups > 0 {
		log.Limit = (backups + 1) * size * megabyte
	}
	a.measure(&log, size*megabyte)
	if p.Facts.Live {
		log.Free, _, _ = a.Root.Space(path.Dir(log.File)) // what is not known is not said
	}
	return log, ok
}

// auditFlag is the value of a flag of the API server: what a plan writes, or what is
// there, or the default of its version.
func (a *Agent) auditFlag(p *planner.Plan, c *facts.Component, name string, planned bool) string {
	standard, _ := kube.Default(apiserver, "--"+name, minorOf(p.Facts, c))
	if c == nil { // it is still to come, with what the profile asks for
		value := fmt.Sprint(a.Profile.Parameters[name])
		if n, err := strconv.Atoi(value); err == nil { // at least so much
			if own, err := strconv.Atoi(standard); err == nil {
				value = strconv.Itoa(max(n, own))
			}
		}
		return value
	}
	for _, made := range p.Changes {
		for _, f := range made.Fields {
			manifest := made.Target == change.FileTarget(c.Manifest) && f.Field == change.Field("flag:--"+name)
			dropIn := p.Facts.Rancher != nil && f.Field == change.Field("arg:"+facts.ArgList(apiserver)+"/--"+name)
			if planned && (manifest || dropIn) {
				return fmt.Sprint(f.After)
			}
		}
	}
	if value, given := c.Flag(name); given {
		return value
	}
	return standard
}

func minorOf(f *facts.Facts, c *facts.Component) int {
	if c != nil && f.KubernetesFrom != facts.GivenByUser && !c.Version.IsZero() {
		return c.Version.Minor
	}
	return f.Kubernetes.Minor
}

// measure finds out how fast the log grows, by the sizes and times of its files. size is
// that of a full one.
func (a *Agent) measure(log *AuditLog, size int64) {
	files := a.auditFiles(log.File, size)
	last := len(files) - 1
	var begin time.Time
	written := int64(0)
	for i := last; i >= 0; i-- {
		log.Used += files[i].taken
		if i < last && files[last].end.Sub(begin) >= rateOver {
			continue // far enough back
		}
		if i > 0 {
			begin = files[i-1].end // it was begun when that one was full
		} else if first := a.firstEvent(path.Join(path.Dir(log.File), files[0].name)); !first.IsZero() {
			begin = first
		} else {
			break // of the oldest file only the end is known
		}
		written += files[i].written
	}
	if !begin.IsZero() && files[last].end.Sub(begin) >= rateFrom {
		log.Rate = float64(written) / files[last].end.Sub(begin).Seconds()
	}
}

// auditFile is the log, or what it was before it was rotated.
type auditFile struct {
	name           string
	end            time.Time // when it was written last
	taken, written int64     // bytes on the disk, and before it was compressed
}

// auditFiles are the files of a log, the oldest one first: "audit.log" becomes
// "audit-2027-01-31T10-00-00.000.log", and ".gz" may follow.
func (a *Agent) auditFiles(file string, size int64) []auditFile {
	dir := path.Dir(file)
	names, err := a.Root.ReadNames(dir, mostAuditFiles)
	if err != nil {
		return nil
	}
	extension := path.Ext(file)
	prefix := strings.TrimSuffix(path.Base(file), extension) + "-"
	var files []auditFile
	for _, name := range names {
		plain, compressed := strings.CutSuffix(name, ".gz")
		if name != path.Base(file) && (!strings.HasPrefix(plain, prefix) || !strings.HasSuffix(plain, extension)) {
			continue
		}
		info, err := a.Root.Stat(path.Join(dir, name))
		if err != nil || !info.Regular {
			continue
		}
		f := auditFile{name, info.ModTime, info.Size, info.Size}
		if compressed {
			f.written = size
		}
		files = append(files, f)
	}
	stable.Sort(files, func(a, b auditFile) int { return a.end.Compare(b.end) })
	return files
}

// firstEvent is when the first event of a log was received; zero where that is not known.
func (a *Agent) firstEvent(file string) time.Time {
	text, _ := a.Root.ReadStart(file, 64<<10) // nothing of it is known where it cannot be read
	_, rest, _ := strings.Cut(string(text), `"requestReceivedTimestamp":"`)
	stamp, _, _ := strings.Cut(rest, `"`)
	at, err := time.Parse(time.RFC3339Nano, stamp)
	if err != nil {
		return time.Time{}
	}
	return at
}
