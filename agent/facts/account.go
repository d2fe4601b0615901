package facts

import (
	"strconv"
	"strings"

	"harden/agent/message"
)

// maxAccounts bounds what is read of /etc/passwd and /etc/group, in bytes.
const maxAccounts = 4 << 20

// userOf gives whom a service runs as, by User= and Group= of its unit: root
// where it says nothing.
func (c *collector) userOf(u *unit) (uid, gid int, err error) {
	user, group := u.last("User"), u.last("Group")
	if dynamic := strings.ToLower(u.last("DynamicUser")); dynamic != "" && dynamic != "no" && dynamic != "false" && dynamic != "0" && dynamic != "off" {
		return 0, 0, message.Errorf("%s has it run as a user that is made at its start", u.files[0])
	}
	if user != "" && user != "root" && user != "0" {
		if uid, gid, err = c.account("/etc/passwd", user); err != nil {
			return 0, 0, err
		}
	}
	if group != "" {
		gid, _, err = c.account("/etc/group", group)
	}
	return uid, gid, err
}

// account gives the two numbers of an account by its name, or its number; the
// second is the group of a user.
func (c *collector) account(file, name string) (id, group int, err error) {
	data, err := c.ReadFile(file, maxAccounts)
	if err != nil {
		return 0, 0, err
	}
	for line := range strings.Lines(string(data)) {
		fields := strings.Split(strings.TrimSuffix(line, "\n"), ":")
		if len(fields) < 4 || fields[0] != name && fields[2] != name {
			continue
		}
		if id, err = strconv.Atoi(fields[2]); err != nil {
			continue
		}
		group, _ = strconv.Atoi(fields[3]) // with a group it is the list of its members
		return id, group, nil
	}
	return 0, 0, message.Errorf("%s has no %s", file, name)
}

// user gives whom a container of Docker's runs as: "52034:52034", or root where
// it says nothing.
func (d dockerContainer) user() (uid, gid int, err error) {
	if d.Config.User == "" {
		return 0, 0, nil
	}
	user, group, two := strings.Cut(d.Config.User, ":")
	uid, err = strconv.Atoi(user)
	if err == nil && two {
		gid, err = strconv.Atoi(group)
	}
	if err != nil {
		return 0, 0, message.Errorf("container %.12s runs as %q, which is known within it alone", d.ID, d.Config.User)
	}
	return uid, gid, nil
}
