package journal

import "harden/agent/message"

// planLimit is the size in bytes up to which the plan of a run is read.
const planLimit = 64 << 20

// Plan gives the plan of a run as Begin was given it, by the run's id or a
// beginning of it that no other run has.
func (s *Store) Plan(prefix string) ([]byte, error) {
	id, _, err := s.find(prefix)
	if err != nil {
		return nil, err
	}
	data, err := s.disk.ReadFile(s.path(id, planName), planLimit)
	if err != nil {
		return nil, message.Errorf("cannot read the plan of run %s: %w", id, err)
	}
	return data, nil
}
