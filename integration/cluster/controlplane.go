// Package cluster runs a control plane for tests: etcd, kube-apiserver and
// kube-controller-manager as plain processes on the loopback interface, without
// root, without a kubelet, and without containers. Pods stay pending.
package cluster

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// ControlPlane is a running one.
type ControlPlane struct {
	Server     string // "https://127.0.0.1:PORT"
	Kubeconfig string // of a member of system:masters
	Binaries   string // where kubectl is
	dir        string
	processes  []*process
	token      string
	client     *http.Client
}

// process is one that was started, and when it ended.
type process struct {
	name string
	cmd  *exec.Cmd
	done chan struct{}
}

// Users are the accounts that the API server knows by token, with their groups.
var Users = map[string]string{"admin": "system:masters", "reader": "", "writer": "", "helm": "system:masters",
	"system:kube-controller-manager": "", "system:kube-scheduler": "", "system:node:node1": "system:nodes"}

// Start starts a control plane below a directory that it owns, from the binaries
// in a directory, and waits until it serves. extra are further flags of the API
// server.
func Start(ctx context.Context, binaries, dir string, extra ...string) (*ControlPlane, error) {
	return start(ctx, binaries, dir, extra, (*ControlPlane).controllers)
}

// StartAsKubeadm starts one whose controller manager and scheduler run as those of kubeadm do:
// whole, as users of their own, and with leases.
func StartAsKubeadm(ctx context.Context, binaries, dir string, extra ...string) (*ControlPlane, error) {
	return start(ctx, binaries, dir, extra, (*ControlPlane).components)
}

func start(ctx context.Context, binaries, dir string, extra []string, more func(*ControlPlane, context.Context, string) error) (*ControlPlane, error) {
	c := &ControlPlane{Binaries: binaries, dir: dir, client: &http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, // its certificate is made by itself, on the loopback interface
	}}}
	key, err := c.start(ctx, extra)
	if err == nil {
		err = more(c, ctx, key)
	}
	if err != nil {
		c.Stop()
		return nil, err
	}
	return c, nil
}

// start starts etcd and the API server, and gives the file of the key of service accounts.
func (c *ControlPlane) start(ctx context.Context, extra []string) (key string, err error) {
	ports, err := freePorts(3)
	if err != nil {
		return "", err
	}
	key, err = c.write("sa.key", newKey)
	if err != nil {
		return "", err
	}
	tokens, err := c.write("tokens.csv", c.tokens)
	if err != nil {
		return "", err
	}
	etcd, peer := "http://127.0.0.1:"+ports[0], "http://127.0.0.1:"+ports[1]
	c.Server = "https://127.0.0.1:" + ports[2]
	if err := c.run("etcd", "--data-dir", filepath.Join(c.dir, "etcd"), "--unsafe-no-fsync", "--listen-client-urls", etcd,
		"--advertise-client-urls", etcd, "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
		"--initial-cluster", "default="+peer, "--log-level", "error"); err != nil {
		return "", err
	}
	if err := c.run("kube-apiserver", append([]string{"--etcd-servers", etcd, "--cert-dir", filepath.Join(c.dir, "certs"),
		"--bind-address", "127.0.0.1", "--secure-port", ports[2], "--token-auth-file", tokens, "--authorization-mode", "Node,RBAC",
		"--service-account-key-file", key, "--service-account-signing-key-file", key, "--service-account-issuer", "https://kubernetes.default.svc",
		"--service-cluster-ip-range", "10.96.0.0/16", "--endpoint-reconciler-type", "none", "--allow-privileged",
		"--max-requests-inflight", "800", "--max-mutating-requests-inflight", "400"}, extra...)...); err != nil {
		return "", err
	}
	if c.Kubeconfig, err = c.write("kubeconfig", func() ([]byte, error) { return c.kubeconfig("admin"), nil }); err != nil {
		return "", err
	}
	return key, c.await(ctx, "/readyz")
}

// controllers starts those that objects of tests depend on, and waits for what
// they make: the default account of the namespace default.
func (c *ControlPlane) controllers(ctx context.Context, key string) error {
	if err := c.run("kube-controller-manager", "--kubeconfig", c.Kubeconfig, "--service-account-private-key-file", key,
		"--secure-port", "0", "--leader-elect=false", "--use-service-account-credentials=false", "--controllers",
		"serviceaccount-controller,serviceaccount-token-controller,root-ca-certificate-publisher-controller,namespace-controller,"+
			"garbage-collector-controller,resourcequota-controller,deployment-controller,replicaset-controller,clusterrole-aggregation-controller"); err != nil {
		return err
	}
	return c.await(ctx, "/api/v1/namespaces/default/serviceaccounts/default")
}

