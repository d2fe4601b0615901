package chinese

import (
	"bytes"
	"compress/flate"
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// sources are the packages whose texts can stand in the reason of a finding, in
// an error, or beside what is waited for; and in each the functions whose texts
// cannot.
var sources = map[string][]string{
	"../../fixers":            {"content", "strange"},    // written into a file; looks for what the YAML decoder says
	"../../profiles":          {"Identity", ""},          // a panic is a bug; what the YAML decoder says
	"../../systemd":           {"restart", "StartTimer"}, // of the fake one; looks for what systemd says
	"..":                      {},
	"../node":                 {},
	"../controlplane":         {},
	"../planner":              {},
	"../transaction":          {"arm"},         // the description of a timer
	"../change":               {"Digest"},      // a panic is a bug
	"../edit":                 {"syntaxError"}, // looks for what the YAML parser says
	"../facts":                {},
	"../health":               {},
	"../host":                 {"ForbidCoreDumps"}, // before anything is known of languages
	"../journal":              {},
	"../kubeadm":              {"Manifest"}, // a panic is a bug
	"../cmdline":              {},
	"../kube":                 {},
	"../kubebench":            {},
	"../sshsig":               {},
	"../strictjson":           {},
	"../../cluster/rules":     {"accountRules", "rbacRules", "podRules", "namespaceRules", "networkRules", "imageRules", "rancherRules", "Defaults", ""}, // have their Chinese beside them
	"../../cluster/inventory": {"of"},                                                                                                                    // a panic is a bug
	"../../cluster/client":    {},
}

var update = flag.Bool("update", false, "compress messages.txt anew")

// TestMessagesAreThoseOfTheText holds what is built in to messages.txt.
func TestMessagesAreThoseOfTheText(t *testing.T) {
	text, err := os.ReadFile("messages.txt")
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		var plain strings.Builder
		for _, m := range parse(string(text)) {
			plain.WriteString(m.en + "\n" + m.zh + "\n")
		}
		var out bytes.Buffer
		w, err := flate.NewWriter(&out, flate.BestCompression)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, plain.String()); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile("messages.deflate", out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		compressed = out.Bytes()
	}
	if !slices.Equal(messages(), parse(string(text))) {
		t.Error("messages.deflate is not messages.txt; write it anew with: go test ./agent/chinese -update")
	}
}

// english is a text that somebody reads: two words at least.
var english = regexp.MustCompile(`[A-Za-z]{2,} +(%[^ ]+ +)?[a-z]{2,}|^ [a-z]{2,}| [a-z]{2,} $`)

// TestEveryTextIsThere holds that all that the sources can say has a Chinese
// form: a format as it stands there, or a part of a message that is put
// together.
func TestEveryTextIsThere(t *testing.T) {
	for dir, left := range sources {
		for _, l := range literals(t, dir) {
			if slices.Contains(left, l.function) || !english.MatchString(l.text) || strings.ContainsAny(l.text, "\n`") {
				continue
			}
			if !known(l.text) {
				t.Errorf("%s, in %s: %q has no Chinese", l.file, l.function, l.text)
			}
		}
	}
}

func known(text string) bool {
	part := strings.TrimSpace(text)
	return slices.ContainsFunc(messages(), func(m message) bool { return m.en == text || part != "" && strings.Contains(m.en, part) })
}

type literal struct{ file, function, text string }

// literals are the texts in a package, with the function that each is in.
func literals(t *testing.T, dir string) []literal {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no sources in %s: %v", dir, err)
	}
	var list []literal
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			function := ""
			if f, is := d.(*ast.FuncDecl); is {
				function = f.Name.Name
			}
			ast.Inspect(d, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.ImportSpec:
					return false
				case *ast.Field:
					return n.Tag == nil
				case *ast.BasicLit:
					if text, err := strconv.Unquote(n.Value); err == nil && n.Kind == token.STRING {
						list = append(list, literal{name, function, text})
					}
				}
				return true
			})
		}
	}
	return list
}

