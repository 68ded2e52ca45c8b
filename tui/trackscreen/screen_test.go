package trackscreen

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/esa"
	"ctrace/internal/quarantine"
	"ctrace/internal/tracking"
	"ctrace/tui/intent"
	"ctrace/tui/viewtest"
)

func TestTheScreenIsDrawn(t *testing.T) {
	for _, size := range viewtest.Sizes() {
		w, h := size.W-2, size.H-6
		golden := func(name string, prepare func(t *testing.T) *Screen) {
			t.Run(size.Name+"/"+name, func(t *testing.T) { viewtest.Golden(t, prepare(t).View(), w, h) })
		}
		keys := func(names ...string) func(*testing.T) *Screen {
			return func(t *testing.T) *Screen {
				s := shown(t, appliance(60), w, h)
				press(s, names...)
				return s
			}
		}
		golden("list", keys())
		golden("search", keys("n", " s"))
		golden("wrong", keys("n", " sujbect:x", "enter"))
		golden("form", keys("F", "tab", "boss@"))
		golden("columns", keys("C", "j", " "))
		golden("export", keys(" ", " ", "e", "tab"))
		golden("marked", keys(" ", " ", "j", " ", "t"))
		golden("saved", func(t *testing.T) *Screen {
			s := shown(t, appliance(60), w, h)
			s.o.Searches = tracking.OpenSearches(filepath.Join(t.TempDir(), "s.json"))
			drive(t, s, viewtest.Key("W"), func() bool { return true })
			press(s, "phish of the week", "enter", "w")
			return s
		})
		golden("message", func(t *testing.T) *Screen {
			s := shown(t, appliance(60), w, h)
			drive(t, s, viewtest.Key("enter"), told(s))
			return s
		})
		golden("message-reading", func(t *testing.T) *Screen {
			s := shown(t, appliance(60), w, h)
			press(s, "enter")
			return s
		})
		golden("searching", func(t *testing.T) *Screen {
			s := newScreen(t, options(appliance(0)), w, h)
			s.Update(intent.Shown{})
			return s
		})
		golden("slow", func(t *testing.T) *Screen {
			s := newScreen(t, options(appliance(0)), w, h)
			s.Update(intent.Shown{})
			s.o.Now = func() time.Time { return noon.Add(12 * time.Second) }
			s.Update(timerMsg{s.timer})
			return s
		})
		golden("none", func(t *testing.T) *Screen { return shown(t, appliance(0), w, h) })
		golden("some", func(t *testing.T) *Screen { return shown(t, appliance(700), w, h) })
		golden("failed", func(t *testing.T) *Screen {
			f := appliance(700)
			s := shown(t, f, w, h)
			f.change(func() { f.err = &esa.Error{Status: 502, Kind: esa.KindProxyHTML} })
			drive(t, s, viewtest.Key("end"), idle(s))
			return s
		})
		golden("two", func(t *testing.T) *Screen {
			b := appliance(30)
			for i := range b.messages {
				b.messages[i].Serial, b.messages[i].Time = "SN2", b.messages[i].Time.Add(-20*time.Second)
			}
			down := appliance(0)
			down.err = &esa.Error{Kind: esa.KindNetwork}
			s := newScreen(t, options(appliance(60), b, down), w, h)
			drive(t, s, intent.Shown{}, idle(s))
			return s
		})
	}
}

func TestPagesAreFetchedAhead(t *testing.T) {
	f := appliance(1000)
	s := shown(t, f, 78, 18)
	if f.questions() != 2 || s.table.Total() != 200 {
		t.Fatalf("%d rows by %d questions for a screen of 15, want two pages", s.table.Total(), f.questions())
	}
	if got := viewtest.Text(s.View()); !strings.Contains(got, "200 messages so far, back to Nov 23 09:41") {
		t.Errorf("the count claims more than is known:\n%s", got)
	}
	for !s.search.Complete() {
		drive(t, s, viewtest.Key("end"), idle(s))
	}
	if s.table.Total() != 1000 {
		t.Errorf("%d rows, want all 1000", s.table.Total())
	}
	if got := viewtest.Text(s.View()); strings.Contains(got, "so far") || !strings.Contains(got, "1000 messages") {
		t.Errorf("a complete result is still called so far:\n%s", got)
	}
}

