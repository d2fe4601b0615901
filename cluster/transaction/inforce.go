package transaction

import (
	"context"
	"strings"
	"time"

	"harden/agent/message"
	"harden/cluster/object"
)

// inForce waits until what was made holds: a quota from when a controller has counted
// what there is, a policy from when every API server has read it. A proof before that
// would prove nothing.
func (r *Runner) inForce(ctx context.Context, e object.Edit) error {
	if r.Gate == nil {
		return nil
	}
	holds := func() (bool, error) { return true, nil }
	switch name := e.Target.Name(); {
	case strings.HasPrefix(name, "ResourceQuota/"):
		holds = func() (bool, error) {
			o, err := r.Driver.Read(ctx, e.Target)
			status, _ := o.Value([]string{"status", "hard"}).(map[string]any)
			return len(status) > 0, err
		}
	case strings.HasPrefix(name, "ValidatingAdmissionPolicyBinding.") && len(e.Proves) > 0:
		policy := name[strings.LastIndexByte(name, '/')+1:]
		holds = func() (bool, error) { return r.Gate.Refuses(ctx, e.Proves[0], policy) }
	}
	deadline := time.Now().Add(r.Timeout)
	for {
		done, err := holds()
		if err != nil || done {
			return err
		}
		if time.Now().After(deadline) {
			return message.Errorf("%s is not in force after %s", e.Target.Name(), r.Timeout)
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(200 * time.Millisecond):
		}
	}
}
