package fixers

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"harden/agent/change"
	"harden/agent/edit"
	"harden/agent/facts"
	"harden/agent/kube"
	"harden/agent/message"
)

// AnonymousAccess asks that the API server answers requests without
// credentials on its health endpoints only. --anonymous-auth=false would break
// kubeadm's probes, so this takes an AuthenticationConfiguration with
// conditions, from Kubernetes 1.32 on (KEP-4633: beta in 1.32, stable in 1.34).
type AnonymousAccess struct {
	Path string `yaml:"path"` // required; of the AuthenticationConfiguration
	// Flag is what the operator chose: "" leaves the choice to harden,
	// "false" sets --anonymous-auth=false, whatever that breaks.
	Flag string `yaml:"flag"`
	// ClusterInfo is "true" where kubeadm join with a token is to go on working:
	// on kubeadm clusters the one path that it reads without credentials stays
	// open. "false" closes it.
	ClusterInfo string `yaml:"clusterInfo"`
}

// clusterInfoPath is what kubeadm join reads without credentials, to learn the
// cluster's CA (kubeadm, app/discovery/token). The role
// kubeadm:bootstrap-signer-clusterinfo lets everybody read it, and nothing else
// beside it.
const clusterInfoPath = "/api/v1/namespaces/kube-public/configmaps/cluster-info"

// clusterInfoClosed stands in the file, and so in the plan, where the path is
// closed on a kubeadm cluster.
const clusterInfoClosed = "# " + clusterInfoPath + " is closed: kubeadm join needs --discovery-file.\n"

// healthPaths are what kubeadm's probes and load balancers ask for.
var healthPaths = []string{"/livez", "/readyz", "/healthz"}

// Check implements Fixer.
func (f *AnonymousAccess) Check() error {
	if !path.IsAbs(f.Path) || path.Clean(f.Path) != f.Path {
		return message.Errorf("path %q is not absolute and clean", f.Path)
	}
	if f.Flag != "" && f.Flag != "false" {
		return message.Errorf("flag %q is neither empty nor \"false\"", f.Flag)
	}
	if f.ClusterInfo != "" && f.ClusterInfo != "true" && f.ClusterInfo != "false" {
		return message.Errorf("clusterInfo %q is neither \"true\" nor \"false\"", f.ClusterInfo)
	}
	return nil
}

// joins tells whether kubeadm join with a token is to go on working.
func (f *AnonymousAccess) joins(n Node) bool {
	return n.Facts.Platform == facts.Kubeadm && f.ClusterInfo != "false"
}

// Require implements Fixer.
func (f *AnonymousAccess) Require(rule string, n Node) Requirement {
	c, minor, req := versioned(n, "kube-apiserver")
	if c == nil {
		return req
	}
	flag := func(name string, op change.Op, value any) change.Want {
		return change.Want{Rule: rule, Target: change.FileTarget(c.Manifest), Field: change.Field("flag:" + name), Op: op, Value: value,
			Effects: []change.Effect{change.RollPod(c.Name)}}
	}
	given, is := c.Flag("anonymous-auth")
	limited, _ := kube.AnonymousPaths(minor)
	file, configured, cannot := fileBy(c, "--authentication-config")
	decides := limited && configured && cannot == nil && f.decides(n, c, file)
	switch {
	case f.Flag == "false" && decides:
		return blocked("%s configures anonymous access, and kube-apiserver refuses --anonymous-auth together with that; set enabled: false there", file)
	case f.Flag == "false":
		return Requirement{Wants: []change.Want{flag("--anonymous-auth", change.Exact, "false")}}
	case given == "false" && !decides:
		return Requirement{Status: change.Compliant, Reason: message.New("set by the flag --anonymous-auth=false")}
	case !limited:
		return blocked("Kubernetes 1.%d can only switch off anonymous access completely, and kubeadm's probes need anonymous access; give the probes credentials and then use --set anonymous-auth=false, or waive the control", minor)
	}
	if oidc := oidcFlag(c); oidc != "" {
		return blocked("%s cannot be given together with --authentication-config; first move its settings to a jwt section of %s", oidc, f.Path)
	}
	switch {
	case cannot != nil:
		return *cannot
	case !configured:
		file = f.Path
	}
	if configured {
		switch req, certain := f.judged(rule, n, c, file); {
		case req.Status == change.Compliant && is: // kube-apiserver refuses the flag beside such a file
			return Requirement{Wants: []change.Want{flag("--anonymous-auth", change.Absent, nil)}}
		case certain:
			return req
		}
	}
	req.Whole = true
	req.Wants = append(f.file(rule, n, file, minor, []change.Effect{change.RollPod(c.Name)}),
		flag("--authentication-config", change.Exact, file), flag("--anonymous-auth", change.Absent, nil))
	req.expect(file, flagPlace(c, AuthenticationFile, file, f.Path))
	if path.Dir(file) == path.Dir(f.Path) {
		req.namedByRule(path.Dir(f.Path))
		req.Wants = append(req.Wants, mountWants(rule, n, c, Mount{Path: path.Dir(file)})...)
	}
	return req
}

// decides tells whether an AuthenticationConfiguration says who is let in without
// credentials, so that --anonymous-auth must not be given.
func (f *AnonymousAccess) decides(n Node, c *facts.Component, file string) bool {
	data, err := n.read(file, flagPlace(c, AuthenticationFile, file, f.Path), maxAuthenticationFile)
	if err != nil {
		return false // who judges it says so
	}
	doc, err := n.Texts.Open("yaml", data)
	if err != nil {
		return false
	}
	_, _, _, err = doc.Get("anonymous")
	return errors.As(err, new(*edit.TypeError))
}

