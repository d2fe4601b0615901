package main

import (
	"strings"
	"testing"

	"github.com/spf13/pflag"
)

// Every command and every flag has its help in Chinese, with the same placeholder.
func TestHelpInChinese(t *testing.T) {
	for _, cmd := range commands((&app{}).command(nil)) {
		name := strings.TrimPrefix(strings.TrimPrefix(cmd.CommandPath(), "harden"), " ")
		if inChinese(name+":") == "" || name != "" && inChinese(name) == "" {
			t.Errorf("%q has no Chinese", cmd.CommandPath())
		}
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			zh := inChinese("--" + f.Name)
			if own := inChinese(name + " --" + f.Name); own != "" {
				zh = own
			}
			en := *f
			before, _ := pflag.UnquoteUsage(&en)
			if zh == "" {
				t.Errorf("%s --%s has no Chinese", cmd.CommandPath(), f.Name)
			}
			en.Usage = zh
			if after, _ := pflag.UnquoteUsage(&en); before != after {
				t.Errorf("%s --%s takes %s, in Chinese %s", cmd.CommandPath(), f.Name, before, after)
			}
		})
	}
}
