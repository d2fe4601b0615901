package fixers

import (
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"harden/agent/message"
)

// auditRule is what the API server validates of a rule of an audit policy
// (audit.k8s.io/v1, PolicyRule).
type auditRule struct {
	Level           string
	Users, Verbs    []string
	UserGroups      []string `yaml:"userGroups"`
	NonResourceURLs []string `yaml:"nonResourceURLs"`
	Namespaces      []string
	OmitStages      []string `yaml:"omitStages"`
	Resources       []struct {
		Group         string
		Resources     []string
		ResourceNames []string `yaml:"resourceNames"`
	}
}

// auditPolicy is what counts of an audit policy.
type auditPolicy struct {
	OmitStages []string `yaml:"omitStages"`
	Rules      []auditRule
}

func parsePolicy(data []byte) (policy auditPolicy, err error) {
	err = yaml.Unmarshal(data, &policy)
	return policy, err
}

// auditLevels and auditStages are all that there are.
var (
	auditLevels = []string{"None", "Metadata", "Request", "RequestResponse"}
	auditStages = []string{"RequestReceived", "ResponseStarted", "ResponseComplete", "Panic"}
)

// groupName is the name of an API group: a DNS subdomain, or "" for the core.
var groupName = regexp.MustCompile(`^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*)?$`)

// refusesPolicy returns why the API server does not start with an audit policy;
// "" where it does. The checks are those of Kubernetes 1.30 to 1.34
// (k8s.io/apiserver pkg/apis/audit/validation, ValidatePolicy).
func refusesPolicy(data []byte) message.Text {
	policy, err := parsePolicy(data)
	if err != nil {
		return message.New("one of its fields has a value of the wrong type, so the API server refuses it")
	}
	if stage := noStage(policy.OmitStages); stage != "" {
		return message.New("it omits the stage %q, which does not exist, so the API server refuses it", stage)
	}
	for i, rule := range policy.Rules {
		if why := rule.refused(i + 1); !why.IsZero() {
			return why
		}
	}
	return message.Text{}
}

func (r *auditRule) refused(number int) message.Text {
	if !slices.Contains(auditLevels, r.Level) {
		return message.New("its rule %d has none of the levels None, Metadata, Request and RequestResponse, so the API server refuses it", number)
	}
	if stage := noStage(r.OmitStages); stage != "" {
		return message.New("its rule %d omits the stage %q, which does not exist, so the API server refuses it", number, stage)
	}
	for _, url := range r.NonResourceURLs {
		if url != "*" && (!strings.HasPrefix(url, "/") || strings.Contains(url[:len(url)-1], "*")) {
			return message.New("its rule %d has the path %q, which does not begin with / or has a * before its end, so the API server refuses it", number, url)
		}
	}
	if len(r.NonResourceURLs) > 0 && len(r.Resources)+len(r.Namespaces) > 0 {
		return message.New("its rule %d names both paths and objects, so the API server refuses it", number)
	}
	for _, group := range r.Resources {
		if len(group.Group) > 253 || !groupName.MatchString(group.Group) {
			return message.New("its rule %d has %q where the name of an API group belongs, so the API server refuses it", number, group.Group)
		}
		if len(group.ResourceNames) > 0 && len(group.Resources) == 0 {
			return message.New("its rule %d has resourceNames without resources, so the API server refuses it", number)
		}
	}
	return message.Text{}
}

// noStage returns the first of some stages that does not exist.
func noStage(stages []string) string {
	if i := slices.IndexFunc(stages, func(s string) bool { return !slices.Contains(auditStages, s) }); i >= 0 {
		return stages[i]
	}
	return ""
}
