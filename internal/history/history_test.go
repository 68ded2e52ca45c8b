package history

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var epoch = time.Date(2026, 11, 23, 15, 0, 0, 123456000, time.UTC)

func raw(s string) json.RawMessage { return json.RawMessage(s) }

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func begin(t *testing.T, s *Store, token, profile string, at time.Time) {
	t.Helper()
	must(t, s.Begin(t.Context(), Run{Token: token, Profile: profile, Plan: raw(`{"to":"a@b.c"}`), StartedAt: at}))
}

func TestRunFromBeginToFinish(t *testing.T) {
	s, ctx := newStore(t), t.Context()
	local := epoch.In(time.FixedZone("KST", 9*3600))
	begin(t, s, "T1", "seoul", local)
	must(t, s.Append(ctx, "T1", epoch.Add(time.Second), "sending", raw(`{}`)))
	must(t, s.Append(ctx, "T1", epoch.Add(2*time.Second), "sent", raw(`{"text":"ok\u001b[2J"}`)))

	want := Run{
		Token: "T1", Profile: "seoul", Plan: raw(`{"to":"a@b.c"}`), State: Running,
		StartedAt: epoch, UpdatedAt: epoch.Add(2 * time.Second),
	}
	events := []Event{
		{1, epoch.Add(time.Second), "sending", raw(`{}`)},
		{2, epoch.Add(2 * time.Second), "sent", raw(`{"text":"ok\u001b[2J"}`)},
	}
	check := func(when string) {
		t.Helper()
		run, got, err := s.Get(ctx, "T1")
		if d := cmp.Diff(want, run) + cmp.Diff(events, got); d != "" || err != nil {
			t.Errorf("%s: %v\n%s", when, err, d)
		}
	}
	check("running")

	must(t, s.Finish(ctx, "T1", epoch.Add(time.Minute), "pending", raw(`{"verdict":"pending"}`)))
	want.State, want.Verdict, want.Result = Finished, "pending", raw(`{"verdict":"pending"}`)
	want.EndedAt, want.UpdatedAt = epoch.Add(time.Minute), epoch.Add(time.Minute)
	check("finished")

	must(t, s.Reopen(ctx, "T1"))
	must(t, s.Append(ctx, "T1", epoch.Add(time.Hour), "found", raw(`[]`)))
	want.State, want.Verdict, want.Result = Running, "", nil
	want.EndedAt, want.UpdatedAt = time.Time{}, epoch.Add(time.Hour)
	events = append(events, Event{3, epoch.Add(time.Hour), "found", raw(`[]`)})
	check("reopened")
}

func TestRunErrors(t *testing.T) {
	s, ctx := newStore(t), t.Context()
	begin(t, s, "T1", "a", epoch)
	for name, err := range map[string]error{
		"Append": s.Append(ctx, "T2", epoch, "x", raw(`{}`)),
		"Finish": s.Finish(ctx, "T2", epoch, "x", raw(`{}`)),
		"Reopen": s.Reopen(ctx, "T2"),
		"Get":    func() error { _, _, err := s.Get(ctx, "T2"); return err }(),
	} {
		if !errors.Is(err, ErrNotFound) || err.Error() != "run T2: not in the history" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := s.Begin(ctx, Run{Token: "T1", Plan: raw(`{}`), StartedAt: epoch}); !errors.Is(err, ErrExists) {
		t.Errorf("the same token again: %v", err)
	}
	for name, err := range map[string]error{
		"Begin":            s.Begin(ctx, Run{Token: "T3", Plan: raw(`{`)}),
		"Append":           s.Append(ctx, "T1", epoch, "x", raw(``)),
		"Finish":           s.Finish(ctx, "T1", epoch, "x", raw(`nope`)),
		"AddInvestigation": func() error { _, err := s.AddInvestigation(ctx, Investigation{}); return err }(),
	} {
		if err == nil {
			t.Errorf("%s took what is not JSON", name)
		}
	}
	if _, events, _ := s.Get(ctx, "T1"); len(events) != 0 {
		t.Errorf("failed calls left events: %v", events)
	}
}

func TestList(t *testing.T) {
	s, ctx := newStore(t), t.Context()
	for i := range 150 {
		token := fmt.Sprintf("T%03d", i)
		begin(t, s, token, []string{"seoul", "lab"}[i%2], epoch.Add(time.Duration(i)*time.Minute))
		if i%3 == 0 {
			must(t, s.Finish(ctx, token, epoch, "verified", raw(`{"module":"Straße 100%_'\\"}`)))
		}
	}
	tests := []struct {
		name        string
		filter      Filter
		count       int
		first, last string
	}{
		{"default limit, newest first", Filter{}, 100, "T149", "T050"},
		{"all", Filter{Limit: -1}, 150, "T149", "T000"},
		{"limit", Filter{Limit: 3}, 3, "T149", "T147"},
		{"profile", Filter{Profile: "lab", Limit: -1}, 75, "T149", "T001"},
		{"state", Filter{State: Finished, Limit: -1}, 50, "T147", "T000"},
		{"verdict", Filter{Verdict: "verified", Limit: 1}, 1, "T147", "T147"},
		{"since", Filter{Since: epoch.Add(148 * time.Minute)}, 2, "T149", "T148"},
		{"before", Filter{Before: epoch.Add(2 * time.Minute)}, 2, "T001", "T000"},
		{"text in the token, in any letter case", Filter{Text: "t14"}, 10, "T149", "T140"},
		{"text in the result, taken literally", Filter{Text: `100%_'\\`, Limit: 1}, 1, "T147", "T147"},
		{"no wildcards", Filter{Text: "1%"}, 0, "", ""},
		{"everything at once", Filter{Profile: "seoul", State: Running, Text: "T1", Limit: 1}, 1, "T148", "T148"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			runs, err := s.List(ctx, tt.filter)
			must(t, err)
			first, last := "", ""
			if len(runs) > 0 {
				first, last = runs[0].Token, runs[len(runs)-1].Token
			}
			if len(runs) != tt.count || first != tt.first || last != tt.last {
				t.Errorf("%d runs, %s to %s", len(runs), first, last)
			}
		})
	}
}

