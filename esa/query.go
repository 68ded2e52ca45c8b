package esa

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"time"
)

// Page sizes of message tracking.
const (
	MaxLimit     = 100 // no client of the API asks for more; what more does is not documented
	DefaultLimit = 25  // of Search; Messages asks for MaxLimit
)

// Operator is how a text filter compares. AsyncOS knows these three, and no negation.
type Operator string

// The operators of message tracking.
const (
	Contains   Operator = "contains"
	Is         Operator = "is"
	BeginsWith Operator = "begins_with"
)

// TextFilter restricts one text field. The zero value restricts nothing; an
// empty operator means Contains.
type TextFilter struct {
	Operator Operator
	Value    string
}

// Directions of a message, as the API spells them.
const (
	Incoming = "incoming"
	Outgoing = "outgoing"
)

// Query is a search in message tracking. Filters are AND-ed; the events in
// Events are OR-ed among themselves.
type Query struct {
	// Start and End are required. They are sent in UTC with whole minutes, the
	// start rounded down and the end up, because AsyncOS refuses seconds.
	Start, End time.Time

	Subject           TextFilter
	EnvelopeSender    TextFilter
	EnvelopeRecipient TextFilter
	AttachmentName    TextFilter
	SenderDomain      TextFilter
	ReplyTo           TextFilter

	MID        int64  // 0: any
	MessageID  string // the Message-ID header
	SenderIP   string // IPv4 or IPv6
	FileSHA256 string // 64 hexadecimal digits
	Direction  string // Incoming, Outgoing or "" for both
	Host       string // an appliance behind an SMA; "" for all

	Events Events

	// Status keeps only the rows with this status. The API has no such filter, so
	// rows are dropped here after they were fetched; "" keeps all.
	Status Status

	// RejectedConnections searches the connections that were refused before any
	// message, instead of messages. Its rows have no MIDs.
	RejectedConnections bool

	Offset int // first row; AsyncOS wants offset and limit always together
	Limit  int // rows a page, at most MaxLimit; 0 is DefaultLimit
}

// Values returns the query string's attributes for an appliance of this
// flavour, or an *Error of KindInvalid that names the wrong field.
func (q Query) Values(flavour Flavour) (url.Values, error) {
	v := url.Values{}
	if err := q.setWindow(v); err != nil {
		return nil, err
	}
	v.Set("searchOption", "messages")
	if q.RejectedConnections {
		v.Set("searchOption", "rejected_connections")
	}
	if err := q.setPage(v); err != nil {
		return nil, err
	}
	if q.Host != "" {
		v.Set("ciscoHost", q.Host)
	} else if flavour == SMA {
		v.Set("ciscoHost", "All_Hosts")
	}
	for _, t := range []struct {
		name   string
		filter TextFilter
	}{
		{"subjectfilter", q.Subject},
		{"envelopeSenderfilter", q.EnvelopeSender},
		{"envelopeRecipientfilter", q.EnvelopeRecipient},
		{"attachmentName", q.AttachmentName},
		{"domainName", q.SenderDomain},
		{"replyTo", q.ReplyTo},
	} {
		if err := setText(v, t.name, t.filter); err != nil {
			return nil, err
		}
	}
	if err := q.setSingles(v); err != nil {
		return nil, err
	}
	if err := q.Events.set(v); err != nil {
		return nil, err
	}
	return v, nil
}

func (q Query) setWindow(v url.Values) error {
	if q.Start.IsZero() || q.End.IsZero() {
		return invalid("a search needs a start and an end")
	}
	if q.End.Before(q.Start) {
		return invalid("the search ends (%s) before it starts (%s)", q.End.Format(time.RFC3339), q.Start.Format(time.RFC3339))
	}
	v.Set("startDate", stamp(floorMinute(q.Start)))
	v.Set("endDate", stamp(ceilMinute(q.End)))
	return nil
}

func (q Query) setPage(v url.Values) error {
	limit := q.Limit
	if limit == 0 {
		limit = DefaultLimit
	}
	if limit < 1 || limit > MaxLimit {
		return invalid("limit %d is not between 1 and %d", q.Limit, MaxLimit)
	}
	if q.Offset < 0 {
		return invalid("offset %d is negative", q.Offset)
	}
	v.Set("offset", strconv.Itoa(q.Offset))
	v.Set("limit", strconv.Itoa(limit))
	return nil
}

func (q Query) setSingles(v url.Values) error {
	if q.MID < 0 {
		return invalid("MID %d is negative", q.MID)
	}
	if q.MID > 0 {
		v.Set("ciscoMid", strconv.FormatInt(q.MID, 10))
	}
	if q.MessageID != "" {
		v.Set("messageIdHeader", q.MessageID)
	}
	if q.SenderIP != "" {
		if _, err := checkIP(q.SenderIP); err != nil {
			return invalid("sender IP %v", err)
		}
		v.Set("senderIp", q.SenderIP)
	}
	if q.FileSHA256 != "" {
		sum, err := checkSHA256(q.FileSHA256)
		if err != nil {
			return invalid("file SHA-256 %v", err)
		}
		v.Set("fileSha256", sum)
	}
	if q.Direction != "" {
		if q.Direction != Incoming && q.Direction != Outgoing {
			return invalid("direction %q is neither %s nor %s", q.Direction, Incoming, Outgoing)
		}
		v.Set("messageDirection", q.Direction)
	}
	if q.Status != "" && !slices.Contains(Statuses(), q.Status) {
		return invalid("status %q is not one of %v", q.Status, Statuses())
	}
	return nil
}

// setText adds both halves of a text filter: AsyncOS refuses one alone. Note the
// lower-case f of "subjectfilterOperator": the other spelling is a wrong name.
func setText(v url.Values, name string, f TextFilter) error {
	if f.Value == "" {
		if f.Operator != "" {
			return invalid("%s has the operator %s but no value", name, f.Operator)
		}
		return nil
	}
	op := f.Operator
	if op == "" {
		op = Contains
	}
	if op != Contains && op != Is && op != BeginsWith {
		return invalid("operator %q is not one of %s, %s, %s", op, Contains, Is, BeginsWith)
	}
	v.Set(name+"Operator", string(op))
	v.Set(name+"Value", f.Value)
	return nil
}

func invalid(format string, args ...any) *Error {
	return &Error{Op: "build the query", Kind: KindInvalid, Message: fmt.Sprintf(format, args...)}
}
