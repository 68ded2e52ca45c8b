package table

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/internal/safetext"
	"ctrace/tui/theme"
	"ctrace/tui/viewtest"
)

type mail struct {
	n             int
	subject, from string
}

func newTable(th *theme.Theme, n int) *Table[mail] {
	t := New(Options[mail]{
		Theme: th, ID: func(m *mail) string { return strconv.Itoa(m.n) },
		Text: func(m *mail) string { return m.subject + " " + m.from }, Empty: safetext.Known("no mail yet"),
		Columns: []Column[mail]{
			{
				Title: "MID", Width: 7, Min: 5, Keep: 3, Right: true, Cell: func(m *mail) safetext.Text { return safetext.Known(strconv.Itoa(m.n)) },
				Order: func(a, b *mail) int { return cmp.Compare(a.n, b.n) },
			},
			{
				Title: "From", Width: 24, Min: 10, Keep: 1, Cell: func(m *mail) safetext.Text { return safetext.Line(m.from) },
				Order: func(a, b *mail) int { return cmp.Compare(a.from, b.from) },
			},
			{Title: "Subject", Width: 40, Min: 16, Keep: 2, Grow: true, Cell: func(m *mail) safetext.Text { return safetext.Line(m.subject) }},
		},
	})
	t.SetSize(78, 12)
	t.Reset(mails(n))
	return t
}

func mails(n int) []*mail {
	out := make([]*mail, n)
	for i := range out {
		out[i] = &mail{n: i, subject: fmt.Sprintf("Invoice %d of the year", i), from: fmt.Sprintf("sender%d@example.com", (i*7)%n)}
	}
	return out
}

// press presses keys and runs what they start.
func press(t *Table[mail], names ...string) {
	for _, n := range names {
		if cmd, _ := t.Update(viewtest.Key(n)); cmd != nil {
			t.Update(cmd())
		}
	}
}

func TestTheTableIsDrawn(t *testing.T) {
	for look, th := range viewtest.Looks() {
		for _, w := range []int{40, 78, 198} {
			t.Run(look+"/"+strconv.Itoa(w), func(t *testing.T) {
				x := newTable(th, 300)
				x.SetSize(w, 12)
				press(x, "j", " ", "j", "o")
				viewtest.Golden(t, x.View().String(), w, 12)
			})
		}
		t.Run(look+"/filter", func(t *testing.T) {
			x := newTable(th, 300)
			press(x, "/", "voice 1", "2")
			viewtest.Golden(t, x.View().String(), 78, 12)
		})
		t.Run(look+"/empty", func(t *testing.T) {
			viewtest.Golden(t, newTable(th, 0).View().String(), 78, 12)
		})
	}
}

func TestMovingStaysInside(t *testing.T) {
	x := newTable(viewtest.Theme(theme.Options{}), 100)
	for _, step := range []struct {
		key  string
		want int
	}{{"k", 0}, {"j", 1}, {"end", 99}, {"j", 99}, {"pgdown", 99}, {"home", 0}, {"pgdown", 10}, {"ctrl+d", 15}} {
		press(x, step.key)
		if x.At() != step.want {
			t.Errorf("after %s the row is %d, want %d", step.key, x.At(), step.want)
		}
	}
}

func TestFilterFollowsWhatIsTyped(t *testing.T) {
	for _, n := range []int{400, 5000} { // at once, and in a command
		x := newTable(viewtest.Theme(theme.Options{}), n)
		press(x, "/", "INVOICE 39")
		want := 0
		for _, m := range mails(n) {
			if strings.Contains(m.subject, "Invoice 39") {
				want++
			}
		}
		if x.Len() != want || !x.Typing() {
			t.Errorf("%d rows: %d show while typing=%v, want %d", n, x.Len(), x.Typing(), want)
		}
		press(x, "enter", "j")
		if got := x.Selected().n; x.Typing() || !strings.HasPrefix(strconv.Itoa(got), "39") {
			t.Errorf("%d rows: the selected row is %d", n, got)
		}
		chosen := x.Selected().n
		press(x, "esc")
		if x.Len() != n || x.Selected().n != chosen {
			t.Errorf("%d rows: after esc %d rows show and %d is selected, want all and %d", n, x.Len(), x.Selected().n, chosen)
		}
	}
}

