package host

import (
	"encoding/json"
	"errors"
	"io/fs"
	"path"
	"strings"

	"harden/agent/change"
	"harden/agent/message"
)

// keptDir holds what the backup files of the account tools were before an
// account was added, so that a removal, in whatever process, puts that back.
// It is 0700 and its files 0600: they hold the hashes of shadow-.
const keptDir = "/var/lib/harden/accounts"

// keptFile is an account file, and its backup, before an account was added.
type keptFile struct {
	Path   string       `json:"path"`   // of the account file; the backup's has a "-" behind
	Digest string       `json:"digest"` // of the account file, and so of the backup that the tool makes of it; "" where absent
	Backup *change.File `json:"backup,omitempty"`
	Data   []byte       `json:"data,omitempty"` // of the backup
}

type keptFiles []keptFile

// was tells whether an account file held these bytes before.
func (k keptFiles) was(file string, data []byte) bool {
	for _, f := range k {
		if f.Path == file {
			return f.Digest == change.Digest(data)
		}
	}
	return false
}

func keptPath(a account) string { return path.Join(keptDir, a.kind+"-"+a.name+".json") }

// keepAccountFiles writes down what an account tool is about to overwrite. It
// refuses files that are not regular files: the tools would follow a link.
func (r *Root) keepAccountFiles(a account) error {
	var kept keptFiles
	for _, file := range a.files {
		now, err := r.accountState(file)
		if err != nil {
			return err
		}
		backup, err := r.accountState(file + "-")
		if err != nil {
			return err
		}
		k := keptFile{Path: file, Backup: backup.File}
		if now.File != nil {
			k.Digest = now.File.Content.Digest
		}
		if backup.File != nil {
			k.Data = backup.File.Content.Data
		}
		kept = append(kept, k)
	}
	data, err := json.Marshal(kept)
	if err != nil {
		return err
	}
	if err := r.MakeDirs(keptDir, 0o700); err != nil {
		return err
	}
	return r.ReplaceFile(keptPath(a), data, 0o600)
}

// accountState reads an account file with its content.
func (r *Root) accountState(file string) (change.State, error) {
	state, err := r.State(file, true)
	if err == nil && state.File != nil && state.File.Directory {
		err = &Refused{file, message.New("it is a directory")}
	}
	return state, err
}

// keptAccountFiles reads what was written down, nothing where nothing was.
func (r *Root) keptAccountFiles(a account) (keptFiles, error) {
	data, err := r.ReadFile(keptPath(a), 8*MaxContent)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var kept keptFiles
	return kept, failed("cannot parse %s: %w", keptPath(a), json.Unmarshal(data, &kept))
}

// restoreAccountFiles puts the backup files back, when the account is gone, and
// forgets what was written down.
func (r *Root) restoreAccountFiles(a account) error {
	kept, err := r.keptAccountFiles(a)
	if err != nil || kept == nil {
		return err
	}
	for _, k := range kept {
		if err := r.restoreBackup(k); err != nil {
			return err
		}
	}
	return r.Remove(keptPath(a))
}

// restoreBackup puts a backup file back, but only where it is the copy that
// the tool made when the account was added: later ones are of other changes.
func (r *Root) restoreBackup(k keptFile) error {
	cur, err := r.accountState(k.Path + "-")
	if err != nil || cur.File == nil || cur.File.Content.Digest != k.Digest {
		return err
	}
	var before change.State
	if k.Backup != nil {
		if k.Data == nil {
			k.Data = []byte{}
		}
		before.File = k.Backup
		before.File.Content = change.NewContent(k.Data, true)
	}
	return r.Write(k.Path+"-", cur, before)
}

// PruneAccounts forgets what was written down of accounts that are gone, taken
// away by somebody else: nothing of theirs is left to be put back. It must not
// run while an account is being made.
func (r *Root) PruneAccounts() error {
	names, err := r.ReadDir(keptDir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	r.forgetAccounts()
	for _, name := range names {
		kind, of, _ := strings.Cut(strings.TrimSuffix(name, ".json"), "-")
		if path.Join(keptDir, name) != keptPath(account{kind: kind, name: of}) {
			continue // not ours
		}
		var state change.State
		switch kind {
		case change.KindUser:
			state, err = r.ReadUser(of)
		case change.KindGroup:
			state, err = r.ReadGroup(of)
		default:
			continue
		}
		if err == nil && !state.Exists() {
			err = r.Remove(path.Join(keptDir, name))
		}
		if err != nil {
			return err
		}
	}
	return nil
}
