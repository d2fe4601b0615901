package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"harden/agent"
	"harden/agent/change"
	"harden/agent/message"
	"harden/agent/node"
	"harden/agent/report"
	"harden/profiles"
)

// attestation is what the command line says of one.
type attestation struct {
	reason, expires, verdict string
	remove                   bool
}

func (a *app) attestCommand() *cobra.Command {
	var given attestation
	cmd := &cobra.Command{
		Use:   "attest [CONTROL]",
		Short: "Record a person's verdict on a manual control, or list the recorded verdicts",
		Long: `attest records a person's verdict on a control that no rule can check. Until the
last day of the verdict, reports show the control as PASS, or as BLOCKED if the verdict
is open (--verdict open). Reports also show the name of the person, the date and the
reason. After that day the control is MANUAL again. harden stores the verdicts in
` + agent.AttestationsFile + `. Without CONTROL, attest lists these
verdicts.

Some controls are about the whole cluster and not about one node. Verdicts on these
controls are marked with scope: cluster. To use these verdicts on all control planes, copy
the file to each of them, and name the copy with --attestations or with the setting
attestations. In such a copy, only the verdicts with scope: cluster count.

A control that a rule checks cannot be attested: fix it, or waive it for a time in a
profile of your own.

` + exitCodes,
		Example: `  sudo harden attest cis-1.12/5.1.1 --reason "reviewed in CHG-481" --expires 2027-03-31
  sudo harden attest 5.1.3 --verdict open --reason "two roles left" --expires 2027-01-31
  sudo harden attest cis-1.12/5.1.1 --remove
  harden attest`,
		Args: arguments(0, 1),
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return a.listAttestations(given)
			}
			return a.attest(args[0], given)
		},
	}
	f := cmd.Flags()
	f.String("profile", "", "profile `NAME|FILE` that has the control (default: the one that CONTROL names, or picked for this node)")
	f.String("attestations", "", "also list the verdicts in `FILE`, a file that control planes share")
	f.StringVar(&given.reason, "reason", "", "the reason, in one line: what was examined, and in which ticket")
	f.StringVar(&given.expires, "expires", "", "the last `DAY` on which the verdict counts, YYYY-MM-DD in UTC")
	f.StringVar(&given.verdict, "verdict", profiles.AttestedCompliant, "compliant, or open if the control is not met")
	f.BoolVar(&given.remove, "remove", false, "remove the verdict on CONTROL")
	return cmd
}

func (a *app) listAttestations(given attestation) error {
	if given.remove || given.reason != "" || given.expires != "" {
		return usage("name the CONTROL to attest")
	}
	s, err := a.open()
	if err != nil {
		return err
	}
	defer s.close()
	if err := a.showAttestations(s, ""); err != nil || a.json() {
		return err
	}
	a.nextOfList("To record a verdict", "记录结论", a.attesting("CONTROL"))
	return nil
}

// showAttestations prints those there are, or the one on a control.
func (a *app) showAttestations(s *session, control string) error {
	list, err := a.verdicts(s)
	if err != nil {
		return err
	}
	views := []report.Attestation{}
	for _, v := range list {
		if control == "" || v.Control == control || a.json() {
			views = append(views, report.Attestation{Control: v.Control, Attestation: change.Attestation{Verdict: v.Verdict, By: v.By, Date: v.Date,
				Reason: v.Reason, Expires: v.Expires, Expired: v.Expired(s.Now()), Scope: v.Scope}})
		}
	}
	if a.json() {
		return a.document(report.Document{Kind: "Attestations", Attestations: views})
	}
	a.style().AttestationsText(a.stdout, views)
	return nil
}

func (a *app) attest(name string, given attestation) error {
	s, err := a.open()
	if err != nil {
		return err
	}
	defer s.close()
	if given.remove {
		return a.removeAttestation(s, name, given)
	}
	now := s.Now().UTC()
	verdict := profiles.Attestation{Verdict: given.verdict, Reason: strings.TrimSpace(given.reason), By: person(), Date: s.Today(), Expires: given.expires}
	verdict.Control = "profile/control" // looked up below: what was given is checked before the node is read
	if given.expires == "" {
		return usage("--expires is missing: the last day on which the verdict holds, such as --expires %d-06-30", now.Year()+1)
	}
	if err := verdict.Check(); err != nil {
		return usage("%w", err)
	}
	if verdict.Expired(now) {
		return usage("--expires %s is already in the past", given.expires)
	}
	control, err := a.manualControl(s, name)
	if err != nil {
		return err
	}
	verdict.Control = control.ID
	if control.OfCluster() {
		verdict.Scope = profiles.ScopeCluster
	}
	if err := s.Attest(verdict); err != nil {
		return err
	}
	if err := a.showAttestations(s, control.ID); err != nil || a.json() {
		return err
	}
	a.next("To remove this verdict", "如需撤回", a.commandLine("attest", []string{"--remove"}, control.ID))
	return nil
}

