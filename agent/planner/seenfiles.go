package planner

import "harden/fixers"

// seenFiles are files as one plan sees them: what several rules ask for is
// looked at once, and is the same for all of them. Fixers are asked one after
// the other.
type seenFiles struct {
	fixers.Reader
	files       map[limited]seen[[]byte]
	directories map[string]seen[[]string]
	existing    map[string]seen[bool]
}

// limited is a path, and how much of it is read.
type limited struct {
	path  string
	limit int64
}

// seen is what an answer was.
type seen[T any] struct {
	value T
	err   error
}

func seeFiles(files fixers.Reader) *seenFiles {
	return &seenFiles{files, map[limited]seen[[]byte]{}, map[string]seen[[]string]{}, map[string]seen[bool]{}}
}

// ReadFile implements fixers.Reader.
func (s *seenFiles) ReadFile(path string, limit int64) ([]byte, error) {
	return once(s.files, limited{path, limit}, func() ([]byte, error) { return s.Reader.ReadFile(path, limit) })
}

// ReadDir implements fixers.Reader.
func (s *seenFiles) ReadDir(path string) ([]string, error) {
	return once(s.directories, path, func() ([]string, error) { return s.Reader.ReadDir(path) })
}

// Exists implements fixers.Reader.
func (s *seenFiles) Exists(path string) (directory bool, err error) {
	return once(s.existing, path, func() (bool, error) { return s.Reader.Exists(path) })
}

func once[K comparable, T any](known map[K]seen[T], what K, look func() (T, error)) (T, error) {
	answer, is := known[what]
	if !is {
		answer.value, answer.err = look()
		known[what] = answer
	}
	return answer.value, answer.err
}
