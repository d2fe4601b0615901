package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"harden/agent/format"
	"harden/integration/sampletree"
)

const (
	manifestOfAPIServer = "etc/kubernetes/manifests/kube-apiserver.yaml"
	manifestOfManager   = "etc/kubernetes/manifests/kube-controller-manager.yaml"
	kubeletConfig       = "var/lib/kubelet/config.yaml"
	kubeletEnvironment  = "etc/default/kubelet"
	kubeletDropIn       = "etc/systemd/system/kubelet.service.d/20-site.conf"
	siteProfile         = "etc/harden/profiles/site.yaml"
)

// secretNode is a copy of the sample node whose files hold secrets.
type secretNode struct {
	*testing.T
	root string
}

func newSecretNode(t *testing.T) *secretNode {
	n := &secretNode{t, filepath.Join(t.TempDir(), "node")}
	n.check(sampletree.Write(n.root))
	return n
}

func (n *secretNode) check(err error) {
	n.Helper()
	if err != nil {
		n.Fatal(err)
	}
}

func (n *secretNode) path(name string) string { return filepath.Join(n.root, name) }

// read gives a file, "" where there is none.
func (n *secretNode) read(name string) string {
	data, err := os.ReadFile(n.path(name))
	if err != nil && !os.IsNotExist(err) {
		n.Fatal(err)
	}
	return string(data)
}

func (n *secretNode) write(name, text string) {
	n.Helper()
	n.check(os.MkdirAll(filepath.Dir(n.path(name)), 0o755))
	n.check(os.WriteFile(n.path(name), []byte(text), 0o644))
}

func (n *secretNode) add(name, text string) { n.write(name, n.read(name)+text) }

// replace puts a text in the place of one that stands in a file.
func (n *secretNode) replace(name, old, text string) {
	n.Helper()
	before := n.read(name)
	if !strings.Contains(before, old) {
		n.Fatalf("%s holds no %q", name, old)
	}
	n.write(name, strings.Replace(before, old, text, 1))
}

// each makes one text of a line for each secret.
func each(secrets []secret, line func(secret) string) string {
	var b strings.Builder
	for _, s := range secrets {
		b.WriteString(line(s))
	}
	return b.String()
}

// form is a place where secrets stand. Where a file holds one value there, the
// first of them does.
type form struct {
	name  string
	place func(n *secretNode, secrets []secret)
	alone bool // a plan with it fails, or it goes with other arguments
	args  []string
}

// behind puts lines behind one of the API server's flags.
func behind(flag string, line func(secret) string) func(*secretNode, []secret) {
	return func(n *secretNode, secrets []secret) {
		n.replace(manifestOfAPIServer, flag+"\n", flag+"\n"+each(secrets, line))
	}
}

// valued gives a flag of the API server a secret as its value.
func valued(flag string) func(*secretNode, []secret) {
	return func(n *secretNode, secrets []secret) {
		n.replace(manifestOfAPIServer, "    - --secure-port=6443\n", "    - --secure-port=6443\n    - "+flag+"="+secrets[0].text+"\n")
	}
}

func annotated(line func(secret) string) func(*secretNode, []secret) {
	return func(n *secretNode, secrets []secret) {
		n.replace(manifestOfAPIServer, "  annotations:\n", "  annotations:\n"+each(secrets, line))
	}
}

// inKubelet puts lines before one of the kubelet's settings, which a plan changes.
func inKubelet(line func(secret) string) func(*secretNode, []secret) {
	return func(n *secretNode, secrets []secret) {
		n.replace(kubeletConfig, "cgroupDriver:", each(secrets, line)+"cgroupDriver:")
	}
}

func setInKubelet(setting string) func(*secretNode, []secret) {
	return func(n *secretNode, secrets []secret) { n.add(kubeletConfig, fmt.Sprintf(setting, secrets[0].text)) }
}

func lines(s secret, indent string) string {
	return indent + strings.Join(s.block, "\n"+indent) + "\n"
}

