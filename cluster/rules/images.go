package rules

import (
	"maps"
	"slices"

	"harden/agent/change"
	"harden/cluster/inventory"
	"harden/cluster/podsecurity"
)

func imageRules() []Rule {
	needs := append([]string{inventory.Namespaces}, inventory.Templates...)
	return []Rule{
		{Name: "image-tag", needs: needs, judge: podRow{checks: []podsecurity.Check{podsecurity.LatestImage}}.fields,
			Title: Text{"Name images by a version or a digest", "以版本或摘要指定镜像"},
			Why:   Text{"The next pull of the tag latest may bring another program.", "再次拉取 latest 可能得到不同的程序。"}},
		{Name: "image-registry", needs: needs, judge: registries,
			Title: Text{"Run images of trusted registries only", "仅运行可信仓库的镜像"},
			Why:   Text{"An image is a program that runs with the rights of its pod.", "镜像即以其 Pod 权限运行的程序。"}},
	}
}

// registries holds images against the registries that the site trusts. It does
// not tell whether something refuses others, so it is certain only of what is
// there and not trusted.
func registries(c *Cluster) Verdict {
	found := map[string]bool{}
	var observed []change.Observation
	for _, t := range c.templates() {
		for _, registry := range t.Registries {
			found[registry] = true
			if len(c.Settings.TrustedRegistries) > 0 && !slices.Contains(c.Settings.TrustedRegistries, registry) {
				observed = append(observed, observe(t.Object, change.Field("json:"+t.Field+".containers.image"), change.OneOf, c.Settings.TrustedRegistries, registry))
			}
		}
	}
	names := slices.Sorted(maps.Keys(found))
	switch {
	case len(observed) > 0:
		return open(observed, "%d templates or pods run images of registries that are not trusted", objects(observed))
	case len(c.Settings.TrustedRegistries) == 0:
		return manual(nil, "images come from: %s; name those that you trust with --set trusted-registries=", listed(names))
	}
	return manual(nil, "all images come from trusted registries; check whether an admission policy refuses others")
}
