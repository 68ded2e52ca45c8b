package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"ctrace/ctr"
	"ctrace/ctr/observable"
	"ctrace/ctr/observable/mailfile"
	reports "ctrace/internal/report"
	"ctrace/internal/safetext"
)

// textLimit bounds a text that is looked up.
const textLimit = 64 << 20

// inquiry is what a person wants to know: the observables of all inputs, each once.
type inquiry struct {
	query       string // as it was typed, when it was one text
	texts       []string
	observables []observable.Observable
	finders     reports.Finders
	wanted      observable.Options
	known       map[observable.Observable]bool
	unread      string // what is to be said of the last text
}

// inquire reads the inputs.
func (a *app) inquire(ctx context.Context, o *investigateOptions, args []string) (*inquiry, error) {
	list, err := a.inputs(args, &o.input)
	if err != nil {
		return nil, err
	}
	q := &inquiry{known: make(map[observable.Observable]bool)}
	if q.wanted, err = o.input.wanted(); err != nil {
		return nil, err
	}
	for _, in := range list {
		if in.mail {
			err = a.read(ctx, in, func(r io.Reader) error { return q.addMail(ctx, r) })
		} else {
			var text string
			if text, err = a.readAll(ctx, in, textLimit); err == nil {
				err = q.addText(text, in.name == "")
			}
			if q.unread != "" {
				a.complain(fmt.Errorf("%s: %s", cmp.Or(nameOf(in), "the text"), q.unread))
				q.unread = ""
			}
		}
		if errors.Is(err, mailfile.ErrNotMail) {
			return nil, usage(err)
		}
		if err != nil {
			return nil, err
		}
	}
	return q, nil
}

// addText adds the observables of a query, or of a text when it is none.
func (q *inquiry) addText(text string, typed bool) error {
	if typed {
		q.query = text
	}
	q.texts = append(q.texts, text)
	obs, err := observable.ParseQuery(text)
	if err == nil {
		q.addWanted(obs)
		q.unread = invalid(obs)
		return nil
	}
	if !typed && q.addList(text) {
		return nil
	}
	if e, ok := errors.AsType[*observable.QueryError](err); ok && isQuery(text) {
		return usage(queryProblem(text, e))
	}
	for _, m := range observable.Extract(text, q.wanted) {
		q.add(m.Observable)
	}
	q.unread = mistyped(text)
	return nil
}

// invalid tells of values of a query that are none of their types: they are asked about all the same,
// as they are written.
func invalid(obs []observable.Observable) string {
	for _, o := range obs {
		if err := o.Validate(); err != nil {
			return fmt.Sprintf("asked about as it is written, though no module may know it: %s",
				safetext.Line(strings.TrimPrefix(err.Error(), "observable: ")).Truncate(120))
		}
	}
	return ""
}

// mistyped tells of what a text has as observables with their types, and what is none: nobody is to
// believe that it was asked about.
func mistyped(text string) string {
	var lines []string
	for _, m := range observable.FindMistyped(text, 5) {
		number := strings.Count(text[:m.Start], "\n") + 1
		lines = append(lines, fmt.Sprintf("line %d: %s", number, safetext.Line(m.Reason).Truncate(120)))
	}
	return strings.Join(lines, "\n")
}

// addList adds the observables of a list, one query a line, if the text is one: half of its lines are
// queries. Lines that begin with # are remarks. What is found in any other line counts as well, and a
// line with nothing in it is told: nobody is to believe that it was asked about.
func (q *inquiry) addList(text string) bool {
	var found [][]observable.Observable
	var others []int
	var lines []string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		lines = append(lines, line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		obs, err := observable.ParseQuery(line)
		if err != nil {
			obs = nil
			others = append(others, len(lines))
		}
		found = append(found, obs)
	}
	if len(found) < 2*len(others) || len(found) < 2 {
		return false
	}
	var unread []int
	other := 0
	for _, obs := range found {
		if obs != nil {
			q.addWanted(obs)
			continue
		}
		number := others[other]
		other++
		if line := lines[number-1]; len(observable.Extract(line, observable.Options{IncludePrivate: true})) == 0 {
			unread = append(unread, number)
		} else {
			for _, m := range observable.Extract(line, q.wanted) {
				q.add(m.Observable)
			}
		}
	}
	if len(unread) > 0 {
		q.unread = fmt.Sprintf("no observable in %s of the list; the first is line %d: %s", plural(len(unread), "line"), unread[0],
			safetext.Line(lines[unread[0]-1]).Truncate(60))
	}
	return true
}

