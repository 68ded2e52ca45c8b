package investigatescreen

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/ctr"
	"ctrace/ctr/ctim"
	"ctrace/ctr/observable"
	"ctrace/internal/safetext"
	"ctrace/tui/draw"
	"ctrace/tui/intent"
	"ctrace/tui/investigatescreen/card"
	"ctrace/tui/keys"
)

// summaryTab is what to know about an observable, or about all of them, on one page.
type summaryTab struct {
	*card.Card
	s       *Screen
	subject subject
	touched bool
}

func newSummaryTab(s *Screen) content { return &summaryTab{Card: card.New(s.o.Theme), s: s} }

func (t *summaryTab) fill(s subject, fresh bool) reading {
	return func() showing {
		var items []card.Item
		if s.finding != nil {
			items = t.finding(s)
		} else {
			items = t.all(s)
		}
		return func() tea.Cmd {
			t.subject = s
			t.touched = t.touched && !fresh
			t.Set(items)
			if !t.touched {
				t.ToTop()
			}
			return nil
		}
	}
}

func (t *summaryTab) Update(msg tea.Msg) (tea.Cmd, bool) {
	cmd, handled := t.Card.Update(msg)
	t.touched = t.touched || handled
	return cmd, handled
}

func (t *summaryTab) takes(tea.Msg) bool { return false }

func (t *summaryTab) Hints() []keys.Hint { return t.Card.Hints() }

// row names the selected fact by what it says.
func (t *summaryTab) row() string {
	if x := t.Selected(); x != nil {
		return x.Label + "\x00" + x.Text
	}
	return ""
}

func (t *summaryTab) selectRow(row string) {
	t.touched = t.SelectWhere(func(x *card.Item) bool { return x.Label+"\x00"+x.Text == row })
}

func (t *summaryTab) picked() picked {
	if f := t.subject.finding; f != nil {
		p := pickItem(t.Selected(), "Observable", func() any { return findingJSON(f) })
		if p.value == "" {
			p.value = f.Observable.Value
		}
		p.fields = append([]intent.Field{{Name: "Selected", Value: p.value}}, t.s.findingFields(f)...)
		return p
	}
	return pickItem(t.Selected(), "Investigation", nil)
}

// findingJSON is what is copied of an observable: everything known, in the forms of the data model.
func findingJSON(f *ctr.Finding) any {
	type opinion struct {
		Module      string   `json:"module"`
		Disposition string   `json:"disposition"`
		Reasons     []string `json:"reasons,omitempty"`
	}
	out := struct {
		observable.Observable
		Disposition string            `json:"disposition,omitempty"`
		Opinions    []opinion         `json:"opinions,omitempty"`
		Judgements  []*ctim.Judgement `json:"judgements,omitempty"`
		Sightings   []*ctim.Sighting  `json:"sightings,omitempty"`
	}{Observable: f.Observable, Disposition: f.Disposition.String()}
	for _, o := range f.Opinions {
		out.Opinions = append(out.Opinions, opinion{o.Module.Name, o.Disposition.String(), o.Reasons})
	}
	for _, j := range f.Judgements {
		out.Judgements = append(out.Judgements, j.Judgement)
	}
	for _, x := range f.Sightings {
		out.Sightings = append(out.Sightings, x.Sighting)
	}
	return out
}

// few is how many of a kind the summary names; the tabs have all of them.
const few = 5

// finding is the summary of one observable.
func (t *summaryTab) finding(s subject) []card.Item {
	f := &facts{}
	found := s.finding
	f.observable(typeLabel(found.Observable.Type), found.Observable)
	f.failure(s)
	if info, ok := found.Observable.Type.Info(); ok && found.Standing() == ctr.Waiting && s.running && len(found.Opinions) == 0 && len(found.Sightings) == 0 {
		f.items = append(f.items, card.Item{Text: "The modules are asked about this " + info.Label + ".", Tone: card.Quiet})
	}
	f.heading("What the modules think", disagreement(found))
	for _, o := range found.Opinions {
		f.items = append(f.items, card.Item{Label: o.Module.Name, Judged: true, Disposition: o.Disposition, Text: strings.Join(o.Reasons, "; ")})
	}
	if len(found.Opinions) == 0 && found.Standing() == ctr.Answered {
		f.items = append(f.items, card.Item{Text: "No module has an opinion.", Tone: card.Quiet})
	}
	if text := found.Shortfall(); text != "" {
		f.items = append(f.items, card.Item{Label: "Not complete", Text: text, Tone: card.Warn})
	}
	f.seen(t.s, found.Sightings)
	f.mails(found.Sightings)
	f.heading("Indicators", "")
	for i, hit := range indicatorsOf(s.inv, found) {
		if i == few {
			f.items = append(f.items, card.Item{Text: "  and more: see the tab", Tone: card.Quiet})
			break
		}
		f.items = append(f.items, card.Item{
			Label: hit.Indicator.Severity, Text: hit.Indicator.Title, JSON: hit.Indicator,
			Open: func() card.Page { return indicatorPage(t.s, hit) },
		})
	}
	f.related(t.s, s.inv, found.Observable)
	f.heading("Targets", "")
	for i, target := range found.Targets {
		if i == few {
			f.items = append(f.items, card.Item{Text: "  and " + number(len(found.Targets)-i) + " more: see the tab", Tone: card.Quiet})
			break
		}
		for _, o := range target.Observables {
			f.observable(target.Type, o)
		}
	}
	f.heading("Links", "")
	for _, l := range found.Links {
		f.items = append(f.items, card.Item{Label: l.Module, Text: l.Title, Link: l.URL, JSON: l})
	}
	f.trouble(s)
	f.prune()
	return f.items
}

