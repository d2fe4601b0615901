package gate

import (
	"context"
	"strings"

	"harden/cluster/client"
)

type counted struct {
	Metadata struct{ Name string }
	Status   struct {
		AvailableReplicas, NumberAvailable int
	}
}

// Available counts the pods of each workload of a namespace that are available:
// "Deployment/web" → 3.
func (g Gate) Available(ctx context.Context, namespace string) (map[string]int, error) {
	all := map[string]int{}
	for _, s := range sources[:3] {
		_, err := client.List(ctx, g.Client, strings.Replace(s.path, "%", namespace, 1), nil, func(o *counted) (struct{}, bool) {
			all[s.kind+"/"+o.Metadata.Name] = max(o.Status.AvailableReplicas, o.Status.NumberAvailable)
			return struct{}{}, false
		})
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}
