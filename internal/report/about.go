package report

import (
	"fmt"
	"io"
	"time"

	"ctrace/ctr"
	"ctrace/ctr/observable"
	"ctrace/internal/verify"
)

// Format is a form of report.
type Format string

// The formats.
const (
	JSON     Format = "json"
	CSV      Format = "csv"
	Markdown Format = "md"
	HTML     Format = "html" // one page that needs nothing else
)

// Formats lists all of them, as a menu would.
func Formats() []Format { return []Format{HTML, Markdown, JSON, CSV} }

// About is what a report says of itself. What is empty is left out.
type About struct {
	Title   string    // of the report; "" is a plain one for its kind
	Profile string    //
	Service string    // the host that was asked
	Written time.Time // when the report is made; in UTC on paper
	Query   string    // as it was typed
	Program string    // name and version
	Failure error     // what ended the work before its time
	Finders Finders   // who found which observable in the text; nil when only one was asked
}

// Finders tells who found an observable, in normal form, in the text that was looked up.
type Finders map[observable.Observable]Finder

// Finder is a set of parsers.
type Finder uint8

// The parsers: this program's, and the inspect call of Threat Response.
const (
	FoundHere Finder = 1 << iota
	FoundThere
)

// Only names the parser that alone found an observable, "" when both did or only one was asked.
func (f Finders) Only(o observable.Observable) string {
	switch f[o.Normal()] {
	case FoundHere:
		return "ctrace"
	case FoundThere:
		return "threat_response"
	}
	return ""
}

// Write writes an investigation in a format.
func Write(w io.Writer, format Format, inv *ctr.Investigation, about About) error {
	switch format {
	case JSON:
		return WriteInvestigationJSON(w, inv, about, nil)
	case CSV:
		return writeCSV(w, inv, about)
	case Markdown:
		return writeMarkdown(w, inv, about)
	case HTML:
		return writeHTML(w, inv, about)
	}
	return fmt.Errorf("report: there is no format %q", format)
}

// WriteVerification writes a verification in a format.
func WriteVerification(w io.Writer, format Format, r verify.Result, about About) error {
	switch format {
	case JSON:
		return WriteObject(w, "ctrace/verify/1", r)
	case CSV:
		return writeVerificationCSV(w, r)
	case Markdown:
		return writeVerificationMarkdown(w, r, about)
	case HTML:
		return writeVerificationHTML(w, r, about)
	}
	return fmt.Errorf("report: there is no format %q", format)
}
