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

// reloadMetric tells when an API server last read a changed encryption
// configuration (k8s.io/apiserver, encryptionconfig/metrics). It looks for a
// change once a minute.
const reloadMetric = "apiserver_encryption_config_controller_automatic_reload_last_timestamp_seconds{"

// reloadPoll is the pause between two looks at the metrics, which are large.
const reloadPoll = 2 * time.Second

// maxMetrics is how much of the metrics is read, in bytes: those of a large
// cluster are a tenth of it.
const maxMetrics = 256 << 20

// Metrics asks the API server for its metrics, as somebody who may read them, and
// has the answer read.
type Metrics func(ctx context.Context, within time.Duration, read func(io.Reader) error) error

// EncryptionReloaded waits until the API server says that it has read an
// encryption configuration that was written at a time. A failed reload, a
// file that the API server does not understand, ends the waiting at once.
func EncryptionReloaded(ctx context.Context, metrics Metrics, written time.Time, progress func(message.Text)) error {
	say := onChange(progress)
	say(message.New("kube-apiserver: waiting until it has read the encryption configuration, which it looks at once a minute"))
	last := message.New("it has not read the file yet")
	for {
		success, failure, err := lastReloads(ctx, metrics)
		switch {
		case err != nil && ctx.Err() == nil:
			last = message.Of(err)
		case success.After(written):
			return nil
		case failure.After(written):
			return message.Errorf("kube-apiserver cannot use the new encryption configuration (see its log in /var/log/pods)")
		}
		if err := sleep(ctx, reloadPoll); err != nil {
			return message.Errorf("kube-apiserver did not read the new encryption configuration: %w; last result: %s", err, last)
		}
	}
}

// lastReloads reads the times of the last reloads that went well, and badly.
func lastReloads(ctx context.Context, metrics Metrics) (success, failure time.Time, err error) {
	err = metrics(ctx, answerWithin, func(body io.Reader) error {
		lines := bufio.NewScanner(io.LimitReader(body, maxMetrics))
		lines.Buffer(make([]byte, 64<<10), 1<<20)
		for lines.Scan() {
			labels, value, ok := strings.Cut(lines.Text(), "} ")
			if !ok || !strings.HasPrefix(labels, reloadMetric) {
				continue
			}
			seconds, err := strconv.ParseFloat(value, 64)
			if err != nil {
				continue
			}
			at := time.UnixMilli(int64(seconds * 1000))
			if strings.Contains(labels, `status="success"`) {
				success = at
			} else {
				failure = at
			}
		}
		return lines.Err()
	})
	return success, failure, err
}
