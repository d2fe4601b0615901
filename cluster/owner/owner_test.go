package owner_test

import (
	"testing"

	"harden/cluster/owner"
)

func TestOf(t *testing.T) {
	yes := true
	tests := map[string]struct {
		labels, annotations map[string]string
		references          []owner.Reference
		want                string
		reverts             bool
	}{
		"nobody":                            {want: ""},
		"a controller":                      {references: []owner.Reference{{Kind: "ReplicaSet", Name: "web-5d", Controller: &yes}}, want: "ReplicaSet/web-5d"},
		"an owner that is not a controller": {references: []owner.Reference{{Kind: "Node", Name: "n"}}, want: ""},
		"Helm by its annotations": {annotations: map[string]string{"meta.helm.sh/release-name": "web", "meta.helm.sh/release-namespace": "apps"},
			want: "Helm release apps/web"},
		"Helm by its labels": {labels: map[string]string{"app.kubernetes.io/managed-by": "Helm", "app.kubernetes.io/instance": "web"},
			want: "Helm release shop/web"},
		"an instance alone is not Helm": {labels: map[string]string{"app.kubernetes.io/instance": "web"}, want: ""},
		"Argo CD":                       {annotations: map[string]string{"argocd.argoproj.io/tracking-id": "shop:apps/Deployment:shop/web"}, want: "Argo CD application shop"},
		"Argo CD that replaces": {annotations: map[string]string{"argocd.argoproj.io/tracking-id": "shop:apps/Deployment:shop/web",
			"argocd.argoproj.io/sync-options": "Prune=false,Replace=true"}, want: "Argo CD application shop", reverts: true},
		"Argo CD that installs a chart": {labels: map[string]string{"app.kubernetes.io/managed-by": "Helm", "app.kubernetes.io/instance": "web"},
			annotations: map[string]string{"argocd.argoproj.io/tracking-id": "shop:apps/Deployment:shop/web"}, want: "Argo CD application shop"},
		"Flux": {labels: map[string]string{"kustomize.toolkit.fluxcd.io/name": "apps", "kustomize.toolkit.fluxcd.io/namespace": "flux-system"},
			want: "Flux Kustomization flux-system/apps"},
		"OLM":           {labels: map[string]string{"olm.owner": "op.v1", "olm.owner.kind": "ClusterServiceVersion"}, want: "OLM ClusterServiceVersion op.v1", reverts: true},
		"addon-manager": {labels: map[string]string{"addonmanager.kubernetes.io/mode": "Reconcile"}, want: "addon-manager", reverts: true},
		"a tool before a controller": {labels: map[string]string{"kapp.k14s.io/app": "17"},
			references: []owner.Reference{{Kind: "A", Name: "b", Controller: &yes}}, want: "kapp app 17"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			o := owner.Of("shop", test.labels, test.annotations, test.references)
			if o.String() != test.want || o.Known() != (test.want != "") || o.Reverts != test.reverts {
				t.Errorf("owner is %q (reverts: %v), want %q (%v)", o, o.Reverts, test.want, test.reverts)
			}
		})
	}
}
