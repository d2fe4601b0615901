package main

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/spf13/cobra"

	"harden/agent/message"
	"harden/agent/node"
	"harden/agent/report"
	"harden/agent/sshsig"
	"harden/agent/strictjson"
)

func (a *app) evidenceVerifyCommand() *cobra.Command {
	var signers string
	cmd := &cobra.Command{
		Use:   "verify FILE",
		Short: "Verify a bundle: every digest, and its signature",
		Long: `verify checks a bundle that harden evidence wrote: every file against the manifest, and
the manifest against its signature. With --allowed-signers, the bundle must be signed
with a key from that file. The file has the format of ssh-keygen: NAMES KEYTYPE KEY.
Without --allowed-signers, verify checks only the digests, and shows the key. verify reads
nothing from the node on which it runs.

` + exitCodes,
		Example: `  harden evidence verify node1.tar.gz
  harden evidence verify node1.tar.gz --allowed-signers signers`,
		Args: arguments(1, 1),
		RunE: func(_ *cobra.Command, args []string) error { return a.verifyEvidence(args[0], signers) },
	}
	cmd.Flags().StringVar(&signers, "allowed-signers", "", "the `FILE` with the keys that may sign, in the format of ssh-keygen -Y verify")
	return cmd
}

func (a *app) verifyEvidence(file, signers string) error {
	failed := func(err error) error {
		return &node.Error{Kind: node.Failed, Err: message.Errorf("the bundle %s is not valid: %w", file, err), Hint: message.New("the bundle was changed since harden evidence wrote it, or its signer is not allowed: ask its author for a new one")}
	}
	data, err := readFile(a.ctx, file, maxBundle)
	if err != nil {
		return failed(err)
	}
	var allowed []signer
	if signers != "" {
		text, err := a.trusted(signers, maxKeyList)
		if err == nil {
			allowed, err = parseSigners(text)
		}
		if err != nil {
			return badInput(message.New("each line has the form: NAMES ssh-ed25519 KEY"), "cannot read the allowed signers: %w", err)
		}
	}
	e, err := verified(data, allowed, signers != "")
	if err != nil {
		return failed(err)
	}
	how := "not signed, so whoever changes the bundle can also change its digests"
	switch {
	case e.Signer != "":
		how = "signed by " + e.Signer + " (" + e.Key + ")"
	case e.Key != "":
		how = "signed by the key " + e.Key + "; to check whose key this is, use --allowed-signers"
	}
	return a.showEvidence(report.Document{Kind: "Evidence", Version: version(), Evidence: e}, file, how)
}

// verified gives the manifest of a bundle that holds.
func verified(data []byte, allowed []signer, must bool) (*report.Bundle, error) {
	b, err := readBundle(data)
	if err != nil {
		return nil, err
	}
	manifest := b.get(manifestName)
	if err := strictjson.Check(manifest); err != nil {
		return nil, message.Errorf("its manifest: %w", err)
	}
	var d report.Document
	if err := json.Unmarshal(manifest, &d); err != nil || d.Evidence == nil {
		return nil, message.Errorf("it has no manifest")
	}
	e := d.Evidence
	e.Key, e.Signer = "", "" // which no manifest says itself
	signature := b.get(signatureName)
	rest := newBundle()
	for _, f := range b.files {
		if f.name != manifestName && f.name != signatureName {
			rest.add(f.name, f.data)
		}
	}
	listed := rest.listed()
	for i, f := range listed {
		if i >= len(e.Files) || e.Files[i] != f {
			return nil, message.Errorf("%s is not what the manifest says", report.Safe(f.Name))
		}
	}
	if len(e.Files) > len(listed) {
		return nil, message.Errorf("%s is missing", report.Safe(e.Files[len(listed)].Name))
	}
	if signature == nil {
		if must {
			return nil, message.Errorf("it is not signed")
		}
		return e, nil
	}
	s, err := sshsig.Parse(signature)
	if err == nil {
		err = s.Verify(manifest, evidenceSpace)
	}
	if err != nil {
		return nil, message.Errorf("its signature %w", err)
	}
	e.Key = s.Key.Fingerprint()
	for _, a := range allowed {
		if a.key.Same(s.Key) {
			e.Signer = a.names
		}
	}
	if must && e.Signer == "" {
		return nil, message.Errorf("it is signed by the key %s, which is not among the allowed signers", e.Key)
	}
	return e, nil
}

// signer is a key that may sign, and for whom.
type signer struct {
	names string
	key   sshsig.Key
}

// parseSigners reads a list of signers, as ssh-keygen(1) describes it. What it does not
// understand, such as an option that limits a key, is an error and never passed over.
func parseSigners(text []byte) ([]signer, error) {
	var list []signer
	number := 0
	for line := range bytes.Lines(text) {
		number++
		line := strings.TrimSpace(string(line))
		if line == "" || line[0] == '#' {
			continue
		}
		names, rest, _ := strings.Cut(line, " ")
		rest = strings.TrimPrefix(strings.TrimSpace(rest), `namespaces="`+evidenceSpace+`" `)
		keys, err := sshsig.ParseKeys([]byte(rest))
		if err != nil {
			return nil, message.Errorf("line %d: %s", number, strings.TrimPrefix(err.Error(), "line 1: "))
		}
		list = append(list, signer{names, keys[0]})
	}
	if len(list) == 0 {
		return nil, message.Errorf("it holds no key")
	}
	return list, nil
}
