package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// runs gives what a command line comes to.
func runs(args ...string) (code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	code = run(args, &out, &errs)
	return code, out.String(), errs.String()
}

// kubeconfig names an API server that refuses everything but its version.
func kubeconfig(t *testing.T) string {
	t.Helper()
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/version":
			fmt.Fprint(w, `{"major":"1","minor":"34","gitVersion":"v1.34.1"}`)
		case "/apis":
			fmt.Fprint(w, `{"groups":[]}`)
		default:
			w.WriteHeader(http.StatusForbidden)
		}
	}))
	t.Cleanup(server.Close)
	path := filepath.Join(t.TempDir(), "config")
	text := fmt.Sprintf("apiVersion: v1\nkind: Config\ncurrent-context: c\nclusters: [{name: c, cluster: {server: %q, insecure-skip-tls-verify: true}}]\n"+
		"users: [{name: c, user: {token: t}}]\ncontexts: [{name: c, context: {cluster: c, user: c}}]\n", server.URL)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestExitCodes(t *testing.T) {
	config := kubeconfig(t)
	writable := filepath.Join(t.TempDir(), "attestations.yaml")
	if err := os.WriteFile(writable, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(writable, 0o666); err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		args []string
		code int
		says string
	}{
		"a flag that is not there":     {[]string{"check", "--profil", "x"}, exitUsage, "unknown flag: --profil"},
		"an argument":                  {[]string{"check", "x"}, exitUsage, "takes no argument"},
		"a format that is not there":   {[]string{"check", "-o", "xml"}, exitUsage, `the format "xml"`},
		"a language that is not there": {[]string{"check", "--lang", "fr"}, exitUsage, "en or zh"},
		"a setting that is not there":  {[]string{"check", "--set", "a=b"}, exitUsage, "trusted-registries"},
		"a setting without a value":    {[]string{"check", "--set", "a"}, exitUsage, "NAME=VALUE"},
		"a kubeconfig that is not":     {[]string{"check", "--kubeconfig", "/does/not/exist"}, exitBadProfile, "cannot read the kubeconfig"},
		"a context that is not":        {[]string{"check", "--kubeconfig", config, "--context", "x"}, exitBadProfile, "cannot read the kubeconfig"},
		"a profile that is not":        {[]string{"check", "--kubeconfig", config, "--profile", "x"}, exitBadProfile, "x"},
		"a control that is not":        {[]string{"check", "--kubeconfig", config, "--only", "9.9"}, exitUsage, `"9.9"`},
		"what others can write":        {[]string{"check", "--kubeconfig", config, "--attestations", writable}, exitBadProfile, "can be written by other users"},
		"no right to list":             {[]string{"check", "--kubeconfig", config}, exitFailed, "namespaces cannot be listed: this account lacks the right"},
		"a rule that is not":           {[]string{"explain", "x"}, exitUsage, `called "x"`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			code, _, stderr := runs(test.args...)
			if code != test.code || !strings.Contains(stderr, test.says) {
				t.Errorf("exit code %d, want %d: %s", code, test.code, stderr)
			}
		})
	}
}

// With -o json stdout is one document, also when the command fails.
func TestAFailureIsADocument(t *testing.T) {
	for name, args := range map[string][]string{
		"before the cluster is read": {"check", "-o", "json", "--kubeconfig", "/does/not/exist"},
		"after it":                   {"check", "-o", "json", "--kubeconfig", kubeconfig(t)},
	} {
		t.Run(name, func(t *testing.T) {
			code, stdout, _ := runs(args...)
			var d struct {
				Schema string
				Error  struct {
					Code          int
					Message, Hint string
				}
			}
			if err := json.Unmarshal([]byte(stdout), &d); err != nil || d.Schema != "harden/v1" || d.Error.Code != code || d.Error.Message == "" || d.Error.Hint == "" {
				t.Errorf("%v: %.300s", err, stdout)
			}
		})
	}
}

func TestExplain(t *testing.T) {
	code, stdout, _ := runs("explain", "cis-1.12/5.1.2")
	for _, want := range []string{"cis-1.12/5.1.2", "rbac-secrets", "qkxy-cs001-2023/5.7.4.5"} {
		if code != exitOK || !strings.Contains(stdout, want) {
			t.Errorf("exit code %d, %q is missing in:\n%s", code, want, stdout)
		}
	}
	if _, stdout, _ := runs("explain", "rbac-secrets", "--lang", "zh"); !strings.Contains(stdout, "限制可读取 Secret 的主体") {
		t.Errorf("not in Chinese: %s", stdout)
	}
}
