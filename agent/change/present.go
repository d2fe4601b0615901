package change

import "fmt"

// Shown gives a field of a state for people, nil where it does not exist.
func (s State) Shown(field Field) any {
	switch {
	case !s.Exists():
		return nil
	case s.Sysctl != nil:
		return Like(s.Sysctl.Value, "0")
	case s.User != nil:
		return fmt.Sprintf("%d:%d:%s:%v:%v", s.User.UID, s.User.GID, Hidden, Like(s.User.Home, "/"), Like(s.User.Shell, "/"))
	case s.Group != nil:
		return int64(s.Group.GID)
	case s.File == nil:
		return nil
	}
	switch f := s.File; field {
	case FieldMode:
		return Octal(f.Mode)
	case FieldOwner:
		return fmt.Sprintf("%d:%d", f.UID, f.GID)
	case FieldType:
		if f.Directory {
			return "directory"
		}
		return "file"
	case FieldContent:
		if f.Content != nil {
			return fmt.Sprintf("%s, %d bytes", f.Content.Digest, f.Content.Size) // as Redacted
		}
	}
	return nil
}
