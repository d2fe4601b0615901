package host

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"strconv"
	"strings"

	"harden/agent/change"

	"github.com/moby/sys/user"
)

// The account files, passwd(5), shadow(5), group(5), gshadow(5), subuid(5).
// Accounts that only the network knows (LDAP, SSSD) are not seen.
const (
	passwdFile  = "/etc/passwd"
	shadowFile  = "/etc/shadow"
	groupFile   = "/etc/group"
	gshadowFile = "/etc/gshadow"
	subuidFile  = "/etc/subuid"
	subgidFile  = "/etc/subgid"
)

// ErrNoAccount says that no local user or group has a name.
var ErrNoAccount = errors.New("no such local account")

// accounts are the local users and groups, in the order of their files: as
// in the C library, the first of two entries counts.
type accounts struct {
	users  []user.User
	groups []user.Group
}

// ReadUser reads a local user; one that does not exist is the empty state.
func (r *Root) ReadUser(name string) (change.State, error) {
	a, err := r.readAccounts()
	if err != nil {
		return change.State{}, err
	}
	for _, u := range a.users {
		if u.Name == name {
			return change.State{User: &change.User{
				UID: uint32(u.Uid), GID: uint32(u.Gid), Comment: u.Gecos, Home: u.Home, Shell: u.Shell,
			}}, nil
		}
	}
	return change.State{}, nil
}

// ReadGroup reads a local group; one that does not exist is the empty state.
func (r *Root) ReadGroup(name string) (change.State, error) {
	a, err := r.readAccounts()
	if err != nil {
		return change.State{}, err
	}
	for _, g := range a.groups {
		if g.Name == name {
			return change.State{Group: &change.Group{GID: uint32(g.Gid)}}, nil
		}
	}
	return change.State{}, nil
}

// UserByID names a user for people: "root", or the number where none has it.
func (r *Root) UserByID(uid uint32) (string, error) {
	a, err := r.readAccounts()
	if err != nil {
		return "", err
	}
	for _, u := range a.users {
		if uint32(u.Uid) == uid {
			return u.Name, nil
		}
	}
	return strconv.FormatUint(uint64(uid), 10), nil
}

// GroupByID names a group for people: "root", or the number where none has it.
func (r *Root) GroupByID(gid uint32) (string, error) {
	a, err := r.readAccounts()
	if err != nil {
		return "", err
	}
	for _, g := range a.groups {
		if uint32(g.Gid) == gid {
			return g.Name, nil
		}
	}
	return strconv.FormatUint(uint64(gid), 10), nil
}

// LookupOwner reads "user:group", by name or by number. A name that is not
// known is ErrNoAccount.
func (r *Root) LookupOwner(owner string) (uid, gid uint32, err error) {
	userName, groupName, ok := strings.Cut(owner, ":")
	if !ok || userName == "" || groupName == "" {
		return 0, 0, fmt.Errorf("cannot read owner %q: it is not user:group", owner)
	}
	u, err := r.ReadUser(userName)
	if err != nil {
		return 0, 0, err
	}
	g, err := r.ReadGroup(groupName)
	if err != nil {
		return 0, 0, err
	}
	switch {
	case u.User != nil:
		uid = u.User.UID
	default:
		if uid, err = number(userName); err != nil {
			return 0, 0, fmt.Errorf("cannot find user %s in %s: %w", userName, passwdFile, err)
		}
	}
	switch {
	case g.Group != nil:
		gid = g.Group.GID
	default:
		if gid, err = number(groupName); err != nil {
			return 0, 0, fmt.Errorf("cannot find group %s in %s: %w", groupName, groupFile, err)
		}
	}
	return uid, gid, nil
}

// number reads an id. The last number of all stands for "no id" in chown(2).
func number(s string) (uint32, error) {
	n, err := strconv.ParseUint(s, 10, 32)
	if err != nil || n == math.MaxUint32 {
		return 0, ErrNoAccount
	}
	return uint32(n), nil
}

// readAccounts reads the account files, once until the next write.
func (r *Root) readAccounts() (*accounts, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.accounts != nil {
		return r.accounts, nil
	}
	var a accounts
	data, err := r.readAccountFile(passwdFile)
	if err != nil {
		return nil, err
	}
	if a.users, err = user.ParsePasswd(entries(data, 7)); err != nil {
		return nil, failed("parse", passwdFile, err)
	}
	if data, err = r.readAccountFile(groupFile); err != nil {
		return nil, err
	}
	if a.groups, err = user.ParseGroup(entries(data, 4)); err != nil {
		return nil, failed("parse", groupFile, err)
	}
	r.accounts = &a
	return r.accounts, nil
}

// entries leaves out the lines that have too few fields to be entries, as the
// C library does: the parser would make a root account of one.
func entries(data []byte, fields int) io.Reader {
	var whole bytes.Buffer
	for line := range bytes.Lines(data) {
		if bytes.Count(line, []byte(":")) >= fields-1 {
			whole.Write(line)
		}
	}
	return &whole
}

// readAccountFile takes a tree without the file for one without accounts.
func (r *Root) readAccountFile(path string) ([]byte, error) {
	data, err := r.ReadFile(path, MaxContent)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return data, err
}

// forgetAccounts makes the next look read the files again.
func (r *Root) forgetAccounts() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.accounts = nil
}
