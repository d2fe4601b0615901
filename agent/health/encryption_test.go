package health

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync/atomic"
	"testing"
	"time"
)

func TestEncryptionReloaded(t *testing.T) {
	written := time.Now()
	line := func(status string, at time.Time) string {
		return fmt.Sprintf("%sapiserver_id_hash=\"sha256:1\",status=%q} %s\n", reloadMetric, status, strconv.FormatFloat(float64(at.UnixMilli())/1000, 'e', -1, 64))
	}
	uses := func(digest string) string {
		return fmt.Sprintf("%sapiserver_id_hash=\"sha256:1\",hash=\"sha256:%s\"} 1\n", configMetric, digest)
	}
	for _, test := range []struct {
		name    string
		answers []string // one a request; the last is repeated
		want    []string // parts of the error; none: it was read
	}{
		{"read at the second look", []string{"up 1\n", line("success", written.Add(time.Minute))}, nil},
		{"an old success does not count", []string{line("success", written.Add(-time.Minute))}, []string{"did not read", "not read the file yet"}},
		{"it says that it uses it", []string{line("success", written.Add(-time.Minute)) + uses("abc")}, nil},
		{"it uses it at the second look", []string{uses("other"), uses("abc")}, nil},
		{"it has read another one since", []string{line("success", written.Add(time.Minute)) + uses("other")}, []string{"did not read", "not read the file yet"}},
		{"it cannot use the new one", []string{line("failure", written.Add(time.Minute)) + uses("other")}, []string{"cannot use the new encryption configuration"}},
		{"a failure ends it", []string{line("failure", written.Add(time.Minute))}, []string{"cannot use the new encryption configuration"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var asked atomic.Int32
			s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				i := min(int(asked.Add(1)), len(test.answers)) - 1
				fmt.Fprint(w, test.answers[i])
			}))
			defer s.Close()
			ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
			defer cancel()
			metrics := func(ctx context.Context, within time.Duration, read func(io.Reader) error) error {
				return NewClient(self, nil).Get(ctx, s.URL, within, read)
			}
			check(t, EncryptionReloaded(ctx, metrics, Written{written, written, "abc"}, nil), test.want...)
		})
	}
}

// What an API server before Kubernetes 1.34 tells is only when it last read a changed file.
func TestReloadsThatMayBeOfTheFileBefore(t *testing.T) {
	begin := time.Now()
	written := Written{After: begin, Before: begin.Add(2 * time.Second), Digest: "abc"}
	for _, test := range []struct {
		name         string
		success, now time.Duration // since the writing began
		want         bool
	}{
		{"before it was written", -time.Second, 10 * time.Minute, false},
		{"while it was written", time.Second, 5 * time.Second, false},
		{"read before, recorded after", 3 * time.Second, 5 * time.Second, false},
		{"no change at the next look: it was this one", 3 * time.Second, 73 * time.Second, true},
		{"long after", 20 * time.Second, 21 * time.Second, true},
	} {
		if got := (reloads{success: begin.Add(test.success)}).uses(written, begin.Add(test.now)); got != test.want {
			t.Errorf("%s: %t", test.name, got)
		}
	}
}
