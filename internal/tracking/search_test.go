package tracking

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"ctrace/esa"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// gateway is an appliance in memory. Its messages are newest first.
type gateway struct {
	Tracker
	serial   string
	messages []esa.Message
	err      error
	asked    []esa.Query
}

// newGateway has n messages, every so often one, the newest at noon.
func newGateway(serial string, n int, every time.Duration) *gateway {
	g := &gateway{serial: serial}
	for i := range n {
		g.messages = append(g.messages, g.message(int64(n-i), noon.Add(-time.Duration(i)*every), "Delivered"))
	}
	return g
}

func (g *gateway) message(mid int64, at time.Time, status string) esa.Message {
	return esa.Message{MIDs: []int64{mid}, Serial: g.serial, Time: at, Subject: fmt.Sprintf("%s %d", g.serial, mid), StatusText: status}
}

// arrive puts a message in front.
func (g *gateway) arrive(mid int64, at time.Time, status string) {
	g.messages = slices.Insert(g.messages, 0, g.message(mid, at, status))
}

func (g *gateway) Search(_ context.Context, q esa.Query) (esa.Page, error) {
	g.asked = append(g.asked, q)
	if g.err != nil {
		return esa.Page{}, g.err
	}
	var found []esa.Message
	for _, m := range g.messages {
		if !m.Time.Before(q.Start) && m.Time.Before(q.End.Add(time.Minute)) {
			found = append(found, m)
		}
	}
	page := found[min(q.Offset, len(found)):min(q.Offset+q.Limit, len(found))]
	return esa.Page{Messages: slices.Clone(page), Rows: len(page), Last: len(page) < q.Limit}, nil
}

func day() esa.Query { return esa.Query{Start: noon.Add(-24 * time.Hour), End: noon} }

func sources(gs ...*gateway) []Source {
	var out []Source
	for _, g := range gs {
		out = append(out, Source{Name: g.serial, Tracker: g})
	}
	return out
}

// settle asks and answers at one time until there is nothing more to ask.
func settle(t *testing.T, s *Search, now time.Time) (shown []*Row) {
	t.Helper()
	for range 10_000 {
		fetches := s.Next(now)
		if len(fetches) == 0 {
			return s.Rows()
		}
		for _, f := range fetches {
			s.Apply(f.Do(t.Context()), now)
		}
	}
	t.Fatal("the search does not come to rest")
	return nil
}

// ordered checks that rows stand newest first and each once.
func ordered(t *testing.T, rows []*Row) {
	t.Helper()
	seen := map[string]bool{}
	for i, r := range rows {
		if i > 0 && r.At().After(rows[i-1].At()) {
			t.Errorf("row %d (%s) is newer than the one before", i, r.Subject)
		}
		if seen[r.Key()] {
			t.Errorf("row %d (%s) stands twice", i, r.Subject)
		}
		seen[r.Key()] = true
	}
}

func TestPagesAreFetchedAsTheyAreWanted(t *testing.T) {
	g := newGateway("A", 1000, time.Minute)
	s := New(day(), sources(g), noon)
	s.Want(40)
	if rows := settle(t, s, noon); len(rows) != 100 || len(g.asked) != 1 {
		t.Fatalf("%d rows by %d questions for 40 wanted, want one page", len(rows), len(g.asked))
	}
	s.Want(220)
	if rows := settle(t, s, noon); len(rows) != 300 || len(g.asked) != 3 {
		t.Fatalf("%d rows by %d questions for 220 wanted, want three pages", len(rows), len(g.asked))
	}
	s.Want(100_000)
	rows := settle(t, s, noon)
	if ordered(t, rows); len(rows) != 1000 || !s.Complete() {
		t.Errorf("%d rows in the end, complete=%v, want 1000", len(rows), s.Complete())
	}
}

func TestMailThatArrivesBetweenPagesComesOnce(t *testing.T) {
	g := newGateway("A", 300, time.Minute)
	s := New(day(), sources(g), noon)
	s.Want(100)
	settle(t, s, noon)
	for i := range 7 { // the list shifts under the offset
		g.arrive(int64(1000+i), noon.Add(30*time.Second), "Delivered")
	}
	s.Want(400)
	rows := settle(t, s, noon)
	ordered(t, rows)
	if len(rows) != 300 && len(rows) != 307 {
		t.Errorf("%d rows, want each of the 300 once", len(rows))
	}
}

