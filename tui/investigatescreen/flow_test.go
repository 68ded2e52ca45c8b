package investigatescreen

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/ctr"
	"ctrace/ctr/ctrtest"
	"ctrace/ctr/observable"
	"ctrace/internal/history"
	"ctrace/tui/intent"
	"ctrace/tui/viewtest"
)

// stuck is a module that answers only when release is closed, or never.
func stuck(release <-chan struct{}) ctrtest.Module {
	return ctrtest.Module{
		Name: "Stuck", Type: ctrtest.ModuleType{Title: "Stuck", Capabilities: []string{"observe"}},
		Backend: ctrtest.ObserveFunc(func(ctx context.Context, _ []observable.Observable) ctrtest.Answer {
			select {
			case <-release:
			case <-ctx.Done():
			}
			return ctrtest.Answer{}
		}),
	}
}

func TestAnswersShowBeforeTheSlowestModule(t *testing.T) {
	release := make(chan struct{})
	_, client := cloud(t, gateway(same), intelligence(same), stuck(release))
	s := newScreen(t, plainTheme(), client, 118, 34)
	cmd := s.lookUp([]observable.Observable{sender, hash}, false)
	at := noon // time goes on, so that lists are made anew
	s.o.Now = func() time.Time { at = at.Add(time.Second); return at }
	drive(t, s, cmd, func() bool {
		done := 0
		for _, m := range s.visit.inv.Modules {
			if m.Done {
				done++
			}
		}
		return done == 2 && len(s.visit.inv.Sightings) == 8
	})
	s.refresh(true)
	s.layout()
	mustHold(t, s, "▲ Malicious", "asking", "2 of 3 modules")
	close(release)
}

// TestWhatStreamsInDoesNotMoveTheSelection holds on to a row while others come before it.
func TestWhatStreamsInDoesNotMoveTheSelection(t *testing.T) {
	release := make(chan struct{})
	late := gateway(same)
	slow := late.Backend
	late.ID, late.Name = "b0b0b0b0-0000-4000-8000-000000000009", "Late gateway"
	late.Backend = ctrtest.ObserveFunc(func(ctx context.Context, obs []observable.Observable) ctrtest.Answer {
		<-release
		return slow.Observe(ctx, obs)
	})
	_, client := cloud(t, gateway(same), late)
	s := newScreen(t, plainTheme(), client, 118, 10) // four rows of sightings show
	msgs := make(chan tea.Msg, 1)
	cmd := s.lookUp([]observable.Observable{sender}, false)
	at := noon
	s.o.Now = func() time.Time { at = at.Add(time.Second); return at }
	viewtest.Drive(t, func(m tea.Msg) tea.Cmd {
		_, c := s.Update(m)
		if b, ok := m.(batchMsg); ok && !b.ended && len(s.visit.inv.Sightings) == 4 { // the next batch is waited for below
			go func() { msgs <- b.from.next(b.request)() }()
			return nil
		}
		return c
	}, cmd, func() bool { return len(s.visit.inv.Sightings) == 4 })
	for _, k := range []string{"right", "]", "]", "down"} {
		s.Update(viewtest.Key(k))
	}
	was, line := s.detail.picked().value, lineOf(s, "▌ 11-22")
	if line < 0 || was == "" {
		t.Fatalf("nothing is selected:\n%s", text(s))
	}
	close(release)
	drive(t, s, func() tea.Msg { return <-msgs }, settled(s))
	if len(s.visit.inv.Sightings) != 8 {
		t.Fatalf("%d sightings came, want 8", len(s.visit.inv.Sightings))
	}
	if got := s.detail.picked().value; got != was {
		t.Errorf("selected is %q, want %q", got, was)
	}
	if got := lineOf(s, "▌ 11-22"); got != line {
		t.Errorf("the selection moved from line %d to %d:\n%s", line, got, text(s))
	}
}

// lineOf is the first line of the screen that holds words, -1 when none does.
func lineOf(s *Screen, words string) int {
	for i, l := range strings.Split(text(s), "\n") {
		if strings.Contains(l, words) {
			return i
		}
	}
	return -1
}

