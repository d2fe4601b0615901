package cmdline_test

import (
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"harden/integration/oracle"
)

func (g *generator) pick(from ...string) string { return from[g.IntN(len(from))] }

// manifest makes a manifest: flags in any order, number, spelling and place.
func (g *generator) manifest() []byte {
	groups := [][]string{}
	for _, word := range g.fixed() {
		groups = append(groups, []string{word})
	}
	var env []map[string]string
	for _, f := range g.flags {
		if g.IntN(3) == 0 {
			continue
		}
		if g.component == "etcd" && g.IntN(3) == 0 {
			env = append(env, g.variables(f)...)
			continue
		}
		for range 1 + g.IntN(3) {
			groups = append(groups, g.words(f))
		}
	}
	g.Shuffle(len(groups), func(i, j int) { groups[i], groups[j] = groups[j], groups[i] })
	words := []string{g.program}
	for _, group := range groups {
		words = append(words, group...)
	}
	if g.component != "etcd" && g.IntN(3) == 0 {
		words = append(words, "--") // with nothing behind it
	}
	container := map[string]any{"name": g.pick(g.component, "other")}
	switch g.IntN(5) {
	case 0:
		container["command"] = []string{"/bin/sh", "-c", g.script(words)}
	case 1:
		container["command"], container["args"] = []string{"sh", "-ec"}, []string{g.script(words)}
	case 2:
		container["command"] = g.escaped(words, &env)
	case 3:
		cut := 1 + g.IntN(len(words))
		container["command"], container["args"] = g.escaped(words[:cut], &env), g.escaped(words[cut:], &env)
	default:
		container["command"], container["args"] = []string{"env"}, g.escaped(words, &env)
	}
	container["env"] = env
	out, _ := yaml.Marshal(map[string]any{ // of texts, lists and maps it always can
		"apiVersion": "v1", "kind": "Pod", "metadata": map[string]string{"name": g.component, "namespace": "kube-system"},
		"spec": map[string]any{"containers": []any{container}},
	})
	return out
}

// words gives one spelling of one flag with one value.
func (g *generator) words(f oracle.Flag) []string {
	name := "--" + f.Name
	switch {
	case g.component == "etcd":
		name = g.pick("-", "--") + f.Name
	case g.IntN(4) == 0:
		name = "--" + strings.ReplaceAll(f.Name, "-", "_")
	}
	value := g.value(f)
	if g.isBool(f) {
		if g.IntN(4) == 0 {
			return []string{name}
		}
		return []string{name + "=" + value}
	}
	if g.IntN(3) == 0 {
		return []string{name, value}
	}
	return []string{name + "=" + value}
}

// variables sets a flag of etcd by its variable, or seems to.
func (g *generator) variables(f oracle.Flag) []map[string]string {
	name := "ETCD_" + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))
	switch g.IntN(6) {
	case 0: // etcd's variables are written in capitals
		return []map[string]string{{"name": strings.ToLower(name), "value": g.value(f)}, {"name": "ETCD_" + f.Name, "value": g.value(f)}}
	case 1: // the last one counts, and an empty one sets nothing
		return []map[string]string{{"name": name, "value": g.value(f)}, {"name": name, "value": g.pick("", g.value(f))}}
	case 2: // of another variable
		return []map[string]string{{"name": "X", "value": g.value(f)}, {"name": name, "value": "$(X)"}}
	}
	return []map[string]string{{"name": name, "value": g.value(f)}}
}

// escaped writes words so that the kubelet's expansion gives them, some by way
// of a variable.
func (g *generator) escaped(words []string, env *[]map[string]string) []string {
	var out []string
	for i, w := range words {
		text := strings.ReplaceAll(w, "$(", "$$(")
		if strings.Contains(w, "$$") {
			text = strings.ReplaceAll(w, "$", "$$")
		}
		if i > 0 && len(w) > 3 && g.IntN(6) == 0 {
			at := 1 + g.IntN(len(w)-1)
			if !strings.Contains(w, "$") && w[at]&0xc0 != 0x80 {
				name := fmt.Sprintf("V%d", len(*env))
				*env = append(*env, map[string]string{"name": name, "value": w[at:]})
				text = w[:at] + "$(" + name + ")"
			}
		}
		out = append(out, text)
	}
	return out
}

// script writes words as a shell reads them.
func (g *generator) script(words []string) string {
	var quoted []string
	for _, w := range words {
		quoted = append(quoted, strings.ReplaceAll(g.quoted(w), "$(", "$$("))
	}
	script := g.pick("", "exec ") + strings.Join(quoted, g.pick(" ", " \\\n ", "\t", "  "))
	return script + g.pick("", "\n", " 2>&1", " >&2 2>&1")
}

