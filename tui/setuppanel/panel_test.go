package setuppanel

import (
	"slices"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/internal/setup"
	"ctrace/tui/draw"
	"ctrace/tui/intent"
	"ctrace/tui/theme"
	"ctrace/tui/viewtest"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func newPanel(t *testing.T, l setup.Language, w, h int, change ...func(*Options)) *Panel {
	t.Helper()
	o := Options{
		Theme: viewtest.Theme(theme.Options{}), Language: l, Region: setup.Regions()[1], Products: setup.CurrentProducts,
		Now: func() time.Time { return noon }, Zone: time.UTC,
	}
	for _, c := range change {
		c(&o)
	}
	p := New(t.Context(), o)
	t.Cleanup(p.Close)
	p.SetSize(w, h)
	return p
}

func press(p *Panel, names ...string) (cmd tea.Cmd) {
	for _, n := range names {
		_, cmd = p.Update(viewtest.Key(n))
	}
	return cmd
}

// whole is a page from its first to its last line, without the line breaks of wrapping.
func whole(p *Panel) string {
	return strings.Join(strings.Fields(viewtest.Text(draw.Block(p.page).String())), " ")
}

func TestThePanelIsDrawn(t *testing.T) {
	for _, l := range []setup.Language{setup.English, setup.Korean} {
		for _, size := range []viewtest.Size{{Name: "narrow", W: 42, H: 18}, {Name: "80x24", W: 78, H: 18}, {Name: "200x60", W: 64, H: 54}} {
			t.Run(string(l)+"/"+size.Name+"/list", func(t *testing.T) {
				viewtest.Golden(t, newPanel(t, l, size.W, size.H).View(), size.W, size.H)
			})
			t.Run(string(l)+"/"+size.Name+"/step5", func(t *testing.T) {
				p := newPanel(t, l, size.W, size.H)
				p.Update(intent.Step{Number: 5})
				viewtest.Golden(t, p.View(), size.W, size.H)
			})
		}
	}
}

// items are the 27 items of the integration document by their numbers, each with what must be read of it.
func items() map[int][]setup.Text {
	items := map[int][]setup.Text{}
	for _, s := range setup.Steps() {
		items[s.Item] = append(items[s.Item], s.Title, s.Expected)
		for _, d := range s.Do {
			items[s.Item] = append(items[s.Item], d.Do)
		}
		for _, r := range s.Remarks {
			items[r.Item] = append(items[r.Item], r.Text)
		}
	}
	for _, x := range setup.Troubles() {
		items[x.Item] = append(items[x.Item], x.Symptom, x.Fix)
	}
	for _, s := range slices.Concat(setup.Frame(), setup.Verification(), []setup.Section{setup.Related()}) {
		items[s.Item] = append(items[s.Item], s.Title, s.Text)
	}
	return items
}

// Every item and every sentence of the document can be read in the panel, in both languages.
func TestEverythingOfTheDocumentIsShown(t *testing.T) {
	for _, l := range []setup.Language{setup.English, setup.Korean} {
		p := newPanel(t, l, 78, 18)
		var all strings.Builder
		for i := range p.entries {
			if p.entries[i].build == nil {
				continue
			}
			p.show(i)
			all.WriteString(whole(p) + "\n")
		}
		text := strings.Join(strings.Fields(all.String()), "")
		items := items()
		for number := 1; number <= 27; number++ {
			if len(items[number]) == 0 {
				t.Errorf("item %d is nowhere", number)
			}
			for _, x := range items[number] {
				if want := x.In(l); want == "" || !strings.Contains(text, strings.Join(strings.Fields(want), "")) {
					t.Errorf("%s: of item %d this is not shown: %q", l, number, want)
				}
			}
		}
	}
}

func TestAStepIsOpenedScrolledAndLeft(t *testing.T) {
	p := newPanel(t, setup.English, 42, 10)
	press(p, "j", "j", "j", "j", "enter")
	if !strings.Contains(viewtest.Text(p.View()), "Step 5/8") {
		t.Fatalf("enter does not open step 5:\n%s", p.View())
	}
	press(p, "end")
	if !strings.Contains(viewtest.Text(p.View()), "clipboard") {
		t.Errorf("the end of the step does not show:\n%s", viewtest.Text(p.View()))
	}
	press(p, "n")
	if !strings.Contains(viewtest.Text(p.View()), "Step 6/8") {
		t.Error("n does not go to the next step")
	}
	press(p, "p", "p", "esc")
	if p.open || p.at != 3 {
		t.Errorf("after esc open=%v and %d is selected, want the list with step 4", p.open, p.at)
	}
	if _, ok := press(p, "esc")().(intent.ClosePanel); !ok {
		t.Error("esc in the list does not close the panel")
	}
}

func TestCopyingGoesThroughTheValuesOfAStep(t *testing.T) {
	p := newPanel(t, setup.English, 42, 18)
	if _, ok := press(p, "y")().(intent.Notice); !ok {
		t.Error("y in the list does not say that there is nothing to copy")
	}
	p.Update(intent.Step{Number: 5})
	var got []string
	for range 3 {
		c, ok := press(p, "y")().(intent.Copy)
		if !ok {
			t.Fatal("y copies nothing")
		}
		got = append(got, c.Value)
	}
	if got[0] == got[1] || got[2] != got[0] || !strings.Contains(got[1], "admin.eu.sse.itd.cisco.com") {
		t.Errorf("y copied %q, want the console, the portal of Europe, and the console again", got)
	}
}

func TestEverySizeIsFilled(t *testing.T) {
	for _, l := range []setup.Language{setup.English, setup.Korean} {
		for w := 20; w < 90; w += 5 {
			p := newPanel(t, l, w, 12)
			for i := range p.entries {
				viewtest.Shape(t, p.View(), w, 12)
				if p.entries[i].build == nil {
					continue
				}
				p.show(i)
				viewtest.Shape(t, p.View(), w, 12)
				p.back()
			}
		}
	}
}

// The words to choose are those of the products that the profile's topology has.
func TestTheModuleTypeFitsTheAppliance(t *testing.T) {
	for products, want := range map[setup.Products]string{setup.CurrentProducts: "Email Security Appliance", setup.ManagedProducts: "SMA Email"} {
		p := newPanel(t, setup.English, 60, 30, func(o *Options) { o.Products = products })
		p.Update(intent.Step{Number: 8})
		if c, ok := press(p, "y")().(intent.Copy); !ok || c.Value != want {
			t.Errorf("y copies %+v, want %s", c, want)
		}
	}
}
