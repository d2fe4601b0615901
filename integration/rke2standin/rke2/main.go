// rke2 is the stand-in as a program, for a node that is booted: `rke2 server`, started by
// the unit rke2-server.service. It writes what the stand-in writes, starts the real kubelet,
// which runs the real etcd and control plane, and tells systemd once the API server is ready.
//
// /etc/rke2-standin says what no RKE2 has to be told: images is a file of lines NAME=IMAGE,
// and kubelet.conf a drop-in of the kubelet's configuration that the test's machine needs.
package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"harden/integration/rke2standin"
)

const told = "/etc/rke2-standin/"

func main() {
	log.SetFlags(0)
	log.SetPrefix("rke2 (stand-in): ")
	if len(os.Args) < 2 || os.Args[1] != "server" {
		log.Fatal("usage: rke2 server [--KEY=VALUE]...")
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	if err := server(ctx, os.Args[2:]); err != nil {
		log.Fatal(err) // which systemd answers with another start, for ever
	}
}

func server(ctx context.Context, arguments []string) error {
	images, err := readImages(told + "images")
	if err != nil {
		return err
	}
	started, err := rke2standin.Machine{Root: "/", Arguments: arguments, Environment: os.Environ(), Images: images, Chown: os.Lchown, Sysctl: sysctl}.Start()
	if err != nil {
		return err
	}
	if data, err := os.ReadFile(told + "kubelet.conf"); err == nil {
		file := filepath.Join(started.DataDir, "agent/etc/kubelet.conf.d/05-machine.conf")
		if old, err := os.ReadFile(file); err != nil || string(old) != string(data) { // a file is written when it changes
			if err := os.WriteFile(file, data, 0o600); err != nil {
				return err
			}
		}
	}
	go runKubelet(ctx, started.Kubelet)
	if err := awaitReady(ctx, filepath.Join(started.DataDir, "server/tls")); err != nil {
		return err
	}
	if err := notify("READY=1"); err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}

func readImages(file string) (map[string]string, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	images := map[string]string{}
	for line := range strings.Lines(string(data)) {
		name, image, _ := strings.Cut(strings.TrimSpace(line), "=")
		images[name] = image
	}
	return images, nil
}

func sysctl(key string) (string, error) {
	data, err := os.ReadFile("/proc/sys/" + strings.ReplaceAll(key, ".", "/"))
	return strings.TrimSpace(string(data)), err
}

// runKubelet starts the kubelet, and again five seconds after it ended. It ends with us;
// the pods go on.
func runKubelet(ctx context.Context, arguments []string) {
	for ctx.Err() == nil {
		cmd := exec.CommandContext(ctx, "kubelet", append([]string{"--container-runtime-endpoint=unix:///run/containerd/containerd.sock"}, arguments...)...)
		cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
		cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
		log.Printf("the kubelet ended: %v", cmd.Run())
		select {
		case <-ctx.Done():
		case <-time.After(5 * time.Second):
		}
	}
}

// awaitReady waits until the API server is ready, however long that takes.
func awaitReady(ctx context.Context, dir string) error {
	pair, err := tls.LoadX509KeyPair(filepath.Join(dir, "client-kube-apiserver.crt"), filepath.Join(dir, "client-kube-apiserver.key"))
	if err != nil {
		return err
	}
	client := &http.Client{Timeout: 2 * time.Second, Transport: &http.Transport{TLSClientConfig: &tls.Config{Certificates: []tls.Certificate{pair}, InsecureSkipVerify: true}}} //nolint:gosec // of this machine
	for {
		response, err := client.Get("https://127.0.0.1:6443/readyz")
		if err == nil {
			_, _ = io.Copy(io.Discard, response.Body)
			response.Body.Close()
			if response.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Second):
		}
	}
}

// notify tells systemd (sd_notify(3)).
func notify(text string) error {
	name := os.Getenv("NOTIFY_SOCKET")
	if name == "" {
		return nil
	}
	conn, err := net.Dial("unixgram", name)
	if err != nil {
		return fmt.Errorf("cannot tell systemd: %w", err)
	}
	defer conn.Close()
	_, err = conn.Write([]byte(text))
	return err
}
