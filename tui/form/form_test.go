package form_test

import (
	"slices"
	"strings"
	"testing"

	"ctrace/internal/safetext"
	"ctrace/tui/form"
	"ctrace/tui/keys"
	"ctrace/tui/theme"
	"ctrace/tui/viewtest"
)

func newForm() *form.Form {
	return form.New(viewtest.Theme(theme.Options{}),
		form.Field{Name: "topology", Label: safetext.Known("Topology"), Choices: []form.Choice{{Value: "esa"}, {Value: "sma"}, {Value: "cloud"}}},
		form.Field{Name: "host", Label: safetext.Known("Host")},
	)
}

func press(f *form.Form, names ...string) {
	for _, n := range names {
		if n == "space" {
			n = " "
		}
		f.Update(viewtest.Key(n))
	}
}

// TestChoosing goes through answers with every key that does, and past their end.
func TestChoosing(t *testing.T) {
	for names, want := range map[string]string{
		"":                        "esa",
		"down":                    "sma",
		"j":                       "sma",
		"right":                   "sma",
		"l l":                     "cloud",
		"space":                   "sma",
		"down down up":            "sma",
		"l l h k":                 "esa",
		"l l left":                "sma",
		"j j j j k":               "sma",
		"up":                      "esa",
		"down down down":          "cloud host",
		"tab":                     "esa host",
		"tab shift+tab down":      "sma",
		"down down down up":       "cloud",
		"tab h i":                 "esa host hi",
		"down down down j up tab": "cloud host j",
	} {
		f := newForm()
		press(f, strings.Fields(names)...)
		got := f.Values()["topology"]
		if f.Focus() == "host" {
			got = strings.TrimSpace(got + " host " + f.Values()["host"])
		}
		if got != want {
			t.Errorf("%q gave %q, want %q", names, got, want)
		}
	}
}

// TestHelp: the footer names the keys that do something in the field with the focus.
func TestHelp(t *testing.T) {
	footer := func(f *form.Form) (words []string) {
		for _, h := range keys.Footer(f.Help(func(id keys.ID) string {
			if id == keys.FormPaste || id == keys.FormSkip {
				return "not here"
			}
			return ""
		})) {
			words = append(words, h.Show+" "+h.Short)
		}
		return words
	}
	f := newForm()
	if got, want := footer(f), []string{"↑ ↓ choose", "tab next", "enter go on", "esc leave"}; !slices.Equal(got, want) {
		t.Errorf("among answers: %q, want %q", got, want)
	}
	press(f, "tab")
	if got, want := footer(f), []string{"enter go on", "esc leave"}; !slices.Equal(got, want) {
		t.Errorf("in the last field: %q, want %q", got, want)
	}
}
