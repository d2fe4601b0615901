package facts

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"path"
	"slices"

	"harden/agent/message"
)

// RKE runs each part of a cluster, the kubelet too, as a container of Docker's
// that has its name. Docker keeps what a container is started with where root
// alone can write.

const dockerContainers = "/var/lib/docker/containers"

// Bounds on what is read of Docker's containers: a node has some hundreds.
const (
	maxContainers      = 2000
	maxContainerConfig = 1 << 20  // bytes of one
	maxAllConfigs      = 64 << 20 // bytes
)

// container is what matters of a container's config.v2.json.
type dockerContainer struct {
	ID, Name, Path string
	Args           []string
	State          struct{ Running bool }
	Config         struct{ User string }
}

// argv is the command line that a container of RKE's starts its program with,
// after a script of its own.
func (d dockerContainer) argv(program string) []string {
	words := append([]string{d.Path}, d.Args...)
	i := slices.IndexFunc(words, func(word string) bool { return path.Base(word) == program })
	if i < 0 {
		return nil
	}
	return words[i:]
}

// container finds the running container of a name; it has no id where there is
// none.
func (c *collector) container(name string) (dockerContainer, error) {
	if c.containers == nil {
		c.containers, c.containersErr = c.docker(append([]string{"kubelet"}, ComponentNames...))
	}
	return c.containers[name], c.containersErr
}

// docker finds the running containers that have one of the names.
func (c *collector) docker(names []string) (map[string]dockerContainer, error) {
	ids, err := c.ReadNames(dockerContainers, maxContainers)
	if err != nil {
		return nil, message.Errorf("cannot list the containers of Docker: %w", err)
	}
	found, left := map[string]dockerContainer{}, maxAllConfigs
	for _, id := range ids {
		if len(id) != 64 {
			continue
		}
		data, err := c.readFile(path.Join(dockerContainers, id, "config.v2.json"), maxContainerConfig)
		if errors.Is(err, fs.ErrNotExist) {
			continue // it ended meanwhile
		}
		if err != nil {
			return nil, message.Errorf("cannot read container %.12s of Docker: %w", id, err)
		}
		if left -= len(data); left < 0 {
			return nil, message.Errorf("the containers in %s have more than %d bytes of configuration", dockerContainers, maxAllConfigs)
		}
		if !slices.ContainsFunc(names, func(name string) bool { return bytes.Contains(data, []byte(`"/`+name+`"`)) }) {
			continue
		}
		var d dockerContainer
		if err := json.Unmarshal(data, &d); err != nil {
			return nil, message.Errorf("cannot read container %.12s of Docker: %w", id, err)
		}
		// Its directory says which one it is, in what Docker calls its group too.
		if name, rooted := bytes.CutPrefix([]byte(d.Name), []byte("/")); rooted && d.State.Running && d.ID == id && slices.Contains(names, string(name)) {
			found[string(name)] = d
		}
	}
	return found, nil
}

// dockerProcess proves the process of a container: it runs the program in the
// container's own group.
func (c *collector) dockerProcess(d dockerContainer, program string) (process, error) {
	p, err := within(func() (process, error) { return c.system.newestIn(c.system.find(dockerGroups(d.ID)), program) })
	if err == nil && p.pid == 0 {
		err = message.Errorf("container %.12s has no process of this component", d.ID)
	}
	return p, err
}