func TestLeavingCancelsAndComingBackGoesOn(t *testing.T) {
	release := make(chan struct{})
	_, client := cloud(t, intelligence(same), stuck(release))
	s := newScreen(t, plainTheme(), client, 118, 34)
	cmd := s.lookUp([]observable.Observable{hash}, false)
	drive(t, s, cmd, func() bool { return s.visit.inv.Findings[0].Disposition != 0 })
	first := s.visit
	s.lookUp([]observable.Observable{address}, false)
	s.layout()
	if first.running || s.visit == first {
		t.Fatal("another look-up leaves the first one running")
	}
	mustHold(t, s, "203[.]0[.]113[.]66")
	s.Update(viewtest.Key("esc")) // stops
	if !s.visit.stopped {
		t.Fatal("esc does not stop the run")
	}
	close(release)
	began := time.Now()
	drive(t, s, s.goBackAfterStop(), settled(s))
	if s.visit != first || s.visit.left || time.Since(began) > 30*time.Second {
		t.Error("coming back does not go on with what leaving had cancelled")
	}
	if f := s.visit.inv.Find(hash); f == nil || !f.Done || f.Disposition == 0 {
		t.Errorf("after coming back: %+v", f)
	}
}

// goBackAfterStop ends the stopped run as its last answer would, and goes back.
func (s *Screen) goBackAfterStop() tea.Cmd {
	s.Update(batchMsg{request: s.request, ended: true, err: context.Canceled, from: newStream()})
	_, cmd := s.Update(viewtest.Key("esc"))
	return cmd
}

func TestClosingEndsEverything(t *testing.T) {
	_, client := cloud(t, intelligence(same), stuck(nil))
	s := newScreen(t, plainTheme(), client, 118, 34)
	s.lookUp([]observable.Observable{hash}, false)
	began := time.Now()
	s.Close()
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("closing took %v", took)
	}
}

func TestTheLineReadsQueriesAndReports(t *testing.T) {
	_, client := cloud(t, intelligence(same))
	s := newScreen(t, plainTheme(), client, 118, 34)
	press(t, s, "n")
	for _, r := range "ha" {
		s.Update(viewtest.Key(string(r)))
	}
	mustHold(t, s, "SHA-256")
	s.Update(viewtest.Key("esc"))
	press(t, s, "n")
	report := "From the mail desk\r\nThe host 203[.]0[.]113[.]66 sent it, hash " + hash.Value + ", please look.\nThanks"
	_, cmd := s.Update(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(report), Paste: true})
	drive(t, s, cmd, func() bool { return strings.Contains(text(s), "2 observables in the text") })
	mustHold(t, s, "203[.]0[.]113[.]66")
	if s.visit != nil {
		t.Fatal("a paste was looked up before anybody said so")
	}
	press(t, s, "enter")
	if got := s.visit.asked; len(got) != 2 || got[0] != address || got[1] != hash {
		t.Errorf("looked up %v", got)
	}
	press(t, s, "n")
	for _, r := range "what is this" {
		s.Update(viewtest.Key(string(r)))
	}
	_, cmd = s.Update(viewtest.Key("enter"))
	drive(t, s, cmd, func() bool {
		return strings.Contains(text(s), "there should be") || strings.Contains(text(s), "nothing in it")
	})
	if !s.line.Focused() {
		t.Error("a text that cannot be read closes the line")
	}
}

func TestOtherScreensAskForALookUp(t *testing.T) {
	_, client := cloud(t, intelligence(same))
	s := newScreen(t, plainTheme(), client, 78, 18)
	_, cmd := s.Update(intent.Investigate{Query: observable.Format([]observable.Observable{hash, address})})
	drive(t, s, cmd, func() bool { return s.visit != nil && !s.visit.running })
	mustHold(t, s, "Malicious", "Suspicious")
}

// journal is a history in memory.
type journal struct {
	mu       sync.Mutex
	looks    []history.Investigation
	actions  []history.Action
	outcomes map[int64]string
	err      error
}

func (j *journal) AddInvestigation(_ context.Context, i history.Investigation) (int64, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.looks = append(j.looks, i)
	return int64(len(j.looks)), j.err
}

func (j *journal) Investigations(context.Context, history.Filter) ([]history.Investigation, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.looks, j.err
}

func (j *journal) AddAction(_ context.Context, a history.Action) (int64, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.actions = append(j.actions, a)
	return int64(len(j.actions)), j.err
}

func (j *journal) SetOutcome(_ context.Context, id int64, outcome, _ string) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.outcomes == nil {
		j.outcomes = map[int64]string{}
	}
	j.outcomes[id] = outcome
	return nil
}