// forms are the places in which secrets are found on nodes.
func forms() []form {
	const flag = "    - --enable-admission-plugins=NodeRestriction"
	count := 0
	numbered := func(name string) string { count++; return fmt.Sprint(name, count) } // that nothing else has
	return []form{
		{name: "flag beside a changed one", place: behind(flag, func(s secret) string { return "    - --" + numbered("cloud-secret") + "=" + s.text + "\n" })},
		{name: "value as the next item", place: behind(flag, func(s secret) string { return "    - --" + numbered("cloud-pass") + "\n    - '" + s.text + "'\n" })},
		{name: "comment between changed lines", place: behind(flag, func(s secret) string { return "    # was " + s.text + "\n" })},
		{name: "comment behind a changed value", place: func(n *secretNode, s []secret) {
			n.replace(manifestOfAPIServer, flag, "    - --profiling=true # ask "+s[0].text+"\n"+flag)
		}},
		{name: "element of a changed list", place: func(n *secretNode, s []secret) {
			n.replace(manifestOfAPIServer, flag, flag+each(s, func(s secret) string { return "," + s.text }))
		}},
		{name: "env of a container", place: func(n *secretNode, s []secret) {
			n.replace(manifestOfAPIServer, "    image:", "    env:\n"+each(s, func(s secret) string {
				return "    - name: " + numbered("DB_PASSWORD_") + "\n      value: " + s.text + "\n"
			})+"    image:")
		}},
		{name: "env in flow style", place: func(n *secretNode, s []secret) {
			n.replace(manifestOfManager, "    image:", "    env:"+" ["+strings.TrimSuffix(each(s, func(s secret) string {
				return "{name: " + numbered("P") + ", value: \"" + s.text + "\"}, "
			}), ", ")+"]\n    image:")
		}},
		{name: "annotation", place: annotated(func(s secret) string {
			return "    example.org/" + numbered("x") + ": " + strings.TrimPrefix(s.text, "!") + "\n"
		})},
		{name: "JSON in quotes", place: annotated(func(s secret) string {
			return "    example.org/" + numbered("last") + ": '{\"auths\":{\"r\":{\"auth\":\"" + s.text + "\"}}}'\n"
		})},
		{name: "block of several lines", place: annotated(func(s secret) string { return "    example.org/" + numbered("b") + ": |\n" + lines(s, "      ") })},
		{name: "value in the next line", place: annotated(func(s secret) string { return "    example.org/" + numbered("n") + ":\n      \"" + s.text + "\"\n" })},
		{name: "text for a truth value of a flag", place: valued("--profiling")},
		{name: "text for a number of a flag", alone: true, place: valued("--audit-log-maxage")},
		{name: "text for cipher suites", place: valued("--tls-cipher-suites")},
		{name: "text for a plugin to be off", place: valued("--disable-admission-plugins")},
		{name: "token file", place: valued("--token-auth-file")},
		{name: "text for a number of the controller manager", alone: true, place: func(n *secretNode, s []secret) {
			n.replace(manifestOfManager, "    - --use-service-account-credentials=true\n", "    - --use-service-account-credentials=true\n    - --terminated-pod-gc-threshold="+s[0].text+"\n")
		}},
		{name: "comment in the kubelet's configuration", place: inKubelet(func(s secret) string { return "# " + s.text + "\n" })},
		{name: "setting beside changed ones", place: func(n *secretNode, s []secret) {
			n.add(kubeletConfig, each(s, func(s secret) string { return numbered("siteKey") + ": " + s.text + "\n" }))
		}},
		{name: "header of a URL", place: func(n *secretNode, s []secret) {
			n.add(kubeletConfig, "siteURLHeader: {"+strings.TrimSuffix(each(s, func(s secret) string { return numbered("H") + ": [\"Bearer " + s.text + "\"], " }), ", ")+"}\n")
		}},
		{name: "block in the kubelet's configuration", place: func(n *secretNode, s []secret) {
			n.add(kubeletConfig, each(s, func(s secret) string { return numbered("siteBlock") + ": |-\n" + lines(s, "  ") }))
		}},
		{name: "text for a truth value", place: setInKubelet("protectKernelDefaults: %s # old\n")},
		{name: "text for a number", alone: true, place: setInKubelet("podPidsLimit: \"%s\"\n")},
		{name: "text for a duration", alone: true, place: func(n *secretNode, s []secret) {
			n.replace(kubeletConfig, "streamingConnectionIdleTimeout: 0s", "streamingConnectionIdleTimeout: "+s[0].text)
		}},
		{name: "text for a known word", place: func(n *secretNode, s []secret) { n.replace(kubeletConfig, "mode: Webhook", "mode: "+s[0].text) }},
		{name: "element of a changed YAML list", place: func(n *secretNode, s []secret) {
			n.add(kubeletConfig, "tlsCipherSuites:\n"+each(s, func(s secret) string { return "- " + s.text + "\n" }))
		}},
		{name: "environment file: other flags of a changed line", place: func(n *secretNode, s []secret) {
			n.add(kubeletEnvironment, "KUBELET_EXTRA_ARGS=\"--anonymous-auth=true"+each(s, func(s secret) string { return " --" + numbered("site-token") + "=" + s.text })+"\"\n")
		}},
		{name: "environment file: other variables", place: func(n *secretNode, s []secret) {
			n.add(kubeletEnvironment, each(s, func(s secret) string { return numbered("HTTPS_PROXY") + "=" + s.text + "\n" }))
		}},
		{name: "drop-in: NAME=SECRET in a changed line", place: func(n *secretNode, s []secret) {
			n.add(kubeletDropIn, "[Service]\nEnvironment="+each(s, func(s secret) string { return "\"" + numbered("DB_PASS") + "=" + s.text + "\" " })+"\"KUBELET_EXTRA_ARGS=--read-only-port=10255 --v=2\"\n")
		}},
		{name: "drop-in: flags of ExecStart", place: func(n *secretNode, s []secret) {
			n.add(kubeletDropIn, "[Service]\nExecStart=\nExecStart=/usr/bin/kubelet $KUBELET_KUBECONFIG_ARGS $KUBELET_CONFIG_ARGS $KUBELET_KUBEADM_ARGS $KUBELET_EXTRA_ARGS --event-qps=-1"+
				each(s, func(s secret) string { return " --" + numbered("site-key") + " " + s.text })+"\n")
		}},
		{name: "drop-in: text for a truth value of a flag", place: func(n *secretNode, s []secret) {
			n.add(kubeletDropIn, "[Service]\nEnvironment=\"KUBELET_CONFIG_ARGS=--config=/var/lib/kubelet/config.yaml --make-iptables-util-chains="+s[0].text+"\"\n")
		}},
		{name: "kernel parameters", place: func(n *secretNode, s []secret) {
			n.add("etc/sysctl.d/90-kubelet.conf", each(s, func(s secret) string { return "# " + s.text + "\n" })+"kernel.panic = "+s[0].text+"\n")
		}},
		{name: "kernel parameter that overrides", place: func(n *secretNode, s []secret) {
			n.add("etc/sysctl.d/99-site.conf", "vm.overcommit_memory = "+s[0].text+"\n")
		}},
		{name: "audit policy", place: func(n *secretNode, s []secret) {
			n.add("etc/kubernetes/harden/audit-policy.yaml", "# "+s[0].text+"\napiVersion: "+s[0].text+"\nkind: Policy\nrules:\n- level: Metadata\n  users:\n"+each(s, func(s secret) string { return "  - " + s.text + "\n" }))
		}},
		{name: "admission configuration", place: func(n *secretNode, s []secret) {
			n.add("etc/kubernetes/harden/admission.yaml", "apiVersion: apiserver.config.k8s.io/v1\nkind: "+s[0].text+"\nplugins:\n"+each(s, func(s secret) string {
				return "- name: " + numbered("Hook") + "\n  configuration: {kubeConfig: {token: \"" + s.text + "\"}}\n"
			}))
		}},
		{name: "encryption configuration", place: func(n *secretNode, s []secret) {
			n.add("etc/kubernetes/harden/encryption.yaml", "# "+s[0].text+"\napiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n- resources: [secrets]\n  providers:\n  - identity: {}\n  - secretbox:\n      keys:\n      - name: key1\n        secret: "+s[0].text+"\n")
		}},
		{name: "authentication configuration", place: func(n *secretNode, s []secret) {
			n.add("etc/kubernetes/harden/authentication.yaml", "apiVersion: apiserver.config.k8s.io/v1\nkind: AuthenticationConfiguration\nanonymous:\n  enabled: true\n  conditions:\n  - path: "+s[0].text+"\njwt:\n"+
				each(s, func(s secret) string { return "- issuer: {url: 'https://x', discoveryURL: '" + s.text + "'}\n" }))
		}},
		{name: "kubeconfig", place: func(n *secretNode, s []secret) {
			n.add("etc/kubernetes/scheduler.conf", each(s, func(s secret) string { return "# token: " + s.text + "\n" }))
		}},
		{name: "container runtime's proxy", place: func(n *secretNode, s []secret) {
			n.add("etc/systemd/system/containerd.service.d/proxy.conf", "[Service]\n"+each(s, func(s secret) string { return "Environment=HTTPS_PROXY=" + s.text + "\n" }))
		}},
		{name: "accounts", place: func(n *secretNode, s []secret) {
			n.add("etc/passwd", "etcd:x:52034:52034:"+strings.ReplaceAll(s[0].text, ":", ";")+":"+"/var/lib/etcd:/usr/sbin/nologin\n")
			n.add("etc/group", "etcd:x:52034:\n")
		}},
		{name: "file that a site's profile replaces", args: []string{"--profile", "site"}, alone: true, place: func(n *secretNode, s []secret) {
			n.add("etc/site.conf", each(s, func(s secret) string { return "password = " + s.text + "\n" + lines(s, "") }))
			n.add("etc/site.yaml", "level: "+s[0].text+"\nother: "+s[0].text+"\nports: [1, "+s[0].text+"]\n")
			n.write(siteProfile, siteRules)
			n.check(os.Chmod(n.path(siteProfile), 0o600))
		}},
		{name: "RKE's cluster.yml", args: []string{"--profile", "rancher-2.3.5", "--set", "rke-cluster-file=/cluster.yml"}, alone: true, place: func(n *secretNode, s []secret) {
			n.write("cluster.yml", "kubernetes_version: v1.15.9-"+s[0].text+"\nnodes:\n"+each(s, func(s secret) string {
				return "- address: 10.0.0.1\n  ssh_key: |-\n" + lines(s, "    ")
			})+"private_registries:\n"+each(s, func(s secret) string { return "- {url: r, password: \"" + s.text + "\"}\n" })+
				"services:\n  kube-api:\n    pod_security_policy: "+s[0].text+"\n    extra_args:\n      profiling: \""+s[0].text+"\"\n      cloud-pass: \""+s[0].text+"\"\n")
		}},
		{name: "anchors", alone: true, place: func(n *secretNode, s []secret) {
			n.add(kubeletConfig, each(s, func(s secret) string {
				return numbered("a") + ": *" + strings.NewReplacer("/", "", ":", "").Replace(s.text) + "\n"
			}))
		}},
		{name: "text where a list must be", alone: true, place: func(n *secretNode, s []secret) {
			n.write(manifestOfAPIServer, "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: kube-apiserver\n    image: registry.k8s.io/kube-apiserver:v1.34.1\n    command: {a: \""+s[0].text+"\"}\n    args: "+s[0].text+"\n")
		}},
		{name: "broken YAML", alone: true, place: func(n *secretNode, s []secret) {
			n.add(kubeletConfig, "x: [\""+s[0].text+"\n"+each(s, func(s secret) string { return " " + s.text + ": \t- %\n" }))
		}},
		{name: "broken environment file", alone: true, place: func(n *secretNode, s []secret) {
			n.add(kubeletEnvironment, "KUBELET_EXTRA_ARGS=\"--anonymous-auth=true --x="+s[0].text+"\n")
		}},
		{name: "no path where a file must be", alone: true, place: valued("--encryption-provider-config")},
	}
}