func TestSortTurnAndAsTheyCame(t *testing.T) {
	x := newTable(viewtest.Theme(theme.Options{}), 50)
	press(x, "o", "O", "home")
	if x.Selected().n != 49 {
		t.Errorf("by MID, turned around, %d is first, want 49", x.Selected().n)
	}
	press(x, "O", "o", "home")
	if x.Selected().from != "sender0@example.com" {
		t.Errorf("by sender %s is first", x.Selected().from)
	}
	press(x, "o", "home")
	if x.Selected().n != 0 {
		t.Errorf("as they came %d is first, want 0", x.Selected().n)
	}
}

func TestMarks(t *testing.T) {
	x := newTable(viewtest.Theme(theme.Options{}), 50)
	if got := x.Marked(); len(got) != 1 || got[0].n != 0 {
		t.Errorf("without marks %v is acted on, want the selected row", got)
	}
	press(x, " ", "j", " ", "o", "O")
	if got := x.Marked(); len(got) != 2 || got[0].n != 0 || got[1].n != 2 {
		t.Errorf("marked are %v, want rows 0 and 2, also after sorting", got)
	}
	press(x, "home")
	for range 50 {
		press(x, " ")
	}
	if x.Marks() != 48 {
		t.Errorf("%d marks after turning every one, want 48", x.Marks())
	}
}

func TestRowsThatComeLater(t *testing.T) {
	x := newTable(viewtest.Theme(theme.Options{}), 100)
	press(x, "j", "j")
	x.Append([]*mail{{n: 1001, subject: "Invoice late"}})
	if x.Selected().n != 2 || x.Total() != 101 {
		t.Errorf("after a row at the end %d is selected of %d, want 2 of 101", x.Selected().n, x.Total())
	}
	press(x, "/", "late", "enter")
	if x.Len() != 1 || x.Selected().n != 1001 {
		t.Errorf("the filter finds %d rows", x.Len())
	}
	x.Append([]*mail{{n: 1002, subject: "Invoice later"}})
	if x.Len() != 2 {
		t.Errorf("a row that came under a filter: %d show, want 2", x.Len())
	}
}

func TestAnOlderArrangingIsDropped(t *testing.T) {
	x := newTable(viewtest.Theme(theme.Options{}), 5000)
	x.Update(viewtest.Key("/"))
	first, _ := x.Update(viewtest.Key("1"))
	second, _ := x.Update(viewtest.Key("23"))
	x.Update(second())
	want := x.Len()
	x.Update(first())
	if x.Len() != want {
		t.Errorf("an older answer changed the rows from %d to %d", want, x.Len())
	}
	other := newTable(viewtest.Theme(theme.Options{}), 5000)
	if _, handled := other.Update(first()); handled {
		t.Error("a table took another one's answer")
	}
}

func TestHostileRows(t *testing.T) {
	for _, s := range viewtest.Hostile() {
		for _, w := range []int{20, 41, 78} {
			x := newTable(viewtest.Theme(theme.Options{}), 3)
			x.SetSize(w, 8)
			x.Reset([]*mail{{n: 1, subject: s, from: s}, {n: 2, subject: "ok", from: s}})
			press(x, " ", "/", s)
			viewtest.Shape(t, x.View().String(), w, 8)
			viewtest.Safe(t, x.View().String())
		}
	}
}

func TestAClickSelects(t *testing.T) {
	x := newTable(viewtest.Theme(theme.Options{}), 100)
	press(x, "end")
	x.Update(tea.MouseMsg{X: 3, Y: 2})
	if x.At() != 90 {
		t.Errorf("a click on the second row shown selects %d, want 90", x.At())
	}
}

