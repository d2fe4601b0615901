package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"harden/agent/format"
	"harden/agent/host"
	"harden/agent/message"
	"harden/agent/node"
	"harden/agent/report"
	"harden/agent/sshsig"
)

const (
	// evidenceSpace is what a bundle is signed for: ssh-keygen -Y sign -n.
	evidenceSpace = "harden-evidence"
	manifestName  = "manifest.json"
	signatureName = manifestName + signatureSuffix
	// mostEvidenceRuns is how many past runs are told of, the newest.
	mostEvidenceRuns = 10
)

func (a *app) evidenceCommand() *cobra.Command {
	var out, key string
	cmd := &cobra.Command{
		Use:   "evidence --out FILE",
		Short: "Write a bundle for an auditor (report, plan and past runs with digests), and sign it on request",
		Long: `evidence checks the node and writes a bundle for an auditor. The bundle is one tar.gz
file with the report as JSON and HTML, the plan, the last ten runs, and a manifest. The
manifest contains the SHA-256 digest of each file, the version of harden, the user who
made the bundle, and the time. The bundle contains no secrets, and only its owner can
read it. If FILE exists already, evidence replaces FILE.

With --sign, ssh-keygen signs the manifest. The signature protects all files, because the
manifest has their digests. The key must be an ed25519 key. harden evidence verify checks
a bundle on any machine.

` + exitCodes,
		Example: `  sudo harden evidence --out node1.tar.gz
  sudo harden evidence --out node1.tar.gz --sign ~/.ssh/id_ed25519
  harden evidence verify node1.tar.gz --allowed-signers signers`,
		Args: arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error { return a.evidence(cmd.Context(), out, key) },
	}
	planFlags(cmd.Flags())
	cmd.Flags().StringVar(&out, "out", "", "write the bundle to `FILE`")
	cmd.Flags().StringVar(&key, "sign", "", "sign the bundle with `KEY`, the path of a key file as for ssh-keygen -f")
	cmd.AddCommand(a.evidenceVerifyCommand())
	return cmd
}

func (a *app) evidence(ctx context.Context, out, key string) error {
	if out == "" {
		return usage("--out is missing, such as --out evidence.tar.gz")
	}
	s, err := a.openWithProfile()
	if err != nil {
		return err
	}
	defer s.close()
	bundle, made, failed, err := a.gather(ctx, s)
	if err != nil {
		return err
	}
	bundle.add(manifestName, documentBytes(report.Document{Kind: "Evidence", Version: made.Version, Evidence: &made}))
	if key != "" {
		signature, err := sign(ctx, key, bundle.get(manifestName))
		if err != nil {
			return err
		}
		bundle.add(signatureName, signature)
	}
	if err := host.ReplaceOutput(out, bundle.archive(made.Time), 0o600); err != nil {
		return &node.Error{Kind: node.Failed, Err: message.Errorf("cannot write the bundle: %w", err), Hint: message.New("with --out, name a file that this user can replace")}
	}
	if err := a.showEvidence(report.Document{Kind: "Evidence", Version: made.Version, Evidence: &made}, out, signedBy(key)); err != nil {
		return err
	}
	return failed
}

func signedBy(key string) string {
	if key == "" {
		return ""
	}
	return "signed"
}

// gather makes all that the bundle holds but its manifest. failed is what could not
// be checked; the bundle says so.
func (a *app) gather(ctx context.Context, s *session) (bundle *bundle, made report.Bundle, failed, err error) {
	bundle = newBundle()
	checked, err := s.Check(ctx)
	if err != nil {
		return nil, made, nil, err
	}
	planned, err := s.Plan(ctx)
	if err != nil {
		return nil, made, nil, err
	}
	output := a.Output
	a.Output = "html" // with what is told of rules
	r := a.report(s, checked)
	a.Output = output
	failed = checked.Unchecked()
	d := r.Document()
	if failed != nil {
		e := explain(ctx, failed)
		d.Error = &e
	}
	var page bytes.Buffer
	if err := format.Write(&page, "html", r); err != nil {
		return nil, made, nil, err
	}
	bundle.add("report.json", documentBytes(d))
	bundle.add("report.html", page.Bytes())
	bundle.add("plan.json", documentBytes(report.PlanDocument(planned.Plan)))
	if err := addRuns(bundle, s); err != nil {
		return nil, made, nil, err
	}
	made = report.Bundle{By: person(), Host: r.Host, Time: r.Time.UTC().Truncate(time.Second), Version: version(), Profile: r.Plan.Profile, Files: bundle.listed()}
	return bundle, made, failed, nil
}

