package investigatescreen

import (
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/ctr"
	"ctrace/ctr/observable"
	"ctrace/tui/draw"
	"ctrace/tui/field"
	"ctrace/tui/intent"
	"ctrace/tui/keys"
	"ctrace/tui/theme"
)

// list is the left side: the observables, by type or the worst first. It holds on to the selected one,
// and what streams in does not move it on the screen.
type list struct {
	t    *theme.Theme
	w, h int

	inv      *ctr.Investigation
	over     bool // nothing more comes
	broken   bool // it ended before its time
	known    int  // findings that the entries are made of
	entries  []entry
	at       int // the selected entry, never a heading
	scroll   draw.Scroll
	selected observable.Observable // zero: all of them
	marked   map[observable.Observable]bool

	worst  bool // the worst first, instead of by type
	filter string
	field  *field.Field // nil unless the filter is typed
}

// entry is a line of the list: all, a heading, or an observable.
type entry struct {
	finding *ctr.Finding // nil for all and for headings
	heading observable.Type
	other   bool // the heading, or the observable, is of those that only answers mention
	n       int  // observables under the heading
}

func (e entry) isHeading() bool { return e.heading != "" }

func newList(t *theme.Theme) *list {
	return &list{t: t, marked: map[observable.Observable]bool{}}
}

// reset shows another investigation.
func (l *list) reset(inv *ctr.Investigation, selected observable.Observable) {
	l.filter, l.field, l.at, l.scroll = "", nil, 0, draw.Scroll{}
	clear(l.marked)
	l.selected = selected
	l.sort(inv)
}

// set shows what is known now. The selected observable stays selected, and on its line.
func (l *list) set(inv *ctr.Investigation) {
	if inv == l.inv && len(inv.Findings) == l.known && l.filter == "" && !l.worst {
		return // the same observables in the same order; their lines are drawn anew anyway
	}
	l.sort(inv)
}

// sort makes the entries anew.
func (l *list) sort(inv *ctr.Investigation) {
	line := l.at - l.scroll.Top()
	l.inv, l.known = inv, len(inv.Findings)
	l.entries = l.arrange()
	l.find()
	l.scroll = draw.Scroll{}.By(l.at-line, len(l.entries), l.rows())
	l.reveal()
}

// find puts the cursor on the selected observable, or on the first that shows.
func (l *list) find() {
	l.at = slices.IndexFunc(l.entries, func(e entry) bool {
		return !e.isHeading() && (e.finding == nil && l.selected == observable.Observable{} || e.finding != nil && e.finding.Observable == l.selected)
	})
	if l.at < 0 {
		l.at = max(0, l.step(-1, 1))
		l.keep()
	}
}

// choose selects an observable.
func (l *list) choose(o observable.Observable) {
	l.selected = o
	l.find()
	if l.selected != o && l.filter != "" { // the filter hides it
		l.filter, l.field, l.selected = "", nil, o
		l.sort(l.inv)
	}
	l.reveal()
}

// keep remembers what the cursor is on.
func (l *list) keep() {
	l.selected = observable.Observable{}
	if f := l.finding(); f != nil {
		l.selected = f.Observable
	}
}

// finding is the selected observable's; nil when all are selected.
func (l *list) finding() *ctr.Finding {
	if l.at < 0 || l.at >= len(l.entries) {
		return nil
	}
	return l.entries[l.at].finding
}

// grouped tells that the list has headings. A wide one has a column for the type instead.
func (l *list) grouped() bool { return !l.worst && l.w < wideList }

// wideList is the width from which the type has a column of its own.
const wideList = 66

// arrange makes the entries: all, then those asked about by type in the order of the query, then those
// that answers mention.
func (l *list) arrange() []entry {
	var out []entry
	if len(l.inv.Findings) > 1 {
		out = append(out, entry{})
	}
	filter := strings.ToLower(l.filter)
	type group struct {
		kind  observable.Type
		other bool
	}
	groups := map[group][]*ctr.Finding{}
	var order []group
	for _, f := range l.inv.Findings {
		if filter != "" && !matches(f, filter) {
			continue
		}
		g := group{other: !f.Asked}
		if !l.worst {
			g.kind = f.Observable.Type
		}
		if _, known := groups[g]; !known {
			order = append(order, g)
		}
		groups[g] = append(groups[g], f)
	}
	for _, g := range order {
		members := groups[g]
		if l.worst {
			slices.SortStableFunc(members, func(a, b *ctr.Finding) int { return a.Disposition.Compare(b.Disposition) })
		}
		if l.grouped() {
			out = append(out, entry{heading: g.kind, other: g.other, n: len(members)})
		}
		for _, f := range members {
			out = append(out, entry{finding: f, other: g.other})
		}
	}
	return out
}

