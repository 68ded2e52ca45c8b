package keys

import (
	"testing"

	tea "github.com/charmbracelet/bubbletea"
)

func runes(s string) tea.KeyMsg { return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(s)} }

func TestSplit(t *testing.T) {
	if got := Split(runes("jjj k")); len(got) != 5 || got[0].String() != "j" || got[3].String() != " " || got[4].String() != "k" {
		t.Errorf("Split gave %v, want five keys", got)
	}
	paste := runes("jjj")
	paste.Paste = true
	if got := Split(paste); len(got) != 1 {
		t.Errorf("a paste was split into %d", len(got))
	}
	if got := Split(tea.KeyMsg{Type: tea.KeyEnter}); len(got) != 1 || got[0].Type != tea.KeyEnter {
		t.Errorf("enter became %v", got)
	}
	if got := Split(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("gg"), Alt: true}); len(got) != 2 || got[1].String() != "alt+g" {
		t.Errorf("alt was lost: %v", got)
	}
}

// The table is data that people edit by hand: what would make a key dead or a command unreachable is
// caught here.
func TestTheTableIsConsistent(t *testing.T) {
	ids := map[ID]bool{}
	pressed := map[string]ID{}
	for _, b := range table {
		if ids[b.ID] {
			t.Errorf("%s stands in the table twice", b.ID)
		}
		ids[b.ID] = true
		if len(b.Keys) == 0 || b.Show == "" || b.Long == "" {
			t.Errorf("%s lacks a key, how it is written or what it does", b.ID)
		}
		for _, k := range b.Keys {
			at := string(b.Scope) + " " + k
			if other, taken := pressed[at]; taken {
				t.Errorf("%s: %s and %s have the same key", at, other, b.ID)
			}
			pressed[at] = b.ID
			typed := b.Scope == LookLine || b.Scope == Form // only what types gets keys then
			if b.Scope != Global && !typed && pressed[string(Global)+" "+k] != "" {
				t.Errorf("%s of %s is never reached: %s has it everywhere", k, b.ID, pressed[string(Global)+" "+k])
			}
			for _, lost := range []string{"ctrl+h", "ctrl+j", "ctrl+k", "ctrl+s", "ctrl+q", "alt+enter"} {
				if k == lost {
					t.Errorf("%s of %s belongs to tmux, flow control or the terminal", k, b.ID)
				}
			}
		}
	}
}

func TestCommands(t *testing.T) {
	all := Hints(In(Global, Verify), nil)
	if got := Commands(all, "ver"); len(got) == 0 || got[0].ID != VerifyStart {
		t.Errorf("ver found %v, want verify first", got)
	}
	if got := Commands(all, "  DIALOGUE "); len(got) != 1 || got[0].ID != VerifyTranscript {
		t.Errorf("a word of the description found %v, want the transcript", got)
	}
	for _, h := range Commands(all, "") {
		if h.Command == "" {
			t.Errorf("%s has no command and is offered", h.ID)
		}
	}
}

func FuzzSplit(f *testing.F) {
	f.Add("jjjj", false)
	f.Add("a\x00é한", true)
	f.Fuzz(func(t *testing.T, s string, alt bool) {
		k := tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(s), Alt: alt}
		var back []rune
		for _, one := range Split(k) {
			back = append(back, one.Runes...)
		}
		if string(back) != string(k.Runes) {
			t.Errorf("Split of %q gave %q", k.Runes, back)
		}
	})
}