// addRuns adds the newest runs: what each changed, with secrets as digests.
func addRuns(bundle *bundle, s *session) error {
	n := 0
	for record, err := range s.Store.Newest() {
		if err != nil {
			return node.Denied(err)
		}
		run := s.viewRun(record)
		bundle.add("runs/"+record.ID+".json", documentBytes(report.Document{Kind: "Run", Profile: &record.Profile, Node: &record.Node, Changes: changesOf(&record), Run: &run}))
		if n++; n == mostEvidenceRuns {
			break
		}
	}
	return nil
}

func documentBytes(d report.Document) []byte {
	d.Schema = report.Schema
	var text bytes.Buffer
	_ = d.Write(&text) // a buffer takes everything, and no value of a document is without JSON
	return text.Bytes()
}

// sign has ssh-keygen sign a text, and makes sure that it can be verified here.
func sign(ctx context.Context, key string, text []byte) ([]byte, error) {
	unsigned := func(err error) ([]byte, error) {
		return nil, &node.Error{Kind: node.Failed, Err: message.Errorf("cannot sign the bundle: %w", err), Hint: message.New("--sign takes an ed25519 key; ssh-keygen -t ed25519 makes one")}
	}
	var last error
	for _, dir := range []string{"/usr/bin", "/bin", "/usr/local/bin"} {
		cmd := exec.CommandContext(ctx, filepath.Join(dir, "ssh-keygen"), "-q", "-Y", "sign", "-n", evidenceSpace, "-f", key)
		var said bytes.Buffer
		cmd.Stdin, cmd.Stderr = bytes.NewReader(text), &said
		signature, err := cmd.Output()
		if errors.Is(err, exec.ErrNotFound) || cmd.Process == nil {
			last = err
			continue
		}
		if err != nil {
			return unsigned(message.Errorf("ssh-keygen: %w: %s", err, report.Safe(string(bytes.TrimSpace(said.Bytes())))))
		}
		parsed, err := sshsig.Parse(signature)
		if err == nil {
			err = parsed.Verify(text, evidenceSpace)
		}
		if err != nil {
			return unsigned(message.Errorf("what ssh-keygen wrote %w", err))
		}
		return signature, nil
	}
	return unsigned(last)
}

// showEvidence says what a bundle holds. how is "signed", "unsigned" or ""
func (a *app) showEvidence(d report.Document, file, how string) error {
	if a.json() {
		return a.document(d)
	}
	e := d.Evidence
	text := fmt.Sprintf("%s: %s, %s %s, by %s, harden %s, %s", file, e.Host, e.Profile.Name, e.Profile.Version, e.By, e.Version, e.Time.UTC().Format("2006-01-02 15:04 UTC"))
	rest := report.Plural(len(e.Files), "file")
	if a.Lang == "zh" {
		text = fmt.Sprintf("%s：%s，%s %s，由 %s 于 %s 生成，harden %s", file, e.Host, e.Profile.Name, e.Profile.Version, e.By, e.Time.UTC().Format("2006-01-02 15:04 UTC"), e.Version)
		rest = fmt.Sprintf("%d 个文件", len(e.Files))
	}
	if how != "" {
		rest += ", " + how
	}
	_, err := fmt.Fprintln(a.stdout, report.Safe(text)+"\n"+report.Safe(rest))
	return err
}

// bundle is what goes into the file, in the order of names.
type bundle struct{ files []bundled }

type bundled struct {
	name string
	data []byte
}

func newBundle() *bundle { return &bundle{} }

// add puts a file in its place by name.
func (b *bundle) add(name string, data []byte) {
	b.files = append(b.files, bundled{name, data})
	for i := len(b.files) - 1; i > 0 && b.files[i].name < b.files[i-1].name; i-- {
		b.files[i], b.files[i-1] = b.files[i-1], b.files[i]
	}
}

// listed are the files with their digests, in order.
func (b *bundle) listed() []report.BundleFile {
	list := make([]report.BundleFile, 0, len(b.files))
	for _, f := range b.files {
		sum := sha256.Sum256(f.data)
		list = append(list, report.BundleFile{Name: f.name, Size: int64(len(f.data)), SHA256: hex.EncodeToString(sum[:])})
	}
	return list
}