func (g *generator) quoted(w string) string {
	plain := strings.Trim(w, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./=,:@+%") == "" && w != ""
	switch n := g.IntN(4); {
	case plain && n < 3:
		return w
	case n == 1 && !strings.ContainsAny(w, "$`!"):
		return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(w) + `"`
	case n == 2 && !strings.ContainsAny(w, "\n$`") && w != "":
		var b strings.Builder
		for _, r := range w {
			if r < 128 && !strings.ContainsRune("abcdefghijklmnopqrstuvwxyz0123456789", r) {
				b.WriteByte('\\')
			}
			b.WriteRune(r)
		}
		return b.String()
	}
	return "'" + strings.ReplaceAll(w, "'", `'\''`) + "'"
}

func (g *generator) isBool(f oracle.Flag) bool {
	if g.component == "etcd" {
		return slices.Contains([]string{"initial-election-tick-advance", "pre-vote", "client-cert-auth", "peer-client-cert-auth", "enable-pprof"}, f.Name)
	}
	return f.Type == "" || f.Type == "RuntimeDefault"
}

// texts are what any flag of text may be given; none is the path of a file
// that could be written.
var texts = []string{"", "x", "a b", "--profiling=false", "-1", "a=b", "a,b", "é", `q"q`, "it's", "$HOME", "$(NOPE)", "$$", "#c", "=", "false", "/proc/none/a", "*", "[a,b]", "{}", "null", "~", `a\b`, " x "}

func (g *generator) value(f oracle.Flag) string {
	if g.isBool(f) {
		return g.pick("true", "false", "1", "0", "t", "f", "T", "F", "TRUE", "FALSE", "True", "False")
	}
	if values := known[f.Name]; values != nil {
		return g.pick(values...)
	}
	if f.Name == "feature-gates" {
		return g.featureGates()
	}
	if f.Name == "show-hidden-metrics-for-version" { // from 1.36 on any other is refused with the flags
		return fmt.Sprintf("1.%d", g.minor-1)
	}
	switch f.Type {
	case "duration":
		return g.pick("90s", "1h30m", "0", "0s", "1.5h", "+5m", "100ms", "1m0s")
	case "int", "int32", "uint", "Level":
		return g.pick("7", "0x1F", "010", "1_000", "+5", "0", "0b11", "0o17")
	case "float32", "float":
		return g.pick("0.5", "1e-2", "0", ".25", "1")
	case "ip":
		return g.pick("127.0.0.1", "::1", "0.0.0.0", "::", "10.0.0.1")
	case "portRange":
		return g.pick("30000-32767", "80-90")
	case "quantity":
		return g.pick("0", "1Ki")
	case "strings":
		return g.pick("", "a", "a,b", "c,,d", `"x,y",z`, "a b", "a\nb", "é,=", ",", "-a", `"a""b"`)
	case "stringArray":
		return g.pick("a", "a,b", "", "c d")
	case "namedCertKey":
		return g.pick("/c,/k", "/c,/k:*.x,y")
	case "pattern=N,...":
		return g.pick("a=1", "b=2,c=3")
	case "mapStringString":
		return g.pick("a=1", "b=2,a=3", " a = 4 ", "", "c=", "d=e=f,,a=5")
	case "stringToString":
		return g.pick("m,l=1", "m,n=x")
	case "colonSeparatedMultimapStringString":
		return g.pick("a:b", "c:d,a:e")
	}
	return g.pick(texts...)
}

// featureGates are named with the component's prefix or without it: a component
// refuses both on one command line, and which it is is of the seed.
func (g *generator) featureGates() string {
	if g.component == "etcd" {
		return g.pick("TxnModeWriteWithSharedBuffer=false", "TxnModeWriteWithSharedBuffer=T,InitialCorruptCheck=1", "CompactHashCheck=true", " CompactHashCheck = f ,")
	}
	var entries []string
	for range 1 + g.IntN(3) {
		entries = append(entries, g.pick("", " ")+g.pick(g.gates[:min(5, len(g.gates))]...)+g.pick("=", " = ")+g.pick("true", "false", "0", "1", "T"))
	}
	return strings.Join(entries, ",")
}

// known are values for flags that take only some.
var known = map[string][]string{
	"tls-curve-preferences": {"29", "23,24", "29,23"},
	"log-flush-frequency":   {"5s", "1m0s", "90s"}, // 0 is a panic
	"oidc-required-claim":   {"a=1", "b=2,a=3", " a = 4 ", "c=", "d=e=f,,a=5"}, "cpu-manager-policy-options": {"a=1", "b=2,a=3", " a = 4 ", "c="},
	"topology-manager-policy-options": {"a=1", "b=2", "c="}, // before 1.31 "" is refused, and repeated keys are listed twice
	"node-labels":                     {"a=1", "b=2,a=3", " a = 4 ", "c=", ""},
	"runtime-config":                  {"api/all=true", "batch/v1=false,apps/v1=true", " batch/v1 = 1 ", ""},
	"register-with-taints":            {"a=b:NoSchedule", "c=d:NoExecute,e=:NoSchedule"},
	"eviction-hard":                   {"memory.available<100Mi", "memory.available<5%,nodefs.available<10%", "nodefs.available < 20%"},
	"eviction-soft":                   {"memory.available<100Mi", "memory.available<5%"},
	// of etcd
	"name": {"a", "a b", "--x"}, "data-dir": {"d", "d2", "a b"}, "wal-dir": {"w", "w w"},
	"snapshot-count": {"100", "0x10", "010"}, "max-wals": {"5", "0x10"}, "max-snapshots": {"5", "6"}, "max-learners": {"1", "2"}, "heartbeat-interval": {"100", "0x20"},
	"host-whitelist": {"a", "b,c"}, "cors": {"http://a:1", "http://b:2"}, "initial-cluster-token": {"a", "", "x y"}, "quota-backend-bytes": {"100000000", "0x5000000"},
	"max-request-bytes": {"100000", "200000"}, "max-concurrent-streams": {"100", "200"}, "corrupt-check-time": {"90s", "1h30m"}, "auto-compaction-mode": {"periodic", "revision"},
	"cipher-suites":  {"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"},
	"peer-cert-file": {"/c", "/d"}, "peer-key-file": {"/k"}, "peer-trusted-ca-file": {"/ca", "/cb"}, "peer-crl-file": {"/crl"},
	"cert-file": {"/c"}, "key-file": {"/k"}, "trusted-ca-file": {"/ca"},
}
