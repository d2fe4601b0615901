package fixers

// etcdDirectories are those that hold all of etcd's data: the data directory, and
// the one of its write-ahead log where that lies elsewhere, as its flags and
// variables say, or the configuration file that takes their place. There are none
// where the node has no etcd.
func etcdDirectories(n Node) []found {
	c := n.Facts.Components["etcd"]
	if c == nil {
		return nil
	}
	dir := n.Facts.EtcdDataDir()
	if n.Facts.Rancher != nil {
		return []found{{dir, Place{Content: EtcdData, NamedByRule: true}}}
	}
	wal, _ := c.File("wal-dir")
	place, placeOfWAL := flagPlace(c, EtcdData, dir, ""), flagPlace(c, AnyContent, wal, "")
	if file, given := c.File("config-file"); given && file != "" {
		data, err := n.read(file, flagPlace(c, AnyContent, file, ""), maxKubeletFile)
		if err != nil {
			return []found{{dir, place}} // the rules about its settings say so
		}
		doc, err := n.Texts.Open("yaml", data)
		if err != nil {
			return []found{{dir, place}}
		}
		named, namedWAL := text(doc, "data-dir"), text(doc, "wal-dir")
		if named != "" {
			dir, place = c.OnHost(named), Place{Content: EtcdData, NamedIn: []string{file}, Text: named}
		}
		wal, placeOfWAL = c.OnHost(namedWAL), Place{NamedIn: []string{file}, Text: namedWAL}
	}
	list := []found{{dir, place}}
	if wal != "" && wal != dir {
		list = append(list, found{wal, placeOfWAL})
	}
	return list
}