const siteRules = `harden: profile/v1
name: site
version: 1.0.0
title: {en: Site, zh: 站点}
rules:
  - name: site-file
    kind: file-content
    title: {en: a, zh: a}
    why: {en: a, zh: a}
    risk: {en: a, zh: a}
    with: {path: /etc/site.conf, content: "a = 1\n"}
  - name: site-level
    kind: yaml-setting
    title: {en: a, zh: a}
    why: {en: a, zh: a}
    risk: {en: a, zh: a}
    with: {path: /etc/site.yaml, field: level, value: high}
  - name: site-gone
    kind: yaml-setting
    title: {en: a, zh: a}
    why: {en: a, zh: a}
    risk: {en: a, zh: a}
    with: {path: /etc/site.yaml, field: other, op: absent}
  - name: site-list
    kind: yaml-setting
    title: {en: a, zh: a}
    why: {en: a, zh: a}
    risk: {en: a, zh: a}
    with: {path: /etc/site.yaml, field: ports, op: includes, value: [abc]}
controls:
  - {id: site, title: {en: a, zh: a}, rules: [site-file, site-level, site-gone, site-list]}
`

// heard is all that came out of harden.
type heard struct {
	*secretNode
	finder  finder
	leaks   map[int]string // by secret, with where it was seen
	changed []os.DirEntry  // the runs there were
}

