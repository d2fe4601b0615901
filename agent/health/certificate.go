package health

import (
	"bytes"
	"crypto/tls"
	"encoding/pem"
	"io"
	"os"
	"path"
	"strings"
	"syscall"

	"harden/agent/message"
)

// maxCertificate is more than a file with a chain of certificates has, in bytes.
const maxCertificate = 1 << 20

// shown tells why what was shown over TLS is not a certificate that the process
// was told to show. The handshake has proven that who shows it has its key.
func (p Process) shown(state tls.ConnectionState) error {
	if len(p.Certificates) == 0 {
		return nil
	}
	if len(state.PeerCertificates) == 0 {
		return message.Errorf("%s presented no certificate", p.Name)
	}
	for _, file := range p.Certificates {
		own, err := p.certificate(file)
		if err != nil {
			return message.Errorf("cannot tell whether %s presents its own certificate: cannot read %s: %w", p.Name, file, err)
		}
		if bytes.Equal(own, state.PeerCertificates[0].Raw) {
			return nil
		}
	}
	return message.Errorf("%s presents a certificate other than that of %s", p.Name, strings.Join(p.Certificates, " and "))
}

// certificate reads the first certificate of a file, where the process sees it:
// what is mounted into its container is not always so called outside.
func (p Process) certificate(name string) ([]byte, error) {
	// A FIFO must not be waited for. Where a link leads does not matter: what is
	// found is only held against what was shown.
	file, err := os.OpenFile(path.Join(p.path(), "root", name), os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if info, err := file.Stat(); err != nil || !info.Mode().IsRegular() {
		return nil, message.Errorf("it is not a regular file")
	}
	data, err := io.ReadAll(io.LimitReader(file, maxCertificate))
	if err != nil {
		return nil, err
	}
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		if block.Type == "CERTIFICATE" {
			return block.Bytes, nil
		}
	}
	return nil, message.Errorf("it holds no certificate")
}
