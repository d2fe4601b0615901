package transaction

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"harden/agent/message"
	"harden/cluster/client"
	"harden/cluster/fixes"
	"harden/cluster/object"
)

// setBy names who would set one of some fields again; the zero text is nobody.
func setBy(o object.Object, f fixes.Fix, fields [][]string) message.Text {
	by := f.Owner.Owner
	manager := o.Appliers(fields...)
	byTool := false
	if manager == "" {
		manager, byTool = o.SetBy(by.Mark, fields...)
	}
	switch {
	case manager != "" && by.Known():
		return message.New("%s sets this field (%s); change it there", by.String(), manager)
	case byTool:
		return message.New("%s sets this field; change it there", by.String())
	case manager != "":
		return message.New("%s sets this field; change it there", manager)
	}
	return message.Text{}
}

// Inspect tells why a change is not to be made: somebody applies its fields from
// elsewhere, and would take it back or fail on it, or the API server refuses it as a
// dry run. The zero text is no objection. That this account lacks the right is none:
// another may have it; it is in lacks.
func (r *Runner) Inspect(ctx context.Context, f fixes.Fix) (objection message.Text, lacks bool) {
	by := f.Owner.Owner
	if by.Reverts {
		return message.New("%s writes the whole object again; change it there", by.String()), false
	}
	o, err := r.Driver.AsPlanned(ctx, f.Edit)
	switch {
	case client.Code(err) == http.StatusForbidden:
		return message.Text{}, true
	case err != nil:
		return message.Of(err), false
	}
	if f.Body == nil {
		var fields [][]string
		for _, c := range f.Fields {
			keys, err := object.Keys(c.Field)
			if err != nil {
				return message.Of(err), false
			}
			fields = append(fields, keys)
		}
		if who := setBy(o, f, fields); !who.IsZero() {
			return who, false
		}
	}
	if r.Gate == nil {
		return message.Text{}, false
	}
	_, err = r.Driver.Rehearse(ctx, f.Edit)
	switch code := client.Code(err); {
	case err == nil:
		return message.Text{}, false
	case code == http.StatusForbidden && strings.Contains(err.Error(), "cannot "):
		return message.Text{}, true
	case errors.As(err, new(*object.ChangedError)):
		return message.Of(err), false
	}
	return message.New("the API server refuses it: %s", message.Of(err)), false
}
