package main

import (
	"bufio"
	"fmt"
	"strings"
	"time"

	"ctrace/ctr/observable"
	"ctrace/esa"
	reports "ctrace/internal/report"
	"ctrace/internal/safetext"
	"ctrace/internal/tracking"
	"ctrace/internal/verify/wire"
)

// rowPrinter prints rows of message tracking as they come.
type rowPrinter interface {
	row(r *tracking.Row)
	flush()
	end(more bool) error // more: there are more than were asked for
}

func newRowPrinter(a *app, form string, t *target, q esa.Query) rowPrinter {
	switch form {
	case formJSON:
		return &jsonRows{app: a, report: trackReport{Start: q.Start.UTC(), End: q.End.UTC(), Messages: []wire.Message{}}}
	case formJSONL:
		return &jsonlRows{out: bufio.NewWriter(a.out)}
	case formCSV:
		return &csvRows{tracking.NewCSV(a.out, t.profile.Location())}
	case formMarkdown:
		return &markdownRows{app: a, where: t.profile.Location()}
	}
	return &textRows{app: a, where: t.profile.Location(), sources: t.sources(), paint: a.paint(), nothing: tracking.NothingFound(q)}
}

// trackReport is what `track -o json` prints for a search.
type trackReport struct {
	Start    time.Time      `json:"start"`
	End      time.Time      `json:"end"`
	Messages []wire.Message `json:"messages"`
	More     bool           `json:"more"` // --limit cut the list
}

type jsonRows struct {
	app    *app
	report trackReport
}

func (p *jsonRows) row(r *tracking.Row) {
	p.report.Messages = append(p.report.Messages, wire.FromMessage(r.Message))
}
func (p *jsonRows) flush() {}
func (p *jsonRows) end(more bool) error {
	p.report.More = more
	return reports.WriteObject(p.app.out, "ctrace/track/1", p.report)
}

// jsonlRows prints one message a line. The first failure of writing is told at the end.
type jsonlRows struct {
	out *bufio.Writer
	err error
}

func (p *jsonlRows) row(r *tracking.Row) {
	if p.err == nil {
		p.err = writeJSON(p.out, wire.FromMessage(r.Message))
	}
}
func (p *jsonlRows) flush() { _ = p.out.Flush() } // end tells
func (p *jsonlRows) end(bool) error {
	if p.err != nil {
		return p.err
	}
	return p.out.Flush()
}

type csvRows struct{ w *tracking.CSVWriter }

func (p *csvRows) row(r *tracking.Row) { p.w.Row(&r.Message) }
func (p *csvRows) flush()              { p.w.Flush() }
func (p *csvRows) end(bool) error      { return p.w.End() }

type markdownRows struct {
	app      *app
	where    *time.Location
	messages []esa.Message
}

func (p *markdownRows) row(r *tracking.Row) { p.messages = append(p.messages, r.Message) }
func (p *markdownRows) flush()              {}
func (p *markdownRows) end(bool) error {
	return tracking.Export(p.app.out, tracking.Markdown, p.messages, p.where)
}

// textRows prints rows for people, 80 columns wide.
type textRows struct {
	app     *app
	where   *time.Location
	sources []tracking.Source
	paint   paint
	nothing string // what is said when there is no row
	n       int
}

func (p *textRows) row(r *tracking.Row) {
	several := len(p.sources) > 1
	if p.n == 0 {
		head := fmt.Sprintf("%-16s %-8s %-12s %-19s %s", "TIME", "MID", "STATUS", "SENDER", "SUBJECT")
		if several {
			head = fmt.Sprintf("%-10s %s", "APPLIANCE", head)
		}
		fmt.Fprintln(p.app.out, head)
	}
	p.n++
	m := &r.Message
	status := safetext.Line(tracking.StatusWords(m)).Pad(12).String()
	switch m.Status() {
	case esa.StatusDelivered:
		status = p.paint.green(status)
	case esa.StatusDropped, esa.StatusBounced, esa.StatusAborted:
		status = p.paint.red(status)
	case esa.StatusQuarantined:
		status = p.paint.yellow(status)
	}
	subject := m.FinalSubject()
	if len(m.MIDs) == 0 {
		subject = m.SenderIP + " " + m.SenderGroup
	}
	line := safetext.Line(tracking.ListTime(m.Time.In(p.where), m.TimeText, time.Now())).Pad(16).String() + " " + safetext.Line(midOf(m)).Pad(8).String() + " " +
		status + " " + safetext.Line(m.Sender).Pad(19).String() + " "
	room := 21
	if several {
		line = safetext.Line(p.sources[r.Source].Name).Pad(10).String() + " " + line
		room = 40
	}
	fmt.Fprintln(p.app.out, strings.TrimRight(line+safetext.Line(observable.DefangLinks(subject)).Truncate(room).String(), " "))
}

func (p *textRows) flush() {}

func (p *textRows) end(more bool) error {
	if p.n == 0 {
		for _, line := range safetext.Line(p.nothing).Wrap(80) {
			fmt.Fprintln(p.app.out, line.String())
		}
		return nil
	}
	text := plural(p.n, "message")
	if more {
		text += "; there are more: use a larger --limit"
	}
	fmt.Fprintln(p.app.out, "\n"+text)
	return nil
}

// midOf is the newest MID of a row, or what a rejected connection has in its place.
func midOf(m *esa.Message) string {
	if len(m.MIDs) == 0 {
		return fmt.Sprintf("I%d", m.ICID)
	}
	return fmt.Sprint(m.MIDs[len(m.MIDs)-1])
}

// longTime writes a time with its zone; a text that could not be read as it came.
func longTime(t time.Time, text string, where *time.Location) string {
	if t.IsZero() {
		return text
	}
	return t.In(where).Format("2006-01-02 15:04:05 MST")
}

// shortTime writes a time without its year; a text that could not be read as it came.
func shortTime(t time.Time, text string, where *time.Location) string {
	if t.IsZero() {
		return text
	}
	return t.In(where).Format("01-02 15:04:05")
}
