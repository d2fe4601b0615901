package profiles_test

import (
	"strings"
	"testing"

	"harden/profiles"
)

func TestObjects(t *testing.T) {
	at := profiles.Place{Namespace: "shop", Kind: "DaemonSet", Name: "node-exporter", Container: "app", Labels: map[string]string{"team": "legacy", "tier": "b"}}
	for name, test := range map[string]struct {
		objects profiles.Objects
		want    bool
	}{
		"nothing said":    {profiles.Objects{}, true},
		"each key":        {profiles.Objects{Namespace: "sh?p", NamespaceLabels: "team=legacy,tier=b", Kind: "DaemonSet", Name: "node-*", Container: "*"}, true},
		"other namespace": {profiles.Objects{Namespace: "shop2"}, false},
		"other label":     {profiles.Objects{NamespaceLabels: "team=new"}, false},
		"no such label":   {profiles.Objects{NamespaceLabels: "gone="}, false},
		"other kind":      {profiles.Objects{Kind: "Deployment"}, false},
		"other container": {profiles.Objects{Container: "side"}, false},
	} {
		if got := test.objects.Select(at); got != test.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

func TestWaiversOfObjectsAreChecked(t *testing.T) {
	for name, test := range map[string]struct{ waiver, want string }{
		"sound":              {`{control: "5.2.2", objects: {namespaceLabels: {team: legacy}, name: "a*"}, reason: r, expires: 2027-06-30}`, ""},
		"of a rule":          {`{rule: pod-security, objects: {kind: DaemonSet}, reason: r, expires: 2027-06-30}`, "waiver: "},
		"a wrong pattern":    {`{control: "5.2.2", objects: {name: "[a"}, reason: r, expires: 2027-06-30}`, "objects: name is not a pattern"},
		"an unknown key":     {`{control: "5.2.2", objects: {names: a}, reason: r, expires: 2027-06-30}`, "names"},
		"labels as a text":   {`{control: "5.2.2", objects: {namespaceLabels: "team=legacy"}, reason: r, expires: 2027-06-30}`, "namespaceLabels is a mapping"},
		"an unknown control": {`{control: "5.2.99", objects: {name: a}, reason: r, expires: 2027-06-30}`, "no control"},
	} {
		text := "harden: profile/v1\nname: site\nversion: \"1\"\ntitle: {en: Site, zh: Site}\nextends: [cis-1.12]\nwaivers:\n  - " + test.waiver + "\n"
		p, err := profiles.Load("/site.yaml", nil, profiles.Source{Read: func(string) ([]byte, error) { return []byte(text), nil }})
		switch {
		case test.want == "" && err != nil:
			t.Errorf("%s: %v", name, err)
		case test.want == "" && p.Waivers[0].Objects.String() != "namespaceLabels=team=legacy name=a*":
			t.Errorf("%s: %q", name, p.Waivers[0].Objects.String())
		case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
			t.Errorf("%s: %v", name, err)
		}
	}
}
