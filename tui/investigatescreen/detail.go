package investigatescreen

import (
	"encoding/json"
	"strconv"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/ctr"
	"ctrace/ctr/observable"
	"ctrace/internal/safetext"
	"ctrace/tui/draw"
	"ctrace/tui/intent"
	"ctrace/tui/investigatescreen/card"
	"ctrace/tui/keys"
)

// tabID is a tab of the right side.
type tabID int

const (
	tabSummary tabID = iota
	tabVerdicts
	tabSightings
	tabRelations
	tabTargets
	tabIndicators
	tabModules
	tabRaw
	tabs // how many there are
)

var tabNames = [tabs]string{"Summary", "Verdicts", "Sightings", "Relations", "Targets", "Indicators", "Modules", "Raw"}

// content is what a tab shows.
type content interface {
	SetSize(w, h int)
	Update(msg tea.Msg) (cmd tea.Cmd, handled bool)
	View() draw.Block
	Typing() bool
	Hints() []keys.Hint

	// fill gives what reads what is known of a subject; fresh when it is another one than before.
	fill(s subject, fresh bool) reading
	picked() picked
	row() string // what names the selected row
	selectRow(row string)
	takes(msg tea.Msg) bool // a key of the screen that the tab needs for itself now
	SetFocus(focused bool)
}

// reading reads what is known of a subject and makes of it what a tab shows; it changes nothing and may
// run beside the app. The showing that it gives then puts it into the tab.
type (
	reading func() showing
	showing func() tea.Cmd
)

// filledMsg is what a tab shows, made beside the app.
type filledMsg struct {
	tab  tabID
	of   shown
	show showing
}

// picked is what is selected somewhere on the right side. All texts are raw.
type picked struct {
	title      string
	observable observable.Observable // opens
	link       string                // opens
	open       func() card.Page      // opens
	value      string                // what y copies
	line       string                // the whole row
	json       func() any            // what is copied as JSON; nil: nothing
	fields     []intent.Field
}

// as gives what is copied as JSON when it is there already.
func as(v any) func() any { return func() any { return v } }

// selected is what the inspector is told.
func (p picked) selected() intent.Selected {
	fields := p.fields
	if len(fields) == 0 && p.value != "" {
		fields = []intent.Field{{Name: "Value", Value: p.value}}
	}
	return intent.Selected{Title: p.title, Fields: fields}
}

// shown is what a tab was filled with.
type shown struct {
	visit    *visit
	selected observable.Observable
	version  int
}

// detail is the right side: tabs about the selected observable, and pages that were opened over them.
type detail struct {
	s     *Screen
	w, h  int
	tab   tabID
	tabs  [tabs]content
	shown [tabs]shown
	empty [tabs]bool // what it shows is being made, and nothing of the subject is there yet
	want  string     // the row to select when it is
	pages []*page
	raw   *rawTab

	hits   int // indicators of the subject
	hitsOf shown
}

func newDetail(s *Screen) *detail {
	d := &detail{s: s, raw: newRawTab(s)}
	d.tabs = [tabs]content{
		newSummaryTab(s), newVerdictsTab(s), newSightingsTab(s), newRelationsTab(s),
		newTargetsTab(s), newIndicatorsTab(s), newModulesTab(s), d.raw,
	}
	return d
}

// reset goes to the summary of another observable.
func (d *detail) reset() { d.tab, d.pages, d.want = tabSummary, nil, "" }

// top is the page that lies over the tab, nil when none does.
func (d *detail) top() *page {
	if len(d.pages) == 0 {
		return nil
	}
	return d.pages[len(d.pages)-1]
}

func (d *detail) content() content { return d.tabs[d.tab] }

// of names what a tab shows of a subject.
func (s subject) of() shown {
	is := shown{visit: s.visit, version: s.version}
	if s.finding != nil {
		is.selected = s.finding.Observable
	}
	return is
}

