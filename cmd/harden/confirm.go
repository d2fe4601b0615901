package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"harden/agent/host"
	"harden/agent/message"
	"harden/agent/node"
	"harden/agent/report"
)

func (a *app) confirmCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "confirm [RUN]",
		Short: "Keep a run of harden apply --confirm-within, which is otherwise undone",
		Long: `confirm keeps a run that was applied with --confirm-within, and removes the timer
that would undo it. When the time is up, or the machine was restarted, confirm can no
longer keep the run.

` + exitCodes,
		Example: `  sudo harden confirm
  sudo harden confirm 20261121T101500Z-1a2b`,
		Args: arguments(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			id := ""
			if len(args) == 1 {
				id = args[0]
			}
			return a.confirm(cmd.Context(), id)
		},
	}
}

func (a *app) confirm(ctx context.Context, id string) error {
	s, err := a.open()
	if err != nil {
		return err
	}
	defer s.close()
	if a.dry {
		found, err := s.PreviewConfirm(id)
		return a.showResult(ctx, found, err)
	}
	result, err := s.Confirm(ctx, id)
	return a.showResult(ctx, result, err)
}

// guard has apply make a run that must be confirmed.
func (a *app) guard(within time.Duration, given bool) error {
	if !given {
		return nil
	}
	if within < time.Second {
		return usage("--confirm-within takes a time of 1s or more, such as 5m, not %s", within)
	}
	a.within = within
	if a.Root != "/" {
		fmt.Fprintf(a.stderr, "note: below --root nothing runs by itself: only %s undoes the run when its time is up\n", report.Safe(a.commandLine("recover", nil)))
		return nil
	}
	program, err := os.Executable()
	if err != nil {
		return message.Errorf("cannot find the path of this program: %w", err)
	}
	if err := lasting(program); err != nil {
		return err
	}
	return ownProgram(program)
}

// ownProgram refuses a program that others than root could replace: systemd
// will start it as root, and the unit and the timer name it by its path.
func ownProgram(program string) error {
	err := host.Trusted(program)
	var untrusted *host.Untrusted
	switch {
	case errors.As(err, &untrusted):
		return &node.Error{Kind: node.Usage, Hint: message.New("install it where only root writes: install -o root -g root -m 0755 %s /usr/local/bin/harden", quoted(program)),
			Err: message.Errorf("systemd would start %s as root to undo the run, and other users could replace this program: %w", program, err)}
	case err != nil:
		return message.Errorf("cannot tell who can replace this program: %w", err)
	}
	return nil
}

// lasting refuses a program that may not be there after the next boot.
func lasting(program string) error {
	for _, dir := range []string{"/tmp/", "/var/tmp/", "/run/", "/dev/shm/"} {
		if strings.HasPrefix(program, dir) {
			return &node.Error{Kind: node.Usage, Hint: message.New("install it elsewhere, such as in /usr/local/bin"),
				Err: message.Errorf("%s may no longer exist when it is needed to undo the run", program)}
		}
	}
	return nil
}

// recovery is the command that settles what this one leaves, as whoever
// starts it later needs it: from another directory and without variables.
func (a *app) recovery() ([]string, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, message.Errorf("cannot find the path of this program: %w", err)
	}
	command := []string{program, "recover"}
	if a.Config != configFile {
		config, err := filepath.Abs(a.Config)
		if err != nil {
			return nil, message.Errorf("cannot tell where %s lies: %w", a.Config, err)
		}
		command = append(command, "--config", config)
	}
	if a.Timeout != defaultTimeout {
		command = append(command, "--timeout", a.Timeout.String())
	}
	return command, nil
}

// goesOn has systemd go on with what an undo has to leave, because the API server does
// not answer. It starts no program that others could have replaced: then somebody has to.
func (a *app) goesOn(s *session) {
	command, err := a.recovery()
	if err == nil && s.root.Live() && ownProgram(command[0]) == nil {
		s.Recovery = command
	}
}

// warnPending tells on stderr of a run that is to be confirmed.
func (a *app) warnPending(s *session) error {
	records, err := s.Pending()
	if errors.Is(err, fs.ErrPermission) && os.Geteuid() != 0 {
		return nil // as warnInterrupted
	}
	if err != nil {
		return err
	}
	for _, r := range records {
		if s.TimeIsUp(r) {
			a.warn(message.New("run %s was not confirmed in time; undo it with: harden recover", r.ID))
			continue
		}
		a.warn(message.New("run %s waits for confirmation; keep it before %s with: harden confirm", r.ID, s.ConfirmBefore(r).Format(time.RFC3339)))
	}
	return nil
}

// hintConfirm says how a run is kept, and until when.
func (a *app) hintConfirm(run report.Run) {
	if run.ConfirmBefore == nil {
		return
	}
	command, before := a.commandLine("confirm", nil, run.ID), run.ConfirmBefore.Format(time.RFC3339)
	if a.Root != "/" {
		a.next("To keep it, before "+before, "如需保留，请在 "+before+" 之前执行", command)
		return
	}
	a.next("To keep it, before "+before+" (otherwise it is undone)", "如需保留（否则将被撤销），请在 "+before+" 之前执行", command)
}