func TestAnApplianceThatIgnoresTheOffsetEndsTheSearch(t *testing.T) {
	g := newGateway("A", 100, time.Minute)
	stuck := stuckTracker{g}
	s := New(day(), []Source{{"A", stuck}}, noon)
	s.Want(10_000)
	if rows := settle(t, s, noon); len(rows) != 100 || !s.Complete() {
		t.Errorf("%d rows, complete=%v", len(rows), s.Complete())
	}
}

type stuckTracker struct{ *gateway }

func (s stuckTracker) Search(ctx context.Context, q esa.Query) (esa.Page, error) {
	q.Offset = 0
	p, err := s.gateway.Search(ctx, q)
	p.Last = false
	return p, err
}

func TestTwoAppliancesAreOneList(t *testing.T) {
	busy, quiet := newGateway("A", 900, time.Second), newGateway("B", 400, time.Minute)
	s := New(day(), sources(busy, quiet), noon)
	s.Want(150)
	rows := settle(t, s, noon)
	ordered(t, rows)
	if len(rows) < 150 {
		t.Fatalf("%d rows, want 150", len(rows))
	}
	// No row of either is missing within what is shown.
	oldest := rows[len(rows)-1].At()
	want := 0
	for _, g := range []*gateway{busy, quiet} {
		for _, m := range g.messages {
			if m.Time.After(oldest) {
				want++
			}
		}
	}
	got := 0
	for _, r := range rows {
		if r.At().After(oldest) {
			got++
		}
	}
	if got != want {
		t.Errorf("%d rows are newer than the oldest one shown, want all %d", got, want)
	}
	s.Want(10_000)
	if rows = settle(t, s, noon); len(rows) != 1300 {
		t.Errorf("%d rows in the end, want 1300", len(rows))
	}
	ordered(t, rows)
}

func TestALateApplianceHoldsNothingBackForLong(t *testing.T) {
	a, b := newGateway("A", 50, time.Minute), newGateway("B", 50, time.Minute)
	s := New(day(), sources(a, b), noon)
	s.Want(50)
	fetches := s.Next(noon)
	if len(fetches) != 2 {
		t.Fatalf("%d questions at first, want both at once", len(fetches))
	}
	s.Apply(fetches[0].Do(t.Context()), noon)
	if n := len(s.Rows()); n != 0 {
		t.Errorf("%d rows show while the other is still waited for, want none yet", n)
	}
	if w := s.Wake(noon); !w.Equal(noon.Add(Lagging)) {
		t.Errorf("it wakes at %v, want after %v", w, Lagging)
	}
	if c := s.Reveal(noon.Add(Lagging)); len(c.Appended) != 50 {
		t.Errorf("%d rows show when the other is late, want 50", len(c.Appended))
	}
	c := s.Apply(fetches[1].Do(t.Context()), noon.Add(time.Minute))
	if !c.Replaced || len(s.Rows()) != 100 {
		t.Errorf("after the late answer replaced=%v with %d rows, want all 100 in their places", c.Replaced, len(s.Rows()))
	}
	ordered(t, s.Rows())
}

func TestAFailureKeepsTheRowsAndIsTriedAgain(t *testing.T) {
	g := newGateway("A", 300, time.Minute)
	s := New(day(), sources(g), noon)
	s.Want(100)
	settle(t, s, noon)
	g.err = &esa.Error{Kind: esa.KindProxyHTML, Message: "a web page"}
	s.Want(200)
	settle(t, s, noon)
	st := s.Sources()[0]
	if st.Failure == nil || len(s.Rows()) != 100 {
		t.Fatalf("failure %v with %d rows, want the rows to stay", st.Failure, len(s.Rows()))
	}
	if !st.RetryAt.Equal(noon.Add(retryFirst)) || !s.Wake(noon).Equal(st.RetryAt) {
		t.Errorf("it is asked again at %v, wakes at %v", st.RetryAt, s.Wake(noon))
	}
	if f := s.Next(noon.Add(time.Second)); len(f) != 0 {
		t.Error("it is asked again before its time")
	}
	g.err = nil
	if rows := settle(t, s, noon.Add(retryFirst)); len(rows) != 200 || s.Sources()[0].Failure != nil {
		t.Errorf("%d rows after it recovered, failure %v", len(rows), s.Sources()[0].Failure)
	}
}