func TestEverythingCanBeFetchedAndStopped(t *testing.T) {
	f := appliance(5000)
	s := shown(t, f, 78, 18)
	stopped := 0
	drive(t, s, viewtest.Key("L"), func() bool {
		if stopped == 0 && s.table.Total() >= 1000 {
			press(s, "esc")
			stopped = s.table.Total()
		}
		return stopped > 0 && !s.search.Working()
	})
	if s.table.Total() > stopped+100 {
		t.Errorf("%d rows came after it was stopped", s.table.Total()-stopped)
	}
	drive(t, s, viewtest.Key("L"), func() bool { return s.search.Complete() })
	if s.table.Total() != 5000 {
		t.Errorf("%d rows, want 5000", s.table.Total())
	}
}

func TestAFailureKeepsWhatIsThereAndRecovers(t *testing.T) {
	f := appliance(1000)
	s := shown(t, f, 118, 18)
	f.change(func() { f.err = &esa.Error{Status: 502, Kind: esa.KindProxyHTML} })
	drive(t, s, viewtest.Key("end"), idle(s))
	got := viewtest.Text(s.View())
	if s.table.Total() != 200 || !strings.Contains(got, "answers with a web page, not data (HTTP 502)") || !strings.Contains(got, "again in 2 s") {
		t.Errorf("after a failure %d rows are left and the screen says\n%s", s.table.Total(), got)
	}
	f.change(func() { f.err = nil })
	s.o.Now = func() time.Time { return noon.Add(2 * time.Second) }
	drive(t, s, timerMsg{s.timer}, idle(s))
	if got := viewtest.Text(s.View()); s.table.Total() <= 200 || strings.Contains(got, "502") {
		t.Errorf("it did not recover: %d rows\n%s", s.table.Total(), got)
	}
	f.change(func() { f.err = &esa.Error{Status: 403, Kind: esa.KindRole} })
	drive(t, s, viewtest.Key("end"), idle(s))
	if got := viewtest.Text(s.View()); !strings.Contains(got, "ctrl+r retries") {
		t.Errorf("a failure that stays is tried again by itself:\n%s", got)
	}
}

func TestFollowingPutsNewRowsInFront(t *testing.T) {
	f := appliance(10)
	s := shown(t, f, 118, 18)
	press(s, "j", "j")
	f.change(func() { f.messages = append([]esa.Message{mail(-1)}, f.messages...) })
	drive(t, s, viewtest.Key("f"), func() bool { return s.table.Total() == 11 })
	if s.table.Selected().Subject != "Invoice 2" {
		t.Errorf("the selection moved to %s", s.table.Selected().Subject)
	}
	got := viewtest.Text(s.View())
	if !strings.Contains(got, "following, 1 new") || !strings.Contains(strings.Split(got, "\n")[headLines+1], "•") {
		t.Errorf("following, or the new row, is not shown:\n%s", got)
	}
	press(s, "f")
	s.o.Now = func() time.Time { return noon.Add(time.Hour) }
	if n := len(s.search.Next(s.o.Now())); n != 0 {
		t.Errorf("%d questions about new messages after following was ended", n)
	}
}

func TestTheSearchLine(t *testing.T) {
	f := appliance(3)
	s := shown(t, f, 78, 18)
	press(s, "n")
	if !s.Typing() {
		t.Fatal("n does not edit the search")
	}
	press(s, " sta")
	press(s, "tab", "quarantined")
	drive(t, s, viewtest.Key("enter"), idle(s))
	if q := f.asked[len(f.asked)-1]; q.Status != esa.StatusQuarantined {
		t.Errorf("the search asks for status %q", q.Status)
	}
	press(s, "n", " status:nonsense", "enter")
	if got := viewtest.Text(s.View()); s.wrong == nil || !strings.Contains(got, "column") {
		t.Errorf("a wrong search does not say where it is wrong:\n%s", got)
	}
}

