package historyscreen

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"go.uber.org/goleak"

	"ctrace/internal/history"
	"ctrace/internal/verify"
	"ctrace/tui/eventtest"
	"ctrace/tui/intent"
	"ctrace/tui/theme"
	"ctrace/tui/viewtest"
)

func TestMain(m *testing.M) {
	time.Local = time.UTC // goldens show local times
	goleak.VerifyTestMain(m)
}

// fake is a history in memory.
type fake struct {
	runs   []history.Run
	events map[string][]history.Event
	err    error
}

func (f *fake) List(context.Context, history.Filter) ([]history.Run, error) { return f.runs, f.err }

func (f *fake) Get(_ context.Context, token string) (history.Run, []history.Event, error) {
	return history.Run{Token: token}, f.events[token], f.err
}

// add keeps a script as a run, begun some minutes after the first one.
func (f *fake) add(t *testing.T, token string, script []verify.Event, minutes int) {
	t.Helper()
	r := history.Run{Token: token, Profile: "example", State: history.Running, StartedAt: eventtest.Begin.Add(time.Duration(minutes) * time.Minute)}
	for _, e := range script {
		line, err := verify.MarshalEvent(e)
		if err != nil {
			t.Fatal(err)
		}
		f.events[token] = append(f.events[token], history.Event{Kind: e.Kind(), Data: line})
		r.UpdatedAt = r.StartedAt.Add(e.Time().Sub(eventtest.Begin))
		if end, ok := e.(verify.Ended); ok {
			r.State, r.Verdict, r.EndedAt = history.Finished, string(end.Result.Verdict), r.UpdatedAt
			if r.Result, err = json.Marshal(end.Result); err != nil {
				t.Fatal(err)
			}
		}
	}
	f.runs = append(f.runs, r)
}

func store(t *testing.T) *fake {
	f := &fake{events: map[string][]history.Event{}}
	f.add(t, "20261123T150705Z-000000000003", eventtest.NotSeen(), 3)
	f.add(t, "20261123T150605Z-000000000002", eventtest.Verified()[:30], 2)
	f.add(t, "20261123T150505Z-000000000001", eventtest.Refused(), 1)
	f.add(t, eventtest.Token, eventtest.Verified(), 0)
	return f
}

func shown(t *testing.T, f *fake, w, h int) *Screen {
	t.Helper()
	s := New(t.Context(), Options{Theme: viewtest.Theme(theme.Options{}), Store: f, Zone: time.UTC, Now: func() time.Time { return eventtest.Begin }})
	t.Cleanup(s.Close)
	s.SetSize(w, h)
	send(s, intent.Shown{})
	return s
}

// send gives a message, and then what its commands give.
func send(s *Screen, msg tea.Msg) (last tea.Msg) {
	_, cmd := s.Update(msg)
	for cmd != nil {
		last = cmd()
		if batch, ok := last.(tea.BatchMsg); ok {
			for _, c := range batch {
				if c != nil {
					last = c()
					s.Update(last)
				}
			}
			return last
		}
		_, cmd = s.Update(last)
	}
	return last
}

func press(s *Screen, names ...string) (last tea.Msg) {
	for _, n := range names {
		last = send(s, viewtest.Key(n))
	}
	return last
}

func TestTheScreenIsDrawn(t *testing.T) {
	for _, size := range viewtest.Sizes() {
		w, h := size.W-2, size.H-6
		for name, keys := range map[string][]string{
			"list": nil, "filter": {"/", "refused", "enter"}, "open": {"end", "enter"}, "killed": {"j", "enter"},
			"compared": {" ", "end", " ", "="},
		} {
			t.Run(size.Name+"/"+name, func(t *testing.T) {
				s := shown(t, store(t), w, h)
				press(s, keys...)
				viewtest.Golden(t, s.View(), w, h)
			})
		}
	}
}

