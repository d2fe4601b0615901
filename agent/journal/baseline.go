package journal

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"harden/agent/change"
	"harden/agent/message"
)

// GapFormat is the form of Original.Gap, of the ids of two runs.
const GapFormat = "between run %s and run %s"

// Original is what harden first found of one target, and how it left it last.
type Original struct {
	// Change has the state of before the first run as Before, and the one that
	// the last run left as After. Its fields, rules and effects are those of
	// all runs. What no run ever looked at, such as the content of a file of
	// which only the mode was set, is in neither.
	change.Change
	First, Last string // ids of the first and the last run that wrote it
	Backup      string // path of what Before held, "" where that is not kept
	// Gap says between which two runs somebody else changed the target, and is
	// "" where nobody did.
	Gap string
}

// Originals gives all targets that harden ever wrote, in the order in which
// they were written first. It is an error where a damaged run may have known
// an older state of one.
func (s *Store) Originals() ([]Original, error) {
	b, err := s.baseline()
	if err != nil {
		return nil, err
	}
	for r, err := range s.Oldest() {
		if err != nil {
			return nil, err
		}
		if r.State.Unreadable() {
			return nil, message.Errorf("the originals are not all known: %s", message.List(r.Problems...))
		}
		b.add(r)
	}
	return b, nil
}

// Kept gives the targets whose first state is kept though the run that found it is
// not there any more.
func (s *Store) Kept() ([]change.Target, error) {
	b, err := s.baseline()
	var targets []change.Target
	for _, o := range b {
		targets = append(targets, o.Target)
	}
	return targets, err
}

// Original gives the whole first state of a target, with the bytes of its
// content. Bytes that are not those that were backed up are an error.
func (s *Store) Original(o Original) (change.State, error) {
	return s.restored(o.Before, o.Backup, o.Target)
}

// Cover ends an applied run as rolled back, because another one, a return to
// the baseline, put back all that it wrote.
func (s *Store) Cover(id, by string) error {
	found, err := s.read(id, true)
	if err != nil {
		return err
	}
	if found.record.State != Applied {
		return nil
	}
	run := s.run(found)
	defer run.Close()
	return run.end(entry{Kind: kindCovered, Reason: message.New("restored by run %s", by)})
}

// baseline is what is known of targets, each once.
type baseline []Original

func (b baseline) find(t change.Target) int {
	return slices.IndexFunc(b, func(o Original) bool { return o.Target == t })
}

// add takes a run into account, which is newer than those that were added.
// What is known of it already changes nothing.
func (b *baseline) add(r Record) {
	for _, o := range *b {
		if r.ID <= o.Last {
			r.Steps = slices.DeleteFunc(slices.Clone(r.Steps), func(s Step) bool { return s.Target == o.Target })
		}
	}
	for _, step := range r.Steps {
		if !step.Intended {
			continue
		}
		left := step.After
		if step.Undone {
			left = step.Before
		}
		i := b.find(step.Target)
		if i < 0 {
			c := step.Change
			c.After = left
			*b = append(*b, Original{Change: c, First: r.ID, Last: r.ID, Backup: step.Backup})
			continue
		}
		(*b)[i].take(r, step, left)
	}
}

