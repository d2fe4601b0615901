package facts

import (
	"encoding/base64"
	"path"

	"gopkg.in/yaml.v3"

	"harden/agent/message"
)

// Client is the client certificate of a kubeconfig, its key and the authority of its
// server, in PEM, or the files that hold them.
type Client struct {
	Certificate, Key, CA             []byte
	CertificateFile, KeyFile, CAFile string // absolute; "" where the data stands in the kubeconfig
	Server                           string // a URL
}

// kubeconfig is what is read of a kubeconfig.
type kubeconfig struct {
	CurrentContext string `yaml:"current-context"`
	Contexts       []struct {
		Name    string
		Context struct{ User, Cluster string }
	}
	Clusters []struct {
		Name    string
		Cluster struct {
			Server string `yaml:"server"`
			CA     string `yaml:"certificate-authority-data"`
			CAFile string `yaml:"certificate-authority"`
		}
	}
	Users []struct {
		Name string
		User struct {
			Certificate     string `yaml:"client-certificate-data"`
			Key             string `yaml:"client-key-data"`
			CertificateFile string `yaml:"client-certificate"`
			KeyFile         string `yaml:"client-key"`
		}
	}
}

// ReadClient gives the client certificate of a kubeconfig's current context, and the
// server that it is for, which a control plane does not ask: it asks its own. dir is
// where the kubeconfig lies, for the files that it names. It fails where the context
// has another way to say who it is, such as a token or a program.
func ReadClient(data []byte, dir string) (Client, error) {
	var config kubeconfig
	if err := yaml.Unmarshal(data, &config); err != nil {
		return Client{}, message.Errorf("it is not a kubeconfig") // what YAML says may repeat the key
	}
	user, cluster := "", ""
	for _, c := range config.Contexts {
		if c.Name == config.CurrentContext {
			user, cluster = c.Context.User, c.Context.Cluster
		}
	}
	server := Client{}
	for _, c := range config.Clusters {
		if c.Name == cluster {
			server.Server, server.CAFile = c.Cluster.Server, beside(c.Cluster.CAFile, dir)
			server.CA, _ = base64.StdEncoding.DecodeString(c.Cluster.CA) // without it the server is not believed
		}
	}
	for _, u := range config.Users {
		if u.Name != user {
			continue
		}
		certificate, badCertificate := base64.StdEncoding.DecodeString(u.User.Certificate)
		key, badKey := base64.StdEncoding.DecodeString(u.User.Key)
		if badCertificate != nil || badKey != nil {
			return Client{}, message.Errorf("the certificate or the key of user %q is not base64", user)
		}
		c := server
		c.Certificate, c.Key = certificate, key
		if len(certificate) == 0 {
			c.CertificateFile = beside(u.User.CertificateFile, dir)
		}
		if len(key) == 0 {
			c.KeyFile = beside(u.User.KeyFile, dir)
		}
		if len(certificate) == 0 && c.CertificateFile == "" || len(key) == 0 && c.KeyFile == "" {
			return Client{}, message.Errorf("user %q has no client certificate with its key", user)
		}
		return c, nil
	}
	return Client{}, message.Errorf("it has no user for its current context %q", config.CurrentContext)
}

// beside gives the place of a file that a kubeconfig names.
func beside(name, dir string) string {
	if name == "" || path.IsAbs(name) {
		return name
	}
	return path.Join(dir, name)
}
