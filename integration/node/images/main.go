// Command images packs static binaries as the container images that kubeadm
// asks for, so that the test node runs a control plane without a registry.
//
//	images BINARIES OUT <LIST
//
// LIST is what `kubeadm config images list` prints. An image is made for each
// line whose last path element is the name of a binary, and written to
// OUT/NAME.tar in the layout of `docker save`, which `ctr images import` reads.
// Lines without a binary (kube-proxy, coredns) are left out: the node does not
// run them. It never fetches anything.
package main

import (
	"archive/tar"
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"strings"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: images BINARIES OUT <LIST")
		os.Exit(64)
	}
	if err := packAll(os.Stdin, os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "images:", err)
		os.Exit(1)
	}
}

// packAll writes an image for each listed reference whose binary exists.
func packAll(list io.Reader, binaries, out string) error {
	lines := bufio.NewScanner(list)
	for lines.Scan() {
		reference := strings.TrimSpace(lines.Text())
		name, _, _ := strings.Cut(path.Base(reference), ":")
		binary, err := os.ReadFile(filepath.Join(binaries, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return fmt.Errorf("cannot read the binary of %s: %w", reference, err)
		}
		image, err := pack(reference, name, binary)
		if err != nil {
			return fmt.Errorf("cannot pack %s: %w", reference, err)
		}
		if err := os.WriteFile(filepath.Join(out, name+".tar"), image, 0o644); err != nil {
			return fmt.Errorf("cannot write the image of %s: %w", reference, err)
		}
	}
	return lines.Err()
}

// imageConfig is the part of an OCI image configuration that containerd needs.
type imageConfig struct {
	Architecture string `json:"architecture"`
	OS           string `json:"os"`
	RootFS       struct {
		Type    string   `json:"type"`
		DiffIDs []string `json:"diff_ids"`
	} `json:"rootfs"`
	Config struct {
		Env        []string
		Entrypoint []string `json:",omitempty"`
	} `json:"config"`
}

// pack gives the bytes of an image of one layer that holds one binary.
func pack(reference, name string, binary []byte) ([]byte, error) {
	program := "usr/local/bin/" + name
	layer, err := archive(
		entry{name: "usr/local/bin/", mode: 0o755},
		entry{name: "etc/", mode: 0o755},
		entry{name: "tmp/", mode: 0o777},
		entry{name: program, mode: 0o755, data: binary},
		entry{name: "etc/passwd", mode: 0o644, data: []byte("root:x:0:0:root:/root:/sbin/nologin\n")},
	)
	if err != nil {
		return nil, err
	}

	config := imageConfig{Architecture: runtime.GOARCH, OS: "linux"}
	config.RootFS.Type = "layers"
	config.RootFS.DiffIDs = []string{"sha256:" + digest(layer)}
	config.Config.Env = []string{"PATH=/usr/local/bin:/usr/bin:/bin"}
	if name == "pause" { // a sandbox runs its image's own command, static pods name theirs
		config.Config.Entrypoint = []string{"/" + program}
	}
	configJSON, err := json.Marshal(config)
	if err != nil {
		return nil, err
	}
	configName, layerName := digest(configJSON)+".json", digest(layer)+"/layer.tar"
	manifest, err := json.Marshal([]map[string]any{
		{"Config": configName, "RepoTags": []string{reference}, "Layers": []string{layerName}},
	})
	if err != nil {
		return nil, err
	}
	return archive(
		entry{name: configName, mode: 0o644, data: configJSON},
		entry{name: layerName, mode: 0o644, data: layer},
		entry{name: "manifest.json", mode: 0o644, data: manifest},
	)
}

// entry is a file of an archive, or a directory where its name ends in "/".
type entry struct {
	name string
	mode int64
	data []byte
}

func archive(entries ...entry) ([]byte, error) {
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, e := range entries {
		header := &tar.Header{Name: e.name, Mode: e.mode, Size: int64(len(e.data)), Typeflag: tar.TypeReg}
		if strings.HasSuffix(e.name, "/") {
			header.Typeflag = tar.TypeDir
		}
		if err := w.WriteHeader(header); err != nil {
			return nil, err
		}
		if _, err := w.Write(e.data); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