func TestTheForm(t *testing.T) {
	f := appliance(3)
	s := shown(t, f, 78, 18)
	s.line.Set("since:2d host:esa9 subject~old")
	press(s, "F")
	if !s.Typing() {
		t.Fatal("the form does not take text")
	}
	for range len("old") {
		press(s, "backspace")
	}
	press(s, "=two words", "tab", "a@b.example")
	drive(t, s, viewtest.Key("enter"), idle(s))
	q := f.asked[len(f.asked)-1]
	if q.Subject != (esa.TextFilter{Operator: esa.Is, Value: "two words"}) || q.EnvelopeSender.Value != "a@b.example" || q.Host != "esa9" || !q.Start.Equal(noon.Add(-48*time.Hour)) {
		t.Errorf("the form asks for %+v (line %s)", q, s.line.Value())
	}
	press(s, "F", "tab", "tab", "tab")
	for range len("2d") {
		press(s, "backspace")
	}
	drive(t, s, viewtest.Key("3d"), func() bool { return true })
	press(s, "enter")
	if got := s.line.Value(); !strings.Contains(got, "time:3d") || strings.Contains(got, "since") {
		t.Errorf("the line is %s", got)
	}
}

func TestANewSearchDropsTheOldOne(t *testing.T) {
	f := appliance(3)
	f.silent = true
	s := newScreen(t, options(f), 78, 18)
	_, cmd := s.Update(intent.Shown{})
	old := make(chan tea.Msg, 1)
	go func() { old <- firstAnswer(cmd) }()
	press(s, "n", " x")
	s.Update(viewtest.Key("enter")) // its commands are not run
	msg := <-old
	if m, ok := msg.(answerMsg); !ok || !errors.Is(m.answer.Err(), context.Canceled) {
		t.Errorf("the old search gave %v, want that it was cancelled", msg)
	}
	s.Update(msg)
	if s.search.Sources()[0].Failure != nil {
		t.Error("the end of the old search is taken for a failure of the new one")
	}
}

// firstAnswer runs a batch's commands until one gives an answer.
func firstAnswer(cmd tea.Cmd) tea.Msg {
	switch msg := cmd().(type) {
	case tea.BatchMsg:
		for _, c := range msg {
			if c == nil {
				continue
			}
			if m, ok := firstAnswer(c).(answerMsg); ok {
				return m
			}
		}
	case answerMsg:
		return msg
	}
	return nil
}

func TestSavedSearches(t *testing.T) {
	f := appliance(3)
	s := shown(t, f, 78, 18)
	if cmd := press(s, "w"); cmd == nil || s.overlay != nil {
		t.Error("without a place for searches the list opens")
	}
	s.o.Searches = tracking.OpenSearches(filepath.Join(t.TempDir(), "searches.json"))
	s.line.Set("from:boss@ since:3d")
	press(s, "W", "boss", "enter")
	s.line.Set("since:1h")
	press(s, "w")
	drive(t, s, viewtest.Key("enter"), idle(s))
	if s.line.Value() != "from:boss@ since:3d" || f.asked[len(f.asked)-1].EnvelopeSender.Value != "boss@" {
		t.Errorf("the saved search is %q", s.line.Value())
	}
	press(s, "w", "x", "esc")
	if all, err := s.o.Searches.List(); err != nil || len(all) != 0 {
		t.Errorf("after forgetting it: %v, %v", all, err)
	}
}

func TestExport(t *testing.T) {
	s := shown(t, appliance(5), 78, 18)
	s.o.Dir = t.TempDir()
	press(s, " ", "j", " ", "e")
	drive(t, s, viewtest.Key("enter"), func() bool { return len(files(t, s.o.Dir)) == 1 })
	name := files(t, s.o.Dir)[0]
	text, err := os.ReadFile(filepath.Join(s.o.Dir, name))
	if err != nil || strings.Count(string(text), "\n") != 3 || !strings.Contains(string(text), "Invoice 2") {
		t.Errorf("%s holds %q, %v; want a heading and the two marked rows", name, text, err)
	}
	if info, err := os.Stat(filepath.Join(s.o.Dir, name)); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	press(s, "e")
	var notice intent.Notice
	_, cmd := s.Update(viewtest.Key("enter"))
	if m, ok := cmd().(doneMsg); ok {
		notice = m.notice
	}
	if notice.Level != intent.Error || !strings.Contains(notice.Text.String(), "exists already") {
		t.Errorf("the second export says %q", notice.Text.String())
	}
}

