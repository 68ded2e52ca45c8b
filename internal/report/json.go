package report

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"ctrace/ctr"
	"ctrace/ctr/ctim"
	"ctrace/ctr/observable"
)

// WriteObject writes one object on one line, with its schema as the first member. Nothing in it acts on
// a terminal.
func WriteObject(w io.Writer, schema string, v any) error {
	body, err := EncodeJSON(v)
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	head := fmt.Appendf(nil, `{"schema":%q`, schema)
	if !bytes.HasPrefix(body, []byte("{}")) {
		head = append(head, ',')
	}
	_, err = w.Write(append(head, body[1:]...))
	return err
}

// WriteInvestigationJSON writes an investigation as JSON with all answers as they came: those that
// it holds, and those that it left out, which more has, one JSON object a line, each a Raw. Without
// more the JSON says when raw answers were left out.
func WriteInvestigationJSON(w io.Writer, inv *ctr.Investigation, about About, more io.Reader) error {
	head := NewInvestigation(inv, about)
	answers := head.Raw
	head.Raw = nil
	if more != nil {
		head.RawLeftOut = false
	}
	var enc Encoder
	body, err := enc.Encode(head)
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	out := bufio.NewWriter(w) // keeps the first error to its Flush
	fmt.Fprintf(out, `{"schema":%q,`, "ctrace/investigate/1")
	_, _ = out.Write(body[1 : len(body)-2]) // without "}\n"
	separator := `,"raw":[`
	for _, answer := range answers {
		if body, err = enc.Encode(answer); err != nil {
			return fmt.Errorf("report: %w", err)
		}
		_, _ = out.WriteString(separator)
		_, _ = out.Write(body[:len(body)-1])
		separator = ","
	}
	if more != nil {
		lines := bufio.NewReader(more)
		for {
			line, err := lines.ReadBytes('\n')
			if line = bytes.TrimSpace(line); len(line) > 0 {
				_, _ = out.WriteString(separator)
				_, _ = out.Write(line)
				separator = ","
			}
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				return fmt.Errorf("report: reading the answers that were left out: %w", err)
			}
		}
	}
	if separator == "," {
		_ = out.WriteByte(']')
	}
	_, _ = out.WriteString("}\n")
	return out.Flush()
}

// Investigation is an investigation in JSON: everything that came, unknown members included.
type Investigation struct {
	Title       string      `json:"title,omitempty"`
	Profile     string      `json:"profile,omitempty"`
	Service     string      `json:"service,omitempty"`
	Query       string      `json:"query,omitempty"`
	StartedAt   time.Time   `json:"started_at"`
	Seconds     float64     `json:"seconds"`
	Complete    bool        `json:"complete"`
	Error       string      `json:"error,omitempty"`
	Calls       int         `json:"calls"`
	FromCache   int         `json:"from_cache,omitempty"`
	AllInOne    bool        `json:"all_modules_in_one_call,omitempty"`
	Summary     Summary     `json:"summary"`
	Observables []Finding   `json:"observables"`
	Sightings   []Seen      `json:"sightings"`
	Targets     []Target    `json:"targets"`
	Relations   []Edge      `json:"relations"`
	Indicators  []Indicator `json:"indicators"`
	Links       []Link      `json:"links,omitempty"`
	Others      []Other     `json:"others,omitempty"`
	Modules     []Module    `json:"modules"`
	Skipped     []Skipped   `json:"skipped,omitempty"`
	Raw         []Raw       `json:"raw,omitempty"`
	RawLeftOut  bool        `json:"raw_left_out,omitempty"` // not all of raw is here: what it says is in the rest
}

// ModuleRef names a module; ids are unique, names are not.
type ModuleRef struct {
	ID     string `json:"id,omitempty"`
	Name   string `json:"name"`
	TypeID string `json:"type_id,omitempty"`
}

// Finding is what is known about one observable. Its sightings are those of the investigation that
// have it among "about".
type Finding struct {
	observable.Observable
	Asked       bool             `json:"asked"`
	Done        bool             `json:"done"`                    // nothing more was asked about it
	Disposition string           `json:"disposition"`             // lower case; "none" when no module has one, which says something only of what is answered
	Standing    string           `json:"standing"`                // answered, partly_answered, not_answered, not_asked, waiting, mentioned
	Shortfall   string           `json:"shortfall,omitempty"`     // why it is not answered, or only partly
	Unanswered  []ModuleRef      `json:"unanswered_by,omitempty"` // the modules whose answer is missing
	Disagree    bool             `json:"modules_disagree,omitempty"`
	OnlyFoundBy string           `json:"only_found_by,omitempty"` // ctrace or threat_response
	Opinions    []Opinion        `json:"opinions,omitempty"`
	Judgements  []Judged         `json:"judgements,omitempty"`
	Sightings   *SightingFigures `json:"sightings,omitempty"`
	Indicators  []string         `json:"indicators,omitempty"`
	Links       []Link           `json:"links,omitempty"`
}

