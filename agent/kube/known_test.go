package kube

// Known returns whether the tables have a flag, "--profiling", of a component in
// any version. Of one that they do not have nothing can be said.
func Known(component, name string) bool {
	t, known := tableOf(component)
	if known {
		_, known = t.find(name)
	}
	return known
}