// addWanted adds those of a query that are wanted.
func (q *inquiry) addWanted(obs []observable.Observable) {
	for _, o := range obs {
		if q.wants(o) {
			q.add(o)
		}
	}
}

// nameOf is what people call an input that is no argument.
func nameOf(in input) string {
	if in.name == "-" {
		return "standard input"
	}
	return in.name
}

func (q *inquiry) addMail(ctx context.Context, r io.Reader) error {
	report, err := mailfile.Parse(ctx, r, mailfile.Options{Observables: q.wanted})
	if err != nil {
		return err
	}
	for _, o := range report.Observables {
		q.add(o.Observable)
	}
	return nil
}

// wants tells whether an observable that did not come out of text is wanted: its type is, and it is
// nothing that --allow-list or --no-private leaves out.
func (q *inquiry) wants(o observable.Observable) bool {
	if len(q.wanted.Types) > 0 && !slices.Contains(q.wanted.Types, o.Type) {
		return false
	}
	switch o.Type {
	case observable.IP, observable.IPv6, observable.Domain, observable.Hostname, observable.URL, observable.Email:
	default:
		return true
	}
	everything := observable.Options{IncludePrivate: true}
	narrowed := observable.Options{IncludePrivate: q.wanted.IncludePrivate, AllowList: q.wanted.AllowList}
	return len(observable.Extract(o.Value, everything)) == 0 || len(observable.Extract(o.Value, narrowed)) > 0
}

func (q *inquiry) add(o observable.Observable) {
	if key := o.Normal(); !q.known[key] {
		q.known[key] = true
		q.observables = append(q.observables, o)
	}
}

// inspect lets Threat Response find observables in the texts as well.
func (q *inquiry) inspect(ctx context.Context, client *ctr.Client) error {
	if len(q.texts) == 0 {
		return usage(errors.New("only texts are sent to inspect, no mails: leave --inspect out"))
	}
	q.finders = make(reports.Finders)
	for _, o := range q.observables {
		q.finders[o.Normal()] = reports.FoundHere
	}
	for _, text := range q.texts {
		found, err := client.Inspect(ctx, text)
		if err != nil {
			return err
		}
		for _, o := range found {
			if q.wants(o) {
				q.finders[o.Normal()] |= reports.FoundThere
				q.add(o)
			}
		}
	}
	return nil
}

// isQuery tells whether a text is meant as a query: it begins with the name of a type, or what looks
// like one before a quoted value, and a colon with the value right behind it.
func isQuery(text string) bool {
	name, rest, found := strings.Cut(strings.TrimSpace(text), ":")
	if !found || rest == "" || name == "" || strings.ContainsAny(name, " \t\r\n/.@") {
		return false
	}
	if strings.HasPrefix(rest, `"`) {
		return true
	}
	_, known := observable.Lookup(name)
	return known && !strings.ContainsAny(rest[:1], " \t\r\n/")
}

// queryProblem shows where a query cannot be read.
func queryProblem(text string, e *observable.QueryError) error {
	at := min(e.Offset, len(text))
	start := strings.LastIndexByte(text[:at], '\n') + 1
	for at-start > 50 || !utf8.RuneStart(text[start]) && start < at {
		start++
	}
	line, _, _ := strings.Cut(text[start:], "\n")
	before := safetext.Line(text[start:at])
	return fmt.Errorf("%w\n%s\n%s^", e, safetext.Line(line).Truncate(70), strings.Repeat(" ", before.Width()))
}
