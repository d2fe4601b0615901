package change

import (
	"reflect"
	"strings"
	"testing"
)

func TestShown(t *testing.T) {
	tests := []struct {
		name         string
		want         Want
		found, shown any // shown "": it is not
	}{
		{"truth value", Want{Value: true}, false, false},
		{"truth value as text", Want{Value: "false"}, "True", "True"},
		{"text for a truth value", Want{Value: true}, "hunter2", ""},
		{"number for a truth value", Want{Value: true}, int64(48151623), ""},
		{"number", Want{Value: int64(0), Default: int64(10255)}, int64(10250), int64(10250)},
		{"number as text", Want{Value: "30"}, "7", "7"},
		{"figures that are not a setting", Want{Value: "30"}, "481516234200", ""},
		{"numbers of a kernel parameter", Want{Field: FieldValue, Value: "4096 16384"}, "1 2", "1 2"},
		{"duration", Want{Value: "30m", Compare: ByDuration}, "4h0m0s", "4h0m0s"},
		{"text for a duration", Want{Value: "30m", Compare: ByDuration}, "hunter2s", ""},
		{"path", Want{Value: "/etc/a.yaml"}, "/var/lib/b.yaml", "/var/lib/b.yaml"},
		{"base64 that begins as a path", Want{Value: "/etc/a.yaml"}, "/hunter2/Ab+9", ""},
		{"URL for a path", Want{Value: "/etc/a.yaml"}, "https://u:hunter2@h/x", ""},
		{"address", Want{Value: "127.0.0.1"}, "::1", "::1"},
		{"address with a zone", Want{Value: "127.0.0.1"}, "fe80::1%hunter2", ""},
		{"word of the rule", Want{Value: "blue", Bound: []string{"red", "green"}}, "green", "green"},
		{"known word", Want{Value: "Webhook"}, "AlwaysAllow", "AlwaysAllow"},
		{"unknown word", Want{Value: "Webhook"}, "hunter2", ""},
		{"list", Want{Value: []string{"NodeRestriction"}}, []string{"hunter2", "EventRateLimit"}, []string{Hidden, "EventRateLimit"}},
		{"list in a text", Want{Value: []string{"RBAC"}}, "Node,hunter2,RBAC", "Node," + Hidden + ",RBAC"},
		{"list for a truth value", Want{Value: true}, []string{"hunter2"}, []string{Hidden}},
		{"cipher", Want{Value: []string{"TLS_AES_128_GCM_SHA256"}}, []string{"TLS_RSA_WITH_RC4_128_SHA"}, []string{"TLS_RSA_WITH_RC4_128_SHA"}},
		{"gate of the rule", Want{Value: []string{"A=false"}}, "A=true,B=true", "A=true," + Hidden},
		{"truth value that goes", Want{Op: Absent}, "true", "true"},
		{"file that goes", Want{Op: Absent}, "/etc/tokens.csv", "/etc/tokens.csv"},
		{"text that goes", Want{Op: Absent}, "hunter2", ""},
		{"figures that go", Want{Op: Absent}, "48151623", ""},
		{"what went says its kind", Want{Op: Absent, Bound: int64(1)}, "48151", "48151"},
		{"secret", Want{Value: "a", Secret: true}, "a", ""},
		{"whole text", Want{Field: FieldContent, Value: []byte("a")}, []byte("hunter2"), ""},
		{"nothing", Want{Value: "a", Secret: true}, nil, nil},
		{"empty", Want{Value: true}, "", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := test.want.Shown(test.found)
			if test.shown == "" && test.found != "" {
				if text, is := got.(string); !is || !isRedacted(text) {
					t.Errorf("%v is shown", got)
				}
			} else if !reflect.DeepEqual(got, test.shown) {
				t.Errorf("got %#v, want %#v", got, test.shown)
			}
			if _, whole := test.found.([]byte); !whole && !test.want.Secret && !reflect.DeepEqual(test.want.Shown(got), got) {
				t.Errorf("what is shown is shown otherwise the second time: %v", test.want.Shown(got))
			}
		})
	}
}

// What older versions recorded is shown no more of than what is recorded now.
func TestRecordedFieldShown(t *testing.T) {
	tests := []struct {
		name          string
		field         FieldChange
		before, after any // before "": it is not shown
	}{
		{"text", FieldChange{Field: "yaml:a", Before: "hunter2", After: true}, "", true},
		{"list", FieldChange{Field: "flag:--a", Before: "hunter2,Node", After: "hunter2,Node,Mine"}, Hidden + ",Node", Hidden + ",Node,Mine"},
		{"removed", FieldChange{Field: "flag:--a", Before: "hunter2", After: nil}, "", nil},
		{"whole text", FieldChange{Field: FieldContent, Before: "hunter2\n", After: "mine\n"}, "", "mine\n"},
		{"key to be made", FieldChange{Field: FieldContent, Before: ToBeMade(32).String(), After: ToBeMade(32).String()}, ToBeMade(32).String(), ToBeMade(32).String()},
		{"mode", FieldChange{Field: FieldMode, Before: "0644", After: "0600"}, "0644", "0600"},
		{"owner", FieldChange{Field: FieldOwner, Before: "alice:users", After: "root:root"}, "alice:users", "root:root"},
		{"new", FieldChange{Field: "yaml:a", Before: nil, After: "mine"}, nil, "mine"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := test.field.Shown()
			if text, _ := got.Before.(string); test.before == "" && !isRedacted(text) || test.before != "" && !reflect.DeepEqual(got.Before, test.before) {
				t.Errorf("before: %v", got.Before)
			}
			if !reflect.DeepEqual(got.After, test.after) {
				t.Errorf("after: %v", got.After)
			}
		})
	}
}

func TestFilled(t *testing.T) {
	w := Want{Value: []string{"Mine"}, Op: Includes}
	for _, found := range []any{"hunter2,Node", []string{"Node", "hunter2", "x"}, "hunter2", []string{}} {
		really, err := w.Fixed(found, true)
		if err != nil {
			t.Fatal(err)
		}
		before, after := w.Shown(found), w.Shown(really)
		if strings.Contains(strings.Join(elements(after), " "), "hunter2") {
			t.Errorf("%v is shown", after)
		}
		if got := Filled(before, before, found); !reflect.DeepEqual(got, found) {
			t.Errorf("before: got %#v, want %#v", got, found)
		}
		if got := Filled(after, before, found); !reflect.DeepEqual(got, really) {
			t.Errorf("after: got %#v, want %#v", got, really)
		}
	}
	if got := Filled(Redacted([]byte("hunter2")), nil, "hunter2"); got != "hunter2" {
		t.Errorf("got %v", got)
	}
	if got := Filled(Redacted([]byte("hunter2")), nil, "other"); got != Redacted([]byte("hunter2")) {
		t.Errorf("got %v, of another value", got)
	}
}