func TestInvestigationsAndActions(t *testing.T) {
	s, ctx := newStore(t), t.Context()
	first, err := s.AddInvestigation(ctx, Investigation{At: epoch, Profile: "a", Query: `domain:"evil.example"`, Summary: raw(`{"malicious":1}`)})
	must(t, err)
	second, err := s.AddInvestigation(ctx, Investigation{At: epoch.Add(time.Hour), Profile: "b", Query: "1.2.3.4", Summary: raw(`{}`)})
	must(t, err)
	got, err := s.Investigations(ctx, Filter{})
	must(t, err)
	want := []Investigation{
		{second, epoch.Add(time.Hour), "b", "1.2.3.4", raw(`{}`)},
		{first, epoch, "a", `domain:"evil.example"`, raw(`{"malicious":1}`)},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	got, err = s.Investigations(ctx, Filter{Text: "EVIL", Profile: "a", Since: epoch, Before: epoch.Add(time.Second)})
	if d := cmp.Diff(want[1:], got); d != "" || err != nil {
		t.Error(err, d)
	}

	id, err := s.AddAction(ctx, Action{At: epoch, Profile: "a", Action: "block sender", Target: "email:x@evil.example"})
	must(t, err)
	must(t, s.SetOutcome(ctx, id, "failed", "HTTP 403"))
	actions, err := s.Actions(ctx, Filter{Text: "403"})
	if d := cmp.Diff([]Action{{id, epoch, "a", "block sender", "email:x@evil.example", "failed", "HTTP 403"}}, actions); d != "" || err != nil {
		t.Error(err, d)
	}
	if err := s.SetOutcome(ctx, id+1, "x", ""); !errors.Is(err, ErrNotFound) {
		t.Error(err)
	}
}

func TestPrune(t *testing.T) {
	s, ctx := newStore(t), t.Context()
	begin(t, s, "old", "a", epoch.Add(-48*time.Hour))
	must(t, s.Append(ctx, "old", epoch.Add(-47*time.Hour), "x", raw(`{}`)))
	begin(t, s, "still going", "a", epoch.Add(-48*time.Hour))
	must(t, s.Append(ctx, "still going", epoch, "x", raw(`{}`)))
	begin(t, s, "new", "a", epoch)
	_, err := s.AddInvestigation(ctx, Investigation{At: epoch.Add(-48 * time.Hour), Summary: raw(`{}`)})
	must(t, err)
	_, err = s.AddAction(ctx, Action{At: epoch.Add(-48 * time.Hour)})
	must(t, err)

	n, err := s.Prune(ctx, epoch.Add(-24*time.Hour))
	if n != 3 || err != nil {
		t.Errorf("pruned %d, %v", n, err)
	}
	runs, err := s.List(ctx, Filter{})
	must(t, err)
	if len(runs) != 2 || runs[0].Token != "new" || runs[1].Token != "still going" {
		t.Errorf("%v", runs)
	}
	// The token is free again, and its old events are gone with it.
	begin(t, s, "old", "a", epoch)
	if _, events, err := s.Get(ctx, "old"); err != nil || len(events) != 0 {
		t.Errorf("%v, %v", events, err)
	}
}

func TestOnlyTheOwnerCanRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state", "ctrace", "history.db")
	s := open(t, path)
	begin(t, s, "T1", "a", epoch) // makes the WAL
	for name, want := range map[string]os.FileMode{path: 0o600, path + "-wal": 0o600, path + "-shm": 0o600, filepath.Dir(path): 0o700} {
		info, err := os.Stat(name)
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v", filepath.Base(name), info, err)
		}
	}
	must(t, s.Close())
	must(t, os.Chmod(path, 0o644))
	open(t, path)
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("a readable file stays %v, %v", info.Mode(), err)
	}
}

func TestPathFollowsTheEnvironment(t *testing.T) {
	t.Setenv("CTRACE_STATE_DIR", "/somewhere")
	if got := Path(); got != "/somewhere/history.db" {
		t.Error(got)
	}
}

