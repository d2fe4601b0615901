package report

import (
	"reflect"
	"testing"
)

func TestSteps(t *testing.T) {
	for name, tt := range map[string]struct {
		text string
		want []Step
	}{
		"a command and a verdict": {"List them: `kubectl get pods -A`. Pass if: there are none. Delete the others.",
			[]Step{{Text: "List them:"}, {Text: "kubectl get pods -A", Command: true}, {Text: "Pass if: there are none. Delete the others.", Pass: true}}},
		"two commands":        {"`a b`, or `c d`.", []Step{{Text: "a b", Command: true}, {Text: "or"}, {Text: "c d", Command: true}}},
		"one word is no step": {"See `hostname`. Pass on workers if: it prints nothing.", []Step{{Text: "See hostname."}, {Text: "Pass on workers if: it prints nothing.", Pass: true}}},
		"in brackets alone":   {"Approve it (`kubectl get csr`), or not.", []Step{{Text: "Approve it"}, {Text: "kubectl get csr", Command: true}, {Text: "or not."}}},
		"within a sentence":   {"Without them (`kubectl get nodes` prints none) it holds.", []Step{{Text: "Without them (kubectl get nodes prints none) it holds."}}},
		"Chinese":             {"执行 `a b`。工作节点的合格标准：无输出。", []Step{{Text: "执行"}, {Text: "a b", Command: true}, {Text: "工作节点的合格标准：无输出。", Pass: true}}},
		"no command":          {"Ask for it.", []Step{{Text: "Ask for it."}}},
		"nothing":             {"", nil},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Steps(tt.text); !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got %+v\nwant %+v", got, tt.want)
			}
		})
	}
}