// names are the words that Chinese texts keep, as its readers know them.
var names = strings.Fields(`API Server Kubernetes KubeletConfiguration AdmissionConfiguration Pod PodSecurityPolicy PodPreset Security Secret RKE RBAC
	SSH HTTPS https JSON YAML Swagger JSON cAdvisor dockershim initializer webhook alpha pause quorum kubelet kubeadm kubectl kubeconfig systemd etcd harden x509
	root sudo user group uid base64 identity provider resources jwt CA UTF NUL FIFO inode capabilities active invocation NRestarts Section drop bind mount
	chattr lsattr getcap crictl logs systemctl journalctl ulimit chmod chown init join rke up passwd Debian Ubuntu Fedora RHEL SUSE shadow command seccomp default
	shareProcessNamespace head c32 get csr certificate approve NAME FILE recover apply rollback history show confirm plan attest install ro rw key value
	status secrets replace json go w o g m u n A f i a line true set id Key serverTLSBootstrap worker baseline
	profiles list validate textfile yes y ps df free k h C check
	None Metadata RequestReceived ResponseComplete shell envFrom aesgcm kms ID
	PEM apiVersion runAsUser runAsGroup
	Controls ExecStart LoadState hidepid tcp udp notApplicable eventRateLimit admission encryption secretbox aescbc
	Docker stat Controls ExecStart LoadState hidepid tcp udp notApplicable eventRateLimit admission encryption secretbox aescbc
	ConfigMap InitConfiguration JoinConfiguration reset config migrate
	adjust both burst ca critical high medium low closed cluster content control exempt expect expires false field file first flag gid kind known level loopback manual match mode
	name number object op owner parameters path port programs protocol qps restricted rule rules second steps str template test unit verdict version with
	Rancher ServiceAccount Service tiller kube Webhook DaemonSet AppArmor flannel SELinux AUDIT LEVEL Helm ClusterRoleBinding Canal Calico
	ss sport CAP SYS PTRACE http URL CONTROL role SIGHUP SIGINT SIGTERM Plan KEY KEYS Y en zh run inputs digest schema lang output timeout sign ed25519 sha256 sha512 f t DIR original
	hostNetwork staticPodURL enabled apiserver authorization Request RequestResponse healthz KMSv1 feature gates v2 TLS`)

// TestChineseIsChinese holds that a message has the values of the English one,
// and beside them no English but names, flags and paths.
func TestChineseIsChinese(t *testing.T) {
	word := regexp.MustCompile(`[A-Za-z]+[0-9]*`)
	// A value, and what is no word: a flag, a path, a parameter, a version.
	kept := regexp.MustCompile(`%(\[\d\])?[a-z]|--?[a-zA-Z][a-z-]*|[\w./]*[-=/.:][\w./:=-]+|\d+[smh]\b|\|`)
	seen := map[string]bool{}
	for _, m := range messages() {
		if seen[m.en] {
			t.Errorf("%q stands twice", m.en)
		}
		seen[m.en] = true
		sample, values := sampled(m.en)
		zh, known := (&translation{tries: mostTries}).whole(sample)
		if !known || strings.Contains(zh, "%!") {
			t.Errorf("%q becomes %q", sample, zh)
		}
		for _, v := range values {
			if !strings.Contains(zh, v) {
				t.Errorf("%q: the Chinese %q lacks %s", m.en, zh, v)
			}
		}
		rest := kept.ReplaceAllString(m.zh, " ")
		for _, w := range word.FindAllString(rest, -1) {
			if !slices.Contains(names, w) {
				t.Errorf("%q: there is English in %q: %s", m.en, m.zh, w)
			}
		}
		if !strings.ContainsFunc(m.zh, func(r rune) bool { return r > 0x2E80 }) && m.en != "fifo" {
			t.Errorf("%q has no Chinese: %q", m.en, m.zh)
		}
	}
}

// sampled fills a format with values that no message has.
func sampled(format string) (text string, values []string) {
	next := 0
	for {
		fixed, verb, rest := cutVerb(format)
		text += fixed
		if verb == "" {
			return text, values
		}
		if strings.HasPrefix(verb, "%[") {
			next = int(verb[2]-'0') - 1
		}
		for len(values) <= next {
			values = append(values, "<"+strconv.Itoa(len(values)+1)+">")
		}
		text += values[next]
		next, format = next+1, rest
	}
}
