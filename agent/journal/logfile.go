package journal

import (
	"hash/crc32"

	"harden/agent/message"
)

// logFile is the file of a run's records while it is written.
//
// A record that could not be written is kept and goes out together with the
// next one, so the order stays, and an undo on a full disk need not stop for
// its records.
type logFile struct {
	disk    Disk
	path    string
	file    Appender // nil before open, and when the end of the file is in doubt
	size    int      // bytes that are known to be durable and sound
	sum     uint32   // CRC-32C of these bytes
	pending []byte   // lines that are not durable yet
}

// open prepares the log for appending after a sound last line.
func (l *logFile) open() error {
	file, err := l.disk.OpenAppend(l.path)
	if err != nil {
		return err
	}
	l.file = file
	return nil
}

// add makes a line durable, and all lines that could not be written before it.
func (l *logFile) add(line []byte) error {
	l.pending = append(l.pending, line...)
	if l.file == nil {
		return l.rewrite()
	}
	if err := l.file.Append(l.pending); err != nil {
		_ = l.close() // the error that counts is the one from Append
		return err
	}
	l.wrote()
	return nil
}

// rewrite replaces the file by its sound part and the pending lines. After a
// failed append nothing less will do: a torn line would make the ones behind
// it unreadable, and a failed fsync is not repeated by the next one.
func (l *logFile) rewrite() error {
	data, err := l.disk.ReadFile(l.path, journalLimit)
	if err != nil {
		return err
	}
	if len(data) < l.size {
		return &DamagedError{Path: l.path, Reason: message.New("it has %d bytes and had %d", len(data), l.size)}
	}
	data = append(data[:l.size], l.pending...)
	if err := l.disk.ReplaceFile(l.path, data, fileMode); err != nil {
		return err
	}
	l.wrote()
	// The records are durable. Where the file cannot be opened, the next
	// line is written in this way again.
	_ = l.open()
	return nil
}

// wrote takes the pending lines for durable.
func (l *logFile) wrote() {
	l.size += len(l.pending)
	l.sum = crc32.Update(l.sum, castagnoli, l.pending)
	l.pending = nil
}

func (l *logFile) close() error {
	if l.file == nil {
		return nil
	}
	file := l.file
	l.file = nil
	return file.Close()
}
