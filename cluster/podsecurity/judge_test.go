package podsecurity_test

import (
	"encoding/json"
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"harden/cluster/podsecurity"
)

// hardened meets every check.
const hardened = `{
	"securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}, "appArmorProfile": {"type": "RuntimeDefault"}},
	"containers": [{"name": "app", "image": "registry.example.com/app:1.2",
		"resources": {"limits": {"cpu": "1", "memory": "1Gi"}},
		"securityContext": {"allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true, "capabilities": {"drop": ["ALL"]}}}]}`

func spec(t *testing.T, texts ...string) *corev1.PodSpec {
	t.Helper()
	merged := map[string]json.RawMessage{} // a key of a later text replaces the whole value
	for _, text := range texts {
		if err := json.Unmarshal([]byte(text), &merged); err != nil {
			t.Fatal(err)
		}
	}
	data, err := json.Marshal(merged)
	if err != nil {
		t.Fatal(err)
	}
	var s corev1.PodSpec
	if err := json.Unmarshal(data, &s); err != nil {
		t.Fatal(err)
	}
	return &s
}

func TestAHardenedPodHasNoIssues(t *testing.T) {
	for minor := 25; minor <= 37; minor++ {
		if issues := podsecurity.New(minor).Issues(nil, spec(t, hardened)); len(issues) > 0 {
			t.Errorf("1.%d: %+v", minor, issues)
		}
	}
}

// container is hardened's with other keys; its security context is replaced.
func container(keys string) string {
	return `{"containers": [{"name": "app", "image": "a:1", "resources": {"limits": {"cpu": "1", "memory": "1Gi"}}, ` + keys + `}]}`
}

func secured(keys string) string {
	return container(`"securityContext": {"allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true, "capabilities": {"drop": ["ALL"]}, ` + keys + `}`)
}

// TestIssues breaks a hardened pod in one place, and wants just that named.
func TestIssues(t *testing.T) {
	const app = "containers[name=app]."
	tests := map[string]struct {
		patch  string
		checks []podsecurity.Check
		field  string // of the first
	}{
		"privileged":   {`{"containers":[{"name":"app","image":"a:1","resources":{"limits":{"cpu":"1","memory":"1Gi"}},"securityContext":{"privileged":true,"readOnlyRootFilesystem":true,"capabilities":{"drop":["ALL"]},"allowPrivilegeEscalation":true}}]}`, []podsecurity.Check{podsecurity.Privileged, podsecurity.PrivilegeEscalation}, app + "securityContext.privileged"},
		"host PID":     {`{"hostPID": true}`, []podsecurity.Check{podsecurity.HostPID}, "hostPID"},
		"host IPC":     {`{"hostIPC": true}`, []podsecurity.Check{podsecurity.HostIPC}, "hostIPC"},
		"host network": {`{"hostNetwork": true}`, []podsecurity.Check{podsecurity.HostNetwork}, "hostNetwork"},
		"data of the host": {`{"volumes": [{"name": "v", "hostPath": {"path": "/data"}}]}`,
			[]podsecurity.Check{podsecurity.HostPath, podsecurity.VolumeType}, "volumes[name=v].hostPath.path"},
		"the whole host": {`{"volumes": [{"name": "v", "hostPath": {"path": "/"}}]}`,
			[]podsecurity.Check{podsecurity.HostPath, podsecurity.VolumeType, podsecurity.SensitivePath, podsecurity.DevicePath, podsecurity.RuntimeSocket}, "volumes[name=v].hostPath.path"},
		"a socket by a way around": {`{"volumes": [{"name": "v", "hostPath": {"path": "/var/../run/docker.sock"}}]}`,
			[]podsecurity.Check{podsecurity.HostPath, podsecurity.VolumeType, podsecurity.SensitivePath, podsecurity.RuntimeSocket}, "volumes[name=v].hostPath.path"},
		"a host port":       {secured(`"seccompProfile": {"type": "Localhost", "localhostProfile": "p"}`)[:len(secured(`"seccompProfile": {"type": "Localhost", "localhostProfile": "p"}`))-3] + `, "ports": [{"containerPort": 80, "hostPort": 80}]}]}`, []podsecurity.Check{podsecurity.HostPort, podsecurity.LowHostPort}, app + "ports.hostPort"},
		"an added right":    {container(`"securityContext": {"allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true, "capabilities": {"drop": ["ALL"], "add": ["NET_ADMIN"]}}`), []podsecurity.Check{podsecurity.AddedCapability, podsecurity.Capability}, app + "securityContext.capabilities.add"},
		"a default right":   {container(`"securityContext": {"allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true, "capabilities": {"drop": ["ALL"], "add": ["CHOWN"]}}`), []podsecurity.Check{podsecurity.Capability}, app + "securityContext.capabilities.add"},
		"raw packets":       {container(`"securityContext": {"allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true, "capabilities": {"drop": ["CHOWN"]}}`), []podsecurity.Check{podsecurity.Capability, podsecurity.NetRaw}, app + "securityContext.capabilities.drop"},
		"as root by itself": {secured(`"runAsNonRoot": false`), []podsecurity.Check{podsecurity.RunAsRoot}, app + "securityContext.runAsNonRoot"},
		"as user 0":         {secured(`"runAsUser": 0`), []podsecurity.Check{podsecurity.RunAsUserZero}, app + "securityContext.runAsUser"},
		"without seccomp":   {secured(`"seccompProfile": {"type": "Unconfined"}`), []podsecurity.Check{podsecurity.Seccomp}, app + "securityContext.seccompProfile.type"},
		"without AppArmor":  {secured(`"appArmorProfile": {"type": "Unconfined"}`), []podsecurity.Check{podsecurity.AppArmor}, app + "securityContext.appArmorProfile.type"},
		"a writable root":   {container(`"securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}}`), []podsecurity.Check{podsecurity.WritableRoot}, app + "securityContext.readOnlyRootFilesystem"},
		"an init container": {`{"initContainers": [{"name": "i", "image": "a:1", "resources": {"limits": {"cpu": "1", "memory": "1Gi"}}, "securityContext": {"allowPrivilegeEscalation": true, "readOnlyRootFilesystem": true, "capabilities": {"drop": ["ALL"]}}}]}`, []podsecurity.Check{podsecurity.PrivilegeEscalation}, "initContainers[name=i].securityContext.allowPrivilegeEscalation"},
		"an unmounted type": {`{"volumes": [{"name": "v", "nfs": {"server": "s", "path": "/"}}]}`, []podsecurity.Check{podsecurity.VolumeType}, "volumes[name=v]"},
		"a sysctl":          {`{"securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}, "appArmorProfile": {"type": "RuntimeDefault"}, "sysctls": [{"name": "kernel.msgmax", "value": "1"}]}}`, []podsecurity.Check{podsecurity.Sysctl}, "spec"},
		"a probe elsewhere": {secured(`"runAsUser": 5`)[:len(secured(`"runAsUser": 5`))-3] + `, "livenessProbe": {"httpGet": {"host": "169.254.169.254", "port": 80}}}]}`, []podsecurity.Check{podsecurity.HostProbe}, "spec"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			issues := podsecurity.New(34).Issues(&metav1.ObjectMeta{}, spec(t, hardened, test.patch))
			var checks []podsecurity.Check
			for _, i := range issues {
				checks = append(checks, i.Check)
			}
			if !slices.Equal(checks, test.checks) {
				t.Fatalf("found %v, want %v", checks, test.checks)
			}
			if issues[0].Field != test.field {
				t.Errorf("at %s, want %s", issues[0].Field, test.field)
			}
		})
	}
}

