package cmdline_test

import (
	"bytes"
	"encoding/csv"
	"flag"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"gopkg.in/yaml.v3"

	"harden/agent/cmdline"
	"harden/agent/edit"
	"harden/agent/kube"
	"harden/integration/oracle"
)

var (
	rounds = flag.Int("oracle", 3, "how many generated manifests each component is started with")
	seeded = flag.Uint64("seed", 1, "the first seed of the generated manifests")
)

func TestMain(m *testing.M) {
	oracle.Main()
	os.Exit(m.Run())
}

// Components say of themselves what they were started with. The model of the
// manifest must say the same of every flag, of those that are given and of
// those that are not.
func TestOracle(t *testing.T) {
	for _, component := range []string{"kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubelet", "etcd"} {
		t.Run(component, func(t *testing.T) {
			program := filepath.Join(oracle.Directory(t, component), component)
			g := &generator{component: component, program: program, minor: oracle.Minor(t, program)}
			g.learn(t)
			o := oracleRun{t: t, generator: g, defaults: g.started(t, nil, nil).Flags}
			if len(o.defaults) < 20 {
				t.Fatalf("it tells only %d flags", len(o.defaults))
			}
			for seed := *seeded; seed < *seeded+uint64(*rounds); seed++ {
				o.round(seed)
			}
			t.Logf("flags compared: %d given, %d not given; %d manifests", o.given, o.absent, *rounds)
			t.Attr("figure/flags-compared", strconv.Itoa(o.given+o.absent))
			t.Attr("figure/manifests", strconv.Itoa(*rounds))
			if o.given < 10**rounds {
				t.Errorf("only %d flags were compared", o.given)
			}
		})
	}
}

type oracleRun struct {
	t             *testing.T
	generator     *generator
	defaults      map[string]string
	given, absent int
	shown         bool // one manifest is enough
}

// round starts the component by one manifest as it is, and again after edits.
func (o *oracleRun) round(seed uint64) {
	o.generator.Rand = rand.New(rand.NewPCG(seed, 14))
	manifest := o.generator.manifest()
	if o.compare(seed, manifest) {
		if edited := o.edit(seed, manifest); edited != nil {
			o.compare(seed, edited)
		}
	}
}

// compare holds the model of a manifest against the component.
func (o *oracleRun) compare(seed uint64, manifest []byte) bool {
	component := o.generator.component
	argv, environment := startedBy(o.t, manifest)
	answer := o.generator.started(o.t, argv, environment)
	line := lineOf(o.t, component, manifest)
	if !line.Unknown.IsZero() {
		o.t.Errorf("seed %d: the model does not know it: %s\n%s", seed, line.Unknown, manifest)
		return false
	}
	if len(answer.Flags) < len(o.defaults)/2 {
		o.t.Errorf("seed %d: it refuses: %s\n%s", seed, tail(answer.Text), manifest)
		return false
	}
	names := o.generator.names()
	for name, said := range answer.Flags {
		if !slices.Contains(names, name) || component == "etcd" && name == "data-dir" && !line.Setting(name).Given() {
			continue // etcd makes its own of its name
		}
		s := line.Setting(name)
		switch {
		case !s.Unknown.IsZero():
			o.t.Errorf("seed %d: --%s is unknown: %s", seed, name, s.Unknown)
		case !s.Given() && said != o.defaults[name]:
			o.t.Errorf("seed %d: --%s is not given by the model, and the component has %q instead of %q", seed, name, said, o.defaults[name])
		case !s.Given():
			o.absent++
		case !same(component, name, s.Kind, s.Text, said):
			o.t.Errorf("seed %d: --%s is %q by the model and %q by the component", seed, name, s.Text, said)
		default:
			o.given++
		}
	}
	if o.t.Failed() && !o.shown {
		o.shown = true
		o.t.Logf("seed %d:\n%s", seed, manifest)
	}
	return !o.t.Failed()
}

