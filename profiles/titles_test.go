package profiles

import (
	"slices"
	"strings"
	"testing"
)

// demands are the words that titles begin with: they say what is to be done, and so are true
// beside every verdict. "The API server serves no profiling data" reads wrong behind FAIL.
var demands = strings.Fields(`Activate Admit Authenticate Authorize Bind Change Check Clean Close Configure Consider Cover
Create Define Deny Disable Do Drop Encrypt Enforce Examine Fence Give Grant Hide Install Keep Label Leave Let Limit
Log Make Mount Name Open Pass Protect Provide Pull Refuse Reject Require Restart Restrict Rotate Run Scan Separate
Serve Set Sign Transfer Turn Update Use Verify Write`)

// states are words of Chinese titles that say how a thing is.
var states = []string{"未启用", "未禁用", "未使用", "未设置", "未关闭", "已启用", "已关闭", "已指定", "已配置", "受限的权限", "权限受限", "已就位"}

func TestTitlesSayWhatToDo(t *testing.T) {
	for _, name := range Names() {
		p, err := Load(name, nil, Source{})
		if err != nil {
			t.Fatal(err)
		}
		titles := map[string]Text{}
		for _, c := range p.Controls {
			titles[c.ID] = c.Title
		}
		for _, r := range p.Rules {
			titles[r.Name] = r.Title
		}
		for of, title := range titles {
			text := title.EN
			for _, about := range []string{"Admission: ", "cluster.yml: ", "RKE template: "} {
				if after, is := strings.CutPrefix(text, about); is {
					text = strings.ToUpper(after[:1]) + after[1:]
				}
			}
			if first, _, _ := strings.Cut(text, " "); !slices.Contains(demands, first) {
				t.Errorf("%s: %s: the title does not say what to do: %q", name, of, title.EN)
			}
			if i := slices.IndexFunc(states, func(word string) bool { return strings.Contains(title.ZH, word) }); i >= 0 {
				t.Errorf("%s: %s: the title says how a thing is: %q", name, of, title.ZH)
			}
		}
	}
}
