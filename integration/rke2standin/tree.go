package rke2standin

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// ServerUnit is the unit as RKE2's tarball installs it, as far as it matters.
const ServerUnit = `[Unit]
Description=Rancher Kubernetes Engine v2 (server)

[Service]
Type=notify
EnvironmentFile=-/etc/default/%N
EnvironmentFile=-/etc/sysconfig/%N
EnvironmentFile=-/usr/local/lib/systemd/system/%N.env
KillMode=process
Delegate=yes
LimitNOFILE=1048576
TimeoutStartSec=0
Restart=always
RestartSec=5s
ExecStart=/usr/local/bin/rke2 server

[Install]
WantedBy=multi-user.target
`

// Tree makes an RKE2 server of a tree, or starts it again: the unit, where there is
// none, and what a start writes. The kernel of a tree is what its files set.
func Tree(dir string) error {
	unit := filepath.Join(dir, "usr/local/lib/systemd/system/rke2-server.service")
	if _, err := os.Stat(unit); err != nil {
		for name, text := range map[string]string{unit: ServerUnit, filepath.Join(dir, "etc/passwd"): "root:x:0:0:root:/root:/bin/bash\n", filepath.Join(dir, "etc/group"): "root:x:0:\n"} {
			if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
				return err
			}
			if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
				return err
			}
		}
		for _, sub := range []string{"etc/sysctl.d", "proc", "etc/cni/net.d"} {
			if err := os.MkdirAll(filepath.Join(dir, sub), 0o755); err != nil {
				return err
			}
		}
		if err := os.WriteFile(filepath.Join(dir, "etc/cni/net.d/10-canal.conflist"), []byte("{}\n"), 0o600); err != nil {
			return err
		}
	}
	text, err := os.ReadFile(unit)
	if err != nil {
		return err
	}
	command, _ := assigned(string(text), "ExecStart")
	environment, err := os.ReadFile(filepath.Join(dir, "etc/default/rke2-server"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	m := Machine{Root: dir, Arguments: words(command), Environment: strings.Fields(string(environment)), Sysctl: SysctlOf(dir)}
	if os.Geteuid() == 0 {
		m.Chown = os.Lchown
	}
	_, err = m.Start()
	return err
}

// words are the arguments of a command line behind "rke2 server", each as one word.
func words(command string) []string {
	var list []string
	for _, word := range strings.Fields(command)[2:] {
		if last := len(list) - 1; !strings.HasPrefix(word, "-") && last >= 0 {
			list[last] += "=" + word
			continue
		}
		list = append(list, word)
	}
	return list
}

// SysctlOf reads what the files of a tree set a kernel parameter to.
func SysctlOf(dir string) func(string) (string, error) {
	return func(key string) (string, error) {
		files, err := filepath.Glob(filepath.Join(dir, "etc/sysctl.d/*.conf"))
		if err != nil {
			return "", err
		}
		value := ""
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				return "", err
			}
			if found, is := assigned(string(data), key); is {
				value = found
			}
		}
		if value == "" {
			return "", fs.ErrNotExist
		}
		return value, nil
	}
}
