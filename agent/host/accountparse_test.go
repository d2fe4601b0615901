package host

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"harden/agent/accounts"
)

// FuzzAccounts reads any account file: an entry is one of its lines, printing
// all and reading them again gives the same, and taking one away leaves the
// others.
func FuzzAccounts(f *testing.F) {
	f.Add("root:x:0:0:root:/root:/bin/bash\n# a comment\netcdx:x:1001:1001::/:/bin/sh\n", "root")
	f.Add("root:x:0:\netcd:x:99x:a,b\netcd:x:99:a,b", "etcd")
	f.Add("+::::::\n-x\n a:b:4294967296:0\r\n", "a")
	f.Fuzz(func(t *testing.T, text, name string) {
		users, groups := accounts.Users([]byte(text)), accounts.Groups([]byte(text))
		var passwd, group strings.Builder
		for _, u := range users {
			fmt.Fprintf(&passwd, "%s:x:%d:%d:%s:%s:%s\n", u.Name, u.UID, u.GID, u.Comment, u.Home, u.Shell)
		}
		for _, g := range groups {
			fmt.Fprintf(&group, "%s:x:%d:\n", g.Name, g.GID)
		}
		if !slices.Equal(users, accounts.Users([]byte(passwd.String()))) || !slices.Equal(groups, accounts.Groups([]byte(group.String()))) {
			t.Fatalf("%v and %v read otherwise when they are printed", users, groups)
		}
		if name == "" || strings.ContainsAny(name, ":\n") {
			return
		}
		rest := slices.DeleteFunc(slices.Clone(groups), func(g accounts.Group) bool { return g.Name == name })
		without := accounts.Groups(withoutLine([]byte(text), name))
		if !strings.Contains(text, " "+name+":") && !slices.Equal(rest, slices.DeleteFunc(without, func(g accounts.Group) bool { return g.Name == name })) {
			t.Fatalf("without %q: %v, want %v", name, without, rest)
		}
	})
}
