package ctr

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/sync/errgroup"

	"ctrace/ctr/observable"
)

const (
	inspectPath = "/iroh/iroh-inspect/inspect"

	// inspectPiece is the length in characters of what one call to inspect gets. Cisco
	// documents no limit; this is well below every one that was met.
	inspectPiece = 2000

	// inspectAtOnce bounds the calls under way for one text.
	inspectAtOnce = 4
)

// Inspect finds the observables in a text by the platform's own parser, in the order of their
// first appearance in the answers, each once. Longer texts are sent in pieces of at most 2,000
// characters, cut at white space; none is sent when they are more than the hour's calls. What inspect recognises is not published; a caller that
// knows the types of its values has no need to ask.
func (c *Client) Inspect(ctx context.Context, text string) ([]observable.Observable, error) {
	type content struct {
		Content string `json:"content"`
	}
	pieces := textPieces(text, inspectPiece)
	if b := c.Budget(); len(pieces) > max(1, b.Remaining) {
		return nil, &Error{
			Host: c.iroh.host, Method: http.MethodPost, Path: inspectPath, Held: true, Code: CodeBudget, RetryAfter: b.RetryAfter,
			Description: fmt.Sprintf("this text takes %d calls, and %d are left of the hour's: send less of it", len(pieces), b.Remaining),
		}
	}
	answers := make([][]observable.Observable, len(pieces))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(inspectAtOnce)
	for i, piece := range pieces {
		group.Go(func() error {
			return c.decode(ctx, c.post(inspectPath, content{piece}), &answers[i])
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	var found []observable.Observable
	seen := make(map[observable.Observable]bool)
	for _, answer := range answers {
		for _, o := range answer {
			if !seen[o] {
				seen[o] = true
				found = append(found, o)
			}
		}
	}
	return found, nil
}

// textPieces cuts a text at white space into pieces of at most limit characters. White space
// inside a piece stays: gluing words together hides observables. A word longer than limit is
// cut. Pieces that are all white space are left out.
func textPieces(text string, limit int) []string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	var pieces []string
	for text != "" {
		piece := text[:runeOffset(text, limit)]
		if len(piece) < len(text) {
			next, _ := utf8.DecodeRuneInString(text[len(piece):])
			if space := strings.LastIndexFunc(piece, unicode.IsSpace); space > 0 && !unicode.IsSpace(next) {
				piece = piece[:space]
			}
		}
		text = text[len(piece):]
		if piece = strings.TrimSpace(piece); piece != "" {
			pieces = append(pieces, piece)
		}
	}
	return pieces
}

// runeOffset is the byte offset of the n-th character.
func runeOffset(s string, n int) int {
	for i := range s {
		if n == 0 {
			return i
		}
		n--
	}
	return len(s)
}