// answerYes drives a command until it asks, and says yes.
func answerYes(t *testing.T, s *Screen, cmd tea.Cmd) (asked intent.Ask, then tea.Cmd) {
	t.Helper()
	done := false
	viewtest.Drive(t, func(m tea.Msg) tea.Cmd {
		if a, ok := m.(intent.Ask); ok {
			asked, done = a, true
			return nil
		}
		_, c := s.Update(m)
		return c
	}, cmd, func() bool { return done })
	_, then = s.Update(asked.Then)
	return asked, then
}

// notices drives a command and gives what it says first.
func noticed(t *testing.T, s *Screen, cmd tea.Cmd) intent.Notice {
	t.Helper()
	var got *intent.Notice
	viewtest.Drive(t, func(m tea.Msg) tea.Cmd {
		if n, ok := m.(intent.Notice); ok {
			got = &n
			return nil
		}
		_, c := s.Update(m)
		return c
	}, cmd, func() bool { return got != nil })
	return *got
}

func TestAResponseActionIsAskedAboutDoneOnceAndKept(t *testing.T) {
	cloud, client := cloud(t, intelligence(same))
	j := &journal{}
	s := newScreen(t, plainTheme(), client, 118, 34)
	s.o.Journal = j
	lookUp(t, s, address)
	_, cmd := s.Update(viewtest.Key("a"))
	drive(t, s, cmd, func() bool { return s.menu != nil && len(s.menu.choices) > 0 })
	title := s.menu.choices[0].label
	_, cmd = s.Update(viewtest.Key("enter"))
	if n := triggers(cloud); n != 0 {
		t.Fatalf("%d actions were done before the question", n)
	}
	asked, cmd := answerYes(t, s, cmd)
	var lines strings.Builder
	for _, l := range asked.Lines {
		lines.WriteString(l.String() + "\n")
	}
	for _, w := range []string{title, "Lab Threat Intelligence", "203[.]0[.]113[.]66"} {
		if !strings.Contains(lines.String(), w) {
			t.Errorf("the question does not name %q:\n%s", w, lines.String())
		}
	}
	if got := s.Runs(); got != "a response action runs" {
		t.Errorf("leaving would ask about %q while an action is under way", got)
	}
	if n := noticed(t, s, cmd); !strings.Contains(n.Text.String(), "done by") {
		t.Errorf("the outcome is told as %q", n.Text.String())
	}
	if n := triggers(cloud); n != 1 || s.Runs() != "" {
		t.Errorf("the action was sent %d times; %q", n, s.Runs())
	}
	if len(j.actions) != 1 || j.outcomes[1] != "done" || !strings.Contains(j.actions[0].Target, "203.0.113.66") {
		t.Errorf("the history has %+v, %v", j.actions, j.outcomes)
	}
}

func triggers(c *ctrtest.Cloud) (n int) {
	for _, r := range c.Requests() {
		if strings.Contains(r.Path, "/respond/trigger/") {
			n++
		}
	}
	return n
}

func TestWithoutTheHistoryNothingIsDone(t *testing.T) {
	cloud, client := cloud(t, intelligence(same))
	s := newScreen(t, plainTheme(), client, 118, 34)
	s.o.Journal = &journal{err: errors.New("the disk is full")}
	lookUp(t, s, address)
	_, cmd := s.Update(viewtest.Key("a"))
	drive(t, s, cmd, func() bool { return s.menu != nil && len(s.menu.choices) > 0 })
	_, cmd = s.Update(viewtest.Key("enter"))
	_, cmd = answerYes(t, s, cmd)
	if n := noticed(t, s, cmd); !strings.Contains(n.Text.String(), "nothing was done") || triggers(cloud) != 0 || s.Runs() != "" {
		t.Errorf("told %q, %d actions sent, %q", n.Text.String(), triggers(cloud), s.Runs())
	}
}

