package health

import "os"

// self is this process, which serves what most tests ask.
func self() (Process, error) { return Process{Name: "the test", PID: os.Getpid()}, nil }
