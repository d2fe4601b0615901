package facts

import (
	"strconv"
	"strings"

	"harden/agent/accounts"
	"harden/agent/message"
)

// userOf gives whom a service runs as, by User= and Group= of its unit: root
// where it says nothing.
func (c *collector) userOf(u *unit) (uid, gid int, err error) {
	user, group := u.last("User"), u.last("Group")
	if dynamic := strings.ToLower(u.last("DynamicUser")); dynamic != "" && dynamic != "no" && dynamic != "false" && dynamic != "0" && dynamic != "off" {
		return 0, 0, message.Errorf("according to %s it runs as a user that is created when it starts (DynamicUser)", u.files[0])
	}
	if user != "" && user != "root" && user != "0" {
		if uid, gid, err = c.userNumbers(user); err != nil {
			return 0, 0, err
		}
	}
	if group != "" {
		gid, err = c.groupNumber(group)
	}
	return uid, gid, err
}

// userNumbers returns the numbers of a user, who is known by name or number.
func (c *collector) userNumbers(name string) (uid, gid int, err error) {
	data, err := c.ReadFile("/etc/passwd", accounts.MaxSize)
	if err != nil {
		return 0, 0, err
	}
	for _, u := range accounts.Users(data) {
		if u.Name == name || strconv.Itoa(int(u.UID)) == name {
			return int(u.UID), int(u.GID), nil
		}
	}
	return 0, 0, message.Errorf("%s has no %s", "/etc/passwd", name)
}

// groupNumber returns the number of a group, which is known by name or number.
func (c *collector) groupNumber(name string) (gid int, err error) {
	data, err := c.ReadFile("/etc/group", accounts.MaxSize)
	if err != nil {
		return 0, err
	}
	for _, g := range accounts.Groups(data) {
		if g.Name == name || strconv.Itoa(int(g.GID)) == name {
			return int(g.GID), nil
		}
	}
	return 0, message.Errorf("%s has no %s", "/etc/group", name)
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
		return 0, 0, message.Errorf("container %.12s runs as %q, a user that exists only in the container", d.ID, d.Config.User)
	}
	return uid, gid, nil
}