func TestACasebookHasNoTwin(t *testing.T) {
	_, client := cloud(t, intelligence(same))
	s := newScreen(t, plainTheme(), client, 118, 34)
	s.o.Journal = &journal{}
	lookUp(t, s, address, hash)
	keep := func() intent.Notice {
		t.Helper()
		press(t, s, "c")
		_, cmd := s.Update(viewtest.Key("enter")) // new
		if cmd != nil || s.menu == nil || !s.menu.typing() {
			t.Fatal("no title is asked for")
		}
		_, cmd = s.Update(viewtest.Key("enter"))
		_, cmd = answerYes(t, s, cmd)
		n := noticed(t, s, cmd)
		s.Update(viewtest.Key("esc"))
		return n
	}
	if n := keep(); !strings.Contains(n.Text.String(), "2 observables") {
		t.Errorf("the first time says %q", n.Text.String())
	}
	if n := keep(); !strings.Contains(n.Text.String(), "no twin") {
		t.Errorf("the second time says %q", n.Text.String())
	}
	books, err := client.SearchCasebooks(t.Context(), "*", 10)
	if err != nil || len(books) != 1 || len(books[0].Observables) != 2 {
		t.Fatalf("there are %d casebooks, %v: %+v", len(books), err, books)
	}
	press(t, s, "down", "down", "c", "down")
	s.Update(viewtest.Key("enter"))
	_, cmd := s.Update(viewtest.Key("enter"))
	drive(t, s, cmd, func() bool { return s.menu != nil && len(s.menu.choices) == 1 })
	_, cmd = s.Update(viewtest.Key("enter"))
	_, cmd = answerYes(t, s, cmd)
	if n := noticed(t, s, cmd); !strings.Contains(n.Text.String(), "with 1 observable") {
		t.Errorf("adding says %q", n.Text.String())
	}
}

func TestLookUpsAreRememberedAndOffered(t *testing.T) {
	_, client := cloud(t, intelligence(same))
	j := &journal{looks: []history.Investigation{{At: noon.Add(-time.Hour), Query: `domain:"example.org"`}}}
	s := newScreen(t, plainTheme(), client, 118, 34)
	s.o.Journal = j
	_, cmd := s.Update(intent.Shown{})
	drive(t, s, cmd, func() bool { return s.past != nil })
	mustHold(t, s, "Looked up before", `domain:"example.org"`)
	cmd = s.lookUp([]observable.Observable{hash}, false)
	drive(t, s, cmd, func() bool { j.mu.Lock(); defer j.mu.Unlock(); return len(j.looks) == 2 })
	if !strings.Contains(string(j.looks[1].Summary), `"malicious":1`) || j.looks[1].Query != observable.Format([]observable.Observable{hash}) {
		t.Errorf("the history has %s of %s", j.looks[1].Summary, j.looks[1].Query)
	}
	press(t, s, "n")
	mustHold(t, s, "earlier")
	press(t, s, "down", "enter")
	mustHold(t, s, `Look up  `+observable.Format([]observable.Observable{hash}))
}

func TestLinksAreShownBeforeTheyAreOpened(t *testing.T) {
	_, client := cloud(t, intelligence(same))
	s := newScreen(t, plainTheme(), client, 118, 34)
	var opened []string
	s.o.Browse = func(_ context.Context, url string) error { opened = append(opened, url); return nil }
	lookUp(t, s, address)
	press(t, s, "w")
	mustHold(t, s, "Investigate in the console")
	press(t, s, "enter", "down")
	_, cmd := s.Update(viewtest.Key("enter"))
	asked, cmd := answerYes(t, s, cmd)
	if !strings.Contains(asked.Lines[0].String(), "visibility.eu.amp.cisco.com") {
		t.Errorf("the question shows %q first, want the host", asked.Lines[0].String())
	}
	if n := noticed(t, s, cmd); !strings.Contains(n.Text.String(), "visibility.eu.amp.cisco.com") || len(opened) != 1 {
		t.Errorf("opened %v, told %q", opened, n.Text.String())
	}
	for _, bad := range []string{"javascript:alert(1)", "file:///etc/passwd", "-version", "https:///nohost", ""} {
		if n, ok := s.askToBrowse(bad)().(intent.Notice); !ok || n.Level != intent.Warning {
			t.Errorf("%q would be opened", bad)
		}
	}
}

// failing is an exporter of its own.
type failing struct{}

func (failing) Formats() []string { return []string{"txt", "bad"} }

func (failing) Export(_ context.Context, w io.Writer, format, query string, inv *ctr.Investigation) error {
	_, err := io.WriteString(w, query)
	if format == "bad" {
		return errors.New("no space")
	}
	return err
}