// edit sets some flags and takes others away, as an apply does.
func (o *oracleRun) edit(seed uint64, manifest []byte) []byte {
	g := o.generator
	doc, err := edit.Open("pod:"+g.component, manifest)
	if err != nil {
		o.t.Errorf("seed %d: %v\n%s", seed, err, manifest)
		return nil
	}
	wanted := map[string]string{}
	for _, f := range g.flags {
		switch address := "flag:--" + f.Name; g.IntN(8) {
		case 0:
			value := g.value(f)
			if err = doc.Set(address, value); err == nil {
				wanted[f.Name] = value
			}
		case 1:
			err = doc.Unset(address)
		}
		if err != nil {
			// Both are left to a person: "--" as a word, and $$ in a shell's string.
			if !bytes.Contains(manifest, []byte("$$")) && !strings.Contains(err.Error(), "contains the word --") {
				o.t.Errorf("seed %d: --%s: %v\n%s", seed, f.Name, err, manifest)
			}
			return nil
		}
	}
	edited := doc.Bytes()
	line := lineOf(o.t, g.component, edited)
	for name, value := range wanted {
		alone := cmdline.FromArgv(g.component, []string{g.component, "--" + name + "=" + value}).Setting(name).Text
		if got := line.Setting(name).Text; got != alone {
			o.t.Errorf("seed %d: --%s was set to %q and is %q\n%s", seed, name, alone, got, edited)
		}
	}
	return edited
}

func lineOf(t *testing.T, component string, manifest []byte) *cmdline.CommandLine {
	t.Helper()
	var tree yaml.Node
	if err := yaml.Unmarshal(manifest, &tree); err != nil {
		t.Fatal(err)
	}
	pod, err := cmdline.ReadPod(&tree)
	if err != nil {
		t.Fatalf("%v\n%s", err, manifest)
	}
	c := pod.Find(component)
	if c == nil {
		t.Fatalf("no container\n%s", manifest)
	}
	return c.CommandLine(component)
}

func tail(text string) string { return text[max(0, len(text)-2500):] }

// same compares what the model says with what the component logs.
func same(component, name string, kind kube.Kind, model, said string) bool {
	switch kind {
	case kube.Bool, kube.Number:
		return model == said
	case kube.List:
		if name == "manifest-url-header" || name == "vmodule" {
			return slices.Equal(slices.Sorted(slices.Values(strings.Split(model, ","))), slices.Sorted(slices.Values(strings.Split(said, ","))))
		}
		return slices.Equal(listed(model), listed(said))
	case kube.Array:
		if name == "tls-sni-cert-key" {
			return "["+model+"]" == strings.ReplaceAll(said, ";", ",")
		}
		return model == strings.Join(listed(said), ",")
	case kube.Entry:
		a, b := strings.Split(model, ","), listed(said)
		return strings.Join(slices.Sorted(slices.Values(a)), ",") == strings.Join(slices.Sorted(slices.Values(strings.Split(strings.Join(b, ","), ","))), ",")
	case kube.Map:
		return slices.Equal(sortedEntries(name, model), sortedEntries(name, said))
	case kube.Duration:
		a, err1 := time.ParseDuration(model)
		b, err2 := time.ParseDuration(said)
		return err1 == nil && err2 == nil && a == b
	}
	if model == said {
		return true
	}
	if a, b := net.ParseIP(model), net.ParseIP(said); a != nil && b != nil {
		return a.Equal(b)
	}
	x, err1 := strconv.ParseFloat(model, 32)
	y, err2 := strconv.ParseFloat(said, 32)
	return err1 == nil && err2 == nil && x == y
}

func listed(said string) []string {
	inner := strings.TrimSuffix(strings.TrimPrefix(said, "["), "]")
	if inner == "" {
		return nil
	}
	list, err := csv.NewReader(strings.NewReader(inner)).Read()
	if err != nil {
		return []string{said}
	}
	return list
}

// sortedEntries gives the entries of a map, of feature gates without prefix and
// only the last of each: since 1.32 a component logs all that it was given.
func sortedEntries(name, text string) []string {
	last := map[string]string{}
	separator := "="
	if name == "eviction-hard" || name == "eviction-soft" {
		separator = "<"
	}
	text = strings.TrimSuffix(strings.TrimPrefix(text, "["), "]")
	for _, entry := range strings.Split(text, ",") {
		if name == "feature-gates" {
			entry = strings.TrimPrefix(strings.TrimPrefix(entry, ":"), "kube:")
		}
		key, value, _ := strings.Cut(entry, separator)
		if name == "feature-gates" {
			if b, err := strconv.ParseBool(strings.TrimSpace(value)); err == nil {
				value = strconv.FormatBool(b)
			}
		}
		if key != "" {
			last[strings.TrimSpace(key)] = value
		}
	}
	var entries []string
	for key, value := range last {
		entries = append(entries, key+separator+value)
	}
	slices.Sort(entries)
	return entries
}

var variable = regexp.MustCompile(`\$\$|\$\(([^()]*)\)`)

