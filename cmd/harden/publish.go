package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/coreos/go-systemd/v22/journal"

	"harden/agent/format"
	"harden/agent/host"
	"harden/agent/message"
	"harden/agent/node"
	"harden/agent/report"
)

// publication says where a report goes beside stdout.
type publication struct {
	journal  bool   // to the systemd journal
	textfile string // to this file, for the node exporter; "" for none
}

// publish hands a report on. Both ways are tried, whatever becomes of one.
func (a *app) publish(p publication, r report.Report) error {
	var errs []error
	if p.textfile != "" {
		errs = append(errs, a.writeTextfile(p.textfile, r))
	}
	if p.journal {
		errs = append(errs, writeJournal(format.Entries(r)))
	}
	return errors.Join(errs...)
}

// writeTextfile replaces a file for the node exporter's textfile collector,
// which reads it at any time. Its directory is there where the exporter is.
func (a *app) writeTextfile(path string, r report.Report) error {
	failed := func(err error) error {
		return &node.Error{Kind: node.Failed, Err: message.Errorf("cannot write the textfile %s: %w", path, err), Hint: message.New("the old file is still there; with --textfile, name a file that this user can replace")}
	}
	var text bytes.Buffer
	if err := format.Write(&text, "prometheus", r); err != nil {
		return failed(err)
	}
	// The collector takes every file that ends in .prom, which a temporary does not.
	err := host.ReplaceOutput(path, text.Bytes(), 0o644)
	if errors.Is(err, fs.ErrNotExist) {
		fmt.Fprintf(a.stderr, "warning: no textfile is written: there is no directory %s\n", report.Safe(filepath.Dir(path)))
		return nil
	}
	if err != nil {
		return failed(err)
	}
	return nil
}

func writeJournal(entries []format.Entry) error {
	for _, e := range entries {
		if err := journal.Send(e.Message, journal.Priority(e.Priority), e.Fields); err != nil {
			return &node.Error{Kind: node.Failed, Err: message.Errorf("cannot write to the systemd journal: %w", err), Hint: message.New("is systemd-journald running? systemctl status systemd-journald")}
		}
	}
	return nil
}
