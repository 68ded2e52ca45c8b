package ctr

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"ctrace/ctr/ctim"
	"ctrace/ctr/observable"
)

// The text limits of CTIM. They count characters of Java, which are UTF-16 units.
const (
	shortText  = 1024 // title
	mediumText = 2048 // short_description
	longText   = 5000 // description, one text
)

const casebookPath = "/ctia/casebook"

// casebookCall is a call to private intelligence, whose host is another one than the
// platform's.
func (c *Client) casebookCall(method, path string, query url.Values, body any) (call, error) {
	if c.intel == nil {
		return call{}, errors.New("ctr: casebooks need the address of private intelligence")
	}
	return call{
		service: c.intel, method: method, path: casebookPath + path, query: query, body: body,
		timeout: shortCall, changes: method != http.MethodGet,
	}, nil
}

// CreateCasebook keeps a new casebook and gives it back as the server has it, with its id.
// Texts over the limits of CTIM are cut, notes are split; TLP is amber unless said otherwise.
// It changes state and is never sent twice: put an external id into the book, and look with
// CasebookByExternalID before sending again, so that no twin comes to be.
func (c *Client) CreateCasebook(ctx context.Context, book ctim.Casebook) (ctim.Casebook, error) {
	book.Type, book.SchemaVersion = "casebook", "" // an own schema version could only be an old one
	book.TLP = cmp.Or(book.TLP, "amber")
	book.Title = cut(book.Title, shortText)
	book.ShortDescription = cut(book.ShortDescription, mediumText)
	book.Description = cut(book.Description, longText)
	if book.Timestamp.IsZero() {
		book.Timestamp = ctim.NewTime(c.config.Now())
	}
	var texts []ctim.Text
	for _, text := range book.Texts {
		texts = append(texts, splitText(text)...)
	}
	book.Texts = texts
	return c.casebook(ctx, http.MethodPost, "", url.Values{"wait_for": {"true"}}, book)
}

// Casebook reads one by its short or long id.
func (c *Client) Casebook(ctx context.Context, id string) (ctim.Casebook, error) {
	return c.casebook(ctx, http.MethodGet, "/"+segment(ctim.ShortID(id)), nil, nil)
}

// SearchCasebooks searches titles, descriptions and observable values for words, newest first.
// The words are taken as they are: no query syntax.
func (c *Client) SearchCasebooks(ctx context.Context, words string, limit int) ([]ctim.Casebook, error) {
	return c.casebooks(ctx, "/search", url.Values{
		"simple_query": {words}, "limit": {strconv.Itoa(limit)}, "sort_by": {"timestamp:desc"},
	})
}

// CasebookByExternalID lists the casebooks that carry an external id.
func (c *Client) CasebookByExternalID(ctx context.Context, externalID string) ([]ctim.Casebook, error) {
	books, err := c.casebooks(ctx, "/external_id/"+segment(externalID), nil)
	if IsNotFound(err) {
		return nil, nil
	}
	return books, err
}

// AddToCasebook adds observables and gives the whole casebook back. It changes state and is
// never sent twice.
func (c *Client) AddToCasebook(ctx context.Context, id string, obs []observable.Observable) (ctim.Casebook, error) {
	type addition struct {
		Operation   string                  `json:"operation"`
		Observables []observable.Observable `json:"observables"`
	}
	path := "/" + segment(ctim.ShortID(id)) + "/observables"
	return c.casebook(ctx, http.MethodPost, path, url.Values{"wait_for": {"true"}}, addition{"add", obs})
}

// AppendText adds a note, in several pieces when it is over 5,000 characters, and gives the
// whole casebook back. It changes state and is never sent twice.
func (c *Client) AppendText(ctx context.Context, id, text string) (ctim.Casebook, error) {
	type addition struct {
		Operation string      `json:"operation"`
		Texts     []ctim.Text `json:"texts"`
	}
	path := "/" + segment(ctim.ShortID(id)) + "/texts"
	texts := splitText(ctim.Text{Type: "text", Text: text})
	return c.casebook(ctx, http.MethodPost, path, url.Values{"wait_for": {"true"}}, addition{"add", texts})
}

func (c *Client) casebook(ctx context.Context, method, path string, query url.Values, body any) (book ctim.Casebook, err error) {
	call, err := c.casebookCall(method, path, query, body)
	if err != nil {
		return book, err
	}
	err = c.decode(ctx, call, &book)
	return book, err
}

func (c *Client) casebooks(ctx context.Context, path string, query url.Values) (books []ctim.Casebook, err error) {
	call, err := c.casebookCall(http.MethodGet, path, query, nil)
	if err != nil {
		return nil, err
	}
	err = c.decode(ctx, call, &books)
	return books, err
}

// cut shortens a text to limit UTF-16 units, between characters, with an ellipsis at its end.
func cut(text string, limit int) string {
	if utf16Offset(text, limit) == len(text) {
		return text
	}
	return text[:utf16Offset(text, limit-1)] + "…"
}

// splitText splits a note into pieces of at most longText, at a line break where there is one
// in the second half of a piece.
func splitText(t ctim.Text) []ctim.Text {
	var pieces []ctim.Text
	for {
		end := utf16Offset(t.Text, longText)
		if end == len(t.Text) {
			return append(pieces, t)
		}
		if line := strings.LastIndexByte(t.Text[:end], '\n'); line > end/2 {
			end = line + 1
		}
		pieces = append(pieces, ctim.Text{Type: t.Type, Text: t.Text[:end]})
		t.Text = t.Text[end:]
	}
}

// utf16Offset is the byte offset up to which text takes at most limit UTF-16 units.
func utf16Offset(text string, limit int) int {
	for i, r := range text {
		if limit -= utf16Units(r); limit < 0 {
			return i
		}
	}
	return len(text)
}

func utf16Units(r rune) int {
	if r > 0xFFFF && utf8.ValidRune(r) {
		return 2
	}
	return 1
}