func TestTimesAreInTheZoneOfTheProfile(t *testing.T) {
	s := shown(t, store(t), 140, 34)
	s.o.Zone = time.FixedZone("KST", 9*3600)
	send(s, intent.Shown{})
	if got := viewtest.Text(s.View()); !strings.Contains(got, "2026-11-24 00:04:05") {
		t.Errorf("the list does not show Seoul's time:\n%s", got)
	}
	press(s, "end", "enter")
	if got := viewtest.Text(s.View()); !strings.Contains(got, "2026-11-24 00:04:14") {
		t.Errorf("the run does not show Seoul's time:\n%s", got)
	}
}

func TestStatesOfTheList(t *testing.T) {
	t.Run("empty", func(t *testing.T) {
		s := shown(t, &fake{}, 78, 18)
		if got := viewtest.Text(s.View()); !strings.Contains(got, "No run yet") {
			t.Errorf("an empty history does not say what to do:\n%s", got)
		}
		if n, ok := press(s, "enter").(intent.Notice); !ok || !strings.Contains(n.Text.String(), "no run") {
			t.Error("enter without a run says nothing")
		}
	})
	t.Run("failure", func(t *testing.T) {
		s := shown(t, &fake{err: errors.New("history.db is locked")}, 78, 18)
		if got := viewtest.Text(s.View()); !strings.Contains(got, "history.db is locked") {
			t.Errorf("a failure is not shown:\n%s", got)
		}
	})
}

func TestOpeningAndGoingBack(t *testing.T) {
	s := shown(t, store(t), 78, 18)
	press(s, "end", "enter")
	if got := viewtest.Text(s.View()); !strings.Contains(got, "VERIFIED") {
		t.Fatalf("the run is not shown:\n%s", got)
	}
	press(s, "t")
	if got := viewtest.Text(s.View()); !strings.Contains(got, "SMTP transcript") {
		t.Errorf("t does not show the transcript of a past run:\n%s", got)
	}
	press(s, "esc", "esc")
	if !s.listed() {
		t.Error("esc twice does not go back to the list")
	}
}

func TestRunningAgain(t *testing.T) {
	s := shown(t, store(t), 78, 18)
	if v, ok := press(s, "r").(intent.Verify); !ok || v.Resume != "" {
		t.Error("r does not ask for a new run")
	}
	if v, ok := press(s, "j", "c").(intent.Verify); !ok || !strings.HasSuffix(v.Resume, "002") {
		t.Error("c does not continue the run that was killed")
	}
	press(s, "enter")
	if v, ok := press(s, "c").(intent.Verify); !ok || v.Resume != eventtest.Token { // the token of its events
		t.Error("c in an open run does not continue it")
	}
	if n, ok := press(s, "esc", "end", "c").(intent.Notice); !ok || !strings.Contains(n.Text.String(), "verified already") {
		t.Error("c on a verified run does not say why not")
	}
}

func TestComparingNeedsTwo(t *testing.T) {
	s := shown(t, store(t), 118, 34)
	if n, ok := press(s, " ", "=").(intent.Notice); !ok || !strings.Contains(n.Text.String(), "mark two") {
		t.Error("= with one mark does not say what is missing")
	}
	press(s, " ", "=")
	if got := viewtest.Text(s.View()); !strings.Contains(got, "Two runs compared") {
		t.Errorf("nothing is compared:\n%s", got)
	}
}

func TestHostileHistory(t *testing.T) {
	for _, x := range viewtest.Hostile() {
		f := &fake{events: map[string][]history.Event{}}
		for i, script := range [][]verify.Event{eventtest.Verified(), eventtest.Refused()} {
			f.add(t, "token"+string(rune('0'+i)), eventtest.Poison(script, x), i)
			f.runs[i].Profile = x
		}
		s := shown(t, f, 118, 34)
		for _, k := range []string{"j", "enter", "t", "esc", "esc", " ", "home", " ", "="} {
			press(s, k)
			viewtest.Shape(t, s.View(), 118, 34)
			viewtest.Safe(t, s.View())
		}
	}
}

func TestAnOlderReadingIsDropped(t *testing.T) {
	s := shown(t, store(t), 78, 18)
	_, first := s.Update(intent.Shown{})
	s.o.Store = &fake{}
	send(s, intent.Shown{})
	s.Update(first())
	if s.table.Total() != 0 {
		t.Error("an older answer replaced the newer one")
	}
}
