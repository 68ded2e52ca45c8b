package investigatescreen

import (
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/ctr"
	"ctrace/ctr/ctim"
	"ctrace/ctr/observable"
	"ctrace/tui/draw"
	"ctrace/tui/field"
	"ctrace/tui/keys"
	"ctrace/tui/theme"
)

// list is the left side: the observables, by type or the worst first. It holds on to the selected one,
// and what streams in does not move it on the screen.
type list struct {
	t    *theme.Theme
	w, h int
	foot bool // its last line says how many entries are below, nobody else does

	inv      *ctr.Investigation
	made     order // what the entries were made of
	asked    order // what they are being made of beside the app
	entries  []entry
	worst    map[ctim.Disposition]int // how many observables have which disposition
	at       int                      // the selected entry, never a heading
	scroll   draw.Scroll
	selected observable.Observable // zero: all of them
	found    *ctr.Finding          // of the selected one; nil: all of them
	marked   map[observable.Observable]bool

	byDisposition bool // the worst first, instead of by type
	filter        string
	field         *field.Field // nil unless the filter is typed
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
	l.made, l.asked, l.entries, l.worst = order{}, order{}, nil, nil
	clear(l.marked)
	l.inv = inv
	l.choose(selected)
}

// take shows other entries. The selected observable stays selected, and on its line.
func (l *list) take(o order, a arrangement) {
	line := l.at - l.scroll.Top()
	l.made, l.entries, l.worst = o, a.entries, a.worst
	l.find()
	l.scroll = draw.Scroll{}.By(l.at-line, len(l.entries), l.rows())
	l.reveal()
}

// find puts the cursor on the selected observable, or on the first that shows.
func (l *list) find() {
	l.at = l.place()
	if l.at < 0 {
		l.at = max(0, l.step(-1, 1))
		l.keep()
	}
	if l.at < len(l.entries) {
		l.found = l.entries[l.at].finding
	}
}

// place is where the selected observable stands, -1 when it does not show.
func (l *list) place() int {
	all := l.selected == observable.Observable{}
	return slices.IndexFunc(l.entries, func(e entry) bool {
		return !e.isHeading() && (e.finding == nil && all || e.finding != nil && e.finding.Observable == l.selected)
	})
}

// choose selects an observable, whether it shows already or not. A filter that hides it is taken away.
func (l *list) choose(o observable.Observable) {
	l.selected, l.found = o, nil
	if (o != observable.Observable{}) {
		if l.found = l.inv.Find(o); l.found != nil {
			l.selected = l.found.Observable
		}
	}
	if at := l.place(); at >= 0 {
		l.at = at
	} else {
		l.filter, l.field = "", nil
	}
	l.reveal()
}

// keep remembers what the cursor is on.
func (l *list) keep() {
	l.selected, l.found = observable.Observable{}, nil
	if l.at >= 0 && l.at < len(l.entries) {
		if f := l.entries[l.at].finding; f != nil {
			l.selected, l.found = f.Observable, f
		}
	}
}

// finding is the selected observable's; nil when all are selected.
func (l *list) finding() *ctr.Finding { return l.found }

// grouped tells that the list has headings. A wide one has a column for the type instead.
func (l *list) grouped() bool { return !l.byDisposition && l.w < wideList }

// wideList is the width from which the type has a column of its own.
const wideList = 66

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
	default:
		l.field.Update(k)
		l.filter = l.field.Value()
	}
	l.reveal()
}

// turn orders by type, or the worst first.
func (l *list) turn() { l.byDisposition = !l.byDisposition }

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

func (l *list) setSize(w, h int, foot bool) {
	regroup := len(l.entries) > 0 && (w < wideList) != (l.w < wideList)
	l.w, l.h, l.foot = w, h, foot
	if regroup { // no message follows that could make it later
		o := l.order(l.made.version)
		l.take(o, o.arrange())
	}
	l.reveal()
}

// rows is how many entries show.
func (l *list) rows() int {
	if l.field != nil || l.filter != "" || l.foot && len(l.entries) > l.h {
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

func (l *list) hints() []keys.Hint {
	return keys.Hints(keys.In(keys.Table, keys.Move), func(id keys.ID) string {
		if id == keys.TableClear && l.filter == "" && len(l.marked) == 0 {
			return "there is no filter and no mark"
		}
		return ""
	})
}
