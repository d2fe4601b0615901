package host

import (
	"math"
	"strconv"
	"strings"
)

// userEntry is a line of passwd(5); groupEntry one of group(5).
type (
	userEntry struct {
		name, comment, home, shell string
		uid, gid                   uint32
	}
	groupEntry struct {
		name string
		gid  uint32
	}
)

// parsePasswd reads the lines that the C library takes for a user. One whose
// numbers are none, or too large, is passed over as there: a damaged line must
// not become user 0.
func parsePasswd(data []byte) []userEntry {
	var list []userEntry
	eachAccount(data, 7, func(fields []string) {
		uid, okUID := accountID(fields[2])
		gid, okGID := accountID(fields[3])
		if okUID && okGID {
			list = append(list, userEntry{fields[0], fields[4], fields[5], fields[6], uid, gid})
		}
	})
	return list
}

// parseGroup reads the lines that the C library takes for a group.
func parseGroup(data []byte) []groupEntry {
	var list []groupEntry
	eachAccount(data, 4, func(fields []string) {
		if gid, ok := accountID(fields[2]); ok {
			list = append(list, groupEntry{fields[0], gid})
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

// accountID reads a number of 32 bits but the last one, which stands for "no
// id" in chown(2).
func accountID(text string) (uint32, bool) {
	n, err := strconv.ParseUint(text, 10, 32)
	return uint32(n), err == nil && n != math.MaxUint32
}
