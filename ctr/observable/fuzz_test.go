package observable

import (
	"errors"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

// stream runs ExtractReader over a reader that gives n bytes at a time.
func stream(t testing.TB, text string, n int, o Options) []Match {
	t.Helper()
	var ms []Match
	r := io.Reader(&chunkReader{text, n})
	if n == 1 {
		r = iotest.OneByteReader(strings.NewReader(text))
	}
	if err := ExtractReader(t.Context(), r, o, func(m Match) error {
		ms = append(ms, m)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return ms
}

type chunkReader struct {
	rest string
	n    int
}

func (r *chunkReader) Read(p []byte) (int, error) {
	if r.rest == "" {
		return 0, io.EOF
	}
	n := copy(p, r.rest[:min(r.n, len(r.rest))])
	r.rest = r.rest[n:]
	return n, nil
}

// checkMatches are the properties of every extraction.
func checkMatches(t *testing.T, text string, ms []Match) {
	t.Helper()
	last := 0
	for _, m := range ms {
		if m.Start < last || m.End <= m.Start || m.End > len(text) {
			t.Fatalf("match %+v out of order or bounds (last %d, text %d)", m, last, len(text))
		}
		last = m.Start
		if m.Text != text[m.Start:m.End] {
			t.Fatalf("match %+v: the text there is %q", m, text[m.Start:m.End])
		}
		if err := m.Validate(); err != nil {
			t.Fatalf("match %+v: %v", m, err)
		}
		if n := m.Normal(); n != m.Observable {
			t.Fatalf("match %+v is not in normal form: %+v", m, n)
		}
	}
}

func FuzzExtract(f *testing.F) {
	for _, c := range faults {
		f.Add(c.text)
	}
	for _, s := range slices.Concat(readCases(f, "testdata/headers.jsonl"), readCases(f, "testdata/logs.jsonl"), readCases(f, "testdata/query.jsonl"), readCases(f, "testdata/clean.jsonl")) {
		f.Add(s.Text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		o := Options{IncludePrivate: true}
		ms := Extract(text, o)
		checkMatches(t, text, ms)
		for _, n := range []int{1, 3, 64, 4096} {
			if got := stream(t, text, n, o); !reflect.DeepEqual(got, ms) {
				t.Fatalf("in reads of %d: %s", n, cmp.Diff(ms, got))
			}
		}
		if len(text) > 100 {
			// Long enough to be cut into segments.
			long := strings.Repeat(text, segmentMax/len(text)+2)
			if whole, got := Extract(long, o), stream(t, long, 5000, o); !reflect.DeepEqual(got, whole) {
				t.Fatalf("repeated, in reads of 5000: %s", cmp.Diff(whole, got))
			}
		}
		DefangText(text)
		Refang(text)
	})
}

func FuzzParseQuery(f *testing.F) {
	for _, c := range queryCases {
		f.Add(c.query, 3)
	}
	f.Fuzz(func(t *testing.T, query string, cursor int) {
		obs, err := ParseQuery(query)
		if qe, ok := errors.AsType[*QueryError](err); err != nil && (!ok || qe.Offset < 0 || qe.Offset > len(query) || qe.Expected == "") {
			t.Fatalf("error %#v", err)
		}
		again, err := ParseQuery(Format(obs))
		if err != nil || !slices.Equal(again, obs) {
			t.Fatalf("ParseQuery(Format(%q)) = %q, %v", obs, again, err)
		}
		typed := []Observable{{EmailSubject, query}, {URL, query}}
		if again, err = ParseQuery(Format(typed)); err != nil || !slices.Equal(again, typed) {
			t.Fatalf("ParseQuery(Format(%q)) = %q, %v", typed, again, err)
		}
		at := 0
		for _, tok := range Highlight(query) {
			if tok.Start != at || tok.End <= tok.Start {
				t.Fatalf("token %+v after %d", tok, at)
			}
			at = tok.End
		}
		if at != len(query) {
			t.Fatalf("highlighted %d of %d bytes", at, len(query))
		}
		for _, c := range Complete(query, cursor, obs) {
			if c.Start < 0 || c.End < c.Start || c.End > len(query) {
				t.Fatalf("completion %+v", c)
			}
		}
		for _, o := range typed {
			if n := o.Normal(); n.Normal() != n {
				t.Fatalf("Normal twice: %+v, %+v", n, n.Normal())
			}
		}
	})
}
