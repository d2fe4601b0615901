package inventory

import (
	"context"
	"slices"

	"harden/cluster/rbac"
)

// lists are what the tasks read, before it is put together.
type lists struct {
	templates                [8][]Template
	pods                     []*podGroup
	owners                   []jobOwner
	roles, clusterRoles      []rbac.Role
	bindings, clusterBinding []rbac.Binding
	validating, mutating     [][]Webhook
}

// tasks lists what is to be read, the longest first.
func (r *reader) tasks() []func(context.Context) {
	i, l := r.inventory, &r.lists
	tasks := []func(context.Context){
		func(ctx context.Context) { list(ctx, r, pods, &l.pods, r.pod()) },
		func(ctx context.Context) { list(ctx, r, namespaces, &i.Core.Namespaces, r.namespace) },
		func(ctx context.Context) { list(ctx, r, serviceAccounts, &i.Core.ServiceAccounts, serviceAccount) },
		func(ctx context.Context) { list(ctx, r, services, &i.Core.Services, service) },
		func(ctx context.Context) { list(ctx, r, quotas, &i.Core.Quotas, plainObject(quotas)) },
		func(ctx context.Context) { list(ctx, r, limitRanges, &i.Core.LimitRanges, plainObject(limitRanges)) },
		func(ctx context.Context) { list(ctx, r, ingresses, &i.Core.Ingresses, plainObject(ingresses)) },
		func(ctx context.Context) { list(ctx, r, networkPolicies, &i.Policies, networkPolicy) },
		func(ctx context.Context) { list(ctx, r, roles, &l.roles, role("Role")) },
		func(ctx context.Context) { list(ctx, r, clusterRoles, &l.clusterRoles, role("ClusterRole")) },
		func(ctx context.Context) { list(ctx, r, roleBindings, &l.bindings, binding("RoleBinding")) },
		func(ctx context.Context) {
			list(ctx, r, clusterBindings, &l.clusterBinding, binding("ClusterRoleBinding"))
		},
		func(ctx context.Context) { list(ctx, r, validating, &l.validating, webhooks(validating)) },
		func(ctx context.Context) { list(ctx, r, mutating, &l.mutating, webhooks(mutating)) },
		r.kubeProxy,
	}
	for n, k := range []kind{deployments, statefulSets, daemonSets, replication} {
		tasks = append(tasks, func(ctx context.Context) { list(ctx, r, k, &l.templates[n], r.template(k, "spec.template.spec")) })
	}
	return append(tasks,
		func(ctx context.Context) { list(ctx, r, cronJobs, &l.templates[4], r.cronJob) },
		func(ctx context.Context) { list(ctx, r, jobs, &l.owners, r.job) },
		func(ctx context.Context) { list(ctx, r, globalBindings, &i.Rancher.Admins, globalBinding) },
		func(ctx context.Context) { list(ctx, r, authConfigs, &i.Rancher.AuthConfigs, authConfig) },
		func(ctx context.Context) { list(ctx, r, nodeDrivers, &i.Rancher.NodeDrivers, nodeDriver) })
}

// finish puts together what the tasks read.
func (r *reader) finish() {
	i, l := r.inventory, &r.lists
	i.RBAC = rbac.NewIndex(slices.Concat(l.roles, l.clusterRoles), slices.Concat(l.bindings, l.clusterBinding))
	for n := range l.clusterBinding {
		if l.clusterBinding[n].Name == "tiller" {
			i.Core.TillerBinding = &l.clusterBinding[n]
		}
	}
	for _, list := range slices.Concat(l.validating, l.mutating) {
		i.Webhooks = append(i.Webhooks, list...)
	}
	i.Rancher.Installed = r.groups[rancher]
	for _, list := range l.templates {
		i.Templates = append(i.Templates, list...)
	}
	for _, j := range l.owners {
		if j.template != nil {
			i.Templates = append(i.Templates, *j.template)
		}
	}
	i.Templates = append(i.Templates, r.strays()...)
}