// take goes on with a target from where the last run left it.
func (o *Original) take(r Record, step Step, left change.State) {
	back := o.Before.Equal(step.Before) && (o.Backup == "" || step.Backup != "")
	switch {
	case back && !r.Baseline, r.Baseline && step.Undone:
		o.Gap = "" // whatever was between, the first state was there again
	case !r.Baseline && o.Gap == "" && !o.After.Equal(step.Before):
		o.Gap = fmt.Sprintf(GapFormat, o.Last, r.ID)
	}
	if o.Backup == "" && step.Backup != "" && o.Before.File != nil {
		file := *o.Before.File
		file.Content = step.Before.File.Content
		o.Before, o.Backup = change.State{File: &file}, step.Backup
	}
	if left.File != nil && left.File.Content == nil && o.After.File != nil && o.After.File.Content != nil {
		file := *left.File
		file.Content = o.After.File.Content
		left = change.State{File: &file}
	}
	if back || o.After.Equal(o.Before) {
		o.Fields = nil // none of what was set before is there any more
	}
	o.After, o.Last, o.Later = left, r.ID, o.Later || step.Later
	for _, f := range step.Fields {
		if k := slices.IndexFunc(o.Fields, func(known change.FieldChange) bool { return known.Field == f.Field }); k >= 0 {
			f.Before = o.Fields[k].Before
			o.Fields = slices.Concat(o.Fields[:k], []change.FieldChange{f}, o.Fields[k+1:])
			continue
		}
		o.Fields = append(slices.Clip(o.Fields), f)
	}
	o.Rules = slices.Compact(slices.Sorted(slices.Values(slices.Concat(o.Rules, step.Rules))))
	o.Controls = slices.Compact(slices.Sorted(slices.Values(slices.Concat(o.Controls, step.Controls))))
	o.Effects = change.SortEffects(slices.Concat(o.Effects, step.Effects))
}

// keptOriginal is an original in the file of those whose runs are pruned. Its
// content lies beside it, named by its digest.
type keptOriginal struct {
	Change recordedChange `json:"change"`
	First  string         `json:"first"`
	Last   string         `json:"last"`
	Gap    string         `json:"gap,omitempty"`
}

const originalsName = "originals"

func (s *Store) baselinePath(names ...string) string {
	return path.Join(append([]string{path.Dir(s.dir), "baseline"}, names...)...)
}

// originalBackup is where the content of a first state lies once its run is
// pruned, "" where it has none.
func (s *Store) originalBackup(before change.State) string {
	if before.File == nil || before.File.Content == nil {
		return ""
	}
	return s.baselinePath(backupsName, strings.TrimPrefix(before.File.Content.Digest, "sha256:"))
}

// baseline reads what is left of pruned runs.
func (s *Store) baseline() (baseline, error) {
	name := s.baselinePath(originalsName)
	data, err := s.disk.ReadFile(name, journalLimit)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, message.Errorf("cannot read the originals: %w", err)
	}
	body, sound := unframe(data)
	if !sound {
		return nil, &DamagedError{Path: name, Reason: message.New("checksum does not match")}
	}
	var kept []keptOriginal
	if err := decode(body, &kept); err != nil {
		return nil, &DamagedError{Path: name, Reason: message.Of(err)}
	}
	b := make(baseline, len(kept))
	for i, k := range kept {
		c := k.Change.plain()
		b[i] = Original{Change: c, First: k.First, Last: k.Last, Gap: k.Gap, Backup: s.originalBackup(c.Before)}
	}
	return b, nil
}

// keep writes originals down, durably: the contents first, so that the list
// never names one that is not there.
func (s *Store) keep(b baseline) error {
	if err := s.disk.MakeDirs(s.baselinePath(backupsName), dirMode); err != nil {
		return err
	}
	kept := make([]keptOriginal, len(b))
	for i, o := range b {
		if err := s.keepContent(o); err != nil {
			return err
		}
		kept[i] = keptOriginal{recordedChange{o.Change, o.Before, o.After}, o.First, o.Last, o.Gap}
	}
	body, err := json.Marshal(kept)
	if err != nil {
		return message.Errorf("cannot encode the originals: %w", err)
	}
	return s.disk.ReplaceFile(s.baselinePath(originalsName), frame(body), fileMode)
}

func (s *Store) keepContent(o Original) error {
	name := s.originalBackup(o.Before)
	if name == "" || name == o.Backup {
		return nil
	}
	state, err := s.Original(o)
	if err != nil {
		return err
	}
	return s.disk.ReplaceFile(name, state.File.Content.Data, fileMode)
}
