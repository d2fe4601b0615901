package profiles_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"harden/profiles"

	"github.com/google/go-cmp/cmp"
)

func attestation() profiles.Attestation {
	return profiles.Attestation{Control: "cis-1.10/4.3.1", Verdict: profiles.AttestedCompliant, Reason: `looked: "at" it # and 'more'`, By: "alice", Date: "2026-11-22", Expires: "2027-06-30"}
}

// What is written reads back, sorted by control, whatever the texts hold.
func TestAttestationsReadBack(t *testing.T) {
	first, second := attestation(), attestation()
	second.Control, second.Verdict, second.Reason, second.By = "cis-1.10/4.1.1", profiles.AttestedOpen, "- {还有: *角色}", "yes"
	text, err := profiles.WriteAttestations([]profiles.Attestation{first, second})
	if err != nil {
		t.Fatal(err)
	}
	got, err := profiles.ReadAttestations("a.yaml", text)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]profiles.Attestation{second, first}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if text, err = profiles.WriteAttestations(nil); err != nil {
		t.Fatal(err)
	}
	if got, err := profiles.ReadAttestations("a.yaml", text); err != nil || len(got) > 0 {
		t.Errorf("none of them: %v, %v", got, err)
	}
}

func TestAttestationsAreReadStrictly(t *testing.T) {
	head := "harden: attestations/v1\nattestations:\n"
	item := "  - {control: a/1, verdict: open, reason: r, by: b, date: 2026-11-22, expires: 2027-06-30}\n"
	for name, tt := range map[string]struct{ text, err string }{
		"empty":               {"", "a.yaml: is empty"},
		"another file":        {"harden: profile/v1\n", `a.yaml:1:9: "harden: attestations/v1" is missing`},
		"no format":           {"attestations: []\n", `a.yaml: "harden: attestations/v1" is missing`},
		"an unknown field":    {head + "  - {control: a/1, note: x}\n", `a.yaml:3:20: unknown field "note"`},
		"the same twice":      {head + item + item, "a.yaml:4:5: attestation: control a/1 appears twice"},
		"a control's number":  {head + strings.Replace(item, "a/1", "1.2.3", 1), "a.yaml:3:5: attestation: control must be one such as cis-1.10/4.3.1"},
		"a path":              {head + strings.Replace(item, "a/1", "../1", 1), "control must be one such as"},
		"no day":              {head + strings.Replace(item, "2027-06-30", "soon", 1), `expires must be a day such as 2027-06-30, not "soon"`},
		"no verdict":          {head + strings.Replace(item, "open", `""`, 1), `verdict is compliant or open, not ""`},
		"a strange scope":     {head + strings.Replace(item, "by: b", "by: b, scope: node", 1), `scope is cluster, or left out, not "node"`},
		"nobody":              {head + strings.Replace(item, "by: b", `by: " "`, 1), "by is missing"},
		"lines":               {head + strings.Replace(item, "reason: r", `reason: "r\ns"`, 1), "reason must be one line"},
		"an escape code":      {head + strings.Replace(item, "reason: r", `reason: "r\e[2J"`, 1), "control characters are not supported"},
		"a turn of direction": {head + strings.Replace(item, "reason: r", `reason: "r\u202Es"`, 1), "reason must be one line of printable text"},
		"a long reason":       {head + strings.Replace(item, "reason: r", "reason: "+strings.Repeat("r", 3000), 1), "reason is longer than 2000 bytes"},
		"an anchor":           {head + "  - &a {control: a/1}\n", "anchors and aliases are not supported"},
		"two documents":       {head + item + "---\n" + head, "holds more than one document"},
		"a list":              {"- a\n", "a.yaml:1:1: a mapping is needed here"},
		"deep":                {strings.Repeat("[", 10000), "a.yaml"},
		"large":               {strings.Repeat("#", profiles.MaxSize+1), "is larger than"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := profiles.ReadAttestations("a.yaml", []byte(tt.text))
			var own *profiles.Error
			if !errors.As(err, &own) || !strings.Contains(err.Error(), tt.err) {
				t.Errorf("%v, error %v, want %q", got, err, tt.err)
			}
		})
	}
}

// What could not be read back is not written.
func TestAttestationsAreWrittenStrictly(t *testing.T) {
	for want, wrong := range map[string]func(*profiles.Attestation){
		"control must be one such as cis-1.10/4.3.1, not \"4.3.1\"": func(a *profiles.Attestation) { a.Control = "4.3.1" },
		"reason must be one line of printable text":                 func(a *profiles.Attestation) { a.Reason = "a\nb" },
		"date must be a day such as 2027-06-30, not \"today\"":      func(a *profiles.Attestation) { a.Date = "today" },
	} {
		a := attestation()
		wrong(&a)
		if text, err := profiles.WriteAttestations([]profiles.Attestation{a}); err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "cannot write attestations: ") {
			t.Errorf("%q, error %v, want %s", text, err, want)
		}
	}
	a := attestation()
	if text, err := profiles.WriteAttestations([]profiles.Attestation{a, a}); err == nil || !strings.Contains(err.Error(), "appears twice") {
		t.Errorf("%q, error %v", text, err)
	}
}

func TestAttestationExpires(t *testing.T) {
	at := func(text string) time.Time {
		when, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		return when
	}
	for now, want := range map[string]bool{"2027-06-30T23:59:59Z": false, "2027-07-01T00:00:00Z": true, "2026-11-22T00:00:00Z": false} {
		if got := attestation().Expired(at(now)); got != want {
			t.Errorf("at %s expired is %v", now, got)
		}
	}
}

func FuzzAttestations(f *testing.F) {
	text, err := profiles.WriteAttestations([]profiles.Attestation{attestation()})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte("harden: attestations/v1\nattestations:\n  - {control: a/1, verdict: open, reason: \"\\u00e9\", by: 1, date: 2026-11-22, expires: 2027-06-30}\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		list, err := profiles.ReadAttestations("a.yaml", data)
		if err != nil {
			return
		}
		text, err := profiles.WriteAttestations(list)
		if err != nil {
			t.Fatalf("what was read cannot be written: %v", err)
		}
		again, err := profiles.ReadAttestations("a.yaml", text)
		if err != nil || len(again) != len(list) {
			t.Fatalf("what was written cannot be read: %v\n%s", err, text)
		}
	})
}
