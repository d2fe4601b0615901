package fixers

import (
	"strings"

	"harden/agent/facts"
	"harden/agent/kube"
	"harden/agent/message"
)

// checkField refuses a field or a feature gate that no version of the kubelet
// knows: one that does not know it does not start.
func (f *KubeletSetting) checkField() error {
	if exists, reason := kube.KubeletField(f.Field, kube.Newest); !exists {
		return message.Error(reason)
	}
	gate, is := strings.CutPrefix(f.Field, "featureGates.")
	if !is {
		return nil
	}
	for minor := kube.Oldest; minor <= kube.Newest; minor++ {
		if known, _ := kube.FeatureGate(gate, minor); known {
			return nil
		}
	}
	return message.Errorf("%s is not a feature gate that harden knows; a kubelet that does not know this gate does not start", gate)
}

// unknownTo tells why this version of the kubelet cannot be given the setting;
// "" where it can, or where its version is not known.
func (f *KubeletSetting) unknownTo(v facts.Version) message.Text {
	if v.IsZero() {
		return message.Text{}
	}
	if f.Since != "" {
		if since, err := facts.ParseVersion(f.Since); err == nil && v.Compare(since) < 0 {
			return message.New("the kubelet is version %s; the setting exists from %s on", v, f.Since)
		}
	}
	if exists, reason := kube.KubeletField(f.Field, v.Minor); !exists {
		return reason
	}
	if gate, is := strings.CutPrefix(f.Field, "featureGates."); is {
		if exists, reason := kube.FeatureGate(gate, v.Minor); !exists {
			return reason
		}
	}
	return message.Text{}
}