// show fills the tab that shows, unless it knows everything already: at once, or beside the app when there
// is much of it.
func (d *detail) show(s subject) tea.Cmd {
	was, is := d.shown[d.tab], s.of()
	if was == is {
		return nil
	}
	fresh := d.empty[d.tab] || was.visit != is.visit || was.selected != is.selected
	d.shown[d.tab], d.empty[d.tab] = is, fresh
	read, tab := d.content().fill(s, fresh), d.tab
	if s.small() {
		return d.filled(filledMsg{tab, is, read()})
	}
	return d.s.aside(s.visit, func() tea.Msg { return filledMsg{tab, is, read()} })
}

// filled puts what was made into its tab, unless something newer is being made.
func (d *detail) filled(m filledMsg) tea.Cmd {
	if d.shown[m.tab] != m.of {
		return nil
	}
	d.empty[m.tab] = false
	cmd := m.show()
	if m.tab == d.tab && d.want != "" {
		d.content().selectRow(d.want)
		d.want = ""
	}
	return cmd
}

// filled puts what was made beside the app into its tab.
func (s *Screen) filled(m filledMsg) tea.Cmd {
	cmd := s.detail.filled(m)
	if s.inDetail {
		return tea.Batch(cmd, s.tellSelected())
	}
	return cmd
}

// waits tells that nothing of the subject shows yet.
func (d *detail) waits() bool { return d.top() == nil && d.empty[d.tab] }

// turn goes to another tab.
func (d *detail) turn(by int, s subject) tea.Cmd {
	d.pages, d.want = nil, ""
	d.tab = (d.tab + tabID(by) + tabs) % tabs
	d.s.arrange()
	return d.show(s)
}

func (d *detail) setSize(w, h int, focused bool) {
	d.w, d.h = w, h
	d.content().SetFocus(focused)
	d.content().SetSize(w, h)
	if p := d.top(); p != nil {
		p.card.SetSize(w, max(h-1, 1))
	}
}

// Typing tells that keys are text now.
func (d *detail) Typing() bool { return d.top() == nil && !d.waits() && d.content().Typing() }

// takes tells that the tab needs a key for itself that is the screen's otherwise.
func (d *detail) takes(msg tea.Msg) bool {
	return d.top() == nil && !d.waits() && d.content().takes(msg)
}

// Update gives a key to the page or the tab.
func (d *detail) Update(msg tea.Msg) (cmd tea.Cmd, handled bool) {
	if p := d.top(); p != nil {
		return p.card.Update(msg)
	}
	if d.waits() {
		return nil, false
	}
	return d.content().Update(msg)
}

// message gives every tab what is not a key: a table's answer to itself.
func (d *detail) message(msg tea.Msg) tea.Cmd {
	for _, c := range d.tabs {
		if cmd, handled := c.Update(msg); handled {
			return cmd
		}
	}
	return nil
}

func (d *detail) picked() picked {
	if p := d.top(); p != nil {
		return pickItem(p.card.Selected(), p.title, as(p.json))
	}
	if d.waits() {
		return picked{}
	}
	return d.content().picked()
}

// pickItem makes what is picked of a fact; whole is the JSON of what the fact belongs to.
func pickItem(x *card.Item, title string, whole func() any) picked {
	if x == nil {
		return picked{title: title, json: whole}
	}
	p := picked{title: title, observable: x.Observable, link: x.Link, open: x.Open, value: x.Text, line: x.Label + ": " + x.Text, json: whole}
	switch {
	case x.Observable != observable.Observable{}:
		p.value = x.Observable.Value
	case x.Link != "":
		p.value = x.Link
	}
	if x.JSON != nil {
		p.json = as(x.JSON)
	}
	return p
}

func (d *detail) row() string { return d.content().row() }

func (d *detail) selectRow(row string) {
	switch {
	case row == "":
	case d.waits():
		d.want = row
	default:
		d.content().selectRow(row)
	}
}

// Hints gives the keys of what shows.
func (d *detail) Hints() []keys.Hint {
	if p := d.top(); p != nil {
		return p.card.Hints()
	}
	return d.content().Hints()
}

