package cluster_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"harden/agent/change"
	"harden/cluster"
	"harden/profiles"
)

const waiving = `harden: profile/v1
name: site
version: "1"
title: {en: Site, zh: Site}
extends: [cis-1.11]
waivers:
%s`

// waived is the request of a site with some waivers.
func waived(t *testing.T, waivers ...string) cluster.Request {
	t.Helper()
	r := request(t)
	text := ""
	for _, w := range waivers {
		text += "  - " + w + "\n"
	}
	p, err := profiles.Load("/site.yaml", nil, profiles.Source{Read: func(string) ([]byte, error) { return fmt.Appendf(nil, waiving, text), nil }})
	if err != nil {
		t.Fatal(err)
	}
	r.Profile = p
	return r
}

func privileged(kind, namespace, name, containers string) string {
	var list []string
	for _, c := range strings.Fields(containers) {
		list = append(list, fmt.Sprintf(`{"name":%q,"image":"a:1","securityContext":{"privileged":true}}`, c))
	}
	return fmt.Sprintf(`{"kind":%q,"metadata":{"namespace":%q,"name":%q},"spec":{"template":{"metadata":{"labels":{"app":"web"}},"spec":{"containers":[%s]}}}}`, kind, namespace, name, strings.Join(list, ","))
}

// A waiver of single objects covers them and nothing else; what is covered is told as
// such, and apply does not touch it.
func TestWaiversOfSingleObjects(t *testing.T) {
	have := lists{
		"namespaces": shop + `,{"metadata":{"name":"old","uid":"u","labels":{"team":"legacy","pod-security.kubernetes.io/enforce":"baseline"}}}`,
		"daemonsets": privileged("DaemonSet", "shop", "exporter", "app side") + "," + privileged("DaemonSet", "old", "agent", "app"),
	}
	i := read(t, have)
	const until = ` reason: "reads the host", expires: 2027-06-30}`
	for name, test := range map[string]struct {
		waivers []string
		want    change.Status
		covered []string // field and object of what is covered
		idle    string
	}{
		"none":                    {nil, change.Blocked, nil, ""},
		"all of one":              {[]string{`{control: "5.2.2", objects: {kind: DaemonSet, namespace: shop, name: exporter},` + until}, change.Blocked, []string{"shop/exporter app", "shop/exporter side"}, ""},
		"a container":             {[]string{`{control: "5.2.2", objects: {namespace: shop, container: side},` + until}, change.Blocked, []string{"shop/exporter side"}, ""},
		"by labels and a pattern": {[]string{`{control: "5.2.2", objects: {namespaceLabels: {team: legacy}},` + until, `{control: "5.2.2", objects: {name: "exp*"},` + until}, change.Waived, []string{"old/agent app", "shop/exporter app", "shop/exporter side"}, ""},
		"another control":         {[]string{`{control: "5.2.4", objects: {kind: DaemonSet},` + until}, change.Blocked, nil, "no failing object is one of these objects"},
		"a name that is not":      {[]string{`{control: "5.2.2", objects: {name: exporters},` + until}, change.Blocked, nil, "no failing object is one of these objects"},
		"expired":                 {[]string{`{control: "5.2.2", objects: {kind: DaemonSet}, reason: r, expires: 2026-11-30}`}, change.Blocked, nil, "it expired on 2026-11-30"},
	} {
		t.Run(name, func(t *testing.T) {
			j, err := cluster.Judge(i, waived(t, test.waivers...))
			if err != nil {
				t.Fatal(err)
			}
			j.Finish()
			f := j.Plan.Findings[slices.IndexFunc(j.Plan.Findings, func(f change.Finding) bool { return f.Rule == "pod-privileged" })]
			var covered []string
			for _, o := range f.Observed {
				if _, namespace, name := o.Target.Object(); o.Waiver != nil {
					_, c, _ := strings.Cut(string(o.Field), "[name=")
					c, _, _ = strings.Cut(c, "]")
					covered = append(covered, namespace+"/"+name+" "+c)
				}
			}
			slices.Sort(covered)
			if f.Status != test.want || !slices.Equal(covered, test.covered) {
				t.Errorf("%s, covered %q: %s", f.Status, covered, f.Reason)
			}
			if (f.Waiver != nil) != (test.want == change.Waived) {
				t.Errorf("the finding's waiver is %+v", f.Waiver)
			}
			idle := ""
			for _, text := range j.Idle() {
				idle += text.String()
			}
			if test.idle == "" && idle != "" || !strings.Contains(idle, test.idle) {
				t.Errorf("idle: %q", idle)
			}
		})
	}
}

// A waived object is not changed; the others are, and what is left is drift.
func TestAWaivedObjectIsNotChanged(t *testing.T) {
	i := read(t, lists{"namespaces": `{"metadata":{"name":"a","uid":"1"}},{"metadata":{"name":"b","uid":"2"}}`,
		"serviceaccounts": `{"metadata":{"namespace":"a","name":"default","uid":"3"}},{"metadata":{"namespace":"b","name":"default","uid":"4"}}`})
	r := waived(t, `{control: "5.1.5", objects: {kind: ServiceAccount, namespace: a}, reason: r, expires: 2027-06-30}`)
	r.Only = []string{"5.1.5"}
	plan, _, err := cluster.Check(i, r)
	if err != nil {
		t.Fatal(err)
	}
	if len(plan.Changes) != 1 || plan.Changes[0].Target != "object:ServiceAccount/b/default" {
		t.Errorf("%d changes: %+v", len(plan.Changes), plan.Changes)
	}
	if f := plan.Findings[0]; f.Status != change.Drift || !strings.Contains(f.Reason.String(), "of 2 open objects, 1 are waived") {
		t.Errorf("%s: %s", f.Status, f.Reason)
	}
}