func BenchmarkStep(b *testing.B) {
	for _, n := range []int{1_000, 100_000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			x := newTable(viewtest.Theme(theme.Options{}), n)
			x.SetSize(118, 34)
			b.ReportAllocs()
			for b.Loop() {
				for range 40 { // down through rows not drawn yet
					x.Update(viewtest.Key("j"))
					_ = x.View().String()
				}
				x.Update(viewtest.Key("home"))
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(41*b.N), "ns/key")
		})
	}
}

func BenchmarkFilterKey(b *testing.B) {
	x := newTable(viewtest.Theme(theme.Options{}), 100_000)
	x.Update(viewtest.Key("/"))
	for b.Loop() {
		x.Update(viewtest.Key("1"))
		_ = x.View().String()
		x.Update(viewtest.Key("backspace"))
		_ = x.View().String()
	}
}

func TestReplaceHoldsSelectionMarksAndLine(t *testing.T) {
	for _, n := range []int{60, fewRows + 60} {
		for _, filter := range []string{"", "invoice"} {
			table := newTable(viewtest.Theme(theme.Options{}), n)
			if filter != "" {
				press(table, "/")
				for _, r := range filter {
					press(table, string(r))
				}
				press(table, "enter")
			}
			press(table, "down", "down", " ", "down", "end", "up")
			line, id := table.at-table.scroll.Top(), table.Selected().n
			more := append([]*mail{{n: -1, subject: "Invoice of another year"}, {n: -2, subject: "Invoice of the last year"}}, mails(n)...)
			if cmd := table.Replace(more); cmd != nil {
				table.Update(cmd())
			}
			if got := table.Selected(); got == nil || got.n != id {
				t.Errorf("%d rows, filter %q: %v is selected, want %d", n, filter, got, id)
			}
			if got := table.at - table.scroll.Top(); got != line {
				t.Errorf("%d rows, filter %q: the selected row moved from line %d to %d", n, filter, line, got)
			}
			if got := table.Marked(); len(got) != 1 || got[0].n != 2 {
				t.Errorf("%d rows, filter %q: marked %v, want number 2", n, filter, got)
			}
			if !table.Select("7") || table.Selected().n != 7 || table.Select("nobody") {
				t.Error("Select does not find a row by its ID")
			}
			if cmd := table.Replace(nil); cmd != nil {
				table.Update(cmd())
			}
			if table.Selected() != nil || table.Total() != 0 {
				t.Errorf("%d rows, filter %q: %d are left after none were given", n, filter, table.Total())
			}
		}
	}
}

func TestColumnsCanBeChosen(t *testing.T) {
	x := newTable(viewtest.Theme(theme.Options{}), 5)
	x.ShowColumn("From", false)
	if got := viewtest.Text(x.View().String()); strings.Contains(got, "From") || strings.Contains(got, "sender") || !strings.Contains(got, "Subject") {
		t.Errorf("the column is still there:\n%s", got)
	}
	x.ShowColumn("MID", false)
	x.ShowColumn("Subject", false)
	if c := x.Columns(); !c[2].Shown || c[0].Shown || c[1].Shown {
		t.Errorf("columns %+v, want the last one to stay", c)
	}
	x.ShowColumn("From", true)
	if got := viewtest.Text(x.View().String()); !strings.Contains(got, "From") {
		t.Errorf("the column did not come back:\n%s", got)
	}
}

func TestGoingFromRowToRow(t *testing.T) {
	x := newTable(viewtest.Theme(theme.Options{}), 3)
	if r := x.Beside(1); r == nil || r.n != 1 || x.At() != 1 {
		t.Errorf("the next row is %v", r)
	}
	if r := x.Beside(5); r != nil || x.At() != 1 {
		t.Errorf("behind the last row is %v", r)
	}
	press(x, "O")
	if got := x.Shown(); len(got) != 3 || got[0].n != 2 {
		t.Errorf("turned around, %d rows show", len(got))
	}
}