// components starts controller manager and scheduler with the flags that kubeadm gives them
// and that matter to what they ask the API server.
func (c *ControlPlane) components(ctx context.Context, key string) error {
	for name, flags := range map[string][]string{
		"kube-controller-manager": {"--service-account-private-key-file", key, "--use-service-account-credentials", "--controllers", "*,bootstrapsigner,tokencleaner"},
		"kube-scheduler":          nil,
	} {
		kubeconfig, err := c.KubeconfigOf(c.dir, c.Server, "system:"+name)
		if err != nil {
			return err
		}
		ports, err := freePorts(1)
		if err != nil {
			return err
		}
		if err := c.run(name, append(flags, "--kubeconfig", kubeconfig, "--authentication-kubeconfig", kubeconfig, "--authorization-kubeconfig", kubeconfig,
			"--bind-address", "127.0.0.1", "--secure-port", ports[0], "--cert-dir", filepath.Join(c.dir, name), "--leader-elect")...); err != nil {
			return err
		}
	}
	return c.await(ctx, "/api/v1/namespaces/default/serviceaccounts/default")
}

func (c *ControlPlane) write(name string, content func() ([]byte, error)) (string, error) {
	data, err := content()
	if err != nil {
		return "", err
	}
	path := filepath.Join(c.dir, name)
	return path, os.WriteFile(path, data, 0o600)
}

func newKey() ([]byte, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}), nil
}

func (c *ControlPlane) tokens() ([]byte, error) {
	random := make([]byte, 16)
	if _, err := rand.Read(random); err != nil {
		return nil, err
	}
	c.token = hex.EncodeToString(random)
	var b strings.Builder
	for user, groups := range Users {
		fmt.Fprintf(&b, "%s-%s,%s,%s,%q\n", user, c.token, user, user, groups)
	}
	return []byte(b.String()), nil
}

func (c *ControlPlane) kubeconfig(user string) []byte { return c.kubeconfigFor(c.Server, user) }

func (c *ControlPlane) kubeconfigFor(server, user string) []byte {
	return fmt.Appendf(nil, `apiVersion: v1
kind: Config
current-context: test
clusters: [{name: test, cluster: {server: %q, insecure-skip-tls-verify: true}}]
users: [{name: %[2]s, user: {token: %[2]s-%[3]s}}]
contexts: [{name: test, context: {cluster: test, user: %[2]s}}]
`, server, user, c.token)
}

// KubeconfigOf writes a kubeconfig of another user, or one that goes through a
// proxy, and gives its path.
func (c *ControlPlane) KubeconfigOf(dir, server, user string) (string, error) {
	path := filepath.Join(dir, user+".kubeconfig")
	return path, os.WriteFile(path, c.kubeconfigFor(server, user), 0o600)
}

// freePorts are ports that nothing listens on now.
func freePorts(n int) ([]string, error) {
	var ports []string
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer l.Close() // all are held until all are known
		_, port, err := net.SplitHostPort(l.Addr().String())
		if err != nil {
			return nil, err
		}
		ports = append(ports, port)
	}
	return ports, nil
}

func (c *ControlPlane) run(name string, args ...string) error {
	log, err := os.Create(filepath.Join(c.dir, name+".log"))
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := exec.Command(filepath.Join(c.Binaries, name), args...)
	cmd.Stdout, cmd.Stderr, cmd.Dir = log, log, c.dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true} // none outlives the test
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("cannot start %s (integration/node/build makes it): %w", name, err)
	}
	p := &process{name: name, cmd: cmd, done: make(chan struct{})}
	go func() { _ = cmd.Wait(); close(p.done) }()
	c.processes = append(c.processes, p)
	return nil
}

// await waits until a path answers with 200, or a process ends.
func (c *ControlPlane) await(ctx context.Context, path string) error {
	for {
		if status, _, err := c.Request(ctx, http.MethodGet, path, "", nil); err == nil && status == http.StatusOK {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s does not answer: %w", path, ctx.Err())
		case <-time.After(100 * time.Millisecond):
		}
		for _, p := range c.processes {
			select {
			case <-p.done:
				log, _ := os.ReadFile(filepath.Join(c.dir, p.name+".log"))
				return fmt.Errorf("%s has ended: %s", p.name, log[max(0, len(log)-2000):])
			default:
			}
		}
	}
}

// Request sends one request as a member of system:masters.
func (c *ControlPlane) Request(ctx context.Context, method, path, contentType string, body io.Reader) (int, []byte, error) {
	return c.RequestAs(ctx, "admin", method, path, contentType, body)
}

// RequestAs sends one request as one of Users; "" is nobody.
func (c *ControlPlane) RequestAs(ctx context.Context, user, method, path, contentType string, body io.Reader) (int, []byte, error) {
	r, err := http.NewRequestWithContext(ctx, method, c.Server+path, body)
	if err != nil {
		return 0, nil, err
	}
	if user != "" {
		r.Header.Set("Authorization", "Bearer "+user+"-"+c.token)
	}
	r.Header.Set("Content-Type", contentType)
	response, err := c.client.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	return response.StatusCode, data, err
}

// PID is the process of a component, 0 where none was started.
func (c *ControlPlane) PID(name string) int {
	for _, p := range c.processes {
		if p.name == name {
			return p.cmd.Process.Pid
		}
	}
	return 0
}

// Stop ends all processes, the last started first, and waits for their end.
func (c *ControlPlane) Stop() {
	for i := len(c.processes) - 1; i >= 0; i-- {
		p := c.processes[i]
		if err := p.cmd.Process.Signal(syscall.SIGKILL); err != nil && !errors.Is(err, os.ErrProcessDone) {
			continue
		}
		<-p.done
	}
	c.processes = nil
}