func (h *heard) listen(what, text string) {
	for of, place := range h.finder.find(text) {
		if h.leaks[of] == "" {
			h.leaks[of] = what + ": " + place
		}
	}
}

// run runs a command on the node, and listens.
func (h *heard) run(args ...string) (stdout string) {
	var out, log bytes.Buffer
	if args[0] != "ansible" && args[0] != "diff" {
		args = append(args, "--root", h.root)
	}
	run(args, strings.NewReader(""), &out, &log)
	h.listen(strings.Join(args, " "), out.String())
	h.listen(strings.Join(args, " ")+" (stderr)", log.String())
	return out.String()
}

func (h *heard) ansible(arguments map[string]any) {
	arguments["root"], arguments["_ansible_diff"] = h.root, true
	data, err := json.Marshal(arguments)
	h.check(err)
	file := filepath.Join(filepath.Dir(h.root), "args.json")
	h.check(os.WriteFile(file, data, 0o600))
	h.run("ansible", file)
}

// TestNothingElseIsShown asks every verb, in every format, about nodes whose
// files hold a hundred secrets in all forms, and finds none of them in what
// came out: not as it is, not encoded, and of long ones no part.
func TestNothingElseIsShown(t *testing.T) {
	secrets := secretsOf(2, 100)
	const rounds = 10
	for round := range rounds {
		t.Run(fmt.Sprint(round), func(t *testing.T) {
			h := &heard{newSecretNode(t), newFinder(secrets), map[int]string{}, nil}
			all := forms()
			for i, form := range all {
				if !form.alone {
					at := (round + i) % rounds * 10
					some := append(slices.Clone(secrets[at:at+10]), secrets[at:at+10]...)
					form.place(h.secretNode, some[round:round+10])
				}
			}
			if round%2 == 1 { // files that came from elsewhere
				h.write(kubeletConfig, strings.ReplaceAll(h.read(kubeletConfig), "\n", "\r\n"))
			}
			h.everything(round, secrets[round*10:round*10+10])
			for of, place := range h.leaks {
				t.Errorf("shown: %q, by harden %s", secrets[of].needles[0], place)
			}
		})
	}
}

