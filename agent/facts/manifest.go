package facts

// ManifestAt names the component whose manifest lies at a path, or "".
func (f *Facts) ManifestAt(path string) string {
	for name, component := range f.Components {
		if component.Manifest != "" && path == component.Manifest {
			return name
		}
	}
	return ""
}