// startedBy gives the words and the environment that the kubelet starts the
// only container with; it is written apart from the model, to judge it.
func startedBy(t *testing.T, manifest []byte) (argv, environment []string) {
	t.Helper()
	var pod struct {
		Spec struct {
			Containers []struct {
				Command, Args []string
				Env           []struct{ Name, Value string }
			}
		}
	}
	if err := yaml.Unmarshal(manifest, &pod); err != nil {
		t.Fatal(err)
	}
	values := map[string]string{}
	expand := func(text string) string {
		return variable.ReplaceAllStringFunc(text, func(found string) string {
			if found == "$$" {
				return "$"
			}
			if value, set := values[found[2:len(found)-1]]; set {
				return value
			}
			return found
		})
	}
	c := pod.Spec.Containers[0]
	for _, v := range c.Env {
		values[v.Name] = expand(v.Value)
	}
	for name, value := range values {
		environment = append(environment, name+"="+value)
	}
	for _, word := range slices.Concat(c.Command, c.Args) {
		argv = append(argv, expand(word))
	}
	return argv, environment
}

// generator makes manifests of one component.
type generator struct {
	*rand.Rand
	component, program string
	minor              int
	flags              []oracle.Flag
	gates              []string
}

// kept are the flags that decide whether the component tells its flags at all,
// or that would make it write files.
var kept = []string{"help", "version", "v", "logging-format", "log-json-info-buffer-size", "log-json-split-stream", "log-text-info-buffer-size",
	"log-text-split-stream", "config", "config-dir", "write-config-to", "exit-on-lock-contention", "lock-file", "root-dir", "cert-dir", "emulation-forward-compatible",
	"runtime-config-emulation-forward-compatible", "kubeconfig", "bootstrap-kubeconfig", "emulated-version", "min-compatibility-version",
	"cloud-provider-gce-l7lb-src-cidrs", "cloud-provider-gce-lb-src-cidrs"} // up to 1.30: they may be given only once

// independent are beta gates on which no other one depends.
var independent = []string{"ComponentSLIs", "LogarithmicScaleDown", "RotateKubeletServerCertificate",
	"StorageVersionHash", "SeparateTaintEvictionController", "KubeletTracing", "TopologyManagerPolicyBetaOptions"}

func (g *generator) learn(t *testing.T) {
	if g.component == "etcd" {
		for _, f := range etcdFlags {
			g.flags = append(g.flags, oracle.Flag{Name: f})
		}
		return
	}
	listed, help := oracle.Help(t, g.program)
	for _, f := range listed {
		if !slices.Contains(kept, f.Name) && !strings.Contains(f.Type, "reserved") {
			g.flags = append(g.flags, f)
		}
	}
	for _, m := range regexp.MustCompile(`(?m)\b(?:kube:)?([A-Z]\w+)=true\|false \(BETA`).FindAllStringSubmatch(help, -1) {
		if slices.Contains(independent, m[1]) {
			g.gates = append(g.gates, m[1])
		}
	}
}

func (g *generator) names() (names []string) {
	for _, f := range g.flags {
		names = append(names, f.Name)
	}
	return names
}

// etcdFlags are those that etcd's start log tells.
var etcdFlags = []string{"name", "data-dir", "wal-dir", "snapshot-count", "max-wals", "max-snapshots", "initial-election-tick-advance",
	"host-whitelist", "cors", "initial-cluster-token", "quota-backend-bytes", "max-request-bytes", "max-concurrent-streams",
	"pre-vote", "feature-gates", "corrupt-check-time", "auto-compaction-mode", "max-learners", "client-cert-auth", "peer-client-cert-auth",
	"peer-cert-file", "peer-key-file", "peer-trusted-ca-file", "peer-crl-file", "enable-pprof", "cipher-suites", "heartbeat-interval", "trusted-ca-file", "cert-file", "key-file"}

// started starts the component with the words and what makes it tell its flags.
func (g *generator) started(t *testing.T, argv, environment []string) oracle.Answer {
	t.Helper()
	if argv == nil {
		argv = []string{g.program}
		argv = append(argv, g.fixed()...)
	}
	return oracle.Ask(t, 20*time.Second, t.TempDir(), environment, argv...)
}

// fixed are the words that each command line has.
func (g *generator) fixed() []string {
	switch g.component {
	case "etcd":
		return []string{"--listen-client-urls=http://0.0.0.0:0", "--advertise-client-urls=http://0.0.0.0:0", "--listen-peer-urls=http://0.0.0.0:0"}
	case "kubelet":
		return []string{"--v=1", "--exit-on-lock-contention", "--root-dir=kubelet"} // it ends without a lock file
	}
	return []string{"-v=1", "--kubeconfig=/nowhere"}[:map[bool]int{true: 1, false: 2}[g.component == "kube-apiserver"]]
}
