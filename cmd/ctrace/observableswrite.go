package main

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"

	"ctrace/ctr/observable"
	"ctrace/ctr/observable/mailfile"
	reports "ctrace/internal/report"
)

// observableWriter writes what was found in one of the forms of output. Matches are written as they
// are found, so that nothing is kept.
type observableWriter interface {
	begin() error
	match(file string, m observable.Match) error
	mail(file string, r *mailfile.Report) error
	end(complete bool) error
}

// newObservableWriter makes the writer of a form. several tells that there is more than one input,
// so that each observable has to say which it is from.
func newObservableWriter(w io.Writer, o *observablesOptions, several bool, p paint) observableWriter {
	switch o.form {
	case formJSON:
		return &observableJSON{w: w, defang: o.defang, several: several}
	case formJSONL:
		return &observableJSONL{w: w, defang: o.defang, several: several}
	case formCSV:
		return &observableCSV{w: csv.NewWriter(w), defang: o.defang}
	}
	return &observableText{w: w, paint: p, defang: o.defang, several: several}
}

// observableLine is one match in JSON.
type observableLine struct {
	Type     observable.Type `json:"type"`
	Value    string          `json:"value"`
	Start    int             `json:"start"`
	End      int             `json:"end"`
	Text     string          `json:"text"`
	Flags    []string        `json:"flags,omitempty"`
	Defanged string          `json:"defanged,omitempty"`
	File     string          `json:"file,omitempty"`
}

// mailObservableLine is one observable of a mail in JSON lines.
type mailObservableLine struct {
	mailfile.Observable
	Defanged string `json:"defanged,omitempty"`
	File     string `json:"file,omitempty"`
}

func matchLine(file string, m observable.Match, defang, several bool) observableLine {
	l := observableLine{Type: m.Type, Value: m.Value, Start: m.Start, End: m.End, Text: m.Text, Flags: flagNames(m.Flags)}
	if defang {
		l.Defanged = observable.Defang(m.Observable)
	}
	if several {
		l.File = file
	}
	return l
}

var flagWords = []struct {
	flag observable.Flags
	word string
}{
	{observable.Defanged, "defanged"},
	{observable.IDN, "idn"},
	{observable.Homograph, "homograph"},
	{observable.Private, "private"},
	{observable.Header, "header"},
	{observable.Typed, "typed"},
}

func flagNames(f observable.Flags) []string {
	var names []string
	for _, w := range flagWords {
		if f&w.flag != 0 {
			names = append(names, w.word)
		}
	}
	return names
}

// observableJSON writes one object, whose lists grow as things are found: first the observables of
// texts, then the mails.
type observableJSON struct {
	w               io.Writer
	enc             reports.Encoder
	defang, several bool
	count           int
	mails           int
}

func (j *observableJSON) begin() error {
	_, err := io.WriteString(j.w, `{"schema":"ctrace/observables/1","observables":[`)
	return err
}

func (j *observableJSON) match(file string, m observable.Match) error {
	j.count++
	return j.element(j.count == 1, matchLine(file, m, j.defang, j.several))
}

func (j *observableJSON) mail(file string, r *mailfile.Report) error {
	j.mails++
	if j.mails == 1 {
		if _, err := io.WriteString(j.w, `],"mails":[`); err != nil {
			return err
		}
	}
	return j.element(j.mails == 1, struct {
		File string `json:"file"`
		*mailfile.Report
	}{file, r})
}

func (j *observableJSON) element(first bool, v any) error {
	if !first {
		if _, err := io.WriteString(j.w, ","); err != nil {
			return err
		}
	}
	line, err := j.enc.Encode(v)
	if err != nil {
		return err
	}
	_, err = j.w.Write(line[:len(line)-1])
	return err
}

func (j *observableJSON) end(complete bool) error {
	_, err := fmt.Fprintf(j.w, "],\"complete\":%t}\n", complete)
	return err
}