func files(t *testing.T, dir string) []string {
	t.Helper()
	all, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, f := range all {
		out = append(out, f.Name())
	}
	return out
}

func TestInvestigatingAndCopying(t *testing.T) {
	s := shown(t, appliance(5), 78, 18)
	press(s, " ", " ")
	i, ok := press(s, "i")().(intent.Investigate)
	if !ok || !strings.Contains(i.Query, `"1000"`) || !strings.Contains(i.Query, `"1001"`) {
		t.Errorf("i asks for %v", i)
	}
	if c, ok := press(s, "y")().(intent.Copy); !ok || c.Value != "1002" {
		t.Errorf("y copies %v", c)
	}
	drive(t, s, viewtest.Key("enter"), told(s))
	if c, ok := press(s, "y")().(intent.Copy); !ok || c.Value != "1002" {
		t.Errorf("y in the message copies %v", c)
	}
	if i, ok := press(s, "i")().(intent.Investigate); !ok || !strings.Contains(i.Query, "id0@example.com") {
		t.Errorf("i in the message asks for %v", i)
	}
	press(s, "esc")
	if s.page != nil {
		t.Error("esc does not go back")
	}
}

func TestTheZone(t *testing.T) {
	s := shown(t, appliance(1), 78, 18)
	if got := viewtest.Text(s.View()); !strings.Contains(got, "11-23 13:00:00") {
		t.Errorf("the time is not the analyst's:\n%s", got)
	}
	press(s, "t")
	if got := viewtest.Text(s.View()); !strings.Contains(got, "11-23 12:00:00") || !strings.Contains(got, "appliance's time") {
		t.Errorf("the time is not the appliance's:\n%s", got)
	}
}

// keeper is an empty quarantine.
type keeper struct{ quarantine.Keeper }

func (keeper) SearchQuarantine(context.Context, esa.QuarantineQuery) (esa.QuarantinePage, error) {
	return esa.QuarantinePage{}, nil
}

func TestTheQuarantinesAreReachedFromTheList(t *testing.T) {
	if n, ok := press(shown(t, appliance(3), 78, 18), "Q")().(intent.Notice); !ok || n.Level != intent.Warning {
		t.Errorf("without quarantines Q gives %v", n)
	}
	o := options(appliance(3))
	o.Quarantines = []quarantine.Source{{Name: "esa1", Keeper: keeper{}}}
	s := newScreen(t, o, 78, 18)
	drive(t, s, intent.Shown{}, idle(s))
	drive(t, s, viewtest.Key("Q"), func() bool { return strings.Contains(viewtest.Text(s.View()), "holds nothing") })
	press(s, "esc")
	if got := viewtest.Text(s.View()); !strings.Contains(got, "Invoice 0") {
		t.Errorf("esc does not go back:\n%s", got)
	}
}

// TestTheSameSearchAgainKeepsItsRows until there is an answer, and then has those of the answer only.
func TestTheSameSearchAgainKeepsItsRows(t *testing.T) {
	f := appliance(30)
	s := shown(t, f, 100, 30)
	press(s, "j", "j")
	f.change(func() { f.err = &esa.Error{Kind: esa.KindServer, Status: 500, Message: "restarting"} })
	drive(t, s, viewtest.Key("ctrl+r"), idle(s))
	if got := viewtest.Text(s.View()); s.table.Total() != 30 || !strings.Contains(got, "Invoice 2") || !strings.Contains(got, "fails (HTTP 500)") {
		t.Fatalf("%d rows are left:\n%s", s.table.Total(), got)
	}
	f.change(func() { f.err, f.messages = nil, f.messages[1:3] })
	drive(t, s, viewtest.Key("ctrl+r"), idle(s))
	if r := s.table.Selected(); s.table.Total() != 2 || r == nil || r.Subject != "Invoice 2" {
		t.Errorf("%d rows, selected %v, want the 2 of the answer and the same one selected", s.table.Total(), r)
	}
	f.change(func() { f.messages = nil })
	drive(t, s, viewtest.Key("ctrl+r"), idle(s))
	if got := viewtest.Text(s.View()); s.table.Total() != 0 || !strings.Contains(got, "There is no message") {
		t.Errorf("%d rows of nothing:\n%s", s.table.Total(), got)
	}
}
