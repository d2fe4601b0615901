package journal

import (
	"crypto/rand"

	"harden/agent/change"
	"harden/agent/message"
)

// Begin makes the directory of a run, records the changes, and backs up what
// their targets hold. All of it is durable when Begin returns; no target may
// be written before. The changes are final: random bytes are made already, and
// a content that is to be put back has its bytes. plan is kept as it is, for
// people. On an error nothing of the run is left, or a run that wrote nothing.
func (s *Store) Begin(header Header, changes []change.Change, plan []byte) (*Run, error) {
	ids, err := s.ids()
	if err != nil {
		return nil, err
	}
	var newest runID
	if len(ids) > 0 {
		newest = ids[len(ids)-1]
	}
	var random [2]byte
	rand.Read(random[:]) // never fails
	id := newID(newest, header.Started, random).String()
	header.Started = header.Started.UTC().Round(0)
	lines, log, err := prepare(header, changes)
	if err != nil {
		return nil, message.Errorf("cannot begin run %s: %w", id, err)
	}
	log.record = s.complete(id, log.record)
	run := s.run(log)
	if err := s.disk.MakeDirs(s.path(id), dirMode); err != nil {
		return nil, message.Errorf("cannot begin run %s: %w", id, err)
	}
	if err := s.fill(run, changes, plan, lines); err != nil {
		// What cannot be removed stays as one that wrote nothing.
		_ = run.Close()
		_ = s.remove(id)
		return nil, message.Errorf("cannot begin run %s: %w", id, err)
	}
	return run, nil
}

// prepare encodes the first lines of a journal, and reads them back: what
// cannot be restored from the record is refused before it is needed.
func prepare(header Header, changes []change.Change) ([]byte, replayed, error) {
	entries := []entry{{Seq: 1, Kind: kindBegin, Run: &header}}
	for _, c := range changes {
		if f := c.After.File; f != nil && f.Content != nil && len(f.Content.Generate) > 0 {
			return nil, replayed{}, message.Errorf("content of %s is not made yet", c.Target)
		}
		recorded := recordedChange{c, c.Before, c.After}
		entries = append(entries, entry{Seq: len(entries) + 1, Kind: kindChange, Change: &recorded})
	}
	var lines []byte
	for _, e := range entries {
		line, err := e.encode()
		if err != nil {
			return nil, replayed{}, err
		}
		lines = append(lines, line...)
	}
	if len(lines) > journalLimit/2 {
		return nil, replayed{}, message.Errorf("%d changes are too many for one run", len(changes))
	}
	log, err := replay(journalName, lines)
	if err != nil {
		return nil, replayed{}, err
	}
	for i, step := range log.record.Steps {
		c := changes[i]
		if step.Target != c.Target || !step.Before.Equal(c.Before) || !step.After.Equal(c.After) {
			return nil, replayed{}, message.Errorf("state of %q does not survive being recorded: does it have a name or value that is not UTF-8?", c.Target)
		}
	}
	return lines, log, nil
}

// fill writes the files of a new run. The journal comes first, so that backups
// without a journal are never a normal sight, and "ready" comes last.
func (s *Store) fill(run *Run, changes []change.Change, plan, lines []byte) error {
	id, disk := run.record.ID, s.disk
	if err := disk.CreateFile(run.log.path, lines, fileMode); err != nil {
		return err
	}
	if err := disk.MakeDirs(s.path(id, backupsName), dirMode); err != nil {
		return err
	}
	largest := 0
	for i, c := range changes {
		backup := run.record.Steps[i].Backup
		if backup == "" {
			continue
		}
		content := c.Before.File.Content
		if change.Digest(content.Data) != content.Digest {
			return message.Errorf("cannot back up %s: its bytes are not those of %s", c.Target, content.Digest)
		}
		if err := disk.CreateFile(backup, content.Data, fileMode); err != nil {
			return message.Errorf("cannot back up %s: %w", c.Target, err)
		}
		largest = max(largest, len(content.Data))
	}
	if err := disk.CreateFile(s.path(id, planName), plan, fileMode); err != nil {
		return err
	}
	if err := disk.CreateFile(s.path(id, reserveName), reserve(largest, len(lines), len(changes)), fileMode); err != nil {
		return err
	}
	if err := run.log.open(); err != nil {
		return err
	}
	if err := run.write(entry{Kind: kindReady}); err != nil {
		return err
	}
	// From here on a journal that is shorter than this lost its end.
	return run.log.seal(InProgress)
}

// reserve gives bytes for a file that is removed when an undo begins, so that
// a disk that is full by then has room for the largest target written anew,
// for a journal written anew, and for the records of the undo. They are random
// because some file systems store zeros in no space at all.
func reserve(largest, journal, steps int) []byte {
	const perStep, spare = 512, 64 << 10
	data := make([]byte, largest+2*journal+perStep*steps+spare)
	rand.Read(data) // never fails
	return data
}
