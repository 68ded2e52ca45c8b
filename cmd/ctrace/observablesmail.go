package main

import (
	"fmt"
	"io"
	"path"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"ctrace/ctr/observable"
	"ctrace/ctr/observable/mailfile"
	reports "ctrace/internal/report"
	"ctrace/internal/safetext"
)

// mailPrinter prints what a mail holds as a person would list it.
type mailPrinter struct {
	w      io.Writer
	paint  paint
	defang bool
	err    error // the first failure to write
}

func (p *mailPrinter) line(text string) {
	if p.err == nil {
		_, p.err = fmt.Fprintln(p.w, strings.TrimRight(text, " "))
	}
}

// field prints a label and foreign text behind it, wrapped to 80 columns.
func (p *mailPrinter) field(label, text string) {
	for i, part := range safetext.Line(text).Wrap(66) {
		if i > 0 {
			label = ""
		}
		p.line(fmt.Sprintf("  %-12s%s", label, part))
	}
}

func (p *mailPrinter) report(file string, r *mailfile.Report) {
	for i, m := range r.Messages {
		title := "MAIL  " + clean(path.Base(file))
		if i > 0 {
			title = "MESSAGE INSIDE  part " + clean(m.Part)
			p.line("")
		}
		p.line(p.paint.bold(title))
		p.message(m)
	}
	p.links(r.Links)
	p.attachments(r.Attachments)
	for i, problem := range r.Problems {
		if i == 0 {
			p.line("")
			p.line(p.paint.bold("PROBLEMS"))
		}
		p.field("-", problem)
	}
	p.observables(r.Observables)
	p.line("")
}

var roleWords = []struct {
	role mailfile.Role
	word string
}{
	{mailfile.RoleFrom, "From"},
	{mailfile.RoleSender, "Sender"},
	{mailfile.RoleReplyTo, "Reply-To"},
	{mailfile.RoleReturnPath, "Return-Path"},
	{mailfile.RoleTo, "To"},
	{mailfile.RoleCc, "Cc"},
	{mailfile.RoleBcc, "Bcc"},
	{mailfile.RoleDeliveredTo, "Delivered"},
	{mailfile.RoleNotification, "Notify"},
}

func (p *mailPrinter) message(m mailfile.Message) {
	p.field("Subject", m.Subject)
	for _, role := range roleWords {
		label := role.word
		for _, a := range m.Addresses {
			if a.Role != role.role {
				continue
			}
			text := p.value(observable.Observable{Type: observable.Email, Value: a.Address})
			if a.Name != "" {
				text = a.Name + " <" + text + ">"
			}
			p.field(label, text)
			label = ""
		}
	}
	p.field("Message-ID", m.MessageID)
	if !m.Date.IsZero() {
		p.field("Date", m.Date.UTC().Format("2006-01-02 15:04:05 UTC"))
	}
	for i, h := range m.Received {
		label := ""
		if i == 0 {
			label = "Hops"
		}
		p.field(label, fmt.Sprintf("%d  %s", i+1, hopWords(h)))
	}
	label := "Checks"
	for _, c := range m.Authentication {
		p.field(label, checkWords(c))
		label = ""
	}
}

// hopWords tells of one server on the way: from, by, how, when, and how long it took.
func hopWords(h mailfile.Hop) string {
	from := h.From
	if h.FromIP != "" {
		from = strings.TrimSpace(from + " (" + h.FromIP + ")")
	}
	parts := []string{}
	if from != "" {
		parts = append(parts, "from "+from)
	}
	if h.By != "" {
		parts = append(parts, "by "+h.By)
	}
	if h.With != "" {
		parts = append(parts, "with "+h.With)
	}
	if !h.Time.IsZero() {
		parts = append(parts, h.Time.UTC().Format("15:04:05"))
	}
	if h.DelaySeconds != nil {
		d := time.Duration(*h.DelaySeconds * float64(time.Second))
		sign := "+"
		if d < 0 {
			sign = "" // the clocks of the two disagree
		}
		parts = append(parts, sign+d.Round(time.Second).String())
	}
	return strings.Join(parts, " ")
}