// SightingFigures count the sightings of an observable.
type SightingFigures struct {
	Documents int       `json:"documents"`
	Count     int       `json:"count"`
	First     time.Time `json:"first,omitzero"`
	Last      time.Time `json:"last,omitzero"`
}

// Opinion is one module's disposition.
type Opinion struct {
	Module      ModuleRef      `json:"module"`
	Disposition string         `json:"disposition"`
	ValidTime   ctim.ValidTime `json:"valid_time"`
	Reasons     []string       `json:"reasons,omitempty"`
	Derived     bool           `json:"derived,omitempty"` // from judgements
}

// Judged is a judgement as it came.
type Judged struct {
	Module    ModuleRef       `json:"module"`
	Judgement *ctim.Judgement `json:"judgement"`
}

// Seen is a sighting as it came.
type Seen struct {
	Module   ModuleRef               `json:"module"`
	About    []observable.Observable `json:"about,omitempty"`
	Sighting *ctim.Sighting          `json:"sighting"`
}

// Target is something of one's own that was hit.
type Target struct {
	Type        string                  `json:"type"`
	OS          string                  `json:"os,omitempty"`
	Observables []observable.Observable `json:"observables"`
	First       time.Time               `json:"first,omitzero"`
	Last        time.Time               `json:"last,omitzero"`
	Sightings   int                     `json:"sightings"`
	Modules     []ModuleRef             `json:"modules"`
}

// Edge is a relation of two observables over all sightings.
type Edge struct {
	Source   observable.Observable `json:"source"`
	Relation string                `json:"relation"`
	Related  observable.Observable `json:"related"`
	Count    int                   `json:"sightings"`
	Origins  []string              `json:"origins,omitempty"`
	Modules  []ModuleRef           `json:"modules"`
}

// Indicator is an indicator as it came, with what points to it.
type Indicator struct {
	Module      ModuleRef               `json:"module"`
	Indicator   ctim.Indicator          `json:"indicator"`
	Observables []observable.Observable `json:"observables,omitempty"`
	Judgements  []string                `json:"judgement_ids,omitempty"`
	Sightings   []string                `json:"sighting_ids,omitempty"`
	Related     []Related               `json:"related,omitempty"`
}

// Related is what an indicator indicates.
type Related struct {
	Relationship string        `json:"relationship"`
	Kind         string        `json:"kind,omitempty"`
	Document     ctim.Document `json:"document"`
}

// Link is a page in a product.
type Link struct {
	ID          string    `json:"id,omitempty"`
	Title       string    `json:"title,omitempty"`
	Description string    `json:"description,omitempty"`
	URL         string    `json:"url"`
	Categories  []string  `json:"categories,omitempty"`
	Module      ModuleRef `json:"module"`
}

// Other is a document of a kind without a form of its own, as it came.
type Other struct {
	Module   ModuleRef       `json:"module"`
	Kind     string          `json:"kind"`
	Document json.RawMessage `json:"document"`
}

// Module is how a module took part.
type Module struct {
	ModuleRef
	State       string    `json:"state,omitempty"`
	Email       bool      `json:"email,omitempty"`
	Done        bool      `json:"done"`
	Calls       int       `json:"calls"`
	Answered    int       `json:"answered"`
	Failed      int       `json:"failed,omitempty"`
	NotAskable  int       `json:"not_askable,omitempty"`
	Unasked     int       `json:"unasked,omitempty"`
	FromCache   int       `json:"from_cache,omitempty"`
	CacheAge    float64   `json:"cache_age_seconds,omitempty"`
	Documents   int       `json:"documents"`
	RateLimited bool      `json:"rate_limited,omitempty"`
	Truncated   []string  `json:"truncated,omitempty"`
	Problems    []Problem `json:"problems,omitempty"`
	Seconds     float64   `json:"seconds"`
	Slowest     float64   `json:"slowest_call_seconds"`
}

// Problem is a kind of failure, and how often it came.
type Problem struct {
	Type    string `json:"type"`
	Code    string `json:"code,omitempty"`
	Message string `json:"message,omitempty"`
	Count   int    `json:"count"`
	Error   string `json:"error,omitempty"`
}

// Skipped is an observable that was not asked about.
type Skipped struct {
	observable.Observable
	Reason string `json:"reason"`
}

// Raw is one module's answer to one call as it came.
type Raw struct {
	Module      ModuleRef               `json:"module"`
	Route       ctr.Route               `json:"route"`
	Observables []observable.Observable `json:"observables"`
	FetchedAt   time.Time               `json:"fetched_at"`
	Answer      json.RawMessage         `json:"answer"`
}
