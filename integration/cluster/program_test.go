//go:build cluster

package cluster_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"net/http"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"gopkg.in/yaml.v3"
)

// report is what the tests read of -o json.
type report struct {
	Schema, Kind string
	Findings     []finding
	Controls     []struct{ ID, Status string }
	Error        *struct {
		Code          int
		Message, Hint string
	}
}

type finding struct {
	Rule, Status, Reason string
	Controls, Targets    []string
	Observed             []struct {
		Target, Field, Where, Owner string
		Actual                      any
		Count                       int
	}
}

// harden runs the program with a kubeconfig and gives its exit code and output.
func harden(t *testing.T, kubeconfig string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	cmd := exec.Command(binary, append([]string{"--kubeconfig", kubeconfig}, args...)...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), out.String(), errs.String()
}

// check judges the cluster and gives the report.
func check(t *testing.T, args ...string) report {
	t.Helper()
	_, stdout, stderr := harden(t, plane.Kubeconfig, append([]string{"check", "-o", "json"}, args...)...)
	return decode(t, stdout, stderr)
}

func decode(t *testing.T, stdout, stderr string) report {
	t.Helper()
	var r report
	if err := json.Unmarshal([]byte(stdout), &r); err != nil {
		t.Fatalf("no document: %v\n%s\n%s", err, stdout, stderr)
	}
	if r.Schema != "harden/v1" {
		t.Fatalf("schema %q", r.Schema)
	}
	return r
}

// apply makes or changes the objects of a text in YAML, separated by "---".
func apply(t *testing.T, text string) {
	t.Helper()
	for _, document := range documents(text) {
		send(t, http.MethodPatch, pathOf(t, document)+"?fieldManager=test&force=true", "application/apply-patch+yaml", document)
	}
}

// remove deletes the objects of a text. One that is not there is none to delete.
func remove(t *testing.T, text string) {
	t.Helper()
	for _, document := range documents(text) {
		if status, body := answer(t, http.MethodDelete, pathOf(t, document), "application/json", ""); status >= 300 && status != http.StatusNotFound {
			t.Fatalf("cannot delete: %d %s\n%s", status, body, document)
		}
	}
}

func documents(text string) []string {
	return slices.DeleteFunc(strings.Split(text, "\n---\n"), func(d string) bool { return strings.TrimSpace(d) == "" })
}

// pathOf is where an object lies.
func pathOf(t *testing.T, document string) string {
	t.Helper()
	var o struct {
		APIVersion string `yaml:"apiVersion"`
		Kind       string
		Metadata   struct{ Name, Namespace string }
	}
	if err := yaml.Unmarshal([]byte(document), &o); err != nil {
		t.Fatalf("%v\n%s", err, document)
	}
	plural := strings.ToLower(o.Kind) + "s"
	if strings.HasSuffix(o.Kind, "Policy") {
		plural = strings.TrimSuffix(plural, "ys") + "ies"
	}
	prefix := "/apis/" + o.APIVersion + "/"
	if o.APIVersion == "v1" {
		prefix = "/api/v1/"
	}
	if !slices.Contains([]string{"Namespace", "ClusterRole", "ClusterRoleBinding", "ValidatingWebhookConfiguration", "APIService",
		"ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"}, o.Kind) {
		prefix += "namespaces/" + o.Metadata.Namespace + "/"
	}
	return prefix + plural + "/" + o.Metadata.Name
}

// send sends a request as a member of system:masters, and fails where it is
// refused.
func send(t *testing.T, method, path, contentType, body string) []byte {
	t.Helper()
	status, data := answer(t, method, path, contentType, body)
	if status >= 300 {
		t.Fatalf("%s %s: %d %s\n%s", method, path, status, data, body)
	}
	return data
}

func answer(t *testing.T, method, path, contentType, body string) (status int, data []byte) {
	t.Helper()
	status, data, err := plane.Request(context.Background(), method, path, contentType, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return status, data
}

// answerAs sends a request as another user.
func answerAs(t *testing.T, user, method, path, body string) (status int, data []byte) {
	t.Helper()
	status, data, err := plane.RequestAs(context.Background(), user, method, path, "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return status, data
}

// insecure takes the certificate that a test server made itself.
var insecure = &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}

const jsonPatch = "application/json-patch+json"

// namespace makes one that the test owns, with its default account, and gives
// the setting that has every other one left out.
func namespace(t *testing.T, name string) (alone string) {
	t.Helper()
	text := "{apiVersion: v1, kind: Namespace, metadata: {name: " + name + "}}"
	apply(t, text)
	t.Cleanup(func() { remove(t, text) })
	var list struct {
		Items []struct{ Metadata struct{ Name string } }
	}
	if err := json.Unmarshal(send(t, http.MethodGet, "/api/v1/namespaces", "", ""), &list); err != nil {
		t.Fatal(err)
	}
	var others []string
	for _, n := range list.Items {
		if n.Metadata.Name != name {
			others = append(others, n.Metadata.Name)
		}
	}
	return "system-namespaces=" + strings.Join(others, ",")
}

func pause() { time.Sleep(50 * time.Millisecond) }
