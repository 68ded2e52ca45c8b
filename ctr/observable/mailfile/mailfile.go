package mailfile

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"ctrace/ctr/observable"
)

// ErrNotMail says that the input has not one header field.
var ErrNotMail = errors.New("this is not a mail: it has no header fields")

// Options narrow and bound the reading. The zero value is fit for hostile mail.
type Options struct {
	Observables observable.Options // which ones to report

	MaxBytes       int // of the file; 64 MiB when 0. The rest is not read
	MaxDepth       int // of multiparts and messages in each other; 20 when 0
	MaxParts       int // 2,000 when 0
	MaxEntries     int // listed of one archive; 1,000 when 0
	MaxObservables int // and links; 100,000 when 0
}

func (o Options) withDefaults() Options {
	for _, d := range []struct {
		value    *int
		fallback int
	}{{&o.MaxBytes, 64 << 20}, {&o.MaxDepth, 20}, {&o.MaxParts, 2000}, {&o.MaxEntries, 1000}, {&o.MaxObservables, 100_000}} {
		if *d.value <= 0 {
			*d.value = d.fallback
		}
	}
	return o
}

// maxProblems bounds the list of complaints about one mail.
const maxProblems = 100

// Parse reads one mail. Its errors are those of reading and of the context, and
// ErrNotMail; whatever else is wrong is among the report's problems.
func Parse(ctx context.Context, r io.Reader, o Options) (*Report, error) {
	o = o.withDefaults()
	data, err := io.ReadAll(io.LimitReader(contextReader{ctx, r}, int64(o.MaxBytes)+1))
	if err != nil {
		return nil, err
	}
	p := &parser{ctx: ctx, options: o, index: map[observable.Observable]int{}, report: &Report{
		Messages: []Message{}, Parts: []Part{}, Links: []Link{}, Attachments: []Attachment{}, // lists in JSON, even when empty
		Observables: []Observable{}, Problems: []string{},
	}}
	if len(data) > o.MaxBytes {
		data = data[:o.MaxBytes]
		p.problem("", "the file is larger than %d bytes; the rest was not read", o.MaxBytes)
	}
	if h, _ := messageHeader(section{data, 0}); len(h.fields) == 0 {
		return nil, ErrNotMail
	}
	p.message(section{data, 0}, "", 0)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return p.report, nil
}

type contextReader struct {
	ctx context.Context //nolint:containedctx // lives as long as one call of Parse
	r   io.Reader
}

func (c contextReader) Read(b []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(b)
}

// section is a piece of the file, or of something decoded out of it.
type section struct {
	data   []byte
	offset int // of data in the file; -1 for what was decoded
}

// from gives what follows the first n bytes.
func (s section) from(n int) section {
	if s.offset >= 0 {
		return section{s.data[n:], s.offset + n}
	}
	return section{s.data[n:], -1}
}

// parser holds what is being built.
type parser struct {
	ctx     context.Context //nolint:containedctx // lives as long as one call of Parse
	options Options
	report  *Report
	index   map[observable.Observable]int // into report.Observables
	parts   int
	full    bool // no more parts are taken
}

func (p *parser) problem(part, format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if part != "" {
		text = "part " + part + ": " + text
	}
	switch n := len(p.report.Problems); {
	case n < maxProblems:
		p.report.Problems = append(p.report.Problems, text)
	case n == maxProblems:
		p.report.Problems = append(p.report.Problems, "and more")
	}
}

// child gives the path of the n-th part (from 1) below path.
func child(path string, n int) string {
	if path == "" {
		return strconv.Itoa(n)
	}
	return path + "." + strconv.Itoa(n)
}

// message reads a message: its header, then its body.
func (p *parser) message(s section, path string, depth int) {
	h, body := messageHeader(s)
	p.readHeader(h, path)
	if body < len(s.data) {
		p.entity(h, s.from(body), path, depth, true)
	}
}

// entity reads a body: a container's parts, or a leaf. The body of a message
// that is no container is its part 1.
func (p *parser) entity(h header, body section, path string, depth int, root bool) {
	contentType := parseParams(h.get("Content-Type"))
	mediaType := contentType.mediaType("text/plain")
	if strings.HasPrefix(mediaType, "multipart/") {
		if p.container(contentType, body, path, depth) {
			return
		}
		mediaType = "text/plain"
	}
	if root {
		path = child(path, 1)
	}
	p.leaf(h, contentType, mediaType, body, path, depth)
}