func TestOneOfTwoFailsAndComesBack(t *testing.T) {
	a, b := newGateway("A", 300, time.Minute), newGateway("B", 300, time.Minute)
	b.err = &esa.Error{Kind: esa.KindNetwork, Message: "no connection"}
	s := New(day(), sources(a, b), noon)
	s.Want(100)
	if rows := settle(t, s, noon); len(rows) < 100 {
		t.Fatalf("%d rows of the one that answers", len(rows))
	}
	b.err = nil
	rows := settle(t, s, noon.Add(time.Minute))
	ordered(t, rows)
	fromB := 0
	for _, r := range rows {
		if r.Source == 1 {
			fromB++
		}
	}
	if fromB < 90 {
		t.Errorf("%d rows of the one that came back, want about as many as of the other", fromB)
	}
}

func TestWrongCredentialsAreNotTriedAgain(t *testing.T) {
	g := newGateway("A", 3, time.Minute)
	g.err = &esa.Error{Kind: esa.KindCredentials, Message: "no"}
	s := New(day(), sources(g), noon)
	s.Want(10)
	settle(t, s, noon)
	if f := s.Next(noon.Add(time.Hour)); len(f) != 0 || s.Err() == nil {
		t.Errorf("%d questions an hour later, error %v: want none, and the error", len(f), s.Err())
	}
}

func TestFollowing(t *testing.T) {
	g := newGateway("A", 300, time.Minute)
	g.messages[0].StatusText = "Processing"
	s := New(day(), sources(g), noon)
	s.Want(100)
	settle(t, s, noon)
	s.Follow(true, noon)
	settle(t, s, noon)
	g.messages[0].StatusText = "Delivered"
	g.arrive(1000, noon.Add(3*time.Second), "Delivered")
	g.arrive(1001, noon.Add(4*time.Second), "Delivered")
	if rows := settle(t, s, noon.Add(time.Second)); len(rows) != 100 {
		t.Fatalf("%d rows before it is time to look again", len(rows))
	}
	rows := settle(t, s, noon.Add(FollowEvery))
	ordered(t, rows)
	var fresh []string
	for _, r := range rows {
		if r.Fresh {
			fresh = append(fresh, r.Subject+" "+r.StatusText)
		}
	}
	if want := "A 1001 Delivered,A 1000 Delivered,A 300 Delivered"; strings.Join(fresh, ",") != want || s.Fresh() != 2 {
		t.Errorf("new or changed are %v (%d new), want %s", fresh, s.Fresh(), want)
	}
	if q := g.asked[len(g.asked)-1]; q.Start.Before(noon.Add(-overlap - time.Minute)) {
		t.Errorf("a look for new messages begins at %v, want near the newest", q.Start)
	}
}

func TestAFloodWhileFollowingIsReadWhole(t *testing.T) {
	g := newGateway("A", 10, time.Minute)
	s := New(day(), sources(g), noon)
	s.Want(10)
	settle(t, s, noon)
	s.Follow(true, noon)
	settle(t, s, noon)
	for i := range 250 {
		g.arrive(int64(1000+i), noon.Add(time.Duration(i)*time.Millisecond), "Delivered")
	}
	if rows := settle(t, s, noon.Add(FollowEvery)); len(rows) != 260 {
		t.Errorf("%d rows, want 260", len(rows))
	}
}

func TestASearchInThePastCannotBeFollowed(t *testing.T) {
	q := day()
	q.End = noon.Add(-time.Hour)
	s := New(q, sources(newGateway("A", 3, time.Minute)), noon)
	s.Follow(true, noon)
	if s.Followable() || s.Following() {
		t.Error("a search that ended an hour ago is followed")
	}
}

func TestARewrittenMessageStaysOneRow(t *testing.T) {
	g := newGateway("A", 3, time.Minute)
	s := New(day(), sources(g), noon)
	s.Want(3)
	settle(t, s, noon)
	s.Follow(true, noon)
	g.messages[0].MIDs = []int64{3, 4}
	if rows := settle(t, s, noon.Add(time.Second)); len(rows) != 3 || len(rows[0].MIDs) != 2 {
		t.Errorf("%d rows, the first with MIDs %v", len(rows), rows[0].MIDs)
	}
}