// everything asks for all that harden can say of a node, and has it applied,
// meddled with, and rolled back.
func (h *heard) everything(round int, others []secret) {
	profile := []string{"--profile", "cis-1.12"}
	with := func(args ...string) []string { return append(args, profile...) }
	directory := filepath.Dir(h.root)
	file := filepath.Join(directory, "node.plan")
	h.keep(filepath.Join(directory, "before.json"), h.run(with("check", "-o", "json")...))
	formats := format.Names()
	for k := range 2 { // they are made of one report
		h.run(with("check", "-o", formats[(2*round+k)%len(formats)])...)
	}
	h.run(with("check")...)
	h.run(with("check", "-v", "--lang", []string{"en", "zh"}[round%2])...)
	h.run("check", "--profile", "qkxy-cs001-2023", "-o", "json")
	h.run("plan", "--profile", "rancher-2.1", "--diff")
	h.run(with("plan")...)
	text := h.run(with("plan", "--diff", "--out", file)...)
	planned := h.run(with("plan", "-o", "json")...)
	h.changedOnly(text, planned)
	h.listen("--out", string(h.must(os.ReadFile(file))))
	h.run(with("explain", "kubelet-pod-pids-limit")...)
	h.ansible(map[string]any{"state": "applied", "_ansible_check_mode": true, "profile": "cis-1.12"})
	h.run("apply", "--yes", "--only", "kubelet-config-mode", "-o", "json")
	h.run("apply", "--yes", file) // stale
	h.ansible(map[string]any{"state": "applied", "profile": "cis-1.12"})
	if h.runs(); len(h.changed) < 2 {
		h.Error("the profile was not applied")
	}
	h.keep(filepath.Join(directory, "after.json"), h.run(with("check", "-o", "json")...))
	h.run("diff", filepath.Join(directory, "before.json"), filepath.Join(directory, "after.json"))
	h.run("diff", "-o", "json", filepath.Join(directory, "before.json"), filepath.Join(directory, "after.json"))
	h.meddle(others)
	h.run("rollback", "--yes")
	h.run("rollback", "--yes", "-o", "json")
	h.run("rollback", "--yes", "--keep-others")
	h.ansible(map[string]any{"state": "rolled-back", "force": true})
	h.runs()
	h.run("recover")
	h.run("recover", "-o", "json")
}