func TestFieldsOutsideOfTheStandards(t *testing.T) {
	tests := map[string]struct {
		pod  string
		want podsecurity.Check
	}{
		"one secret of the environment": {container(`"env": [{"name": "A", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}}]`), podsecurity.SecretEnv},
		"a whole secret":                {container(`"envFrom": [{"secretRef": {"name": "s"}}]`), podsecurity.SecretEnv},
		"no limit of memory":            {`{"containers": [{"name": "app", "image": "a:1", "resources": {"limits": {"cpu": "1"}}}]}`, podsecurity.MemoryUnbounded},
		"no limit of cpu":               {`{"containers": [{"name": "app", "image": "a:1", "resources": {"limits": {"memory": "1"}, "requests": {"cpu": "1"}}}]}`, podsecurity.CPUUnbounded},
		"no security context":           {container(`"env": []`), podsecurity.SecurityContext},
		"no profile":                    {container(`"env": []`), podsecurity.NoMAC},
		"no tag":                        {`{"containers": [{"name": "app", "image": "registry:5000/a"}]}`, podsecurity.LatestImage},
		"latest":                        {`{"containers": [{"name": "app", "image": "a:latest"}]}`, podsecurity.LatestImage},
	}
	good := podsecurity.New(34).Issues(nil, spec(t, hardened))
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			is := func(i podsecurity.Issue) bool { return i.Check == test.want }
			if !slices.ContainsFunc(podsecurity.New(34).Issues(nil, spec(t, test.pod)), is) {
				t.Errorf("%s is not found", test.want)
			}
			if slices.ContainsFunc(good, is) {
				t.Errorf("%s is found in the hardened pod", test.want)
			}
		})
	}
}

func TestADigestIsNotLatest(t *testing.T) {
	pinned := `{"containers": [{"name": "app", "image": "a@sha256:0123"}]}`
	is := func(i podsecurity.Issue) bool { return i.Check == podsecurity.LatestImage }
	if slices.ContainsFunc(podsecurity.New(34).Issues(nil, spec(t, pinned)), is) {
		t.Error("an image with a digest is taken for latest")
	}
}

func TestRegistry(t *testing.T) {
	for image, want := range map[string]string{"nginx": "docker.io", "library/nginx:1": "docker.io", "registry.k8s.io/pause:3": "registry.k8s.io",
		"localhost/a": "localhost", "r:5000/a/b@sha256:1": "r:5000"} {
		if got := podsecurity.Registry(image); got != want {
			t.Errorf("%s comes from %s, want %s", image, got, want)
		}
	}
}

// What a version does not know it does not refuse.
func TestVersions(t *testing.T) {
	if minor, ok := podsecurity.Since(podsecurity.HostProbe); !ok || minor != 34 {
		t.Errorf("probes of other hosts are refused since 1.%d", minor)
	}
	if minor, ok := podsecurity.Since(podsecurity.Privileged); !ok || minor != 0 {
		t.Errorf("privileged containers are refused since 1.%d", minor)
	}
	if _, ok := podsecurity.Since(podsecurity.WritableRoot); ok {
		t.Error("no level of Pod Security refuses a writable root file system")
	}
	if level := podsecurity.Level(podsecurity.RunAsRoot); level != "restricted" {
		t.Errorf("running as root is refused by %q", level)
	}
}
