package trackscreen

import (
	"strings"
	"testing"
	"time"

	"ctrace/esa"
	"ctrace/tui/intent"
	"ctrace/tui/viewtest"
)

func TestRowsTellWhenAndWho(t *testing.T) {
	newYear := time.Date(2027, 1, 1, 2, 0, 0, 0, time.UTC)
	f := appliance(0)
	for _, at := range []time.Time{newYear, newYear.Add(-5 * time.Hour), newYear.AddDate(-4, 0, 0)} {
		m := mail(len(f.messages))
		m.Time = at
		f.messages = append(f.messages, m)
	}
	f.messages = append(f.messages, esa.Message{ICID: 77, Serial: "SN1", Time: newYear.Add(-time.Hour), SenderIP: "198.51.100.9", SenderGroup: "BLOCKED_LIST", SBRS: "-5.4", Rejected: "Rejected"})
	o := options(f)
	o.Now = func() time.Time { return newYear }
	s := newScreen(t, o, 78, 18)
	drive(t, s, intent.Shown{}, idle(s))
	got := viewtest.Text(s.View())
	for _, want := range []string{"01-01 03:00:00 ", "12-31 22:00:00 ", "2023-01-01 03:00 ", "✗ Rejected     198.51.100.9       BLOCKED_LIST  SBRS -5"} {
		if !strings.Contains(got, want) {
			t.Errorf("the list lacks %q:\n%s", want, got)
		}
	}
}

func TestWhyTheListIsEmpty(t *testing.T) {
	for name, tc := range map[string]struct {
		err  error
		want []string
	}{
		"refused":  {err: &esa.Error{Kind: esa.KindCredentials}, want: []string{"Nothing was read: esa1.example.com refuses", "Check the user name and", "ctrl+r retries"}},
		"away":     {err: &esa.Error{Kind: esa.KindNetwork}, want: []string{"cannot be reached", "Check host, port and firewall", "again in 2 s"}},
		"no match": {want: []string{"There is no message at all in this time.", "only the SMA has it"}},
	} {
		t.Run(name, func(t *testing.T) {
			f := appliance(0)
			f.err = tc.err
			got := viewtest.Text(shown(t, f, 78, 18).View())
			for _, want := range tc.want {
				if !strings.Contains(strings.Join(strings.Fields(got), " "), want) {
					t.Errorf("the screen lacks %q:\n%s", want, got)
				}
			}
			if strings.Contains(got, "Searching") {
				t.Errorf("it seems to search:\n%s", got)
			}
		})
	}
}

func TestAStoppedSearchSaysSo(t *testing.T) {
	f := appliance(0)
	f.silent = true
	s := newScreen(t, options(f), 78, 18)
	s.Update(intent.Shown{})
	press(s, "esc")
	if got := viewtest.Text(s.View()); !strings.Contains(got, "stopped; ctrl+r searches again") {
		t.Errorf("the screen says\n%s", got)
	}
}

func TestTheSenderIsMoreThanTheGateway(t *testing.T) {
	f := appliance(3)
	for i := range f.messages {
		f.messages[i].Host = "esa1.example.com" // as an SMA says
	}
	if got := viewtest.Text(shown(t, f, 78, 18).View()); !strings.Contains(got, "sender0@exam") {
		t.Errorf("the senders had to go:\n%s", got)
	}
}

func TestTheFormSaysWhatIsWrongWithAField(t *testing.T) {
	s := shown(t, appliance(1), 78, 18)
	press(s, "F", "down", "down", "down", "x", "enter")
	got := strings.Join(strings.Fields(viewtest.Text(s.View())), " ")
	if strings.Contains(got, "column") || !strings.Contains(got, `"1dx" is no time; write 90m, 3d, 2026-11-01`) || !strings.Contains(got, "or yesterday") {
		t.Errorf("the form says\n%s", viewtest.Text(s.View()))
	}
}

func TestTheFooterWhileOneFilters(t *testing.T) {
	s := shown(t, appliance(3), 78, 18)
	press(s, "/", "x")
	if got := s.ShortHelp(); len(got) != 2 || got[0].Show != "enter" || got[1].Show != "esc" {
		t.Errorf("keys that are text are offered: %v", got)
	}
	press(s, "enter")
	if got := s.ShortHelp(); len(got) <= 2 {
		t.Errorf("after the filter there is only %v", got)
	}
}

func TestAnEmptySearchSaysWhatItFinds(t *testing.T) {
	s := shown(t, appliance(3), 78, 18)
	press(s, "n", "ctrl+u", "enter")
	if got := viewtest.Text(s.View()); !strings.Contains(got, "Search (everything of the last 24 hours)") {
		t.Errorf("the screen says\n%s", got)
	}
}

func TestAFilterOnlySeesWhatIsHere(t *testing.T) {
	for n, want := range map[int]string{1000: "those so far", 100: "No row holds what you filter by."} {
		s := shown(t, appliance(n), 78, 18)
		press(s, "/", "no such thing")
		if got := viewtest.Text(s.View()); !strings.Contains(got, want) {
			t.Errorf("of %d the screen says\n%s", n, got)
		}
	}
}

func TestHowFarBackHasItsYear(t *testing.T) {
	f := appliance(1000)
	for i := range f.messages {
		f.messages[i].Time = f.messages[i].Time.AddDate(-3, 0, 0)
	}
	s := newScreen(t, options(f), 78, 18)
	s.line.Set("time:2023-01-01..2023-12-31")
	drive(t, s, intent.Shown{}, idle(s))
	if got := viewtest.Text(s.View()); !strings.Contains(got, "so far, back to Nov 23 2023 09:41") {
		t.Errorf("the screen says\n%s", got)
	}
}
