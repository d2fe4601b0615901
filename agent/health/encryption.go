package health

import (
	"bufio"
	"context"
	"io"
	"strconv"
	"strings"
	"time"

	"harden/agent/message"
)

// Metrics of an API server about its encryption configuration (k8s.io/apiserver,
// encryptionconfig/metrics), in whose file it looks for a change once a minute.
const (
	reloadMetric = "apiserver_encryption_config_controller_automatic_reload_last_timestamp_seconds{" // when it last read a changed one
	configMetric = "apiserver_encryption_config_controller_last_config_info{"                        // which one it uses, since Kubernetes 1.34
)

// How an API server reads the file anew: it looks once a minute, and records a success
// after it has checked what it read, for at most readLag.
const (
	reloadPeriod = time.Minute
	readLag      = 10 * time.Second
)

// reloadPoll is the pause between two looks at the metrics, which are large.
const reloadPoll = 2 * time.Second

// maxMetrics is how much of the metrics is read, in bytes: those of a large
// cluster are a tenth of it.
const maxMetrics = 256 << 20

// Metrics asks the API server for its metrics, as somebody who may read them, and
// has the answer read.
type Metrics func(ctx context.Context, within time.Duration, read func(io.Reader) error) error

// Written is an encryption configuration that an API server is to read.
type Written struct {
	After, Before time.Time // it came into its place between these
	Digest        string    // SHA-256 of the file in hexadecimal; "" where it is not known
}

// EncryptionReloaded waits until the API server says that it uses an encryption
// configuration. One that does not tell which it uses must have read a changed
// one since it was written, and so late that it was this one. A failed reload, a file
// that the API server does not understand, ends the waiting at once.
func EncryptionReloaded(ctx context.Context, metrics Metrics, written Written, progress func(message.Text)) error {
	say := onChange(progress)
	say(message.New("kube-apiserver: waiting until it has read the new encryption configuration; it checks the file once a minute"))
	last := message.New("it has not read the file yet")
	for {
		r, err := lastReloads(ctx, metrics)
		switch {
		case err != nil && ctx.Err() == nil:
			last = message.Of(err)
		case r.uses(written, time.Now()):
			return nil
		case r.failure.After(written.After):
			return message.Errorf("kube-apiserver cannot use the new encryption configuration (see its log in /var/log/pods)")
		}
		if err := sleep(ctx, reloadPoll); err != nil {
			return message.Errorf("kube-apiserver did not read the new encryption configuration: %w; last result: %s", err, last)
		}
	}
}

// reloads is what the metrics say.
type reloads struct {
	success, failure time.Time // of the last ones
	digest           string    // of the file that is used; "" where that is not told
}

// uses tells whether the API server uses what was written. Where it does not tell what it
// uses, a success at about the time of the write may be that of the file before: then it
// counts after a further look at the file.
func (r reloads) uses(w Written, now time.Time) bool {
	if w.Digest != "" && r.digest != "" {
		return r.digest == w.Digest
	}
	looked := now.After(w.Before.Add(reloadPeriod + readLag))
	return r.success.After(w.Before.Add(readLag)) || looked && r.success.After(w.After)
}

// lastReloads reads the times of the last reloads, and what is used.
func lastReloads(ctx context.Context, metrics Metrics) (r reloads, err error) {
	err = metrics(ctx, answerWithin, func(body io.Reader) error {
		lines := bufio.NewScanner(io.LimitReader(body, maxMetrics))
		lines.Buffer(make([]byte, 64<<10), 1<<20)
		for lines.Scan() {
			r.add(lines.Text())
		}
		return lines.Err()
	})
	return r, err
}

func (r *reloads) add(line string) {
	labels, value, ok := strings.Cut(line, "} ")
	switch {
	case !ok:
	case strings.HasPrefix(labels, configMetric):
		_, rest, _ := strings.Cut(labels, `,hash="sha256:`) // the other label is the server's own hash
		r.digest, _, _ = strings.Cut(rest, `"`)
	case strings.HasPrefix(labels, reloadMetric):
		seconds, err := strconv.ParseFloat(value, 64)
		if err != nil {
			return
		}
		at := time.UnixMilli(int64(seconds * 1000))
		if strings.Contains(labels, `status="success"`) {
			r.success = at
		} else {
			r.failure = at
		}
	}
}
