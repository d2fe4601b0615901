package main

import (
	"errors"
	"io/fs"
	"slices"
	"strings"

	"harden/agent/message"
	"harden/agent/report"
	"harden/agent/stable"
	"harden/profiles"
)

// listProfiles prints the site's own profiles, then those that are built in, the newest
// edition of a benchmark first.
func (a *app) listProfiles() error {
	s, err := a.open()
	if err != nil {
		return err
	}
	defer s.close()
	views := a.siteViews(s)
	names := profiles.Names()
	stable.Sort(names, compareNaturally)
	own := a.ownProfile(s)
	for _, name := range names {
		p, err := profiles.Load(name, nil, a.profileSource(s.root))
		if err != nil {
			return err
		}
		views = append(views, listed(p))
	}
	for i := range views {
		views[i].Listed.Picked = views[i].Name == own
	}
	if a.json() {
		return a.document(report.Document{Kind: "Profiles", Profiles: views})
	}
	a.style().ProfilesText(a.stdout, views)
	a.nextOfList("To see what a profile asks for", "查看某个基线的内容", "harden profiles show "+views[0].Name)
	return nil
}

// siteViews are the profiles in the site's own directory; of one that cannot be used it is
// said why.
func (a *app) siteViews(s *session) []report.Profile {
	files, err := s.root.ReadDir(siteProfiles)
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			a.warn(message.New("the profiles of the site are ignored: %v", err))
		}
		return []report.Profile{}
	}
	views := []report.Profile{}
	slices.Sort(files)
	for _, file := range files {
		name, is := strings.CutSuffix(file, ".yaml")
		if !is {
			continue
		}
		p, err := profiles.Load(name, nil, a.profileSource(s.root))
		if err != nil {
			views = append(views, report.Profile{Name: name, Listed: report.Listed{Site: true, Wrong: message.Of(err)}})
			continue
		}
		v := listed(p)
		v.Name, v.Listed.Site, v.Differences = name, true, differencesOf(p)
		views = append(views, v)
	}
	return views
}

// listed is what a list says of a profile.
func listed(p *profiles.Profile) report.Profile {
	v := profileView(p)
	for _, c := range p.Controls {
		if v.Listed.Controls++; len(c.Rules) > 0 {
			v.Listed.Judged++
		}
	}
	v.Listed.Versions = versionsOf(p.Source)
	v.Controls, v.Parameters, v.Differences = nil, nil, nil
	return v
}

// versionsOf finds in the source of a profile which versions of Kubernetes it is about:
// "1.32–1.34" of "…, Kubernetes 1.32 to 1.34 (…)"; "" where it does not say.
func versionsOf(source string) string {
	_, text, said := strings.Cut(source, "Kubernetes 1.")
	if !said {
		return ""
	}
	end := strings.IndexFunc(text, func(r rune) bool { return r == ',' || r == '(' || r == ')' })
	if end >= 0 {
		text = text[:end]
	}
	return strings.NewReplacer(" to ", "–", " and ", "–").Replace("1." + strings.TrimSpace(text))
}

// compareNaturally orders names as a person counts, a later number first: cis-1.10 before cis-1.5.
func compareNaturally(a, b string) int {
	for a != "" && b != "" {
		x, y := leading(a), leading(b)
		if x != "" && y != "" && x != y {
			if len(x) != len(y) {
				return len(y) - len(x)
			}
			return strings.Compare(y, x)
		}
		if x == "" && a[0] != b[0] || (x == "") != (y == "") {
			return strings.Compare(a, b)
		}
		n := max(len(x), 1)
		a, b = a[n:], b[n:]
	}
	return len(a) - len(b)
}

// leading are the figures that a text begins with.
func leading(text string) string { return text[:len(text)-len(strings.TrimLeft(text, "0123456789"))] }
