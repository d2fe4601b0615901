package accounts

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestUsersAndGroups(t *testing.T) {
	rows := []struct {
		name, text string
		users      []string // "name uid gid comment home shell"
		groups     []string // "name gid"
	}{
		{"usual", "root:x:0:0:root:/root:/bin/sh\n", []string{"root 0 0 root /root /bin/sh"}, []string{"root 0"}},
		{"no final line break", "a:x:1:2::/:", []string{"a 1 2  / "}, []string{"a 1"}},
		{"a number that is none is not 0", "etcd:x:52034x:1::/:/bin/sh\n", nil, nil},
		{"no number at all is not 0", "etcd:x::1::/:/bin/sh\netcd:x\n", nil, nil},
		{"2^32 is not 0", "etcd:x:4294967296:1::/:/bin/sh\n", nil, nil},
		{"2^32-1 is not an id", "etcd:x:4294967295:1::/:/bin/sh\n", nil, nil},
		{"negative", "etcd:x:-1:1::/:/bin/sh\n", nil, nil},
		{"octal is decimal", "a:x:010:1\n", []string{"a 10 1   "}, []string{"a 10"}},
		{"NIS", "+::0:0:::\n-a::0:0:::\n+@g::0:\n", nil, nil},
		{"comments and blanks", "# root:x:0:0\n\n \t\n  a:x:1:1\n", []string{"a 1 1   "}, []string{"a 1"}},
		{"no name", ":x:0:0:::\n", nil, nil},
		{"colons in the last field", "a:x:1:1:c:/h:/s:t\n", []string{"a 1 1 c /h /s:t"}, []string{"a 1"}},
		{"NUL and bytes above 127", "a\x00\xff:x:1:1\n", []string{"a\x00\xff 1 1   "}, []string{"a\x00\xff 1"}},
		{"UTF-16", "\xff\xfea\x00:\x00x\x00:\x000\x00", nil, nil},
		{"empty", "", nil, nil},
		{"a million colons", strings.Repeat(":", 1<<20) + "\n" + strings.Repeat("a:", 1<<20), nil, nil},
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			var users, groups []string
			for _, u := range Users([]byte(r.text)) {
				users = append(users, fmt.Sprintf("%s %d %d %s %s %s", u.Name, u.UID, u.GID, u.Comment, u.Home, u.Shell))
			}
			for _, g := range Groups([]byte(r.text)) {
				groups = append(groups, fmt.Sprintf("%s %d", g.Name, g.GID))
			}
			if diff := cmp.Diff([][]string{r.users, r.groups}, [][]string{users, groups}); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	t.Attr("figure/inputs", strconv.Itoa(len(rows)))
}
