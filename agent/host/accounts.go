package host

import (
	"errors"
	"io/fs"
	"strconv"
	"strings"

	"harden/agent/accounts"
	"harden/agent/change"
	"harden/agent/message"
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
var ErrNoAccount = message.Errorf("no such local account")

// localAccounts are the local users and groups, in the order of their files: as
// in the C library, the first of two entries counts.
type localAccounts struct {
	users  []accounts.User
	groups []accounts.Group
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
				UID: u.UID, GID: u.GID, Comment: u.Comment, Home: u.Home, Shell: u.Shell,
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
			return change.State{Group: &change.Group{GID: g.GID}}, nil
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
		if u.UID == uid {
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
		if g.GID == gid {
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
		return 0, 0, message.Errorf("cannot read owner %q: it is not user:group", owner)
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
			return 0, 0, message.Errorf("cannot find user %s in %s: %w", userName, passwdFile, err)
		}
	}
	switch {
	case g.Group != nil:
		gid = g.Group.GID
	default:
		if gid, err = number(groupName); err != nil {
			return 0, 0, message.Errorf("cannot find group %s in %s: %w", groupName, groupFile, err)
		}
	}
	return uid, gid, nil
}

// number reads an id.
func number(s string) (uint32, error) {
	n, ok := accounts.ID(s)
	if !ok {
		return 0, ErrNoAccount
	}
	return n, nil
}

// readAccounts reads the account files, once until the next write.
func (r *Root) readAccounts() (*localAccounts, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.accounts != nil {
		return r.accounts, nil
	}
	var a localAccounts
	data, err := r.readAccountFile(passwdFile)
	if err != nil {
		return nil, err
	}
	a.users = accounts.Users(data)
	if data, err = r.readAccountFile(groupFile); err != nil {
		return nil, err
	}
	a.groups = accounts.Groups(data)
	r.accounts = &a
	return r.accounts, nil
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
