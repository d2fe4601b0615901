package main

import (
	"slices"

	"harden/agent/message"
	"harden/profiles"
)

const maxSharedVerdicts = 1 << 20 // bytes

// verdicts gives those that persons gave on this node, and of a file that control planes
// share those that are about the cluster. Of two on one control the later one counts.
func (a *app) verdicts(s *session) ([]profiles.Attestation, error) {
	list, err := s.ReadAttestations()
	if err != nil || a.SharedVerdicts == "" {
		return list, err
	}
	text, err := a.trusted(a.SharedVerdicts, maxSharedVerdicts)
	if err != nil {
		return nil, badInput(message.Text{}, "cannot read the attestations: %w", err)
	}
	shared, err := profiles.ReadAttestations(a.SharedVerdicts, text)
	if err != nil {
		return nil, badInput(message.Text{}, "%w", err)
	}
	others := 0
	for _, v := range shared {
		at := slices.IndexFunc(list, func(own profiles.Attestation) bool { return own.Control == v.Control })
		switch {
		case v.Scope != profiles.ScopeCluster:
			others++
		case at < 0:
			list = append(list, v)
		case v.Date > list[at].Date:
			list[at] = v
		}
	}
	if others > 0 {
		a.warn(message.New("%s: ignored verdicts, because they are about one node and not about the cluster: %d", a.SharedVerdicts, others))
	}
	return list, nil
}
