package askline

import (
	"errors"
	"slices"
	"strings"

	"ctrace/ctr/observable"
)

// newlines ends lines as text files do: terminals paste the end of a line as a carriage return.
var newlines = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// mostMistyped is how many mistakes are told of.
const mostMistyped = 3

// Read understands a text: as a query, or else as something that holds observables. It may take a while
// for a long text and is safe to be called from anywhere.
func Read(text string) Reading {
	text = newlines.Replace(text)
	r := Reading{Text: text}
	query, err := parse(text)
	good := 0
	for _, o := range query {
		if invalid := o.Validate(); invalid == nil {
			good++
		} else if r.Invalid == "" {
			r.Invalid = strings.TrimPrefix(invalid.Error(), "observable: ")
		}
	}
	if err == nil && good == len(query) {
		r.Query = unique(query)
		return r
	}
	if err != nil { // then it is a text, and what looked like a value is none
		r.Invalid = ""
	}
	if problem, ok := errors.AsType[*observable.QueryError](err); ok {
		r.Problem = problem
	}
	if err != nil {
		for _, m := range observable.FindMistyped(text, mostMistyped) {
			r.Mistyped = append(r.Mistyped, m.Reason)
		}
	}
	var found []observable.Observable
	for _, m := range observable.Extract(text, observable.Options{}) {
		found = append(found, m.Observable)
	}
	r.Found = unique(found)
	if len(r.Found) == 0 && err == nil && good > 0 { // what is invalid is not asked about, and the answer says so
		r.Query = unique(query)
	}
	return r
}

// parse reads a text as a query. Of a long one the beginning decides: a mistake in it makes it a text, and
// what follows is not looked at for words that could be meant as types.
func parse(text string) ([]observable.Observable, error) {
	if len(text) > mostText {
		end := strings.LastIndexAny(text[:mostText], " \n")
		if _, err := observable.ParseQuery(text[:max(end, 0)]); err != nil {
			return nil, err
		}
	}
	return observable.ParseQuery(text)
}

// unique leaves every observable in once, in the spelling and at the place of the first time.
func unique(obs []observable.Observable) []observable.Observable {
	known := make(map[observable.Observable]bool, len(obs))
	return slices.DeleteFunc(obs, func(o observable.Observable) bool {
		n := o.Normal()
		again := known[n]
		known[n] = true
		return again
	})
}
