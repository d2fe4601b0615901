package systemd

import (
	_ "embed" // the unit file
	"strings"
)

// RecoverUnit is the unit that runs harden recover at boot, before the kubelet.
const RecoverUnit = "harden-recover.service"

//go:embed units/harden-recover.service
var recoverUnit string

// RecoverUnitFile gives the text of RecoverUnit with a command of its own, the
// path of a program and its arguments, in place of the installed one.
func RecoverUnitFile(command []string) string {
	const installed = "ExecStart=/usr/bin/harden recover\n"
	return strings.Replace(recoverUnit, installed, "ExecStart="+commandLine(command)+"\n", 1)
}

// commandLine writes a command as ExecStart= takes it, so that every word
// reaches the program as it is (systemd.service(5), "Command lines").
func commandLine(command []string) string {
	words := make([]string, len(command))
	for i, word := range command {
		word = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "%", "%%", "\n", `\n`).Replace(word)
		if i > 0 { // the path of the program knows no variables
			word = strings.ReplaceAll(word, "$", "$$")
		}
		if strings.ContainsAny(word, " \t'\";") || word == "" {
			word = `"` + word + `"`
		}
		words[i] = word
	}
	return strings.Join(words, " ")
}