// observableJSONL writes one object a line.
type observableJSONL struct {
	w               io.Writer
	enc             reports.Encoder
	defang, several bool
}

func (j *observableJSONL) begin() error { return nil }

func (j *observableJSONL) match(file string, m observable.Match) error {
	return j.line(matchLine(file, m, j.defang, j.several))
}

func (j *observableJSONL) mail(file string, r *mailfile.Report) error {
	for _, o := range r.Observables {
		l := mailObservableLine{Observable: o}
		if j.defang {
			l.Defanged = observable.Defang(o.Observable)
		}
		if j.several {
			l.File = file
		}
		if err := j.line(l); err != nil {
			return err
		}
	}
	return nil
}

func (j *observableJSONL) line(v any) error {
	line, err := j.enc.Encode(v)
	if err != nil {
		return err
	}
	_, err = j.w.Write(line)
	return err
}

func (j *observableJSONL) end(bool) error { return nil }

// observableCSV writes a table. What stands in a decoded part of a mail has no offset in the file.
type observableCSV struct {
	w      *csv.Writer
	defang bool
}

func (c *observableCSV) begin() error {
	return c.w.Write([]string{"type", "value", "start", "end", "text", "flags", "file", "where"})
}

func (c *observableCSV) value(o observable.Observable) string {
	if c.defang {
		return reports.CSVCell(observable.Defang(o))
	}
	return reports.CSVCell(o.Value)
}

// fileCell names the file; standard input has no name.
func fileCell(file string) string {
	if file == "-" {
		return ""
	}
	return reports.CSVCell(file)
}

func (c *observableCSV) match(file string, m observable.Match) error {
	return c.w.Write([]string{
		string(m.Type), c.value(m.Observable), strconv.Itoa(m.Start), strconv.Itoa(m.End), reports.CSVCell(m.Text),
		strings.Join(flagNames(m.Flags), " "), fileCell(file), "",
	})
}

func (c *observableCSV) mail(file string, r *mailfile.Report) error {
	for _, o := range r.Observables {
		start, where := "", ""
		if len(o.Sources) > 0 {
			if at := o.Sources[0].Offset; at >= 0 {
				start = strconv.Itoa(at)
			}
			where = sourceWords(o)
		}
		row := []string{string(o.Type), c.value(o.Observable), start, "", "", "", fileCell(file), reports.CSVCell(where)}
		if err := c.w.Write(row); err != nil {
			return err
		}
	}
	return nil
}

func (c *observableCSV) end(bool) error {
	c.w.Flush()
	return c.w.Error()
}

// observableText prints for people: type, value, and what to know about it.
type observableText struct {
	w               io.Writer
	paint           paint
	defang, several bool
	line            []byte // the last one, for its room: there may be millions
}

func (t *observableText) begin() error { return nil }

func (t *observableText) match(file string, m observable.Match) error {
	const column = "email_messageid "
	b := append(t.line[:0], m.Type...)
	for len(b) < len(column) {
		b = append(b, ' ')
	}
	b = append(b, t.value(m.Observable)...)
	var remarks []string
	if flags := m.Flags &^ (observable.Header | observable.Typed | observable.Defanged); flags != 0 {
		for _, name := range flagNames(flags) {
			remarks = append(remarks, t.paint.yellow(name))
		}
	}
	if t.several && file != "" {
		remarks = append(remarks, reports.Visible(file))
	}
	if len(remarks) > 0 {
		b = append(append(append(b, "  ["...), strings.Join(remarks, ", ")...), ']')
	}
	t.line = append(b, '\n')
	_, err := t.w.Write(t.line)
	return err
}

func (t *observableText) value(o observable.Observable) string {
	if t.defang {
		return reports.Visible(observable.Defang(o))
	}
	return reports.Visible(o.Value)
}

func (t *observableText) mail(file string, r *mailfile.Report) error {
	p := &mailPrinter{w: t.w, paint: t.paint, defang: t.defang}
	p.report(file, r)
	return p.err
}

func (t *observableText) end(bool) error { return nil }
