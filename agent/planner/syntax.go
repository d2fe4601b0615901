package planner

import (
	"harden/agent/change"
	"harden/agent/facts"
)

// FieldSyntax says in which syntax a field of a target is read, and its address
// there. Flags, mounts and annotations of a manifest are those of a pod.
func FieldSyntax(t change.Target, field change.Field, f *facts.Facts) (syntax, address string) {
	return syntaxIn(ManifestOf(change.Change{Target: t}, f), field)
}

func syntaxIn(component string, field change.Field) (syntax, address string) {
	if component != "" {
		switch syntax, _ := field.Address(); syntax {
		case "flag", "mount", "annotation", "probe":
			return "pod:" + component, string(field)
		}
	}
	return field.Address()
}
