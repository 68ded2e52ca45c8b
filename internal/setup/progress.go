package setup

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"time"
)

// Progress is how far the set-up of one profile has come: what the person said, and what checks
// proved. It holds no secret, and no registration token.
type Progress struct {
	Profile         string            `json:"profile"`
	Steps           map[string]Record `json:"steps"`                      // by Step.ID
	Token           *TokenTimer       `json:"token,omitempty"`            // when the token runs out
	RegisteredAt    time.Time         `json:"registered_at,omitzero"`     // when the registration was started: it is asynchronous
	ApplianceRegion string            `json:"appliance_region,omitempty"` // the server chosen on the appliance
	ApplianceBuild  string            `json:"appliance_build,omitempty"`  // the version that was typed in
	Draft           map[string]string `json:"draft,omitempty"`            // unfinished answers of the guide
}

// Record is the state of one step.
type Record struct {
	Done     bool      `json:"done"`
	By       Actor     `json:"by"` // who said so
	At       time.Time `json:"at"`
	Evidence Text      `json:"evidence,omitzero"`
}

// Mark notes that the person did a step, or takes that back.
func (p *Progress) Mark(stepID string, done bool, at time.Time) {
	p.set(stepID, Record{Done: done, By: Person, At: at.UTC()})
}

// Note adds what was seen to a step's record.
func (p *Progress) Note(stepID string, evidence Text) {
	r := p.Steps[stepID]
	r.Evidence = evidence
	p.set(stepID, r)
}

// Prove ticks the steps that checks prove. A step is proved when all of its checks that were made
// passed and at least one was made; a failed check takes a proved tick back, but never what the
// person said.
func (p *Progress) Prove(results []Result) {
	byID := map[string]Result{}
	for _, r := range results {
		byID[r.Check.ID] = r
	}
	for _, s := range Steps() {
		if !s.Provable {
			continue
		}
		r, made, passed := weakest(s.Checks, byID)
		switch {
		case !made:
		case passed:
			p.set(s.ID, Record{Done: true, By: Program, At: r.At, Evidence: r.Evidence})
		case p.Steps[s.ID].By == Program:
			p.set(s.ID, Record{By: Program, At: r.At, Evidence: r.Evidence})
		}
	}
}

// weakest returns the first result that failed, or else the last that passed, whether any check was
// made, and whether all that were made passed.
func weakest(ids []string, results map[string]Result) (r Result, made, passed bool) {
	passed = true
	for _, id := range ids {
		result, ok := results[id]
		if !ok || result.State == Skip {
			continue
		}
		r, made = result, true
		if result.State == Fail {
			return r, true, false
		}
	}
	return r, made, passed
}

func (p *Progress) set(stepID string, r Record) {
	if p.Steps == nil {
		p.Steps = map[string]Record{}
	}
	p.Steps[stepID] = r
}

// Next is the first step that is not done; false when all are.
func (p *Progress) Next() (Step, bool) {
	for _, s := range Steps() {
		if !p.Steps[s.ID].Done {
			return s, true
		}
	}
	return Step{}, false
}

// ProgressPath is where the progress of a profile is kept in the program's state folder.
func ProgressPath(stateDir, profile string) string {
	return filepath.Join(stateDir, "setup", profile+".json")
}

// LoadProgress reads the progress of a profile; none yet is no error.
func LoadProgress(path, profile string) (Progress, error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return Progress{Profile: profile, Steps: map[string]Record{}}, nil
	}
	if err != nil {
		return Progress{}, fmt.Errorf("read the progress of the set-up: %w", err)
	}
	var p Progress
	if err := json.Unmarshal(data, &p); err != nil {
		return Progress{}, fmt.Errorf("%s is damaged: %w; delete it to begin the set-up's list again", path, err)
	}
	return p, nil
}

// Save writes the progress to a file of mode 0600, at once or not at all.
func (p *Progress) Save(path string) (err error) {
	data, err := json.MarshalIndent(p, "", "  ")
	if err != nil {
		return fmt.Errorf("write the progress of the set-up: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("write the progress of the set-up: %w", err)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".progress-*") // mode 0600
	if err != nil {
		return fmt.Errorf("write the progress of the set-up: %w", err)
	}
	defer func() {
		if err != nil {
			os.Remove(f.Name())
		}
	}()
	if _, err = f.Write(append(data, '\n')); err != nil {
		f.Close()
		return fmt.Errorf("write the progress of the set-up: %w", err)
	}
	if err = f.Close(); err != nil {
		return fmt.Errorf("write the progress of the set-up: %w", err)
	}
	return os.Rename(f.Name(), path)
}

// Clone gives a copy that shares nothing with p, so that it can be kept while p changes.
func (p *Progress) Clone() Progress {
	c := *p
	c.Steps, c.Draft = maps.Clone(p.Steps), maps.Clone(p.Draft)
	if p.Token != nil {
		token := *p.Token
		c.Token = &token
	}
	return c
}

// Registering tells since when the registration is waited for: it was started, and neither the
// appliance's place in the portal nor the module was seen since.
func (p *Progress) Registering() (since time.Time, yes bool) {
	if p.RegisteredAt.IsZero() || p.Steps["device"].Done || p.Steps["module"].Done {
		return time.Time{}, false
	}
	return p.RegisteredAt, true
}
