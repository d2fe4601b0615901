package main

import (
	_ "embed"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// helpZH is the help in Chinese: blocks with a blank line between them, each a key and
// below it the text. A key is a command ("plan"), what it says at length ("plan:"), or a flag
// ("--out", or "attest --profile" where one verb means something else by it). {formats}
// stands for those that a verb prints in.
//
//go:embed help.zh.txt
var helpZH string

// inChinese gives the Chinese text of a key, "" where there is none.
func inChinese(key string) string {
	_, text, found := strings.Cut("\n\n"+helpZH, "\n\n"+key+"\n")
	if !found {
		return ""
	}
	text, _, _ = strings.Cut(text, "\n\n")
	return strings.TrimRight(text, "\n")
}

// helpOf says how a command is used. The exit codes are the same for all, and are said by
// the root alone.
func (a *app) helpOf(cmd *cobra.Command) string {
	chinese := a.Lang == "zh"
	say := func(en, zh string) string {
		if chinese {
			return zh
		}
		return en
	}
	of := func(key, english string) string {
		if text := inChinese(key); chinese && text != "" {
			return text
		}
		return english
	}
	name := strings.TrimPrefix(strings.TrimPrefix(cmd.CommandPath(), "harden"), " ")
	examples := cmd.Example
	if !cmd.HasParent() {
		examples = of("examples", examples)
	}
	var b strings.Builder
	b.WriteString(of(name+":", strings.TrimSpace(strings.TrimSuffix(cmd.Long, exitCodes))) + "\n\n")
	fmt.Fprintf(&b, "%s\n  %s\n\n%s\n%s\n", say("Usage:", "用法："), cmd.UseLine(), say("Examples:", "示例："), examples)
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintf(&b, "\n%s\n", say("Commands:", "命令："))
		for _, sub := range cmd.Commands() {
			if sub.IsAvailableCommand() {
				fmt.Fprintf(&b, "  %-14s %s\n", sub.Name(), of(strings.TrimSpace(name+" "+sub.Name()), sub.Short))
			}
		}
	}
	flags := func(title string, set *pflag.FlagSet) {
		if !set.HasAvailableFlags() {
			return
		}
		set.VisitAll(func(f *pflag.Flag) {
			f.Usage = strings.ReplaceAll(of(name+" --"+f.Name, of("--"+f.Name, f.Usage)), "{formats}", strings.Join(f.Annotations[formatsKey], "、"))
		})
		usages := set.FlagUsages()
		if chinese {
			usages = strings.ReplaceAll(usages, " (default ", "（默认 ")
			usages = strings.ReplaceAll(usages, ")\n", "）\n")
		}
		fmt.Fprintf(&b, "\n%s\n%s", title, usages)
	}
	flags(say("Flags:", "选项："), cmd.LocalFlags())
	flags(say("Flags of every command:", "通用选项："), cmd.InheritedFlags())
	if !cmd.HasParent() {
		b.WriteString("\n" + of("exit-codes", exitCodes) + "\n")
		return b.String()
	}
	fmt.Fprintf(&b, "\n%sharden help exit-codes\n", say("Exit codes: ", "退出码："))
	return b.String()
}

// rewriteHelpRequest turns the ways in which other programs are asked for help or for
// the version into the command line that harden has for it.
func rewriteHelpRequest(args []string) []string {
	switch {
	case len(args) == 1 && (args[0] == "--version" || args[0] == "-v"):
		return []string{"version"}
	case len(args) > 0 && args[0] == "help":
		return append(append([]string{}, args[1:]...), "--help")
	}
	return args
}
