package tracking

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"ctrace/esa"
	"ctrace/internal/report"
	"ctrace/internal/verify/wire"
)

// storyJSON is the JSON form of one message, "ctrace/track-message/1". Texts that data-loss prevention matched are never in it.
type storyJSON struct {
	Message     wire.Message     `json:"message"`
	Details     *wire.Details    `json:"details,omitempty"`
	Connection  []wire.Event     `json:"connection,omitempty"`
	AMP         []wire.Event     `json:"amp,omitempty"`
	URLs        []wire.Event     `json:"urls,omitempty"`
	DLP         *dlpJSON         `json:"dlp,omitempty"`
	Remediation *remediationJSON `json:"remediation,omitempty"`
	Missing     []string         `json:"missing,omitempty"`
}

type dlpJSON struct {
	Policy     string `json:"policy"`
	Severity   string `json:"severity"`
	RiskFactor int64  `json:"risk_factor"`
	Matches    int    `json:"matches"`
}

type remediationJSON struct {
	Batch     string        `json:"batch,omitempty"`
	Action    string        `json:"action,omitempty"`
	User      string        `json:"user,omitempty"`
	Started   time.Time     `json:"started,omitzero"`
	Mailboxes []mailboxJSON `json:"mailboxes"`
}

type mailboxJSON struct {
	MID       int64  `json:"mid,omitzero"`
	Recipient string `json:"recipient"`
	Status    string `json:"status"`
}

// Export writes the story, times in zone. JSON holds every value as it came, but for what data-loss
// prevention matched, which is left out of every form.
func (s Story) Export(w io.Writer, f Format, zone *time.Location) error {
	switch f {
	case JSON:
		return report.WriteObject(w, "ctrace/track-message/1", s.json())
	case CSV:
		return s.csv(w, zone)
	case Markdown:
		return s.markdown(w, zone)
	}
	return fmt.Errorf("there is no format %q: use json, csv or md", f)
}

func (s Story) json() storyJSON {
	out := storyJSON{Message: wire.FromMessage(s.Row)}
	if s.Details != nil {
		d := wire.FromDetails(*s.Details)
		out.Details = &d
	}
	if s.Connection != nil {
		out.Connection = wire.FromEvents(s.Connection.Events)
	}
	if s.AMP != nil {
		out.AMP = wire.FromEvents(s.AMP.Events)
	}
	if s.URLs != nil {
		out.URLs = wire.FromEvents(s.URLs.Events)
	}
	if s.DLP != nil {
		out.DLP = &dlpJSON{s.DLP.Policy, s.DLP.Severity, s.DLP.RiskFactor, matches(s.DLP)}
	}
	if r := s.Remediation; r != nil && (r.Batch != "" || len(r.Mailboxes) > 0) {
		out.Remediation = &remediationJSON{Batch: r.Batch, Action: r.Action, User: r.User, Started: r.Started.UTC(), Mailboxes: []mailboxJSON{}}
		for _, m := range r.Mailboxes {
			out.Remediation.Mailboxes = append(out.Remediation.Mailboxes, mailboxJSON{m.MID, m.Recipient, m.Status})
		}
	}
	for _, g := range s.Missing {
		out.Missing = append(out.Missing, g.Part+": "+g.Err.Error())
	}
	return out
}

func matches(d *esa.DLP) int {
	n := 0
	for _, m := range d.Matches {
		n += len(m.Texts)
	}
	return n
}

// csv writes the events, one a row.
func (s Story) csv(w io.Writer, zone *time.Location) error {
	out := csv.NewWriter(w)
	_ = out.Write([]string{"time", "stage", "mid", "icid", "dcid", "description"})
	for _, st := range s.Timeline().Steps {
		_ = out.Write([]string{
			report.CSVCell(when(st.Time, st.TimeText, zone)), string(st.Stage),
			number(st.MID), number(st.ICID), number(st.DCID), report.CSVCell(st.Description),
		})
	}
	out.Flush()
	return out.Error()
}

func number(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

func (s Story) markdown(w io.Writer, zone *time.Location) error {
	var b strings.Builder
	line := func(name, value string) {
		if value = MarkdownCell(value); value != "" {
			fmt.Fprintf(&b, "- %s: %s\n", name, value)
		}
	}
	m := &s.Row
	fmt.Fprintf(&b, "## Message %s\n\n", Numbers(m.MIDs))
	line("Subject", m.FinalSubject())
	line("Status", s.Status())
	line("Time", when(m.Time, m.TimeText, zone))
	line("Sender", m.Sender)
	line("Header From", strings.Join(m.FriendlyFrom, ", "))
	line("Recipients", strings.Join(m.Recipients, ", "))
	line("Message-ID", messageIDs(m))
	line("Sender IP", m.SenderIP)
	line("Serial number", m.Serial)
	if d := s.DLP; d != nil {
		line("Data-loss prevention", fmt.Sprintf("%s, severity %s, risk factor %d, %d matched texts that are not exported", d.Policy, d.Severity, d.RiskFactor, matches(d)))
	}
	if r := s.Remediation; r != nil {
		for _, x := range r.Mailboxes {
			line("Mailbox remediation", strings.TrimSpace(r.Action+" "+x.Recipient)+": "+x.Status)
		}
	}
	b.WriteString("\n| time | stage | event |\n| --- | --- | --- |\n")
	for _, st := range s.Timeline().Steps {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", MarkdownCell(when(st.Time, st.TimeText, zone)), st.Stage, MarkdownCell(st.Description))
	}
	for _, g := range s.Missing {
		line("Could not be read: "+g.Part, g.Err.Error())
	}
	_, err := io.WriteString(w, b.String())
	return err
}
