package profiles

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestMistakes: all mistakes are told at once, in the order of the text.
func TestMistakes(t *testing.T) {
	var many strings.Builder
	many.WriteString(head + "extends: [kubeadm-node]\nskip:\n")
	var first []string
	for i := range 30 {
		fmt.Fprintf(&many, "- zz%d\n", i)
		if i < mostMistakes {
			first = append(first, fmt.Sprintf(`/p/main.yaml:%d:3: skips "zz%d", which is not a rule or control of the extended profiles`, i+5, i))
		}
	}
	for _, tt := range []struct {
		name, text string
		want       []string
	}{
		{"what the decoder says", head + "rulez: []\nversion: [1]\n", []string{`/p/main.yaml:3:1: unknown field "rulez"`, "/p/main.yaml:4:10: a text is needed here, not a list"}},
		{"of several kinds", head + "extends: [kubeadm-node]\nwaivers:\n- {rule: pki-owner, expires: 2030-01-01}\nskip: [pki-ower]\nadjust:\n  pki-key: {mode: \"0400\"}\n" +
			"severity: {pki-owner: urgent, zzz: high}\ncontrols:\n- level: 1\n",
			[]string{"/p/main.yaml:8:12: adjusts rule \"pki-key\", which the profile does not use; did you mean \"pki-key-mode\"?",
				"/p/main.yaml:9:23: rule pki-owner: severity must be critical, high, medium or low, not \"urgent\"",
				"/p/main.yaml:9:36: gives a severity to rule \"zzz\", which the profile does not use",
				"/p/main.yaml:11:3: a control needs an id"}},
		{"more than are told", many.String(), first},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := loadMain(files{"/p/main.yaml": tt.text}, nil)
			list, is := errors.AsType[Mistakes](err)
			if !is {
				t.Fatalf("%T: %v", err, err)
			}
			var got []string
			for _, one := range list {
				got = append(got, one.Error())
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if err.Error() != tt.want[0] {
				t.Errorf("it reads as %v", err)
			}
			if own, is := errors.AsType[*Error](err); !is || own.Path != "/p/main.yaml" {
				t.Errorf("the first of them cannot be looked into: %v", own)
			}
		})
	}
}

// TestQuotesDoNotMatter: of a parameter only the quotes may be missing or too many.
func TestQuotesDoNotMatter(t *testing.T) {
	const own = "parameters: {text: \"90\", number: 5}\n"
	profile := func(set string) files {
		return files{"/p/main.yaml": head + "extends: [kubeadm-node]\nset: " + set + "\ncontrols:\n- {id: own, rules: [a]}\nrules:\n- name: a\n  kind: sysctl\n  " + own +
			"  with: {key: kernel.panic, value: $text, file: /etc/sysctl.d/90-site.conf}\n"}
	}
	for _, tt := range []struct{ set, want string }{ // the value, or the error
		{`{text: 10}`, "text 10"}, {`{text: "10"}`, "text 10"}, {`{pod-pids-limit: "2048"}`, "pod-pids-limit 2048"},
		{`{text: [10]}`, "/p/main.yaml:4:13: parameter text: a text is needed here, not a list"},
		{`{text: true}`, "/p/main.yaml:4:13: parameter text: a text is needed here, not a truth value"},
		{`{text: 2026-01-01}`, "/p/main.yaml:4:13: parameter text: a text is needed here, not a date"},
		{`{pod-pids-limit: "a lot"}`, "/p/main.yaml:4:23: parameter pod-pids-limit: a number is needed here, not a text"},
		{`{tls-cipher-suites: 5}`, "/p/main.yaml:4:26: parameter tls-cipher-suites: a list is needed here, not a number"},
	} {
		p, err := loadMain(profile(tt.set), nil)
		if err != nil {
			if err.Error() != tt.want {
				t.Errorf("%s: error %v, want %s", tt.set, err, tt.want)
			}
			continue
		}
		name, want, _ := strings.Cut(tt.want, " ")
		if got := fmt.Sprint(p.Parameters[name]); got != want {
			t.Errorf("%s: %s is %s, want %s", tt.set, name, got, want)
		}
	}
}
