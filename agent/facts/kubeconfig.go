package facts

import (
	"encoding/base64"
	"path"

	"gopkg.in/yaml.v3"

	"harden/agent/message"
)

// Client is the client certificate of a kubeconfig and its key, in PEM, or the
// files that hold them.
type Client struct {
	Certificate, Key         []byte
	CertificateFile, KeyFile string // absolute; "" where the data stands in the kubeconfig
}

// ReadClient gives the client certificate of a kubeconfig's current context. dir is
// where the kubeconfig lies, for the files that it names. Which server the
// context is for is not said: a node asks its own. It fails where the context
// has another way to say who it is, such as a token or a program.
func ReadClient(data []byte, dir string) (Client, error) {
	var config struct {
		CurrentContext string `yaml:"current-context"`
		Contexts       []struct {
			Name    string
			Context struct{ User string }
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
	if err := yaml.Unmarshal(data, &config); err != nil {
		return Client{}, message.Errorf("it is not a kubeconfig") // what YAML says may repeat the key
	}
	user := ""
	for _, c := range config.Contexts {
		if c.Name == config.CurrentContext {
			user = c.Context.User
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
		c := Client{Certificate: certificate, Key: key}
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
	return Client{}, message.Errorf("it has no user of its current context %q", config.CurrentContext)
}

// beside gives the place of a file that a kubeconfig names.
func beside(name, dir string) string {
	if name == "" || path.IsAbs(name) {
		return name
	}
	return path.Join(dir, name)
}
