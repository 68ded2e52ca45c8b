package investigatescreen

import (
	"strconv"
	"time"

	"ctrace/ctr"
	"ctrace/ctr/observable"
	"ctrace/internal/safetext"
	"ctrace/tui/draw"
	"ctrace/tui/intent"
	"ctrace/tui/say"
)

// Columns of the list.
const (
	dispositionColumn = 14
	typeColumn        = 16
	countColumn       = 6
)

// typeLabel is the name of an observable type for people.
func typeLabel(t observable.Type) string {
	if info, ok := t.Info(); ok {
		return info.Label
	}
	return string(t)
}

// view draws what shows of the list.
func (l *list) view(focused bool) draw.Block {
	var b draw.Block
	for at := l.scroll.Top(); at < min(len(l.entries), l.scroll.Top()+l.rows()); at++ {
		b = append(b, l.line(at, focused))
	}
	b = l.pad(b).Fit(l.w, l.h)
	if below := l.hidden(); l.foot && below.Width() > 0 {
		b[l.h-1] = draw.Spread(l.w, draw.Line{}, below)
	}
	if l.field != nil || l.filter != "" {
		b[l.h-1] = l.filterLine()
	}
	return b
}

// hidden says how many entries stand below what shows; nothing when none does.
func (l *list) hidden() draw.Line {
	n := len(l.entries) - l.scroll.Top() - l.rows()
	if n <= 0 {
		return draw.Line{}
	}
	return draw.Join(draw.Blank(1), l.t.Dim.Text(safetext.Known(number(n)+" more "+l.t.Marks.Down)), draw.Blank(1))
}

// pad says that nothing shows when a filter leaves nothing.
func (l *list) pad(b draw.Block) draw.Block {
	if l.made.filter != "" && l.step(-1, 1) < 0 {
		return append(b, draw.Join(draw.Blank(2), l.t.Dim.Lit("nothing holds what you filter by")))
	}
	return b
}

func (l *list) filterLine() draw.Line {
	t := l.t
	shown := 0
	for _, e := range l.entries {
		if e.finding != nil {
			shown++
		}
	}
	right := t.Dim.Text(safetext.Known(strconv.Itoa(shown) + " of " + strconv.Itoa(len(l.inv.Findings)) + " "))
	room := max(l.w-right.Width()-3, 1)
	left := t.Text.Text(safetext.Line(l.filter)).Fit(room)
	if l.field != nil {
		left = l.field.Draw(room)
	}
	return draw.Spread(l.w, draw.Join(t.Title.Lit(" /"), left), right)
}

func (l *list) line(at int, focused bool) draw.Line {
	t, e := l.t, l.entries[at]
	if e.isHeading() {
		return l.headingLine(e)
	}
	pick, value := draw.Blank(1), t.Text
	if at == l.at {
		pick, value = t.Mark(t.Dim, t.Marks.Select), t.Strong
		if focused {
			pick = t.Mark(t.Accent, t.Marks.Select)
		}
	}
	if e.finding == nil {
		n := strconv.Itoa(len(l.inv.Sightings))
		if len(l.inv.Sightings) == 0 {
			n = ""
		}
		all := safetext.Concat(safetext.Known("All "), say.Count(len(l.inv.Findings), "observable"))
		return draw.Join(pick, draw.Blank(1), value.Text(all.Pad(max(l.w-2-countColumn-1, 1))), t.Dim.Text(safetext.Known(n).PadLeft(countColumn))).Fit(l.w)
	}
	f := e.finding
	text := safetext.Line(observable.Defang(f.Observable))
	tick := draw.Blank(1)
	switch {
	case l.marked[f.Observable]:
		tick = t.Mark(t.Accent, t.Marks.Ticked)
	case text.Hostile():
		tick = t.Mark(t.Warn, t.Marks.Hostile)
	}
	parts := []draw.Line{pick, tick, l.standing(f).Fit(dispositionColumn - 1), draw.Blank(1)}
	if !l.grouped() && l.w >= wideList {
		style := t.Dim
		parts = append(parts, style.Text(safetext.Line(typeLabel(f.Observable.Type)).Pad(typeColumn)), draw.Blank(1))
	}
	used := draw.Join(parts...)
	room := max(l.w-used.Width()-countColumn-1, 1)
	return draw.Join(used, value.Text(text.Pad(room)), l.count(f)).Fit(l.w)
}

