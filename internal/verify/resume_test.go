package verify

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"ctrace/esa/testmail"
)

// memory is a Journal.
type memory struct {
	lines    [][]byte
	begun    int
	reopened int
	verdict  string
	fails    bool
}

func (m *memory) Begin(context.Context, string, string, json.RawMessage, time.Time) error {
	m.begun++
	return nil
}

func (m *memory) Reopen(context.Context, string) error { m.reopened++; return nil }

func (m *memory) Append(_ context.Context, _ string, _ time.Time, _ string, event json.RawMessage) error {
	if m.fails {
		return errors.New("disk full")
	}
	m.lines = append(m.lines, event)
	return nil
}

func (m *memory) Finish(_ context.Context, _ string, _ time.Time, verdict string, _ json.RawMessage) error {
	m.verdict = verdict
	return nil
}

// TestResumeAfterKill cuts a recorded run after each of its events, as a kill would, and resumes it:
// it ends verified and never sends again.
func TestResumeAfterKill(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, journal := newWorld(), &memory{}
		w.sightings = seesMessageID
		if _, err := Run(t.Context(), testPlan(), w.deps(), Recorder(t.Context(), journal, func(Event) {}, nil)); err != nil {
			t.Fatal(err)
		}
		if journal.begun != 1 || journal.verdict != string(Verified) {
			t.Fatalf("begun %d times, finished as %q", journal.begun, journal.verdict)
		}
		lines := journal.lines
		handed := false
		for n := range lines {
			rec, err := ReadRecord(lines[:n+1])
			if err != nil {
				t.Fatal(err)
			}
			last := rec.Events[n]
			handed = handed || last.Kind() == "sending"
			again := &memory{}
			r, err := Resume(t.Context(), rec, Plan{Profile: "test"}, w.deps(), Recorder(t.Context(), again, func(Event) {}, nil))
			if !handed {
				if !errors.Is(err, ErrNothingToResume) {
					t.Fatalf("killed after %s: error %v", last.Kind(), err)
				}
				continue
			}
			if err != nil || r.Verdict != Verified || r.Token != testToken {
				t.Fatalf("killed after %s: %s %s, error %v", last.Kind(), r.Verdict, problemCodes(r), err)
			}
			if again.begun != 0 || again.reopened != 1 {
				t.Errorf("killed after %s: begun %d times, reopened %d times", last.Kind(), again.begun, again.reopened)
			}
		}
		if w.sends != 1 {
			t.Errorf("sent %d times", w.sends)
		}
	})
}

func TestResumeOfARefusedRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, journal := newWorld(), &memory{}
		w.sendErr = &testmail.Error{Stage: testmail.StageData, Class: testmail.ClassRefused, Code: 554}
		if _, err := Run(t.Context(), testPlan(), w.deps(), Recorder(t.Context(), journal, func(Event) {}, nil)); err != nil {
			t.Fatal(err)
		}
		rec, err := ReadRecord(journal.lines)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Resume(t.Context(), rec, Plan{}, w.deps(), func(Event) {}); !errors.Is(err, ErrNothingToResume) {
			t.Errorf("error %v", err)
		}
		if result := rec.Result(); result == nil || result.Verdict != Refused {
			t.Errorf("recorded result %+v", result)
		}
	})
}

// TestResumeLater: a run that was pending is taken up a day later and finds its message at once.
func TestResumeLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, journal := newWorld(), &memory{}
		w.visible, w.sightings = time.Hour, seesMessageID
		r, err := Run(t.Context(), testPlan(), w.deps(), Recorder(t.Context(), journal, func(Event) {}, nil))
		if err != nil || r.Verdict != Pending {
			t.Fatalf("verdict %s, error %v", r.Verdict, err)
		}
		time.Sleep(20 * time.Hour)
		rec, err := ReadRecord(journal.lines)
		if err != nil {
			t.Fatal(err)
		}
		begin := time.Now()
		r, err = Resume(t.Context(), rec, Plan{}, w.deps(), func(Event) {})
		if err != nil || r.Verdict != Verified || w.sends != 1 {
			t.Fatalf("verdict %s after %d sends, error %v", r.Verdict, w.sends, err)
		}
		if took := time.Since(begin); took > 2*time.Second {
			t.Errorf("found after %s", took)
		}
	})
}

func TestRecorderGoesOnWithoutHistory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, journal := newWorld(), &memory{fails: true}
		w.sightings = seesMessageID
		failures := 0
		r, err := Run(t.Context(), testPlan(), w.deps(), Recorder(t.Context(), journal, func(Event) {}, func(error) { failures++ }))
		if err != nil || r.Verdict != Verified || failures != 1 {
			t.Errorf("verdict %s, error %v, told of the failure %d times", r.Verdict, err, failures)
		}
	})
}
