package tracking

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"ctrace/esa"
	"ctrace/internal/report"
	"ctrace/internal/verify/wire"
)

// Format is a form of export.
type Format string

// The formats.
const (
	JSON     Format = "json"
	CSV      Format = "csv"
	Markdown Format = "md"
)

// Formats lists the formats.
func Formats() []Format { return []Format{JSON, CSV, Markdown} }

// columns of an exported list.
var columns = []struct {
	name string
	cell func(m *esa.Message, zone *time.Location) string
}{
	{"time", func(m *esa.Message, zone *time.Location) string { return when(m.Time, m.TimeText, zone) }},
	{"status", func(m *esa.Message, _ *time.Location) string { return StatusWords(m) }},
	{"sender", func(m *esa.Message, _ *time.Location) string { return m.Sender }},
	{"recipients", func(m *esa.Message, _ *time.Location) string { return strings.Join(m.Recipients, " ") }},
	{"subject", func(m *esa.Message, _ *time.Location) string { return m.FinalSubject() }},
	{"mid", func(m *esa.Message, _ *time.Location) string { return Numbers(m.MIDs) }},
	{"serial", func(m *esa.Message, _ *time.Location) string { return m.Serial }},
	{"icid", func(m *esa.Message, _ *time.Location) string { return strconv.FormatInt(m.ICID, 10) }},
	{"message_id", func(m *esa.Message, _ *time.Location) string { return messageIDs(m) }},
	{"header_from", func(m *esa.Message, _ *time.Location) string { return strings.Join(m.FriendlyFrom, " ") }},
	{"sender_ip", func(m *esa.Message, _ *time.Location) string { return m.SenderIP }},
	{"direction", func(m *esa.Message, _ *time.Location) string { return m.Direction }},
	{"policies", func(m *esa.Message, _ *time.Location) string { return strings.Join(m.MailPolicies, " ") }},
}

// markdownColumns is how many of them a Markdown table has: more would not fit into a ticket.
const markdownColumns = 6

// Export writes messages as a list, times in zone. JSON holds every value as it came; the others are
// for reading and made safe.
func Export(w io.Writer, f Format, messages []esa.Message, zone *time.Location) error {
	switch f {
	case JSON:
		return exportJSON(w, messages)
	case CSV:
		return exportCSV(w, messages, zone)
	case Markdown:
		return exportMarkdown(w, messages, zone)
	}
	return fmt.Errorf("there is no format %q: use json, csv or md", f)
}

func exportJSON(w io.Writer, messages []esa.Message) error {
	rows := make([]wire.Message, len(messages))
	for i, m := range messages {
		rows[i] = wire.FromMessage(m)
	}
	return report.WriteObject(w, "ctrace/track/1", struct {
		Messages []wire.Message `json:"messages"`
	}{rows})
}

func exportCSV(w io.Writer, messages []esa.Message, zone *time.Location) error {
	out := NewCSV(w, zone)
	for i := range messages {
		out.Row(&messages[i])
	}
	return out.End()
}

// CSVWriter writes a list row by row.
type CSVWriter struct {
	w    *csv.Writer
	zone *time.Location
	cell []string
}

// NewCSV begins a list with its heading.
func NewCSV(w io.Writer, zone *time.Location) *CSVWriter {
	c := &CSVWriter{w: csv.NewWriter(w), zone: zone, cell: make([]string, len(columns))}
	for i, col := range columns {
		c.cell[i] = col.name
	}
	_ = c.w.Write(c.cell) // End tells
	return c
}

// Row writes one message.
func (c *CSVWriter) Row(m *esa.Message) {
	for i, col := range columns {
		c.cell[i] = report.CSVCell(col.cell(m, c.zone))
	}
	_ = c.w.Write(c.cell) // End tells
}

// Flush writes what is not written yet.
func (c *CSVWriter) Flush() { c.w.Flush() }

// End writes the rest and gives the first error.
func (c *CSVWriter) End() error {
	c.w.Flush()
	return c.w.Error()
}

func exportMarkdown(w io.Writer, messages []esa.Message, zone *time.Location) error {
	var b strings.Builder
	head, rule := "|", "|"
	for _, c := range columns[:markdownColumns] {
		head += " " + c.name + " |"
		rule += " --- |"
	}
	b.WriteString(head + "\n" + rule + "\n")
	for i := range messages {
		b.WriteString("|")
		for _, c := range columns[:markdownColumns] {
			b.WriteString(" " + MarkdownCell(c.cell(&messages[i], zone)) + " |")
		}
		b.WriteString("\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// MarkdownCell makes foreign text safe in a Markdown table: in a code span nothing of it is markup, so
// that no link, image or HTML comes of it.
func MarkdownCell(s string) string {
	s = strings.TrimSpace(report.Visible(s))
	if s == "" {
		return ""
	}
	fence := "`"
	for strings.Contains(s, fence) {
		fence += "`"
	}
	return fence + " " + strings.ReplaceAll(s, "|", `\|`) + " " + fence
}

// Numbers joins MIDs, ICIDs or DCIDs with blanks.
func Numbers(numbers []int64) string {
	words := make([]string, len(numbers))
	for i, n := range numbers {
		words[i] = strconv.FormatInt(n, 10)
	}
	return strings.Join(words, " ")
}

func messageIDs(m *esa.Message) string {
	var ids []string
	for _, id := range m.MessageIDs {
		if id.Value != "" && !slices.Contains(ids, id.Value) {
			ids = append(ids, id.Value)
		}
	}
	return strings.Join(ids, " ")
}

// when is a time in a zone, or the appliance's text when it could not be read.
func when(t time.Time, text string, zone *time.Location) string {
	if t.IsZero() {
		return text
	}
	return t.In(zone).Format(time.RFC3339)
}
