package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"harden/agent/format"
)

// TestHelp holds the help of every command to one form: what it does, examples
// that are this program's, and the exit codes from their one source.
func TestHelp(t *testing.T) {
	for _, cmd := range commands((&app{}).command(nil)) {
		t.Run(cmd.CommandPath(), func(t *testing.T) {
			if cmd.Short == "" {
				t.Error("it says nothing in the list of commands")
			}
			if !strings.HasSuffix(cmd.Long, "\n\n"+exitCodes) {
				t.Error("its help does not end with the exit codes")
			}
			if !strings.Contains(cmd.Example, cmd.CommandPath()) {
				t.Errorf("its examples do not show %s", cmd.CommandPath())
			}
			for _, line := range strings.Split(cmd.Example, "\n") {
				if !strings.HasPrefix(line, "  ") {
					t.Errorf("example %q is not indented as the others", line)
				}
			}
		})
	}
}

// TestVerbAlone holds a verb that is made alone to what it is among all others.
func TestVerbAlone(t *testing.T) {
	for _, among := range (&app{}).command(nil).Commands() {
		t.Run(among.Name(), func(t *testing.T) {
			root := (&app{}).command([]string{among.Name(), "--out", "x"})
			alone := root.Commands()
			if len(alone) != 1 || alone[0].Name() != among.Name() {
				t.Fatalf("%d verbs are made, and not %s alone", len(alone), among.Name())
			}
			if got, want := alone[0].UsageString(), among.UsageString(); got != want {
				t.Errorf("alone its usage is\n%s\namong the others\n%s", got, want)
			}
		})
	}
}

// TestFormatsAreTold holds the help of -o, in both languages, and its completion to the
// formats that a verb prints in.
func TestFormatsAreTold(t *testing.T) {
	for verb, more := range map[string][]string{"check": format.Names(), "diff": format.Names(), "summary": summaryFormats, "plan": nil} {
		want := append([]string{"text", "json"}, more...)
		for _, lang := range []string{"en", "zh"} {
			var out bytes.Buffer
			if code := run([]string{verb, "--help", "--lang", lang}, nil, &out, &out); code != exitOK {
				t.Fatal(code, out.String())
			}
			_, line, _ := strings.Cut(out.String(), "--output FORMAT")
			line, _, _ = strings.Cut(line, "\n")
			for _, name := range want {
				if !strings.Contains(line, name) {
					t.Errorf("%s --help --lang %s does not name %s: %s", verb, lang, name, line)
				}
			}
		}
		if more == nil {
			continue
		}
		var out, rest bytes.Buffer
		if code := run([]string{"__complete", verb, "-o", ""}, nil, &out, &rest); code != exitOK {
			t.Fatal(code, rest.String())
		}
		var completed []string
		for _, line := range strings.Split(out.String(), "\n") {
			if name, _, _ := strings.Cut(line, "\t"); name != "" && !strings.HasPrefix(name, ":") {
				completed = append(completed, name)
			}
		}
		if !slices.Equal(completed, want) {
			t.Errorf("%s -o is completed as %v, and prints %v", verb, completed, want)
		}
	}
}

// TestExitCodesAreTold holds the help in both languages, and the page made of it, to the codes that there are.
func TestExitCodesAreTold(t *testing.T) {
	codes := []int{exitOK, exitFailed, exitPending, exitUndone, exitStale, exitIncomplete, exitUsage, exitInternal,
		exitLocked, exitNeedsRoot, exitBadProfile}
	for _, s := range []syscall.Signal{syscall.SIGHUP, syscall.SIGINT, syscall.SIGPIPE, syscall.SIGTERM} {
		codes = append(codes, 128+int(s))
	}
	slices.Sort(codes)
	texts := map[string]string{"--help": exitCodes}
	for name, first := range map[string]string{"docs/cli.md": "Exit codes:", "cmd/harden/help.zh.txt": "退出码："} {
		_, table, _ := strings.Cut(readRepository(t, name), first+"\n")
		texts[name], _, _ = strings.Cut(table, "\n\n")
	}
	number := regexp.MustCompile(`(?m)(?:^|  )\s*(\d+)(?: |$)|· (\d+)`)
	for name, text := range texts {
		var told []int
		for _, m := range number.FindAllStringSubmatch(text, -1) {
			code, err := strconv.Atoi(m[1] + m[2])
			if err != nil {
				t.Fatal(err)
			}
			told = append(told, code)
		}
		slices.Sort(told)
		if !slices.Equal(told, codes) {
			t.Errorf("%s tells of %v, and there are %v", name, told, codes)
		}
	}
}

// readRepository reads a file by its path from the root of the repository.
func readRepository(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
