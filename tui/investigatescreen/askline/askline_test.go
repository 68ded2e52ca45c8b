package askline

import (
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/ctr/observable"
	"ctrace/tui/theme"
	"ctrace/tui/viewtest"
)

var (
	address = observable.Observable{Type: observable.IP, Value: "203.0.113.66"}
	subject = observable.Observable{Type: observable.EmailSubject, Value: "Invoice, 4711"}
)

func TestRead(t *testing.T) {
	for _, tc := range []struct {
		name, text   string
		query, found []observable.Observable
		problem      bool
		invalid      string
	}{
		{name: "a query", text: `ip:203.0.113.66 email_subject:"Invoice, 4711"`, query: []observable.Observable{address, subject}},
		{name: "lines", text: "203.0.113.66\n203[.]0[.]113[.]66\n", query: []observable.Observable{address}},
		{name: "a report", text: "It came from 203.0.113.66, they say.", found: []observable.Observable{address}, problem: true},
		{name: "a value that is none", text: `ip:"203.0.113.66" email:"Accounts"`, found: []observable.Observable{address}, invalid: "Accounts"},
		{name: "nothing", text: "what is this", problem: true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := Read(tc.text)
			if observable.Format(r.Query) != observable.Format(tc.query) || observable.Format(r.Found) != observable.Format(tc.found) {
				t.Errorf("query %v, found %v", r.Query, r.Found)
			}
			if (r.Problem != nil) != tc.problem || !strings.Contains(r.Invalid, tc.invalid) {
				t.Errorf("problem %v, invalid %q", r.Problem, r.Invalid)
			}
		})
	}
}

func TestCompletionAndEarlierLines(t *testing.T) {
	l := New(viewtest.Theme(theme.Options{}))
	l.SetPast([]string{`domain:"example.org"`})
	l.Focus("")
	if b := l.Below(60, 10); !strings.Contains(b.String(), "earlier") {
		t.Errorf("an empty line does not offer what was looked up before: %s", b)
	}
	for _, r := range "email_subj" {
		l.Update(viewtest.Key(string(r)))
	}
	l.Update(viewtest.Key("tab"))
	if got := l.field.Value(); !strings.HasPrefix(got, "email_subject:") {
		t.Errorf("tab made %q", got)
	}
	l.Update(viewtest.Key("enter"))
	if r := l.Found(Read("what is this")); r.Left || l.problem == nil {
		t.Errorf("a text that cannot be read gives %+v", r)
	}
	if b := viewtest.Text(l.Below(60, 10).String()); !strings.Contains(b, "there should be") {
		t.Errorf("it does not say what should be there:\n%s", b)
	}
}

// FuzzLine has anything be typed, pasted and read: the line keeps its width and draws nothing but text.
func FuzzLine(f *testing.F) {
	for _, x := range viewtest.Hostile() {
		f.Add(x)
	}
	f.Add(`email_subject:"a\"b" 203.0.113.66` + "\n" + `sha256:"`)
	th := viewtest.Theme(theme.Options{})
	f.Fuzz(func(t *testing.T, text string) {
		l := New(th)
		l.SetPast([]string{text})
		l.Focus("")
		check := func() {
			t.Helper()
			viewtest.Shape(t, l.Draw(40).String(), 40, 1)
			viewtest.Safe(t, l.Draw(40).String())
			viewtest.Safe(t, l.Below(40, 8).String())
		}
		check()
		l.Update(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(text), Paste: true})
		check()
		l.Update(viewtest.Key("left"))
		check()
		l.Found(Read(text))
		check()
		viewtest.Shape(t, Paint(th, text, 40).String(), 40, 1)
		viewtest.Safe(t, Paint(th, text, 40).String())
	})
}

func TestWhatIsFoundCanBeLeftOut(t *testing.T) {
	l := New(viewtest.Theme(theme.Options{}))
	paste := "Sent by a@example.com and b@example.com\rfrom 203[.]0[.]113[.]66\rSubject: Invoice, 4711\rHello"
	l.Focus("")
	l.Found(Read(paste))
	if !l.Deciding() || !strings.Contains(l.Draw(80).String(), "4 observables") {
		t.Fatalf("found %s", l.Draw(80))
	}
	l.Inspects()
	host := observable.Observable{Type: observable.Hostname, Value: "mail-desk"}
	l.Inspected([]observable.Observable{address, host, {Type: observable.Email, Value: "nobody"}}, false)
	shown := l.Below(80, 20).String()
	if strings.Count(shown, "Ctrace alone") != 3 || strings.Count(shown, "Threat Response alone") != 1 {
		t.Errorf("what only one has found is not marked:\n%s", shown)
	}
	for _, k := range []string{"t", "end", "k", " "} { // no address of mail, and not the subject
		l.Update(viewtest.Key(k))
	}
	want := observable.Format([]observable.Observable{address, host})
	if got := observable.Format(l.Update(viewtest.Key("enter")).Observables); got != want {
		t.Errorf("looks up %s, want %s", got, want)
	}
	for _, k := range []string{"home", "j", "j", " ", "end", " "} {
		l.Update(viewtest.Key(k))
	}
	if r := l.Update(viewtest.Key("enter")); len(r.Observables) != 0 || !strings.Contains(l.Below(80, 20).String(), "everything is left out") {
		t.Errorf("with everything left out it looks up %v:\n%s", r.Observables, l.Below(80, 20))
	}
	l.Update(viewtest.Key("esc"))
	if l.Deciding() || !strings.HasPrefix(l.field.Value(), "Sent by a@example.com and b@example.com from") {
		t.Errorf("esc goes to %q", l.field.Value())
	}
}

func TestAMistakeInAQueryIsNamed(t *testing.T) {
	l := New(viewtest.Theme(theme.Options{}))
	l.Focus("")
	l.Found(Read("ip:203.0.113.66 bogus"))
	if shown := l.Below(80, 20).String(); !strings.Contains(shown, "left out: bogus at character 17") {
		t.Errorf("the mistake is not named:\n%s", shown)
	}
}

func TestAMistakeInAReportIsNamed(t *testing.T) {
	l := New(viewtest.Theme(theme.Options{}))
	l.Focus("")
	l.Found(Read("It came from 203.0.113.66, they say,\nas email_mesageid:\"<a@b.example>\" and ip:\"203.0.113.300\"."))
	l.Update(viewtest.Key(" ")) // it stays while the user chooses: nothing moves
	shown := strings.Join(strings.Fields(viewtest.Text(l.Below(80, 20).String())), " ")
	for _, want := range []string{"email_mesageid is no observable type; did you mean email_messageid?", `"203.0.113.300"`} {
		if !strings.Contains(shown, want) {
			t.Errorf("it does not say %s:\n%s", want, shown)
		}
	}
}
