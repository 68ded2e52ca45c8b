package investigatescreen

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"ctrace/ctr"
	"ctrace/internal/safetext"
	"ctrace/tui/draw"
	"ctrace/tui/intent"
	"ctrace/tui/investigatescreen/card"
	"ctrace/tui/say"
	"ctrace/tui/table"
)

// number writes a number.
func number(n int) string { return strconv.Itoa(n) }

// times writes how often.
func times(n int) string {
	if n == 1 {
		return "once"
	}
	return number(n) + " times"
}

// newModulesTab makes the tab of how each module took part.
func newModulesTab(s *Screen) content {
	th := s.o.Theme
	return newTableTab(table.Options[ctr.ModuleStatus]{
		Theme: th, ID: func(m *ctr.ModuleStatus) string { return m.Module.InstanceID + "\x00" + m.Module.Name },
		Text: func(m *ctr.ModuleStatus) string {
			_, word, _ := moduleState(s, m)
			return m.Module.Name + " " + word + " " + remarks(m)
		},
		Empty: safetext.Known("No module was asked yet."),
		Columns: []table.Column[ctr.ModuleStatus]{
			{
				Title: "State", Width: 13, Min: 13, Keep: 10,
				Cell: func(m *ctr.ModuleStatus) safetext.Text {
					mark, word, _ := moduleState(s, m)
					return safetext.Known(mark + " " + word)
				},
				Style: func(m *ctr.ModuleStatus) draw.Style { _, _, style := moduleState(s, m); return style },
			},
			{
				Title: "Module", Width: 26, Min: 24, Keep: 9, Cell: func(m *ctr.ModuleStatus) safetext.Text { return safetext.Line(m.Module.Name) },
				Order: func(a, b *ctr.ModuleStatus) int { return cmp.Compare(a.Module.Name, b.Module.Name) },
			},
			{
				Title: "Calls", Width: 9, Min: 6, Keep: 4, Right: true,
				Cell: func(m *ctr.ModuleStatus) safetext.Text {
					return safetext.Known(number(m.Answered) + "/" + number(m.Asked))
				},
			},
			{
				Title: "Slowest", Width: 8, Min: 8, Keep: 6, Right: true, Cell: func(m *ctr.ModuleStatus) safetext.Text { return took(m) },
				Order: func(a, b *ctr.ModuleStatus) int { return cmp.Compare(b.Slowest, a.Slowest) },
			},
			{
				Title: "Found", Width: 6, Min: 5, Keep: 5, Right: true, Cell: func(m *ctr.ModuleStatus) safetext.Text { return safetext.Known(number(m.Documents)) },
				Order: func(a, b *ctr.ModuleStatus) int { return cmp.Compare(b.Documents, a.Documents) },
			},
			{Title: "Remarks", Width: 30, Min: 20, Keep: 8, Grow: true, Cell: func(m *ctr.ModuleStatus) safetext.Text { return safetext.Line(remarks(m)) }},
		},
	}, func(s subject, _ []*ctr.ModuleStatus) []*ctr.ModuleStatus {
		return append([]*ctr.ModuleStatus(nil), s.inv.Modules...) // a status is replaced, never changed
	}, func(m *ctr.ModuleStatus) picked { return pickModule(s, m) })
}

// failed tells that the module could not answer everything: a failure, but not a rate limit or a warning.
func failed(m *ctr.ModuleStatus) bool {
	for _, p := range m.Problems {
		if p.Type != "warning" && !rateLimit(p) {
			return true
		}
	}
	return false
}

func rateLimit(p ctr.Problem) bool {
	return ctr.IsRateLimited(p.Err) || ctr.ModuleError{Type: p.Type, Code: p.Code, Message: p.Message}.IsRateLimit()
}

// moduleState is how a module stands, as a mark, a word and a colour.
func moduleState(s *Screen, m *ctr.ModuleStatus) (mark, word string, style draw.Style) {
	t := s.o.Theme
	switch {
	case failed(m) && m.Documents > 0:
		return t.Marks.Half, "partly", t.Warn
	case failed(m):
		return t.Marks.Failed, "failed", t.Bad
	case m.RateLimited:
		return t.Marks.Half, "rate limit", t.Warn
	case !m.Done && s.visit != nil && !s.visit.running: // it ended before its time
		return t.Marks.Half, "unfinished", t.Warn
	case !m.Done:
		return t.Marks.Waiting, "asked", t.Busy
	case len(m.Problems) > 0:
		return t.Marks.Half, "warning", t.Warn
	case m.Asked == 0 && m.Answered == 0 && m.FromCache == 0:
		return t.Marks.Skipped, "not asked", t.Dim
	case m.Documents == 0:
		return t.Marks.Done, "nothing", t.Dim
	}
	return t.Marks.Done, "answered", t.Good
}

func took(m *ctr.ModuleStatus) safetext.Text {
	if m.Slowest == 0 {
		return safetext.Text{}
	}
	return say.Elapsed(m.Slowest)
}

// remarks is what else there is to know, raw: the first problem first.
func remarks(m *ctr.ModuleStatus) string {
	var out []string
	for _, p := range m.Problems {
		out = append(out, problemText(p))
	}
	if m.FromCache > 0 {
		out = append(out, "from the cache, "+age(m.Age)+" old")
	}
	if len(m.Truncated) > 0 {
		out = append(out, "there may be more "+strings.Join(m.Truncated, ", "))
	}
	if m.Unasked > 0 {
		out = append(out, number(m.Unasked)+" not asked")
	}
	if m.NotAskable > 0 {
		out = append(out, number(m.NotAskable)+" of a type that it does not take")
	}
	return strings.Join(out, "; ")
}

// problemText is a problem in one line, raw.
func problemText(p ctr.Problem) string {
	text := strings.TrimSuffix(strings.Join([]string{p.Code, p.Message}, ": "), ": ")
	text = strings.TrimPrefix(text, ": ")
	if p.Code != "" && strings.HasPrefix(p.Message, p.Code) {
		text = p.Message
	}
	if text == "" && p.Err != nil {
		text = p.Err.Error()
	}
	if p.Count > 1 {
		text += " (" + number(p.Count) + " times)"
	}
	return text
}

// age writes how old something is, roughly.
func age(d time.Duration) string {
	if d < time.Minute {
		return number(int(d/time.Second)) + " s"
	}
	return number(int(d/time.Minute)) + " min"
}

func pickModule(s *Screen, m *ctr.ModuleStatus) picked {
	_, word, _ := moduleState(s, m)
	p := picked{
		title: "Module", value: m.Module.Name, json: as(m), open: func() card.Page { return modulePage(s, m) },
		line: strings.Join([]string{word, m.Module.Name, number(m.Answered) + "/" + number(m.Asked), number(m.Documents), remarks(m)}, "\t"),
		fields: []intent.Field{
			{Name: "Module", Value: m.Module.Name},
			{Name: "State", Value: word},
			{Name: "Instance", Value: m.Module.InstanceID},
			{Name: "Calls", Value: number(m.Answered) + " of " + number(m.Asked)},
			{Name: "Documents", Value: number(m.Documents)},
		},
	}
	for _, x := range m.Problems {
		p.fields = append(p.fields, intent.Field{Name: x.Type, Value: problemText(x)})
	}
	return p
}
