package main

import "testing"

func TestParseSummary(t *testing.T) {
	tests := map[string]struct {
		summary string
		want    counts
		fails   bool
	}{
		"one program": {"    calls    errors syscall\n--------- --------- ----------------\n        9           read\n        1           execve\n--------- --------- ----------------\n       10         2 total\n",
			counts{Programs: 0, Calls: 10}, false},
		"others, and a search through PATH": {"calls errors syscall\n---- ---- ----\n 7 3 execve\n 1  execveat\n---- ---- ----\n 8 3 total\n", counts{Programs: 4, Calls: 8}, false},
		"no program":                        {" 8 total\n", counts{}, true},
		"nothing":                           {"", counts{}, true},
		"another table":                     {" 8 x execve\n 8 total\n", counts{}, true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := parseSummary(tt.summary)
			if (err != nil) != tt.fails || got != tt.want {
				t.Errorf("got %+v, %v, want %+v", got, err, tt.want)
			}
		})
	}
}