func TestOpenWithStrangeNames(t *testing.T) {
	for _, name := range []string{"with blank.db", "per%cent.db", "question?.db", "hash#.db", "한글.db", "amper&sand=1.db"} {
		dir := t.TempDir()
		s := open(t, filepath.Join(dir, name))
		begin(t, s, "T1", "a", epoch)
		must(t, s.Close())
		entries, err := os.ReadDir(dir)
		must(t, err)
		if len(entries) != 1 || entries[0].Name() != name {
			t.Errorf("%q: %v", name, entries)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history.db")
	must(t, os.WriteFile(path, []byte(strings.Repeat("not a database ", 100)), 0o600))
	if _, err := Open(t.Context(), path); err == nil || !strings.Contains(err.Error(), "is damaged") || !strings.Contains(err.Error(), path) {
		t.Errorf("a damaged file: %v", err)
	}
	newer := filepath.Join(t.TempDir(), "history.db")
	s := open(t, newer)
	_, err := s.db.ExecContext(t.Context(), "PRAGMA user_version = 99")
	must(t, err)
	must(t, s.Close())
	if _, err := Open(t.Context(), newer); err == nil || !strings.Contains(err.Error(), "written by a newer ctrace (schema 99") {
		t.Errorf("a newer file: %v", err)
	}
	if _, err := Open(t.Context(), t.TempDir()); err == nil {
		t.Error("a folder was opened")
	}
}

// A killed process loses no event that Append returned for, and the file works.
func TestKilledWriterLosesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history.db")
	cmd, out := startChild(t, path, "T1", 1_000_000)
	acknowledged := 0
	for acknowledged < 50 && out.Scan() {
		if _, err := fmt.Sscan(out.Text(), &acknowledged); err != nil {
			t.Fatal(err)
		}
	}
	must(t, cmd.Process.Kill())
	for out.Scan() { // what it still printed before the kill
		_, _ = fmt.Sscan(out.Text(), &acknowledged)
	}
	_ = cmd.Wait()

	s := open(t, path)
	run, events, err := s.Get(t.Context(), "T1")
	must(t, err)
	if run.State != Running || len(events) < acknowledged || acknowledged < 50 {
		t.Errorf("%s with %d events, %d acknowledged", run.State, len(events), acknowledged)
	}
	for i, e := range events {
		if e.Seq != int64(i+1) || string(e.Data) != fmt.Sprintf(`{"try":%d}`, i+1) {
			t.Fatalf("event %d is %+v", i, e)
		}
	}
	must(t, s.Append(t.Context(), "T1", time.Now(), "resumed", raw(`{}`)))
	must(t, s.Finish(t.Context(), "T1", time.Now(), "verified", raw(`{}`)))
}

// Two processes and several goroutines write at the same time, from an empty
// file on.
func TestTwoProcesses(t *testing.T) {
	const each = 60
	path := filepath.Join(t.TempDir(), "history.db")
	cmd, out := startChild(t, path, "child", each)
	s := open(t, path)
	ctx := t.Context()
	var wg sync.WaitGroup
	for i := range 3 {
		wg.Go(func() {
			token := fmt.Sprint("parent ", i)
			if err := s.Begin(ctx, Run{Token: token, Plan: raw(`{}`), StartedAt: epoch}); err != nil {
				t.Error(err)
			}
			for range each {
				if err := s.Append(ctx, token, epoch, "x", raw(`{}`)); err != nil {
					t.Error(err)
				}
				if _, err := s.List(ctx, Filter{}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	for out.Scan() {
	}
	must(t, cmd.Wait())
	for _, token := range []string{"child", "parent 0", "parent 1", "parent 2"} {
		if _, events, err := s.Get(ctx, token); err != nil || len(events) != each {
			t.Errorf("%s: %d events, %v", token, len(events), err)
		}
	}
}

// Waiting for a lock that another process does not give back ends with the
// context.
func TestWaitingForALockIsCancelled(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history.db")
	holder, waiter := open(t, path), open(t, path)
	tx, err := holder.db.BeginTx(t.Context(), nil)
	must(t, err)
	defer func() { _ = tx.Rollback() }()

	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	start := time.Now()
	err = waiter.Begin(ctx, Run{Token: "T1", Plan: raw(`{}`)})
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if d := time.Since(start); d > lockPatience/2 {
		t.Errorf("it took %s", d)
	}
	if _, err := waiter.List(t.Context(), Filter{}); err != nil {
		t.Errorf("reading beside a writer: %v", err)
	}
}

func BenchmarkOpen(b *testing.B) {
	path := filepath.Join(b.TempDir(), "history.db")
	open(b, path)
	for b.Loop() {
		s, err := Open(b.Context(), path)
		if err != nil {
			b.Fatal(err)
		}
		_ = s.Close()
	}
}

func BenchmarkAppend(b *testing.B) {
	s := newStore(b)
	if err := s.Begin(b.Context(), Run{Token: "T1", Plan: raw(`{}`)}); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if err := s.Append(b.Context(), "T1", epoch, "poll", raw(`{"try":1}`)); err != nil {
			b.Fatal(err)
		}
	}
}
