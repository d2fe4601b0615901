package facts

import (
	"cmp"
	"fmt"
	"path"
	"path/filepath"
	"strings"

	"harden/agent/message"
)

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
	switch c.facts.Platform {
	case RKE2, K3s:
		return c.kubeletOfRancher(c.facts.Rancher)
	case RKE:
		if c.system != nil {
			return c.kubeletOfRKE()
		}
	}
	return nil
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
			err = message.Errorf("harden ignores process %d of container %.12s: its user and group ids are %v and %v, not root's", p.pid, d.ID, p.uids, p.gids)
		}
	}
	c.found(k, p, err)
	return k
}

// kubeletOfRancher is a child of RKE2's own process, and a part of that of K3s.
// Both start it with a directory of drop-ins (from 1.32 on) and then with the
// arguments of the configuration; RKE2 with some of its own between them.
func (c *collector) kubeletOfRancher(r *Rancher) *Kubelet {
	k := &Kubelet{Unknown: r.Unknown, EnvFiles: r.Files, ArgvFrom: r.Config}
	words := []word{{"kubelet", origin{r.Config, 0}}}
	if dir := r.DataDir + "/agent/etc/kubelet.conf.d"; c.has(dir) {
		words = append(words, word{"--config-dir=" + dir, origin{r.Config, 0}})
	}
	for _, g := range r.List("kubelet-arg") {
		words = append(words, word{"--" + strings.TrimPrefix(g.Value, "--"), origin{g.Path, g.Line}})
	}
	k.unitWords = words
	for _, w := range words {
		k.UnitArgv = append(k.UnitArgv, w.text)
	}
	k.Argv = k.UnitArgv
	c.startedWith(k, k.UnitArgv, "/")
	k.Kubeconfig = cmp.Or(k.Kubeconfig, r.DataDir+"/agent/kubelet.kubeconfig")
	k.ClientCAFile = cmp.Or(k.ClientCAFile, r.DataDir+"/agent/client-ca.crt")
	if c.system == nil || r.Unit == "" {
		return k
	}
	p, err := within(func() (process, error) {
		if c.facts.Platform == K3s {
			p, err := c.mainOfRancher(r)
			p.argv = k.Argv // its own says nothing of the kubelet
			return p, err
		}
		return c.system.childProcess(r.Unit, RKE2, "kubelet")
	})
	c.found(k, p, err)
	return k
}

// mainOfRancher is the process of RKE2 or K3s itself.
func (c *collector) mainOfRancher(r *Rancher) (process, error) {
	p, _, err := c.system.mainProcess(r.Unit, expected{programs: []string{c.facts.Platform}})
	return p, err
}