func TestRowsWithoutATimeAndRejectedConnections(t *testing.T) {
	g := newGateway("A", 4, time.Minute)
	g.messages[2].Time, g.messages[2].TimeText = time.Time{}, "yesterday or so"
	g.messages[1] = esa.Message{ICID: 77, Time: g.messages[1].Time, TimeText: "then", SenderIP: "192.0.2.1", Rejected: "sender"}
	s := New(day(), []Source{{"A", timeless{g}}}, noon)
	s.Want(10)
	rows := settle(t, s, noon)
	if len(rows) != 4 || rows[2].TimeText != "yesterday or so" || rows[1].ICID != 77 {
		t.Errorf("%d rows, want four with each in its place", len(rows))
	}
}

// timeless gives all messages on one page, whatever their time.
type timeless struct{ *gateway }

func (g timeless) Search(context.Context, esa.Query) (esa.Page, error) {
	return esa.Page{Messages: g.messages, Rows: len(g.messages), Last: true, Bad: 2}, nil
}

func TestHistogram(t *testing.T) {
	g := newGateway("A", 240, 6*time.Minute)
	g.messages[0].StatusText = "Dropped By Anti-Virus"
	s := New(day(), sources(g), noon)
	s.Want(100)
	settle(t, s, noon)
	all, bad, known := s.Histogram(24)
	if all[23] < 9 || bad[23] != 1 || known != 14 {
		t.Errorf("last hour %d (%d bad), whole from part %d; want about ten, one, 14", all[23], bad[23], known)
	}
	s.Want(1000)
	settle(t, s, noon)
	if _, _, known := s.Histogram(24); known != 0 {
		t.Errorf("everything is there, but known from part %d on", known)
	}
}

func TestRun(t *testing.T) {
	a, b := newGateway("A", 250, time.Minute), newGateway("B", 250, time.Minute)
	s := New(day(), sources(a, b), noon)
	n := 0
	err := Run(t.Context(), s, 0, time.Now, func(c Change) { n += len(c.Appended) })
	if err != nil || len(s.Rows()) != 500 || n != 500 {
		t.Errorf("%d rows, %d told, error %v", len(s.Rows()), n, err)
	}
	b.err = &esa.Error{Kind: esa.KindRole, Message: "no"}
	a.err = b.err
	if err := Run(t.Context(), New(day(), sources(a, b), noon), 10, time.Now, func(Change) {}); !errors.Is(err, b.err) {
		t.Errorf("error %v when nobody answers", err)
	}
	a.err = nil
	half := New(day(), sources(a, b), noon)
	half.Once()
	if err := Run(t.Context(), half, 0, time.Now, func(Change) {}); err != nil || len(half.Rows()) != 250 || half.Sources()[1].Failure == nil {
		t.Errorf("%d rows of the one that answers, error %v", len(half.Rows()), err)
	}
	a.err = &esa.Error{Kind: esa.KindNetwork}
	one := New(day(), sources(a), noon)
	one.Once()
	if err := Run(t.Context(), one, 0, time.Now, func(Change) {}); !errors.Is(err, a.err) {
		t.Errorf("error %v of a search that does not try again", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	a.err = &esa.Error{Kind: esa.KindNetwork}
	if err := Run(ctx, New(day(), sources(a), noon), 10, time.Now, func(Change) {}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v at the deadline", err)
	}
}

func TestTerms(t *testing.T) {
	line := `subject~"two words" sender:a@b since:2d naked nokey=1`
	for _, c := range []struct{ line, key, value, want string }{
		{line, "from", "x@y", `subject~"two words" since:2d naked nokey=1 from:x@y`},
		{"since:2d from:a", "time", "2026-11-01..2026-11-03", "from:a time:2026-11-01..2026-11-03"},
		{"from:a", "from", "", ""},
		{"", "subject", "=two words", `subject="two words"`},
		{"", "subject", `a "quoted" word`, `subject:"a \"quoted\" word"`},
	} {
		got := SetTerm(c.line, c.key, c.value)
		if got != c.want {
			t.Errorf("SetTerm(%q, %q, %q) = %q, want %q", c.line, c.key, c.value, got, c.want)
		}
		if v := TermValue(got, c.key); v != c.value {
			t.Errorf("TermValue(%q, %q) = %q, want %q", got, c.key, v, c.value)
		}
	}
}
