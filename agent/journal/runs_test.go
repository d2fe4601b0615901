package journal

// Runs lists all runs, oldest first.
func (s *Store) Runs() ([]Record, error) {
	var records []Record
	for r, err := range s.Oldest() {
		if err != nil {
			return nil, err
		}
		records = append(records, r)
	}
	return records, nil
}