func (h *heard) must(data []byte, err error) []byte {
	h.Helper()
	h.check(err)
	return data
}

func (h *heard) keep(file, text string) { h.check(os.WriteFile(file, []byte(text), 0o600)) }

// runs looks at what is kept and told of past runs. Backups hold what was there.
func (h *heard) runs() {
	bundle := filepath.Join(filepath.Dir(h.root), "evidence.tar.gz")
	h.run("evidence", "--out", bundle)
	if data, err := os.ReadFile(bundle); err != nil || len(data) < 10_000 {
		h.Errorf("no bundle: %v, %d bytes", err, len(data))
	} else {
		h.listen("a bundle, of which nothing is compressed", string(data))
	}
	h.run("history")
	h.run("history", "-o", "json")
	directory := h.path("var/lib/harden/runs")
	list, err := os.ReadDir(directory)
	h.check(err)
	h.changed = list
	for _, run := range list {
		h.run("show", run.Name())
		h.run("show", "-o", "json", run.Name())
		for _, name := range []string{"journal", "plan.json"} {
			h.listen(run.Name()+"/"+name, string(h.must(os.ReadFile(filepath.Join(directory, run.Name(), name)))))
		}
	}
}

// meddle changes what a run wrote, as somebody else does who has secrets too.
func (h *heard) meddle(secrets []secret) {
	h.add(kubeletConfig, "# "+secrets[0].text+"\nmore: "+secrets[1].text+"\n")
	h.write(kubeletConfig, regexp.MustCompile(`(?m)^(seccompDefault|podPidsLimit): .*$`).ReplaceAllString(h.read(kubeletConfig), "$1: '"+secrets[2].text+"'"))
	h.write(manifestOfManager, strings.Replace(h.read(manifestOfManager), "--profiling=false", "--profiling="+secrets[3].text+"\n    - --more="+secrets[4].text, 1))
	h.add("etc/kubernetes/harden/event-rate-limit.yaml", "# "+secrets[5].text+"\n")
	h.write("etc/passwd", strings.Replace(h.read("etc/passwd"), "etcd service account", secrets[6].text, 1))
}

