// Package accounts reads passwd(5) and group(5) as the C library does. It opens no file.
package accounts

import (
	"math"
	"strconv"
	"strings"
)

// MaxSize bounds what is read of /etc/passwd and /etc/group, in bytes.
const MaxSize = 4 << 20

// User is a line of passwd(5).
type User struct {
	Name, Comment, Home, Shell string
	UID, GID                   uint32
}

// Group is a line of group(5).
type Group struct {
	Name string
	GID  uint32
}

// Users reads the lines that the C library takes for a user. One whose
// numbers are none, or too large, is passed over as there: a damaged line must
// not become user 0.
func Users(data []byte) []User {
	var list []User
	eachAccount(data, 7, func(fields []string) {
		uid, okUID := ID(fields[2])
		gid, okGID := ID(fields[3])
		if okUID && okGID {
			list = append(list, User{fields[0], fields[4], fields[5], fields[6], uid, gid})
		}
	})
	return list
}

// Groups reads the lines that the C library takes for a group.
func Groups(data []byte) []Group {
	var list []Group
	eachAccount(data, 4, func(fields []string) {
		if gid, ok := ID(fields[2]); ok {
			list = append(list, Group{fields[0], gid})
		}
	})
	return list
}

// eachAccount visits the lines with their fields, of which the last ones may
// be missing and the very last one takes the rest. Comments, and lines of NIS
// ("+" and "-"), are not accounts.
func eachAccount(data []byte, fields int, visit func(fields []string)) {
	for line := range strings.Lines(string(data)) {
		line = strings.TrimLeft(strings.TrimSuffix(line, "\n"), " \t\r\v\f")
		if line == "" || strings.ContainsRune("#+-:", rune(line[0])) {
			continue
		}
		parts := strings.SplitN(line, ":", fields)
		for len(parts) < fields {
			parts = append(parts, "")
		}
		visit(parts)
	}
}

// ID reads a number of 32 bits but the last one, which stands for "no
// id" in chown(2).
func ID(text string) (uint32, bool) {
	n, err := strconv.ParseUint(text, 10, 32)
	return uint32(n), err == nil && n != math.MaxUint32
}