// matches tells whether type, value or disposition of a finding hold a filter in lower case.
func matches(f *ctr.Finding, filter string) bool {
	o := f.Observable
	return strings.Contains(strings.ToLower(o.Value), filter) || strings.Contains(string(o.Type), filter) ||
		strings.Contains(strings.ToLower(typeLabel(o.Type)), filter) || strings.Contains(strings.ToLower(f.Disposition.String()), filter)
}

func (l *list) typing() bool { return l.field != nil }

// update handles the keys of the list; handled tells that the message was for it.
func (l *list) update(msg tea.Msg) (handled bool) {
	if k, ok := msg.(tea.KeyMsg); ok && l.field != nil {
		l.typed(k)
		return true
	}
	id, ok := keys.Action(msg, keys.Table, keys.Move)
	if !ok {
		return false
	}
	if rows, ok := keys.Delta(id, l.rows()); ok {
		l.move(rows)
		return true
	}
	switch id {
	case keys.TableFilter:
		l.field = field.New(l.t)
		l.field.Set(l.filter)
		l.reveal()
	case keys.TableMark:
		l.mark()
	case keys.TableSort, keys.TableReverse:
		l.turn()
	case keys.TableClear:
		if l.filter == "" && len(l.marked) == 0 {
			return false
		}
		l.filter = ""
		clear(l.marked)
		l.sort(l.inv)
	default:
		return false
	}
	return true
}

func (l *list) typed(k tea.KeyMsg) {
	switch k.String() {
	case "enter":
		l.field = nil
	case "esc":
		l.field, l.filter = nil, ""
		l.sort(l.inv)
	default:
		l.field.Update(k)
		l.filter = l.field.Value()
		l.sort(l.inv)
	}
	l.reveal()
}

// turn orders by type, or the worst first.
func (l *list) turn() {
	l.worst = !l.worst
	l.sort(l.inv)
}

// mark marks the selected observable, or takes the mark away, and goes to the next.
func (l *list) mark() {
	f := l.finding()
	if f == nil {
		return
	}
	if l.marked[f.Observable] {
		delete(l.marked, f.Observable)
	} else {
		l.marked[f.Observable] = true
	}
	l.move(1)
}

// chosen are the marked observables, or the selected one, or all of those asked about.
func (l *list) chosen() []observable.Observable {
	var out []observable.Observable
	if f := l.finding(); f != nil && len(l.marked) == 0 {
		return []observable.Observable{f.Observable}
	}
	for _, f := range l.inv.Findings {
		if l.marked[f.Observable] || len(l.marked) == 0 && f.Asked {
			out = append(out, f.Observable)
		}
	}
	return out
}

func (l *list) move(rows int) {
	step := 1
	if rows < 0 {
		step = -1
	}
	to := max(0, min(l.at+rows, len(l.entries)-1))
	if to < len(l.entries) && l.entries[to].isHeading() {
		next := l.step(to, step)
		if next < 0 {
			next = l.step(to, -step)
		}
		to = next
	}
	if to >= 0 && to < len(l.entries) {
		l.at = to
	}
	l.keep()
	l.reveal()
}

// step is the next entry that is no heading, -1 when there is none.
func (l *list) step(from, step int) int {
	for i := from + step; i >= 0 && i < len(l.entries); i += step {
		if !l.entries[i].isHeading() {
			return i
		}
	}
	return -1
}

// click selects the entry on a line of the list.
func (l *list) click(line int) {
	if at := l.scroll.Top() + line; at >= 0 && at < len(l.entries) && !l.entries[at].isHeading() {
		l.at = at
		l.keep()
	}
}

func (l *list) setSize(w, h int) {
	regroup := l.inv != nil && (w < wideList) != (l.w < wideList)
	l.w, l.h = w, h
	if regroup {
		l.sort(l.inv)
	}
	l.reveal()
}

// rows is how many entries show.
func (l *list) rows() int {
	if l.field != nil || l.filter != "" {
		return max(l.h-1, 1)
	}
	return max(l.h, 1)
}

func (l *list) reveal() {
	first := l.at
	if l.step(l.at, -1) < 0 {
		first = 0 // the heading before the first one shows with it
	}
	l.scroll = l.scroll.Reveal(first, l.at+1, len(l.entries), l.rows())
}

// told is what the inspector is told about the selected observable.
func (l *list) told() intent.Selected {
	f := l.finding()
	if f == nil {
		return intent.Selected{Title: "Investigation", Fields: []intent.Field{{Name: "Query", Value: observable.Format(l.chosen())}}}
	}
	return intent.Selected{Title: "Observable", Fields: findingFields(f)}
}

func (l *list) hints() []keys.Hint {
	return keys.Hints(keys.In(keys.Table, keys.Move), func(id keys.ID) string {
		if id == keys.TableClear && l.filter == "" && len(l.marked) == 0 {
			return "there is no filter and no mark"
		}
		return ""
	})
}
