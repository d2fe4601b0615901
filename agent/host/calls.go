package host

// Op names one operation that changes the disk or makes a change durable.
type Op struct {
	Name string // the system call, "renameat", or the program, "useradd"
	Path string // what it works on, absolute below the root
}

// Calls carries out the operations that change the disk or make it durable,
// one at a time and in order. It is the place to count them, to fail them,
// and to stop at them.
type Calls interface {
	Do(op Op, call func() error) error
}

// direct carries every operation out.
type direct struct{}

func (direct) Do(_ Op, call func() error) error { return call() }

func (r *Root) do(name, path string, call func() error) error {
	return r.calls.Do(Op{Name: name, Path: path}, call)
}