// changedOnly makes sure that each line of a diff is about a field that the
// plan changes, that nothing stands around them, and that no element of a list
// is shown that stays.
func (h *heard) changedOnly(text, planned string) {
	h.Helper()
	var plan struct {
		Changes []struct {
			Target string
			Fields []struct {
				Field         string
				Before, After any
			}
		}
	}
	h.check(json.Unmarshal([]byte(planned), &plan))
	allowed := map[string]bool{}
	list := func(v any) []string {
		switch v := v.(type) {
		case []any:
			var all []string
			for _, e := range v {
				all = append(all, fmt.Sprint(e))
			}
			return all
		case string:
			return strings.Split(v, ",")
		}
		return nil
	}
	for _, c := range plan.Changes {
		for i, f := range c.Fields {
			for k, other := range c.Fields { // what several rules make of one field is one change
				if other.Field == f.Field && k < i {
					f.Before = other.Before
					break
				}
			}
			_, address, _ := strings.Cut(f.Field, ":")
			if f.Field == "content" {
				for _, line := range list(strings.ReplaceAll(fmt.Sprint(f.After), "\n", ",")) {
					allowed["+ "+line] = true
				}
				allowed[fmt.Sprintf("- (%v)", f.Before)] = true
				continue
			}
			for _, end := range []string{"=", " = ", ": ", ":"} {
				for sign, value := range map[string][2]any{"- ": {f.Before, f.After}, "+ ": {f.After, f.Before}} {
					for _, place := range []string{"", "mount ", "annotation "} {
						allowed[sign+place+address+end+fmt.Sprint(value[0])] = true
						allowed[sign+place+address+":"] = true
					}
					var kept []string
					for _, e := range list(value[0]) {
						if slices.Contains(list(value[1]), e) {
							e = "…"
						}
						if e != "…" || len(kept) == 0 || kept[len(kept)-1] != e {
							kept = append(kept, e)
						}
						allowed[sign+"- "+e] = true
					}
					allowed[sign+address+end+strings.Join(kept, ",")] = true
				}
			}
		}
	}
	seen := 0
	for line := range strings.Lines(text) {
		line, inside := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "    ")
		switch {
		case !inside || strings.HasPrefix(line, "· "):
		case strings.HasPrefix(line, "+ ") || strings.HasPrefix(line, "- "):
			if seen++; !allowed[line] {
				h.Errorf("the plan changes no %q", line)
			}
		case strings.HasPrefix(line, " ") || strings.HasPrefix(line, "@@"):
			h.Errorf("a line of context: %q", line)
		}
	}
	if seen < 20 {
		h.Errorf("only %d lines of a diff in:\n%s", seen, text)
	}
}

// TestEachForm puts secrets into one place at a time, so that a place in which
// they are shown has a name.
func TestEachForm(t *testing.T) {
	secrets := secretsOf(1, 100)
	all, shown := forms(), 0
	for i, form := range all {
		t.Run(form.name, func(t *testing.T) {
			h := &heard{newSecretNode(t), nil, map[int]string{}, nil}
			some := make([]secret, 0, 10)
			for shape := range 10 {
				some = append(some, secrets[(shape+i)%10+10*(i%10)])
			}
			h.finder = newFinder(some)
			form.place(h.secretNode, some)
			profile := form.args
			if profile == nil {
				profile = []string{"--profile", "cis-1.12"}
			}
			h.run(append([]string{"plan", "-o", "json"}, profile...)...)
			h.run(append([]string{"check", "-o", "json"}, profile...)...)
			h.run(append([]string{"apply", "--yes"}, profile...)...)
			if len(h.leaks) > 0 {
				shown++
			}
			for of, place := range h.leaks {
				t.Errorf("shown: %q, by harden %s", some[of].needles[0], place)
			}
		})
	}
	t.Logf("in %d of %d forms secrets are shown", shown, len(all))
}
