package esa

import (
	"context"
	"iter"
	"slices"
)

const opSearch = "search message tracking"

// Search fetches one page. A page without messages is no error: a message that
// is not there yet may still come, because tracking lags behind by seconds on an
// ESA and by minutes on an SMA.
func (c *Client) Search(ctx context.Context, q Query) (Page, error) {
	values, err := q.Values(c.config.Flavour)
	if err != nil {
		return Page{}, c.failure(call{op: opSearch}, err)
	}
	call := call{op: opSearch, path: "message-tracking/messages", query: values}
	body, err := c.read(ctx, call)
	if err != nil {
		return Page{}, err
	}
	page, err := decodePage(body, q.Limit)
	if err != nil {
		return Page{}, c.undecodable(call, err)
	}
	if q.Status != "" {
		page.Messages = slices.DeleteFunc(page.Messages, func(m Message) bool { return m.Status() != q.Status })
	}
	return page, nil
}

// maxStalePages is how many full pages without anything new end Messages: more
// would mean an appliance that ignores the offset.
const maxStalePages = 3

// Messages fetches page after page from q.Offset on and yields each message once:
// mail that arrives meanwhile shifts a newest-first list, so that rows come again.
// Pages have q.Limit rows, MaxLimit when 0. After an error, which comes with a
// zero Message, the sequence ends.
func (c *Client) Messages(ctx context.Context, q Query) iter.Seq2[Message, error] {
	return func(yield func(Message, error) bool) {
		if q.Limit == 0 {
			q.Limit = MaxLimit
		}
		seen := map[string]bool{}
		for stale := 0; stale < maxStalePages; q.Offset += q.Limit {
			page, err := c.Search(ctx, q)
			if err != nil {
				yield(Message{}, err)
				return
			}
			fresh := len(page.Messages) == 0 && q.Status != ""
			for _, m := range page.Messages {
				key := m.Key()
				if seen[key] {
					continue
				}
				seen[key], fresh = true, true
				if !yield(m, nil) {
					return
				}
			}
			if page.Last {
				return
			}
			stale++
			if fresh {
				stale = 0
			}
		}
	}
}