func disagreement(f *ctr.Finding) string {
	if f.Disagree {
		return "they disagree"
	}
	return ""
}

// seen says how often, and from when to when.
func (f *facts) seen(s *Screen, list []*ctr.Seen) {
	if len(list) == 0 {
		return
	}
	outcomes := map[string]int{}
	run, word := 0, "" // equal ones come in runs
	for _, x := range list {
		if r := x.Sighting.Resolution; r != word {
			outcomes[word] += run
			word, run = r, 0
		}
		run++
	}
	outcomes[word] += run
	delete(outcomes, "")
	line := timelineOf(list)
	f.heading("Seen", times(line.total()))
	f.text("First", stamp(line.first(), s.o.Zone))
	if line.last().After(line.first()) {
		f.text("Last", stamp(line.last(), s.o.Zone))
		f.items = append(f.items, card.Item{Draw: func(cells int) draw.Block {
			b := plot(s.o.Theme, line, min(cells-1, 100), 2, s.o.Zone)
			return b[:max(len(b)-1, 0)]
		}})
	}
	var parts []string
	for _, r := range sortedByCount(outcomes) {
		parts = append(parts, number(outcomes[r])+" "+r)
	}
	f.text("Outcome", strings.Join(parts, ", "))
}

// mails says who sent and who got it, those first that did so most.
func (f *facts) mails(list []*ctr.Seen) {
	from, to, subjects := map[observable.Observable]int{}, map[observable.Observable]int{}, map[observable.Observable]int{}
	const most = 300 // newest sightings that are looked at: the summary must not take long
	for _, x := range list[max(0, len(list)-most):] {
		m := readMail(x.Sighting)
		if !m.isMail() {
			continue
		}
		for _, pair := range []struct {
			into map[observable.Observable]int
			from []observable.Observable
		}{{from, m.from}, {to, m.to}, {subjects, m.subject}} {
			for _, o := range pair.from {
				pair.into[o]++
			}
		}
	}
	if len(from)+len(to) == 0 {
		return
	}
	f.heading("Mail", "who sent what to whom")
	f.counted("Sent by", from)
	f.counted("Subject", subjects)
	f.counted("Sent to", to)
}

// counted lists the most frequent observables with their numbers.
func (f *facts) counted(label string, counts map[observable.Observable]int) {
	order := make([]observable.Observable, 0, len(counts))
	for o := range counts {
		order = append(order, o)
	}
	slices.SortFunc(order, func(a, b observable.Observable) int {
		if d := counts[b] - counts[a]; d != 0 {
			return d
		}
		return strings.Compare(a.Value, b.Value)
	})
	for i, o := range order {
		if i == few && len(order) > few+1 {
			f.items = append(f.items, card.Item{Text: "  and " + number(len(order)-i) + " more: see the relations", Tone: card.Quiet})
			return
		}
		if i > 0 {
			label = ""
		}
		x := observableItem(label, o)
		if counts[o] > 1 {
			x.Note = strconv.Itoa(counts[o])
		}
		f.items = append(f.items, x)
	}
}

// related names what else it is joined to, by type, and leaves out what the mail above says.
func (f *facts) related(s *Screen, inv *ctr.Investigation, about observable.Observable) {
	edges := inv.Neighbours(about)
	known := map[observable.Observable]bool{}
	for _, x := range f.items {
		known[x.Observable] = true
	}
	f.heading("Joined to", "")
	listed, left := map[observable.Type]int{}, 0
	normal := about.Normal()
	for _, e := range edges {
		other, label := e.Related, ctim.RelationLabel(e.Relation)+" "+s.o.Theme.Marks.Arrow
		if e.Related == normal && e.Source != normal {
			other, label = e.Source, ctim.RelationLabel(e.Relation)+" "+s.o.Theme.Marks.Back
		}
		if known[other] {
			continue
		}
		known[other] = true
		if listed[other.Type]++; listed[other.Type] > few {
			left++
			continue
		}
		x := observableItem(label, other)
		x.Note = typeLabel(other.Type)
		f.items = append(f.items, x)
	}
	if left > 0 {
		f.items = append(f.items, card.Item{Text: "  and " + number(left) + " more: see the relations", Tone: card.Quiet})
	}
}

