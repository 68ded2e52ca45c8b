package ctrtest

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// searchCasebooks answers a page; the headers say how to get the next one.
func (c *Cloud) searchCasebooks(r *http.Request) reply {
	q := r.URL.Query()
	found, refusal := c.matching(q)
	if refusal != nil {
		return *refusal
	}
	sortBy := q.Get("sort_by")
	if sortBy == "" {
		sortBy = "timestamp:desc"
	}
	sortDocs(found, sortBy, q.Get("sort_order"))
	offset, err := number(q, "offset", 0)
	limit, err2 := number(q, "limit", 100)
	if err != nil || err2 != nil {
		return invalid(object{"limit": "(not (integer? a-java.lang.String))"})
	}
	header := map[string]string{
		"X-Total-Hits": strconv.Itoa(len(found)), "X-Sort": fmt.Sprint([]string{sortBy}),
	}
	if after := q.Get("search_after"); after != "" {
		if i := slices.IndexFunc(found, func(d Doc) bool { return shortID(fmt.Sprint(d["id"])) == shortID(after) }); i >= 0 {
			offset = i + 1
		}
	}
	page := found[min(offset, len(found)):]
	page = page[:min(limit, len(page))]
	if end := offset + len(page); end < len(found) {
		next := url.Values{"limit": {strconv.Itoa(limit)}, "offset": {strconv.Itoa(end)}}
		if len(page) > 0 {
			next.Set("search_after", fmt.Sprint(page[len(page)-1]["id"]))
		}
		header["X-Next"] = next.Encode()
	}
	if offset > 0 {
		header["X-Previous"] = url.Values{"limit": {strconv.Itoa(limit)}, "offset": {strconv.Itoa(max(0, offset-limit))}}.Encode()
	}
	answer := ok(page)
	answer.header = header
	return answer
}

func (c *Cloud) countCasebooks(r *http.Request) reply {
	found, refusal := c.matching(r.URL.Query())
	if refusal != nil {
		return *refusal
	}
	return ok(len(found))
}

func number(q url.Values, key string, otherwise int) (int, error) {
	if !q.Has(key) {
		return otherwise, nil
	}
	n, err := strconv.Atoi(q.Get(key))
	if err == nil && n < 0 {
		err = errors.New("a negative number")
	}
	return n, err
}

func sortDocs(docs []Doc, by, order string) {
	for _, field := range slices.Backward(strings.Split(by, ",")) {
		key, direction, _ := strings.Cut(strings.TrimSpace(field), ":")
		slices.SortStableFunc(docs, func(a, b Doc) int {
			if direction == "desc" || direction == "" && order == "desc" {
				a, b = b, a
			}
			return compareDocs(a, b, key)
		})
	}
}

// matching returns the documents that the query, the simple query and the
// time range allow.
func (c *Cloud) matching(q url.Values) ([]Doc, *reply) {
	refuse := func(message string) ([]Doc, *reply) {
		return nil, &reply{status: http.StatusBadRequest, body: object{
			"type": "ES Invalid Request", "message": message, "class": "clojure.lang.ExceptionInfo",
		}}
	}
	query, err := parseLucene(q.Get("query"))
	if err != nil {
		return refuse(err.Error())
	}
	bounds := map[string]time.Time{}
	for _, key := range []string{"from", "to"} {
		if text := q.Get(key); text != "" {
			at, err := time.Parse(time.RFC3339, text)
			if err != nil {
				return refuse("failed to parse date field [" + text + "]")
			}
			bounds[key] = at
		}
	}
	simple := strings.Fields(strings.ToLower(q.Get("simple_query")))
	found := []Doc{}
	for _, b := range c.indexed() {
		text := searchedText(b.doc)
		all := !slices.ContainsFunc(simple, func(word string) bool { return !strings.Contains(text, strings.Trim(word, `"*`)) })
		if all && query.matches(b.doc, text) && within(b.doc, bounds) {
			found = append(found, b.doc)
		}
	}
	return found, nil
}

func within(d Doc, bounds map[string]time.Time) bool {
	at, err := time.Parse(time.RFC3339, fmt.Sprint(d["timestamp"]))
	if err != nil {
		return len(bounds) == 0
	}
	from, hasFrom := bounds["from"]
	to, hasTo := bounds["to"]
	return (!hasFrom || !at.Before(from)) && (!hasTo || at.Before(to))
}

// searchedText is what a query without a field looks at: title, descriptions,
// external references and the values of the observables, in lower case.
func searchedText(d Doc) string {
	var b strings.Builder
	for _, key := range []string{"title", "short_description", "description", "source", "external_references", "observables"} {
		if value, there := d[key]; there {
			b.WriteString(strings.ToLower(fmt.Sprint(value)))
			b.WriteByte('\n')
		}
	}
	return b.String()
}