func TestExport(t *testing.T) {
	_, client := cloud(t, intelligence(same))
	s := newScreen(t, plainTheme(), client, 118, 34)
	s.o.Dir = t.TempDir()
	lookUp(t, s, hash)
	path := filepath.Join(s.o.Dir, "ctrace-20261123-120000.json")
	press(t, s, "e", "enter")
	_, cmd := s.Update(viewtest.Key("enter"))
	if n := noticed(t, s, cmd); !strings.Contains(n.Text.String(), path) {
		t.Fatalf("told %q", n.Text.String())
	}
	data, err := os.ReadFile(path)
	if err != nil || !json.Valid(data) || !bytes.Contains(data, []byte(hash.Value)) {
		t.Errorf("%v: %d bytes", err, len(data))
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	press(t, s, "e", "enter")
	_, cmd = s.Update(viewtest.Key("enter"))
	if n := noticed(t, s, cmd); n.Level != intent.Error {
		t.Errorf("a file that exists is written over: %q", n.Text.String())
	}
	s.o.Exporter = failing{}
	press(t, s, "e", "down", "enter")
	_, cmd = s.Update(viewtest.Key("enter"))
	if n := noticed(t, s, cmd); !strings.Contains(n.Text.String(), "no space") {
		t.Errorf("told %q", n.Text.String())
	}
	if _, err := os.Stat(filepath.Join(s.o.Dir, "ctrace-20261123-120000.bad")); err == nil {
		t.Error("half a file is left")
	}
}

func TestCopying(t *testing.T) {
	_, client := cloud(t, gateway(same), intelligence(same))
	s := newScreen(t, plainTheme(), client, 118, 34)
	lookUp(t, s, sender, address)
	copied := func(k string) string {
		t.Helper()
		_, cmd := s.Update(viewtest.Key(k))
		c, ok := cmd().(intent.Copy)
		if !ok {
			t.Fatalf("%s gave %v", k, cmd())
		}
		return c.Value
	}
	if got := copied("y"); got != observable.Format([]observable.Observable{sender, address}) {
		t.Errorf("of all: %q", got)
	}
	press(t, s, "down", "down")
	if got := copied("y"); got != address.Value {
		t.Errorf("of one: %q", got)
	}
	press(t, s, "Y", "down")
	if got := copied("enter"); got != "203[.]0[.]113[.]66" {
		t.Errorf("defanged: %q", got)
	}
	press(t, s, "up", "up", "right", "]", "]", "Y", "down")
	press(t, s, "down")
	for i, c := range s.menu.choices {
		if c.label == "JSON" {
			s.menu.at = i
		}
	}
	if got := copied("enter"); !json.Valid([]byte(got)) || !strings.Contains(got, "transient:sighting-3") {
		t.Errorf("JSON: %.200s", got)
	}
}

// held is a Threat Response that asked for quiet.
type held struct {
	*ctr.Client
	released bool
}

func (h *held) Budget() ctr.Budget {
	if h.released {
		return ctr.Budget{Limit: 8000, Remaining: 12}
	}
	return ctr.Budget{Limit: 8000, HeldUntil: noon.Add(time.Hour), RetryAfter: time.Hour}
}

func (h *held) Release() { h.released = true }

func TestAskingInSpiteOfARateLimitIsAQuestion(t *testing.T) {
	_, client := cloud(t, intelligence(same))
	h := &held{Client: client}
	s := newScreen(t, plainTheme(), h, 118, 34)
	lookUp(t, s, hash)
	s.refresh(true)
	s.layout()
	mustHold(t, s, "quiet until 13:00:00")
	_, cmd := s.Update(viewtest.Key("r"))
	if s.visit.running {
		t.Fatal("it asks at once")
	}
	_, cmd = answerYes(t, s, cmd)
	drive(t, s, cmd, settled(s))
	if !h.released || s.visit.err != nil {
		t.Errorf("released %v, %v", h.released, s.visit.err)
	}
	mustHold(t, s, "12 of 8000 requests left")
}

func TestTheCacheIsSaidAndPassed(t *testing.T) {
	c, client := cloud(t, intelligence(same))
	s := newScreen(t, plainTheme(), client, 118, 34)
	lookUp(t, s, hash)
	before := len(c.Requests())
	lookUp(t, s, hash)
	if got := len(c.Requests()); got != before {
		t.Errorf("looking up again makes %d calls", got-before)
	}
	press(t, s, "r")
	if got := len(c.Requests()); got == before {
		t.Error("r makes no call")
	}
	mustHold(t, s, "Malicious")
}

func TestLeavingARefreshKeepsWhatWasKnown(t *testing.T) {
	release := make(chan struct{})
	close(release)
	_, client := cloud(t, intelligence(same), stuck(release))
	s := newScreen(t, plainTheme(), client, 118, 34)
	lookUp(t, s, hash)
	known := s.visit
	s.Update(viewtest.Key("r"))
	if !known.running || !known.again {
		t.Fatal("r does not ask again")
	}
	s.lookUp([]observable.Observable{address}, false)
	if f := known.inv.Find(hash); f.Disposition == 0 || known.next != nil {
		t.Error("leaving a refresh throws away what was known")
	}
}
