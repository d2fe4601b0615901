package main

import "testing"

// TestWayBackReachesTheCluster: what a run wrote into kubeadm's record goes back
// without the parameter that let it be written; below --root nobody is asked.
func TestWayBackReachesTheCluster(t *testing.T) {
	for root, reached := range map[string]bool{"/": true, t.TempDir(): false} {
		a := &app{settings: settings{Root: root}}
		s, err := a.open()
		if err != nil {
			t.Fatal(err)
		}
		if (s.Cluster != nil) != reached || s.Record != "" {
			t.Errorf("%s: cluster %v, record %q", root, s.Cluster, s.Record)
		}
		s.close()
	}
}
