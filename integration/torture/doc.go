// Package torture breaks runs of the built binary from outside and looks at
// what is left: system calls that fail or kill, odd file systems, power loss,
// hostile files. It knows the harden binary alone, works on sample nodes below
// temporary directories, and never touches the machine's own files.
//
// Its tests need root, loop devices, strace and, for those that break system
// calls, amd64; and the build tag torture:
//
//	go test -tags torture -count=1 ./integration/torture
//
// With HARDEN_TORTURE=1 they are thorough: every system call, not each n-th.
package torture
