package fixers

import (
	"errors"
	"io/fs"
	"strings"

	"harden/agent/facts"
	"harden/agent/host"
	"harden/agent/message"
)

// unknownStart is the verdict where it is not known what the kubelet is started
// with: a part of it that was not read may say anything.
func unknownStart(k *facts.Kubelet) (Requirement, bool) {
	if k == nil || k.Unknown == nil {
		return Requirement{}, false
	}
	return notKnown(message.New("what the kubelet is started with"), k.Unknown), true
}

// unknownKubelet is unknownStart for what its configuration decides as well.
func unknownKubelet(k *facts.Kubelet) (Requirement, bool) {
	if req, unknown := unknownStart(k); unknown || k == nil || k.ConfigUnknown == nil {
		return req, unknown
	}
	return notKnown(message.New("the configuration of the kubelet"), k.ConfigUnknown), true
}

// notKnown is the verdict where something could not be read. Where somebody else
// than root could have written it, a person has to look at it first.
func notKnown(what message.Text, err error) Requirement {
	var untrusted *host.Untrusted
	switch {
	case errors.As(err, &untrusted):
		return failed("%s is not known: %v; %s", what, untrusted, untrusted.Remedy)
	case errors.As(err, new(*host.Refused)), errors.As(err, new(*facts.Indirect)):
		return blocked("%s is not known: %v", what, err)
	case errors.Is(err, fs.ErrPermission):
		return failed("%s is not known: %v", what, message.New(OnlyRootReads, err))
	}
	return failed("%s is not known: %v", what, err)
}

// unknownPlace is the verdict on a place of the kubelet's or of etcd's that is not
// known. The kubelet's unit files are: they lie where systemd looks for them.
func unknownPlace(p string, n Node) (Requirement, bool) {
	switch {
	case p == placeEtcdData:
		return unknownEtcdData(n.Facts.Components["etcd"])
	case !strings.HasPrefix(p, "@kubelet-") || p == placeKubeletUnits:
		return Requirement{}, false
	case p == placeKubeletClientCA:
		return unknownKubelet(n.Facts.Kubelet)
	}
	return unknownStart(n.Facts.Kubelet)
}

// unknownEtcdData is the verdict where it is not known which directories etcd
// keeps its data in.
func unknownEtcdData(c *facts.Component) (Requirement, bool) {
	if c == nil {
		return Requirement{}, false
	}
	for _, flag := range []string{"--config-file", "--data-dir", "--wal-dir"} {
		if _, _, cannot := fileBy(c, flag); cannot != nil {
			return *cannot, true
		}
	}
	return Requirement{}, false
}