func (l *list) headingLine(e entry) draw.Line {
	t := l.t
	label := safetext.Line(typeLabel(e.heading))
	left := draw.Join(draw.Blank(2), t.Dim.Text(label))
	if e.other {
		left = draw.Join(left, t.Dim.Lit(" mentioned"))
	}
	return draw.Join(left, draw.Blank(1), t.Dim.Text(safetext.Known(strconv.Itoa(e.n)))).Fit(l.w)
}

// count is how often the observable was seen, and a mark when modules disagree about it.
func (l *list) count(f *ctr.Finding) draw.Line {
	t := l.t
	if n := len(f.Sightings); n > 0 {
		return t.Dim.Text(safetext.Known(strconv.Itoa(n)).PadLeft(countColumn))
	}
	return draw.Blank(countColumn)
}

// standing is the disposition of an observable, or why there is none.
func (l *list) standing(f *ctr.Finding) draw.Line {
	t := l.t
	if f.Disposition != 0 {
		line := t.Disposition(f.Disposition)
		if line.Width() >= dispositionColumn-1 { // a number that the data model has no word for
			line = t.DispositionStyle(f.Disposition).Text(safetext.Known(t.DispositionMark(f.Disposition) + " number " + number(int(f.Disposition))))
		}
		if f.Disagree {
			line = draw.Join(line, t.Mark(t.Warn, t.Marks.Differs))
		}
		return line
	}
	switch f.Standing() {
	case ctr.Waiting:
		return draw.Join(t.Mark(t.Dim, t.Marks.Waiting), t.Dim.Lit(" asked"))
	case ctr.Failed:
		return draw.Join(t.Mark(t.Warn, t.Marks.Skipped), t.Warn.Lit(" no answer"))
	case ctr.NotAsked:
		return draw.Join(t.Mark(t.Dim, t.Marks.Skipped), t.Dim.Lit(" not asked"))
	}
	return draw.Join(t.Mark(t.Dim, t.Marks.Skipped), t.Dim.Lit(" no verdict"))
}

// findingFields is what the inspector shows of an observable, raw.
func (s *Screen) findingFields(f *ctr.Finding) []intent.Field {
	fields := []intent.Field{
		{Name: "Type", Value: string(f.Observable.Type)},
		{Name: "Value", Value: f.Observable.Value},
		{Name: "Defanged", Value: observable.Defang(f.Observable)},
	}
	add := func(name, value string) {
		if value != "" {
			fields = append(fields, intent.Field{Name: name, Value: value})
		}
	}
	add("Disposition", f.Disposition.String())
	add("Answers", f.Standing().String())
	add("Not complete", f.Shortfall())
	for _, o := range f.Opinions {
		add(o.Module.Name, o.Disposition.String())
	}
	if n := len(f.Sightings); n > 0 {
		add("Sightings", strconv.Itoa(n))
		add("First seen", stamp(f.Sightings[0].Sighting.ObservedTime.Start.Time, s.o.Zone))
		add("Last seen", stamp(f.Sightings[n-1].Sighting.ObservedTime.Start.Time, s.o.Zone))
	}
	if n := len(f.Targets); n > 0 {
		add("Targets", strconv.Itoa(n))
	}
	return fields
}

// stamp writes a moment for people; nothing when there is none.
func stamp(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	return t.In(zone).Format("2006-01-02 15:04:05")
}

// shortStamp writes a moment for a column: without the year when it is this one, else without the seconds.
func shortStamp(t, now time.Time, zone *time.Location) string {
	switch {
	case t.IsZero():
		return ""
	case t.In(zone).Year() == now.In(zone).Year():
		return t.In(zone).Format("01-02 15:04:05")
	}
	return t.In(zone).Format("2006-01-02 15:04")
}
