package profiles

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
)

// Every mistake is said with its file, line and column.
func TestErrors(t *testing.T) {
	const node = head + "extends: [kubeadm-node]\n"
	const control = head + "controls:\n- id: c\n"
	deep := head + "title: " + strings.Repeat("[", 40) + strings.Repeat("]", 40) + "\n"
	for _, r := range []struct{ name, text, want string }{
		// The document.
		{"empty", "", "/p/main.yaml: is empty"},
		{"comments only", "# nothing\n", "/p/main.yaml: is empty"},
		{"null", "---\n", "/p/main.yaml: is empty"},
		{"text", "hello\n", "/p/main.yaml:1:1: a mapping is needed here, not \"hello\""},
		{"list", "- a\n", "/p/main.yaml:1:1: a mapping is needed here, not a list"},
		{"several documents", head + "---\nname: b\n", "/p/main.yaml:3:1: holds more than one document"},
		{"second document is broken", head + "---\n]\n", "/p/main.yaml: holds more than one document"},
		{"syntax", head + "set: {a\n", "/p/main.yaml:2: did not find expected ',' or '}'"},
		{"anchor", head + "title: &x {en: a}\n", "/p/main.yaml:3:8: anchors and aliases are not supported"},
		{"tag", head + "title: !!map {en: a}\n", "/p/main.yaml:3:8: tags such as !!str are not supported"},
		{"merge key", head + "<<: {version: 1}\n", "/p/main.yaml:3:1: merge keys are not supported"},
		{"duplicate key", head + "name: other\n", `/p/main.yaml:3:1: key "name" appears twice, first in line 2`},
		{"duplicate key below", head + "title: {en: a, zh: b, en: c}\n", `/p/main.yaml:3:23: key "en" appears twice, first in line 3`},
		{"key that is a list", head + "? [a]\n: b\n", "/p/main.yaml:3:3: a key must be a text"},
		{"too deep", deep, "/p/main.yaml:3:39: is nested too deeply"},
		{"too large", head + strings.Repeat("#", MaxSize), "/p/main.yaml: is larger than 4194304 bytes"},
		{"escape code", head + "title: {en: \"\\e[31m\"}\n", "/p/main.yaml:3:13: control characters are not supported"},
		{"null in a list", head + "controls:\n- \n", "/p/main.yaml:4:2: an element of this list is empty"},

		// The structure.
		{"no format", "name: site\n", `/p/main.yaml:1:1: "harden: profile/v1" is missing, so this is not a profile`},
		{"another format", "harden: profile/v2\nname: site\n", `/p/main.yaml:1:9: format "profile/v2" is not known; this program reads profile/v1`},
		{"no name", "# site\nharden: profile/v1\n", "/p/main.yaml:2:1: name is missing"},
		{"strange name", "harden: profile/v1\nname: a b\n", `/p/main.yaml:2:7: name "a b" is not of letters, digits and . _ -`},
		{"name of a built-in one", "harden: profile/v1\nname: kubeadm-node\nextends: [kubeadm-node]\n",
			"/p/main.yaml:2:7: kubeadm-node is the name of a built-in profile; give yours another"},
		{"name of an extended one", head + "extends: [twin.yaml]\n", "/p/twin.yaml:2:7: site is the name of /p/main.yaml already"},
		{"unknown field", head + "rulez: []\n", `/p/main.yaml:3:1: unknown field "rulez"`},
		{"unknown field with a blank", head + "two words: []\n", `/p/main.yaml:3:1: unknown field "two words"`},
		{"unknown field of a control", control + "  rule: [pki-owner]\n", `/p/main.yaml:5:3: unknown field "rule"`},
		{"list where a text belongs", head + "version: [1]\n", "/p/main.yaml:3:10: a text is needed here, not a list"},
		{"text where a number belongs", control + "  level: high\n", `/p/main.yaml:5:10: a number is needed here, not "high"`},
		{"long text where a number belongs", control + "  level: 所有控制面节点都需要\n", `/p/main.yaml:5:10: a number is needed here, not "所有控制面节点都需要"`},
		{"text where a list belongs", head + "extends: kubeadm-node\n", `/p/main.yaml:3:10: a list is needed here, not "kubeadm-node"`},
		{"text where a mapping belongs", head + "title: Site\n", `/p/main.yaml:3:8: a mapping is needed here, not "Site"`},

		// Controls.
		{"no id", head + "controls:\n- level: 1\n", "/p/main.yaml:4:3: a control needs an id"},
		{"strange id", head + "controls:\n- id: a/b\n", `/p/main.yaml:4:3: control "a/b": an id is of letters, digits and . _ -`},
		{"control without anything", control, "/p/main.yaml:4:3: control c has neither rules nor manual nor notApplicable"},
		{"control twice", head + "controls:\n- {id: c, manual: {en: look}}\n- {id: c, manual: {en: look}}\n", "/p/main.yaml:5:3: control c appears twice, first in line 4"},
		{"unknown rule", control + "  rules: [pki-owner, pki-key-modes]\n", `/p/main.yaml:5:22: unknown rule "pki-key-modes"; did you mean "pki-key-mode"?`},
		{"unknown rule like none", control + "  rules: [zzz]\n", `/p/main.yaml:5:11: unknown rule "zzz"`},
		{"rule is a list", control + "  rules: [[pki-owner]]\n", "/p/main.yaml:5:11: a rule's name, or rule and with, is needed here, not a list"},
		{"rule without a name", control + "  rules: [{with: {mode: \"0600\"}}]\n", "/p/main.yaml:5:11: a rule's name is missing"},
		{"unknown field of a use", control + "  rules: [{rule: pki-owner, without: {}}]\n", `/p/main.yaml:5:29: unknown field "without"`},
		{"rule with two sets of parameters", control + "  rules: [pki-key-mode]\n- id: d\n  rules: [{rule: pki-key-mode, with: {mode: \"0400\"}}]\n",
			`/p/main.yaml:7:11: rule "pki-key-mode" has other parameters here than in line 5`},

		// Parameters.
		{"unknown parameter of a kind", node + "adjust:\n  pki-key-mode: {modes: \"0400\"}\n",
			`/p/main.yaml:5:18: rule pki-key-mode: unknown parameter "modes"; a file-access has match, mode, owner, path`},
		{"bad value of a parameter", node + "adjust:\n  pki-key-mode: {mode: rw}\n", `/p/main.yaml:5:17: rule pki-key-mode: mode "rw" is not four octal digits such as "0600"`},
		{"wrong type of a parameter", node + "adjust:\n  pki-key-mode:\n    mode: [a]\n", `/p/main.yaml:6:11: rule pki-key-mode: a text is needed here, not a list`},
		{"parameters are not a mapping", node + "adjust:\n  pki-key-mode: \"0400\"\n", `/p/main.yaml:5:17: rule pki-key-mode: parameters are a mapping`},
		{"no such parameter", node + "adjust:\n  pki-key-mode: {mode: $mode}\n", `/p/main.yaml:5:24: no parameter $mode; declare it under parameters of the rule`},
		{"adjusts an unused rule", node + "adjust:\n  pki-key-modus: {mode: \"0400\"}\n",
			`/p/main.yaml:5:18: adjusts rule "pki-key-modus", which the profile does not use; did you mean "pki-key-mode"?`},
		{"unknown parameter in set", node + "set:\n  pod-pids: 1\n",
			`/p/main.yaml:5:13: no rule of the profile has a parameter "pod-pids"; did you mean "pod-pids-limit"?`},
		{"text for a number", node + "set: {pod-pids-limit: many}\n", "/p/main.yaml:4:23: parameter pod-pids-limit: a number is needed here, not a text"},
		{"number without a unit", node + "set: {streaming-idle-timeout: 30}\n", `/p/main.yaml:4:31: rule kubelet-streaming-idle-timeout: "30" is not a duration such as 30m or 1800s`},
		{"text for a list", node + "set: {tls-cipher-suites: A}\n", "/p/main.yaml:4:26: parameter tls-cipher-suites: a list is needed here, not a text"},
		{"nothing for a number", node + "set: {pod-pids-limit: }\n", "/p/main.yaml:4:23: parameter pod-pids-limit: a number is needed here, not nothing"},
		{"value that can never hold", node + "set: {pod-pids-limit: 0}\n", "/p/main.yaml:4:23: rule kubelet-pod-pids-limit: the value must be at least 1, and is 0"},
		{"zero duration", node + "set: {streaming-idle-timeout: 0s}\n", "/p/main.yaml:4:31: rule kubelet-streaming-idle-timeout: the value must be at least 1s, and is 0s"},

		// Overlays.
		{"skips nothing", node + "skip: [pki-owner, pki-ower]\n", `/p/main.yaml:4:19: skips "pki-ower", which is not a rule or control of the extended profiles`},
		{"extends itself", head + "extends: [./main.yaml]\n", "/p/main.yaml:3:10: extends itself: /p/main.yaml → /p/main.yaml"},
		{"extends a circle", head + "extends: [circle.yaml]\n", "/p/main.yaml:3:10: extends itself: /p/main.yaml → /p/circle.yaml → /p/main.yaml"},
		{"extends what is not there", head + "extends: [kubeadm-node, kubeadm]\n", "/p/main.yaml:3:25: kubeadm: no profile has this name; did you mean \"kubeadm-node\"? harden profiles list shows all profiles"},
		{"extends a file that is not there", head + "extends: [no.yaml]\n", "/p/main.yaml:3:11: /p/no.yaml: cannot read the profile: file does not exist"},
		{"mistake in an extended file", head + "extends: [broken.yaml]\n", `/p/broken.yaml:3:1: unknown field "rulez"`},
		{"extended profiles disagree on a rule", head + "extends: [strict.yaml, lax.yaml]\n",
			`/p/main.yaml:3:10: extends strict and lax, which want different things of rule "pki-key-mode"; choose under adjust: pki-key-mode`},
		{"extended profiles disagree on a parameter", head + "extends: [few.yaml, many.yaml]\n",
			`/p/main.yaml:3:10: extends few and many, which set parameter "pod-pids-limit" differently; choose the value under set: pod-pids-limit`},
		{"decided by adjust", head + "extends: [strict.yaml, lax.yaml]\nadjust:\n  pki-key-mode: {mode: \"0400\"}\n", ""},
		{"decided by set", head + "extends: [few.yaml, many.yaml]\nset: {pod-pids-limit: 3000}\n", ""},

		// Waivers.
		{"waiver without reason", node + "waivers:\n- {rule: pki-owner, expires: 2030-01-01}\n", "/p/main.yaml:5:3: waiver: a reason is required"},
		{"waiver with a blank reason", node + "waivers:\n- {rule: pki-owner, reason: ' ', expires: 2030-01-01}\n", "/p/main.yaml:5:3: waiver: a reason is required"},
		{"waiver without expiry", node + "waivers:\n- {rule: pki-owner, reason: x}\n", `/p/main.yaml:5:3: waiver: expires must be a day such as 2027-06-30, not ""`},
		{"waiver of no day", node + "waivers:\n- {rule: pki-owner, reason: x, expires: 2030-02-30}\n", `/p/main.yaml:5:3: waiver: expires must be a day such as 2027-06-30, not "2030-02-30"`},
		{"waiver of nothing", node + "waivers:\n- {reason: x, expires: 2030-01-01}\n", "/p/main.yaml:5:3: waiver: give either rule or control"},
		{"waiver of both", node + "waivers:\n- {rule: pki-owner, control: files.pki, reason: x, expires: 2030-01-01}\n", "/p/main.yaml:5:3: waiver: give either rule or control"},
		{"waiver of an unknown rule", node + "waivers:\n- {rule: pki-ower, reason: x, expires: 2030-01-01}\n",
			`/p/main.yaml:5:3: waiver: the profile does not use rule "pki-ower"; did you mean "pki-owner"?`},
		{"waiver of an unknown control", node + "waivers:\n- {control: files.pkc, reason: x, expires: 2030-01-01}\n", `/p/main.yaml:5:3: waiver: the profile has no control "files.pkc"; did you mean "files.pki"?`},

		// Rules of the profile's own.
		{"rule without kind", head + "rules:\n- name: x\n", "/p/main.yaml:4:3: a rule needs a name and a kind"},
		{"rule with a strange name", head + "rules:\n- {name: 'a b', kind: sysctl}\n", `/p/main.yaml:4:3: rule "a b": a name is of letters, digits and . _ -`},
		{"rule of the library", head + "rules:\n- {name: pki-owner, kind: sysctl}\n", `/p/main.yaml:4:3: rule "pki-owner" is already defined in builtin:rules/files.yaml`},
		{"unknown severity", head + "controls:\n- {id: c, severity: bad, manual: {en: look}}\n", `/p/main.yaml:4:3: control c: severity "bad" is not one of high, medium, low`},
		{"picked by version", head + "kubernetes: {from: \"1.32\"}\n", "/p/main.yaml:3:13: kubernetes is for built-in profiles, which are chosen by the version of Kubernetes; remove it"},
		{"a control as none", node + "controls:\n- {id: ours, as: files.pkj}\n", `/p/main.yaml:5:3: control ours should be the same as "files.pkj", which the extended profiles do not have`},
		{"a control of no version", head + "controls:\n- {id: c, from: \"1.2.3\", manual: {en: look}}\n", `/p/main.yaml:4:3: control c: "1.2.3" is not a Kubernetes version such as "1.25"`},
		{"no UTF-8", head + "title: {en: \xff}\n", "/p/main.yaml:3: is not UTF-8"},
		{"unused rule", head + "rules:\n- {name: x, kind: sysctl}\n", `/p/main.yaml:4:3: rule "x" is used by no control, so it would do nothing`},
		{"unknown kind", control + "  rules: [x]\nrules:\n- {name: x, kind: sysctrl}\n", `/p/main.yaml:7:3: rule x: unknown kind "sysctrl"; one of [account `},
		{"rule without parameters", control + "  rules: [x]\nrules:\n- {name: x, kind: file-access}\n", "/p/main.yaml:7:3: rule x: path is missing"},
		{"rule that needs what is not a rule", control + "  rules: [x]\nrules:\n- {name: x, kind: file-access, with: {path: /a, mode: '0600'}, needs: [pki-ower]}\n",
			`/p/main.yaml:7:3: rule x needs "pki-ower", which is not a rule; did you mean "pki-owner"?`},
		{"parameter with a strange name", control + "  rules: [x]\nrules:\n- {name: x, kind: sysctl, parameters: {File: a}}\n", `/p/main.yaml:7:46: parameter "File": a name is of small letters, digits and -`},
		{"parameter with two defaults", control + "  rules: [x, y]\nrules:\n- {name: x, kind: sysctl, parameters: {p: a}}\n- {name: y, kind: sysctl, parameters: {p: b}}\n",
			`/p/main.yaml:8:43: rules x and y have a parameter "p" with different defaults`},
	} {
		t.Run(r.name, func(t *testing.T) {
			keyMode := func(name, mode string) string {
				return "harden: profile/v1\nname: " + name + "\nextends: [kubeadm-node]\nadjust:\n  pki-key-mode: {mode: \"" + mode + "\"}\n"
			}
			pids := func(name, limit string) string {
				return "harden: profile/v1\nname: " + name + "\nextends: [kubeadm-node]\nset: {pod-pids-limit: " + limit + "}\n"
			}
			_, err := loadMain(files{"/p/main.yaml": r.text,
				"/p/circle.yaml": "harden: profile/v1\nname: circle\nextends: [main.yaml]\n",
				"/p/twin.yaml":   head,
				"/p/broken.yaml": "harden: profile/v1\nname: broken\nrulez: []\n",
				"/p/strict.yaml": keyMode("strict", "0400"), "/p/lax.yaml": keyMode("lax", "0640"),
				"/p/few.yaml": pids("few", "10"), "/p/many.yaml": pids("many", "20"),
			}, nil)
			if message := errorText(err); message != r.want && !(strings.HasSuffix(r.want, ":") || strings.HasSuffix(r.want, " ")) || !strings.HasPrefix(message, r.want) {
				t.Errorf("error %s\n want %s", message, r.want)
			}
			var own *Error
			if err != nil && !errors.As(err, &own) {
				t.Errorf("%T is not an *Error", err)
			}
		})
	}
}

func TestSourceErrors(t *testing.T) {
	denied := Source{
		Read: func(name string) ([]byte, error) {
			return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
		},
		Site: func(string) ([]byte, error) { return nil, fs.ErrPermission },
	}
	for _, r := range []struct{ name, ref, want string }{
		{"path", "./site.yaml", "./site.yaml: cannot read the profile: permission denied"},
		{"name", "site", "site: cannot read the profile: permission denied"},
	} {
		t.Run(r.name, func(t *testing.T) {
			if _, err := Load(r.ref, nil, denied); errorText(err) != r.want {
				t.Errorf("error %v, want %s", err, r.want)
			}
		})
	}
	// A site's profile is not a file that a relative path could be relative to.
	_, err := Load("site", nil, files{"site:site.yaml": head + "extends: [./base.yaml]\n"}.source())
	if want := "site.yaml:3:11: ./base.yaml: a profile of the site extends others by name, or by an absolute path"; errorText(err) != want {
		t.Errorf("error %v, want %s", err, want)
	}
}