// view draws what shows, without the bar of tabs.
func (d *detail) view() draw.Block {
	p, t := d.top(), d.s.o.Theme
	switch {
	case d.waits():
		return draw.Block{{}, draw.Join(draw.Blank(2), t.Dim.Lit("being put together"))}.Fit(d.w, d.h)
	case p == nil:
		return d.content().View()
	}
	title := draw.Join(draw.Blank(1), t.Title.Text(safetext.Line(p.title)))
	head := draw.Spread(d.w, title, draw.Join(t.Accent.Lit("esc"), t.Dim.Lit(" back ")))
	return append(draw.Block{head}, p.card.View()...)
}

// counts are the numbers behind the names of the tabs; -1 is none.
func (d *detail) counts(s subject) [tabs]int {
	inv, f := s.inv, s.finding
	out := [tabs]int{-1, -1, len(inv.Sightings), -1, len(inv.Targets), len(inv.Indicators), len(inv.Modules), -1}
	if f != nil {
		out[tabVerdicts], out[tabSightings], out[tabTargets] = len(f.Opinions), len(f.Sightings), len(f.Targets)
		if is := s.of(); d.hitsOf != is {
			d.hits, d.hitsOf = len(indicatorsOf(inv, f)), is
		}
		out[tabIndicators] = d.hits
	}
	return out
}

// numberSlot is the width of a number in the bar of tabs.
const numberSlot = 4

// brief writes a number in at most four cells, nothing for none.
func brief(n int) string {
	switch {
	case n == 0:
		return ""
	case n < 10_000:
		return strconv.Itoa(n)
	case n < 1_000_000:
		return strconv.Itoa(n/1000) + "k"
	}
	return "many"
}

// bar draws the names of the tabs, with their numbers where there is room.
func (d *detail) bar(s subject, cells int, focused bool) draw.Line {
	t := d.s.o.Theme
	counts := d.counts(s)
	for _, slot := range []int{numberSlot, 0} { // numbers have a place of their own, so that nothing moves when they come
		parts := []draw.Line{draw.Blank(1)}
		for i, name := range tabNames {
			style := t.Dim
			if tabID(i) == d.tab {
				if style = t.Strong; focused {
					style = t.Title
				}
			}
			parts = append(parts, style.Text(safetext.Known(name)), draw.Blank(1))
			if slot > 0 && counts[i] >= 0 {
				parts = append(parts, t.Dim.Text(safetext.Known(brief(counts[i])).Pad(slot)), draw.Blank(1))
			}
		}
		if line := draw.Join(parts[:len(parts)-1]...); line.Width() <= cells {
			return line.Fit(cells)
		}
	}
	return d.narrowBar(cells, focused)
}

// narrowBar draws the names around the present one.
func (d *detail) narrowBar(cells int, focused bool) draw.Line {
	t := d.s.o.Theme
	style := t.Strong
	if focused {
		style = t.Title
	}
	line := draw.Join(draw.Blank(1), style.Text(safetext.Known(tabNames[d.tab])))
	for i := d.tab + 1; i < tabs; i++ {
		line = draw.Join(line, draw.Blank(1), t.Dim.Text(safetext.Known(tabNames[i])))
	}
	if d.tab > 0 {
		line = draw.Join(t.Dim.Text(safetext.Known(tabNames[d.tab-1])), line)
	}
	return line.Fit(cells)
}

// indented writes something as JSON for copying.
func indented(v any) string {
	if raw, ok := v.(json.RawMessage); ok {
		return string(raw)
	}
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return ""
	}
	return string(b)
}

// indicatorsOf are the indicators that an observable belongs to.
func indicatorsOf(inv *ctr.Investigation, f *ctr.Finding) []*ctr.IndicatorHit {
	if f == nil {
		return inv.Indicators
	}
	var out []*ctr.IndicatorHit
	normal := f.Observable.Normal()
	for _, i := range inv.Indicators {
		for _, o := range i.Observables {
			if o == normal || o == f.Observable {
				out = append(out, i)
				break
			}
		}
	}
	return out
}