// removeAttestation takes a verdict back, also one on a control that no
// profile here has any more.
func (a *app) removeAttestation(s *session, name string, given attestation) error {
	if given.reason != "" || given.expires != "" {
		return usage("--remove takes no --reason and no --expires")
	}
	list, err := s.ReadAttestations()
	if err != nil {
		return err
	}
	var ids []string
	for _, v := range list {
		if v.Control == name || strings.HasSuffix(v.Control, "/"+name) {
			ids = append(ids, v.Control)
		}
	}
	if len(ids) > 1 {
		return usage("%s may be %s", name, strings.Join(ids, " or "))
	}
	if len(ids) == 1 {
		name = ids[0]
	}
	if err := s.RemoveAttestation(name); err != nil {
		return err
	}
	return a.showAttestations(s, "")
}

// manualControl finds the control that is attested, in the profile in use or
// the one that its id names.
func (a *app) manualControl(s *session, name string) (profiles.Control, error) {
	of, _, whole := strings.Cut(name, "/")
	named := whole && slices.Contains(profiles.Names(), of)
	if a.Profile == "" && named {
		a.Profile = of
	}
	found, err := a.controlsNamed(s, name)
	if err == nil && len(found) == 0 && named && a.Profile != of {
		a.Profile = of
		found, err = a.controlsNamed(s, name)
	}
	if err != nil {
		return profiles.Control{}, err
	}
	hint := message.New("harden profiles show %s lists its controls; a person judges those without a rule", s.Profile.Name)
	switch {
	case len(found) == 0:
		return profiles.Control{}, &node.Error{Kind: node.Usage, Err: message.Errorf("profile %s has no control %q", s.Profile.Name, name), Hint: hint}
	case len(found) > 1:
		return profiles.Control{}, &node.Error{Kind: node.Usage, Err: message.Errorf("%s may be %s or %s", name, found[0].ID, found[1].ID), Hint: hint}
	}
	c := found[0]
	if c.Manual == (profiles.Text{}) && len(c.Rules) > 0 {
		return c, &node.Error{Kind: node.Usage, Err: message.Errorf("control %s is checked by rule %s, not by a person", c.ID, strings.Join(c.Rules, ", ")),
			Hint: message.New("fix it with harden apply, or leave it open for a time with a waiver in a profile of your own")}
	}
	if c.Manual == (profiles.Text{}) && c.From == "" && c.Until == "" {
		return c, &node.Error{Kind: node.Usage, Err: message.Errorf("control %s applies to no node: %s", c.ID, c.NotApplicable.EN), Hint: hint}
	}
	return c, nil
}

// controlsNamed are the controls of the profile in use with an id, whole or
// without its profile.
func (a *app) controlsNamed(s *session, name string) ([]profiles.Control, error) {
	a.Only, a.Skip = nil, nil // settings that are about plans
	if err := a.loadProfile(s); err != nil {
		return nil, err
	}
	var found []profiles.Control
	for _, c := range s.Profile.Controls {
		if c.ID == name || strings.HasSuffix(c.ID, "/"+name) {
			found = append(found, c)
		}
	}
	return found, nil
}

// person is who gives a verdict: who called sudo, or whose account it is.
func person() string {
	if name := os.Getenv("SUDO_USER"); name != "" && os.Geteuid() == 0 {
		return name
	}
	if u, err := user.Current(); err == nil && u.Username != "" {
		return u.Username
	}
	return fmt.Sprintf("uid %d", os.Geteuid())
}

// readAttestations gives the session the verdicts of persons. Where only root
// can read them, an ordinary user sees manual controls, and is told.
func (a *app) readAttestations(s *session) error {
	list, err := a.verdicts(s)
	if errors.Is(err, fs.ErrPermission) && os.Geteuid() != 0 {
		a.warn(message.New("attestations are ignored: %v", err))
		return nil
	}
	s.Attestations = list
	return err
}
