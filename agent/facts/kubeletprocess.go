package facts

import (
	"fmt"
	"path"
	"path/filepath"

	"harden/agent/message"
)

// rke2Agent is where RKE2 keeps what it starts the kubelet with. It writes no
// unit for it.
const rke2Agent = "/var/lib/rancher/rke2/agent"

// proveKubelet looks for the process of the kubelet that a unit starts.
func (c *collector) proveKubelet(k *Kubelet) {
	if c.system == nil || len(k.UnitFiles) == 0 {
		return
	}
	e := expected{programs: []string{"kubelet"}, group: c.places.own}
	if len(k.UnitArgv) > 0 {
		e.programs = append(e.programs, path.Base(k.UnitArgv[0]))
		if target, err := filepath.EvalSymlinks(c.below(k.UnitArgv[0])); err == nil { // the kernel says where a link leads
			e.programs = append(e.programs, path.Base(target))
		}
	}
	p, err := within(func() (process, error) {
		p, _, err := c.system.mainProcess(KubeletUnit, e)
		return p, err
	})
	c.found(k, p, err)
}

// found notes what came of looking for the kubelet's process.
func (c *collector) found(k *Kubelet, p process, err error) {
	switch {
	case err != nil && hidesProcesses(c.system.Proc):
		err = message.Errorf("the processes of other users in %s cannot be seen (hidepid): %w", c.system.Proc, err)
		fallthrough
	case err != nil:
		k.Unproven = message.Of(err)
		c.note("cannot tell whether the kubelet runs, so only its files are checked: %v", err)
	case p.pid != 0:
		k.Running, k.PID, k.Argv = true, p.pid, p.argv
		k.ArgvFrom = fmt.Sprintf("process %d", p.pid)
	}
}

// kubeletWithoutUnit looks for the kubelet of those platforms that start it
// otherwise than by a unit of its own; nil where there is none.
func (c *collector) kubeletWithoutUnit() *Kubelet {
	if c.system == nil {
		return nil
	}
	switch c.facts.Platform {
	case RKE:
		return c.kubeletOfRKE()
	case RKE2:
		return c.kubeletOfRKE2()
	}
	return nil // that of K3s is a part of its one process
}

// kubeletOfRKE is the container of Docker's that is named so.
func (c *collector) kubeletOfRKE() *Kubelet {
	d, err := c.container("kubelet")
	if err == nil && d.ID == "" {
		return nil
	}
	k := &Kubelet{Unknown: err}
	var p process
	if err == nil {
		argv := d.argv("kubelet")
		k.Argv, k.ArgvFrom = argv, dockerContainers+"/"+d.ID
		c.startedWith(k, argv, "/")
		if p, err = c.dockerProcess(d, "kubelet"); err == nil && !p.root() {
			err = message.Errorf("process %d of container %.12s does not count: its user and group ids are %v and %v, not root's", p.pid, d.ID, p.uids, p.gids)
		}
	}
	c.found(k, p, err)
	return k
}

// kubeletOfRKE2 is a child of RKE2's own process.
func (c *collector) kubeletOfRKE2() *Kubelet {
	for _, name := range []string{"rke2-server.service", "rke2-agent.service"} {
		if c.unit(name) == nil {
			continue
		}
		p, err := within(func() (process, error) { return c.system.childProcess(name, "rke2", "kubelet") })
		if err == nil && p.pid == 0 {
			continue
		}
		k := &Kubelet{Kubeconfig: rke2Agent + "/kubelet.kubeconfig", ClientCAFile: rke2Agent + "/client-ca.crt"}
		var flags []string
		if dir := rke2Agent + "/etc/kubelet.conf.d"; c.has(dir) {
			flags = []string{"kubelet", "--config-dir=" + dir}
		}
		c.startedWith(k, flags, "/")
		c.found(k, p, err)
		return k
	}
	return nil
}