// failure says why the look-up is not complete, before everything else.
func (f *facts) failure(s subject) {
	if s.err != nil {
		f.heading("The look-up is not complete", "")
		f.items = append(f.items, card.Item{Text: s.err.Error(), Tone: card.Bad})
	}
}

// trouble says which modules failed, and what could not be asked.
func (f *facts) trouble(s subject) {
	f.heading("What is missing", "")
	for _, m := range s.inv.Modules {
		if text := remarks(m); text != "" && len(m.Problems) > 0 {
			tone := card.Warn
			if failed(m) {
				tone = card.Bad
			}
			f.items = append(f.items, card.Item{Label: m.Module.Name, Text: text, Tone: tone})
		}
	}
	for i, k := range s.inv.Skipped {
		if i == 20 {
			f.text("", "and "+number(len(s.inv.Skipped)-i)+" more that were not asked about")
			return
		}
		f.text("Not asked", k.Observable.Value+": "+k.Reason)
	}
}

// all is the summary of the whole investigation.
func (t *summaryTab) all(s subject) []card.Item {
	f := &facts{}
	f.failure(s)
	f.heading("What the modules think", "")
	counts, standing := map[ctim.Disposition]int{}, map[ctr.Standing]int{}
	var worst []*ctr.Finding
	for _, x := range s.inv.Findings {
		if x.Disposition == 0 {
			standing[x.Standing()]++
			continue
		}
		counts[x.Disposition]++
		if x.Disposition == ctim.Malicious || x.Disposition == ctim.Suspicious {
			worst = append(worst, x)
		}
	}
	f.items = append(f.items, card.Item{Draw: func(cells int) draw.Block { return t.opinions(counts, standing, cells) }})
	slices.SortStableFunc(worst, func(a, b *ctr.Finding) int { return a.Disposition.Compare(b.Disposition) })
	f.heading("The worst", "")
	for i, x := range worst {
		if i == 2*few {
			f.items = append(f.items, card.Item{Text: "  and " + number(len(worst)-i) + " more: v orders the list", Tone: card.Quiet})
			break
		}
		one := observableItem(typeLabel(x.Observable.Type), x.Observable)
		one.Judged, one.Disposition = true, x.Disposition
		f.items = append(f.items, one)
	}
	f.seen(t.s, s.inv.Sightings)
	f.mails(s.inv.Sightings)
	f.heading("Links", "")
	for _, l := range s.inv.Links {
		f.items = append(f.items, card.Item{Label: l.Module, Text: l.Title, Link: l.URL, JSON: l})
	}
	f.heading("Also found", "")
	for i, o := range s.inv.Others {
		if i == 2*few {
			f.text("", "and "+number(len(s.inv.Others)-i)+" more")
			break
		}
		f.items = append(f.items, card.Item{Label: o.Kind, Text: strings.TrimSpace(o.Title + " " + o.ShortDescription), JSON: o.Document})
	}
	f.trouble(s)
	f.prune()
	return f.items
}

// opinions is how many observables have which disposition, or why they have none.
func (t *summaryTab) opinions(counts map[ctim.Disposition]int, standing map[ctr.Standing]int, cells int) draw.Block {
	th := t.s.o.Theme
	var parts []draw.Line
	for _, d := range slices.SortedFunc(maps.Keys(counts), ctim.Disposition.Compare) {
		if n := counts[d]; n > 0 {
			parts = append(parts, draw.Join(th.Text.Text(safetext.Known(number(n)+" ")), th.Disposition(d)))
		}
	}
	words := []struct {
		of   []ctr.Standing
		word string
	}{
		{[]ctr.Standing{ctr.Waiting}, "asked"},
		{[]ctr.Standing{ctr.Answered, ctr.Partly, ctr.Mentioned}, "no verdict"},
		{[]ctr.Standing{ctr.Failed}, "no answer"},
		{[]ctr.Standing{ctr.NotAsked}, "not asked"},
	}
	for _, w := range words {
		n := 0
		for _, of := range w.of {
			n += standing[of]
		}
		if n > 0 {
			parts = append(parts, th.Dim.Text(safetext.Known(number(n)+" "+w.word)))
		}
	}
	b := draw.Block{draw.Blank(1)}
	for i, p := range parts {
		last := len(b) - 1
		switch {
		case i == 0:
		case b[last].Width()+3+p.Width() >= cells:
			b = append(b, draw.Blank(1))
			last++
		default:
			b[last] = draw.Join(b[last], draw.Blank(3))
		}
		b[last] = draw.Join(b[last], p)
	}
	return b
}

// sortedByCount gives the names with the highest count first.
func sortedByCount(counts map[string]int) []string {
	names := make([]string, 0, len(counts))
	for n := range counts {
		names = append(names, n)
	}
	slices.SortFunc(names, func(a, b string) int {
		if d := counts[b] - counts[a]; d != 0 {
			return d
		}
		return strings.Compare(a, b)
	})
	return names
}
