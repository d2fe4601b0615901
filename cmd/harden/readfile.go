package main

import (
	"context"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"harden/agent/message"
)

// readFile reads a file that is only shown, wherever it lies and whoever wrote
// it, of a bounded size: a regular file, or a pipe. A signal stops it. What says
// what is to be done is read by host.ReadTrusted.
func readFile(ctx context.Context, path string, limit int64) ([]byte, error) {
	return stoppable(ctx, func() ([]byte, error) { return readShown(path, limit) })
}

func readShown(path string, limit int64) ([]byte, error) {
	failed := func(err error) ([]byte, error) { return nil, &fs.PathError{Op: "read", Path: path, Err: err} }
	info, err := os.Stat(path) // before it is opened, which alone can start a device
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() && info.Mode()&fs.ModeNamedPipe == 0 {
		return failed(message.Errorf("is not a regular file"))
	}
	f, err := os.Open(filepath.Clean(path))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, limit+1)) // neither a pipe nor a file that grows says its size
	switch {
	case err != nil:
		return nil, err
	case int64(len(data)) > limit:
		return failed(message.Errorf("is larger than %d bytes", limit))
	}
	return data, nil
}
