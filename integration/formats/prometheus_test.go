package formats

import (
	"bytes"
	"testing"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

func TestPrometheus(t *testing.T) {
	for name, text := range everything(t, "prometheus") {
		t.Run(name, func(t *testing.T) {
			problems, err := promlint.New(bytes.NewReader(text)).Lint()
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range problems {
				t.Errorf("%s: %s", p.Metric, p.Text)
			}
			// A collector refuses a whole file in which a sample stands twice.
			parser := expfmt.NewTextParser(model.UTF8Validation)
			families, err := parser.TextToMetricFamilies(bytes.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range families {
				seen := map[string]bool{}
				for _, m := range f.GetMetric() {
					labels := ""
					for _, l := range m.GetLabel() {
						labels += l.GetName() + "=" + l.GetValue() + "\x00"
					}
					if seen[labels] {
						t.Errorf("%s stands twice with %q", f.GetName(), labels)
					}
					seen[labels] = true
				}
			}
		})
	}
}