// container reads the parts of a multipart. It reports whether there were any.
func (p *parser) container(contentType params, body section, path string, depth int) bool {
	if depth >= p.options.MaxDepth {
		p.problem(path, "parts nested deeper than %d were left out", p.options.MaxDepth)
		return true
	}
	boundary := contentType.values["boundary"]
	if boundary == "" {
		if boundary = guessBoundary(body.data); boundary == "" {
			p.problem(path, "a multipart without a boundary is read as text")
			return false
		}
		p.problem(path, "a multipart without a boundary; %q was taken", boundary)
	}
	n := 0
	closed := splitParts(body.data, boundary, func(start, end int) bool {
		n++
		if p.stop() {
			return false
		}
		part := body.from(start)
		part.data = part.data[:end-start]
		h, bodyStart := splitHeader(part)
		p.entity(h, part.from(bodyStart), child(path, n), depth+1, false)
		return true
	})
	switch {
	case n == 0:
		p.problem(path, "a multipart without parts is read as text")
		return false
	case !closed && !p.full:
		p.problem(path, "the multipart is not closed")
	}
	return true
}

// stop tells whether to take no more parts.
func (p *parser) stop() bool {
	if p.full || p.ctx.Err() != nil {
		return true
	}
	if p.parts >= p.options.MaxParts {
		p.full = true
		p.problem("", "more than %d parts; the rest was left out", p.options.MaxParts)
	}
	return p.full
}

// leaf reads a part that is no container.
func (p *parser) leaf(h header, contentType params, mediaType string, body section, path string, depth int) {
	if p.stop() {
		return
	}
	p.parts++
	content := p.decodeTransfer(h.get("Content-Transfer-Encoding"), body, path)
	disposition := parseParams(h.get("Content-Disposition"))
	name := fileName(disposition, contentType)
	charset := strings.ToLower(contentType.values["charset"])
	p.report.Parts = append(p.report.Parts, Part{
		Path: path, MediaType: mediaType, Charset: charset,
		Encoding: strings.ToLower(strings.TrimSpace(h.get("Content-Transfer-Encoding"))),
		Size:     len(content.data), Offset: body.offset,
	})
	kind := contentKind(mediaType, name, content.data)
	if name != "" || disposition.value == "attachment" || kind == kindOther || kind == kindMessage {
		p.attachment(Attachment{Part: path, Name: name, MediaType: mediaType, Inline: disposition.value == "inline"}, content)
	}
	switch kind {
	case kindMessage:
		if depth >= p.options.MaxDepth {
			p.problem(path, "messages nested deeper than %d were left out", p.options.MaxDepth)
			return
		}
		p.message(content, path, depth+1)
	case kindHeaders:
		h, _ := messageHeader(content)
		p.readHeader(h, path)
	case kindHTML:
		text, _ := p.toUTF8(content, charset, true, path)
		p.html(text, path)
	case kindText:
		text, moved := p.toUTF8(content, charset, false, path)
		offset := content.offset
		if moved {
			offset = -1
		}
		p.extract(text, Source{Part: path, Offset: offset})
	case kindOther:
	}
}

// kind is how the content of a leaf is read.
type kind int

const (
	kindOther kind = iota
	kindText
	kindHTML
	kindHeaders // of a message, without its body
	kindMessage
)

// contentKind looks at the declared type first, and at the name where that says
// nothing: a page sent as application/octet-stream opens in the browser all the
// same.
func contentKind(mediaType, name string, content []byte) kind {
	lower := strings.ToLower(name)
	switch {
	case mediaType == "message/rfc822" || mediaType == "message/global":
		return kindMessage
	case mediaType == "text/rfc822-headers" || mediaType == "message/rfc822-headers":
		return kindHeaders
	case mediaType == "text/html" || mediaType == "application/xhtml+xml" || hasSuffix(lower, ".html", ".htm", ".xhtml", ".shtml", ".svg"):
		return kindHTML
	case hasSuffix(lower, ".eml"):
		if h, _ := messageHeader(section{content, -1}); len(h.fields) > 1 {
			return kindMessage
		}
		return kindOther
	case strings.HasPrefix(mediaType, "text/"), strings.HasPrefix(mediaType, "message/"),
		hasSuffix(lower, ".txt", ".csv", ".log", ".ics", ".url", ".json", ".xml"):
		if bytes.IndexByte(content, 0) >= 0 && mediaType != "text/plain" {
			return kindOther
		}
		return kindText
	}
	return kindOther
}

func hasSuffix(s string, suffixes ...string) bool {
	for _, suffix := range suffixes {
		if strings.HasSuffix(s, suffix) {
			return true
		}
	}
	return false
}