func checkWords(c mailfile.AuthResult) string {
	text := c.Method + "=" + c.Result
	if c.Domain != "" {
		text += " " + c.Domain
	}
	if c.Server != "" {
		text += ", says " + c.Server
	}
	if c.Reason != "" {
		text += " (" + c.Reason + ")"
	}
	return text
}

// linksShown bounds the list for people; deceptive ones are always in it.
const linksShown = 40

func (p *mailPrinter) links(links []mailfile.Link) {
	if len(links) == 0 {
		return
	}
	deceptive := 0
	for _, l := range links {
		if l.Deceptive {
			deceptive++
		}
	}
	p.line("")
	head := fmt.Sprintf("LINKS  %d", len(links))
	if deceptive > 0 {
		head += fmt.Sprintf(", deceptive %d", deceptive)
	}
	p.line(p.paint.bold(head))
	left := 0
	for i, l := range links {
		if i >= linksShown && !l.Deceptive {
			left++
			continue
		}
		p.field(l.Tag, p.value(observable.Observable{Type: observable.URL, Value: l.URL}))
		if l.Deceptive {
			p.line("              " + p.paint.red("DECEPTIVE") + ", shows " + safetext.Line(l.ShownHost).Truncate(44).String())
		}
	}
	if left > 0 {
		p.line(fmt.Sprintf("              and %d more: see -o json", left))
	}
}

func (p *mailPrinter) attachments(list []mailfile.Attachment) {
	if len(list) == 0 {
		return
	}
	p.line("")
	p.line(p.paint.bold(fmt.Sprintf("ATTACHMENTS  %d", len(list))))
	for _, a := range list {
		name := a.Name
		if name == "" {
			name = "(no name)"
		}
		p.field("part "+a.Part, name)
		what := fmt.Sprintf("%d bytes, %s", a.Size, a.MediaType)
		if a.Detected != "" {
			what += ", by its first bytes " + a.Detected
		}
		if a.Inline {
			what += ", inline"
		}
		p.field("", what)
		for _, hash := range []struct{ name, sum string }{{"sha256", a.SHA256}, {"sha1", a.SHA1}, {"md5", a.MD5}} {
			p.line(fmt.Sprintf("    %-10s%s", hash.name, hash.sum))
		}
		p.entries(a)
	}
}

// entriesShown bounds what is printed of an archive.
const entriesShown = 20

func (p *mailPrinter) entries(a mailfile.Attachment) {
	label := "holds"
	if a.Archive != "" && len(a.Entries) == 0 {
		p.field(label, a.Archive+" archive, not listed")
	}
	for i, e := range a.Entries {
		if i == entriesShown {
			p.field("", fmt.Sprintf("and %d more: see -o json", len(a.Entries)-i))
			return
		}
		text := e.Name
		if e.Size >= 0 {
			text += fmt.Sprintf(", %d bytes", e.Size)
		}
		if e.Encrypted {
			text += ", encrypted"
		}
		p.field(label, text)
		label = ""
	}
}

func (p *mailPrinter) observables(list []mailfile.Observable) {
	p.line("")
	p.line(p.paint.bold(fmt.Sprintf("OBSERVABLES  %d", len(list))))
	for _, o := range list {
		kind, value := fmt.Sprintf("  %-15s ", o.Type), p.value(o.Observable)
		where := safetext.Line(sourceWords(o)).Truncate(60).String()
		if ansi.StringWidth(kind+value+where)+2 <= 80 {
			p.line(kind + value + "  " + where)
			continue
		}
		p.line(kind + where)
		p.line("    " + value)
	}
}

// value is an observable's value for people, whole.
func (p *mailPrinter) value(o observable.Observable) string {
	if p.defang {
		return reports.Visible(observable.Defang(o))
	}
	return reports.Visible(o.Value)
}

// sourceWords says where an observable of a mail was found first, and how often in all.
func sourceWords(o mailfile.Observable) string {
	if len(o.Sources) == 0 {
		return ""
	}
	s := o.Sources[0]
	var parts []string
	if s.Header != "" {
		parts = append(parts, s.Header)
	}
	if s.Note != "" {
		parts = append(parts, s.Note)
	}
	if s.Part != "" {
		parts = append(parts, "part "+s.Part)
	}
	text := strings.Join(parts, ", ")
	if o.Count > 1 {
		text += fmt.Sprintf("; %d places", o.Count)
	}
	return text
}
