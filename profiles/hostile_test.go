package profiles

import (
	"errors"
	"strconv"
	"strings"
	"testing"

	"harden/integration/hostile"
)

// TestHostileProfile shows every hostile form to the loader: what says the
// same is loaded, all else is refused with a line where the text has one.
func TestHostileProfile(t *testing.T) {
	forms := hostile.YAML(head + "controls:\n- {id: c, manual: {en: look}}\n")
	var many strings.Builder
	for i := range 100_000 {
		many.WriteString("  a" + strconv.Itoa(i) + ": 1\n")
	}
	forms = append(forms, hostile.Form{Name: "100 000 parameters", Text: head + "set:\n" + many.String(), Verdict: hostile.Refused})
	for _, form := range forms {
		t.Run(form.Name, func(t *testing.T) {
			hostile.Watch(t)
			source := files{"/p/main.yaml": form.Text}
			p, err := load("/p/main.yaml", nil, source.source(), library{})
			var own *Error
			switch same := form.Verdict == hostile.Same; {
			case same && err != nil:
				t.Errorf("refused: %v", err)
			case same && len(p.Controls) != 1:
				t.Errorf("it has %d controls", len(p.Controls))
			case err == nil && form.Verdict == hostile.Refused:
				t.Error("it was loaded")
			case err != nil && (!errors.As(err, &own) || own.Path != "/p/main.yaml" || own.Message.IsZero()):
				t.Errorf("the error names no place: %v", err)
			case err != nil && len(err.Error()) > 10_000:
				t.Errorf("an error of %d bytes", len(err.Error()))
			}
		})
	}
	t.Attr("figure/inputs", strconv.Itoa(len(forms)))
}
