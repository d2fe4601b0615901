package main

import (
	"bytes"
	"encoding/json"

	"harden/agent/host"
	"harden/agent/message"
	"harden/agent/planner"
	"harden/agent/report"
	"harden/agent/strictjson"
)

// maxPlan bounds a plan's file, in bytes.
const maxPlan = 64 << 20

// writePlan keeps a plan for apply. It holds no secret: contents stand there
// by digest, and keys are made when the plan is applied.
func writePlan(path string, plan *planner.Plan, inputs report.Inputs) error {
	d := report.PlanDocument(plan.Plan)
	inputs.States = planner.Outlines(plan.Changes)
	d.Inputs = &inputs
	var text bytes.Buffer
	if err := d.Write(&text); err != nil {
		return err
	}
	if err := host.ReplaceOutput(path, text.Bytes(), 0o600); err != nil {
		return message.Errorf("cannot write the plan: %w", err)
	}
	return nil
}

// readPlan reads a plan that was kept. Whoever can write it decides what root
// does, so it must not be writable by others.
func (a *app) readPlan(path string) (*report.Document, error) {
	bad := func(format string, args ...any) error {
		return badInput(message.New("make a new plan with: harden plan --out %s", path), format, args...)
	}
	data, err := a.trusted(path, maxPlan)
	if err != nil {
		return nil, bad("cannot read the plan: %w", err)
	}
	d, err := parsePlan(data)
	if err != nil {
		return nil, bad("%s is not a plan that harden plan --out wrote: %w", path, err)
	}
	return d, nil
}

// parsePlan reads the text of a plan, of which every byte must mean something.
func parsePlan(data []byte) (*report.Document, error) {
	if err := strictjson.Check(data); err != nil {
		return nil, err
	}
	d := &report.Document{}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(d); err != nil {
		return nil, err
	}
	switch {
	case d.Schema != report.Schema:
		return nil, message.Errorf("its schema is %.50q, and this program reads %s", d.Schema, report.Schema)
	case d.Kind != "Plan":
		return nil, message.Errorf("its kind is %.50q, not Plan", d.Kind)
	case d.Inputs == nil || d.Digest == "":
		return nil, message.Errorf("it does not say what it was made from (inputs, digest)")
	}
	return d, nil
}