// judged judges the AuthenticationConfiguration in use, where that is certain: a
// file that lets nobody in is stricter than what would be written, and is left
// as it is. One that lets them in elsewhere too has a reason that only its owner
// knows.
func (f *AnonymousAccess) judged(rule string, n Node, c *facts.Component, file string) (Requirement, bool) {
	data, err := n.read(file, flagPlace(c, AuthenticationFile, file, f.Path), maxAuthenticationFile)
	if err != nil {
		return Requirement{}, false // the wants about it say so
	}
	doc, err := n.Texts.Open("yaml", data)
	if err != nil {
		return failed("%v", located(file, err)), true
	}
	if !f.decides(n, c, file) {
		return Requirement{}, false
	}
	enabled, _, given, err := doc.Get("anonymous.enabled")
	if err != nil {
		return failed("%v", located(file, err)), true
	}
	if !given || enabled == false {
		return Requirement{Status: change.Compliant, Reason: message.New("%s accepts no request without credentials", file)}, true
	}
	var others []string
	conditions := 0
	for ; has(doc, fmt.Sprintf("anonymous.conditions[%d]", conditions)); conditions++ {
		at := text(doc, fmt.Sprintf("anonymous.conditions[%d].path", conditions))
		switch {
		case slices.Contains(healthPaths, at), at == clusterInfoPath && f.joins(n):
		case at == clusterInfoPath && file == f.Path:
			return f.closed(rule, c, file, doc, conditions), true
		default:
			others = append(others, at)
		}
	}
	switch {
	case len(others) > 0:
		return blocked("%s also answers requests without credentials on %s; remove the conditions with these paths, or waive the control if they are needed", file, strings.Join(others, ", ")), true
	case conditions > 0 && file != f.Path:
		return Requirement{Status: change.Compliant, Reason: message.New("%s answers requests without credentials on health endpoints only", file)}, true
	case conditions > 0: // fewer than harden writes are not made more
		req := Requirement{Wants: append(accessWants(rule, file, "0600", "root:root"),
			change.Want{Rule: rule, Target: change.FileTarget(c.Manifest), Field: "flag:--anonymous-auth", Op: change.Absent, Effects: []change.Effect{change.RollPod(c.Name)}})}
		req.expect(file, flagPlace(c, AuthenticationFile, file, f.Path))
		return req, true
	}
	return Requirement{}, false
}

// closed asks for harden's own file without the condition that lets kubeadm join
// read the cluster's public information.
func (f *AnonymousAccess) closed(rule string, c *facts.Component, file string, doc edit.Document, condition int) Requirement {
	if err := doc.Unset(fmt.Sprintf("anonymous.conditions[%d]", condition)); err != nil {
		return failed("%v", located(file, err))
	}
	text := []byte(strings.TrimSuffix(string(doc.Bytes()), "\n") + "\n" + clusterInfoClosed)
	wants := append([]change.Want{{Rule: rule, Target: change.FileTarget(file), Field: change.FieldContent, Op: change.Exact, Value: text,
		Effects: []change.Effect{change.RollPod(c.Name)}}}, accessWants(rule, file, "0600", "root:root")...)
	req := Requirement{Wants: wants}
	req.expect(file, flagPlace(c, AuthenticationFile, file, f.Path))
	return req
}

const maxAuthenticationFile = 1 << 20 // bytes

// file asks for an AuthenticationConfiguration that lets nobody in without
// credentials but on the health paths. One that is there keeps all else.
func (f *AnonymousAccess) file(rule string, n Node, file string, minor int, effects []change.Effect) []change.Want {
	apiVersion, kind, _ := kube.APIVersion("AuthenticationConfiguration", minor)
	text := "apiVersion: " + apiVersion + "\nkind: " + kind + "\nanonymous:\n  enabled: true\n  conditions:\n"
	for _, p := range healthPaths {
		text += "  - path: " + p + "\n"
	}
	switch {
	case f.joins(n):
		text += "  - path: " + clusterInfoPath + "\n"
	case n.Facts.Platform == facts.Kubeadm:
		text += clusterInfoClosed
	}
	target := change.FileTarget(file)
	want := func(field change.Field, op change.Op, value any) change.Want {
		return change.Want{Rule: rule, Target: target, Field: field, Op: op, Value: value, Effects: effects}
	}
	wants := []change.Want{want(change.FieldContent, change.Present, []byte(text)), want("yaml:anonymous.enabled", change.Exact, true)}
	for i, p := range healthPaths {
		wants = append(wants, want(change.Field(fmt.Sprintf("yaml:anonymous.conditions[%d].path", i)), change.Exact, p))
	}
	if f.joins(n) {
		wants = append(wants, want(change.Field("yaml:anonymous.conditions[path="+clusterInfoPath+"].path"), change.Exact, clusterInfoPath))
	}
	return append(wants, accessWants(rule, file, "0600", "root:root")...)
}

// oidcFlag names a flag that excludes --authentication-config, or "".
func oidcFlag(c *facts.Component) string {
	for _, o := range c.Line.Occurrences() {
		if strings.HasPrefix(o.Name, "oidc-") {
			return "--" + o.Name
		}
	}
	return ""
}
