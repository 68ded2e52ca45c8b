package verify

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"ctrace/ctr"
	"ctrace/ctr/ctim"
	"ctrace/ctr/observable"
	"ctrace/esa"
	"ctrace/esa/testmail"
)

func TestVerified(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.sightings = seesMessageID
		r, tr := verifyIn(t, w, testPlan())
		if r.Verdict != Verified || r.FailedAt != "" || r.MID != testMID || r.ICID != 99 {
			t.Fatalf("result %+v\n%s", r, tr.kinds())
		}
		if diff := cmp.Diff([]Key{KeyMessageID, KeyMID, KeySubject}, r.Keys); diff != "" {
			t.Error("keys (-want +got):\n" + diff)
		}
		if r.Evidence == nil || r.Evidence.ModuleID != "esa" || r.Evidence.Matched.Type != observable.EmailMessageID {
			t.Errorf("evidence %+v", r.Evidence)
		}
		if w.sends != 1 {
			t.Errorf("%d sends", w.sends)
		}
		if len(w.callModules) != 1 || !slices.Equal(w.callModules[0], []string{"esa"}) {
			t.Errorf("asked modules %v: only the email module has to be asked by the exact keys", w.callModules)
		}
		for _, want := range []string{"started", "sending", "sent", "poll", "found", "details", "modules", "asked", "module", " ended"} {
			if !strings.Contains(tr.kinds(), want) {
				t.Errorf("no event %s in %s", want, tr.kinds())
			}
		}
	})
}

// TestVerdicts goes through what can go wrong, each with its verdict, its reason and where it failed.
func TestVerdicts(t *testing.T) {
	unauthorized := &ctr.Error{Host: "visibility.lab.example", Status: http.StatusUnauthorized, Code: "jwt_expired"}
	scope := &ctr.Error{Status: http.StatusForbidden, Code: "missing_scope", MissingScopes: []string{"enrich:read"}}
	always := func(err error) func(int) error { return func(int) error { return err } }
	for _, c := range []struct {
		name    string
		set     func(*world)
		plan    func(*Plan)
		verdict Verdict
		code    string
		at      Stage
	}{
		{"recipient refused", func(w *world) {
			w.sendErr = &testmail.Error{Stage: testmail.StageRcpt, Class: testmail.ClassRefused, Code: 550, Text: "#5.1.0 Address rejected."}
		}, nil, Refused, CodeSMTPRecipient, StageSend},
		{"content refused", func(w *world) {
			w.sendErr = &testmail.Error{Stage: testmail.StageData, Class: testmail.ClassRefused, Code: 554}
		}, nil, Refused, CodeSMTPContent, StageSend},
		{"line lost, never tracked", func(w *world) {
			w.sendErr = &testmail.Error{Stage: testmail.StageData, Class: testmail.ClassUnknownOutcome}
			w.visible = -1
		}, nil, Unknown, CodeSMTPUnknown, StageSend},
		{"line lost, tracked", func(w *world) {
			w.sendErr = &testmail.Error{Stage: testmail.StageData, Class: testmail.ClassUnknownOutcome}
			w.sightings = seesMessageID
		}, nil, Verified, CodeSMTPUnknown, ""},
		{"never tracked", func(w *world) { w.visible = -1 }, nil, Pending, CodeTrackingNotFound, StageTrack},
		{"nothing in tracking", func(w *world) { w.visible, w.others = -1, 0 }, nil, Accepted, CodeTrackingEmpty, StageTrack},
		{"role", func(w *world) { w.trackErr = always(&esa.Error{Kind: esa.KindRole, Status: 403}) }, nil, Accepted, "tracking_role", StageTrack},
		{"bad gateway for ever", func(w *world) { w.trackErr = always(&esa.Error{Kind: esa.KindProxyHTML, Status: 502}) }, nil, Accepted, "tracking_proxy_html", StageTrack},
		{"no key is understood", func(w *world) { w.trackErr = always(&esa.Error{Kind: esa.KindQuery, Status: 404}) }, nil, Accepted, "tracking_query", StageTrack},
		{"module missing", func(w *world) { w.noModules = true }, nil, Tracked, CodeModuleMissing, StageInvestigate},
		{"module disabled", func(w *world) { w.disabled = true }, nil, Tracked, CodeModuleDisabled, StageInvestigate},
		{"module in error", func(w *world) {
			w.moduleErr = &ctr.ModuleError{Module: "ESA Seoul", InstanceID: "esa", Type: "fatal", Code: "connection error"}
		}, nil, Tracked, CodeModuleError, StageInvestigate},
		{"no sighting", func(*world) {}, nil, Tracked, CodeNoSighting, StageInvestigate},
		{"no sighting before the deadline", func(*world) {}, func(p *Plan) { p.Timeout = time.Minute }, Pending, CodeNoSighting, StageInvestigate},
		{"unauthorized", func(w *world) { w.callErr = always(unauthorized) }, nil, Tracked, CodeCTRSession, StageInvestigate},
		{"scope", func(w *world) { w.callErr = always(scope) }, nil, Tracked, CodeCTRScope, StageInvestigate},
		{"server", func(w *world) { w.callErr = always(&ctr.Error{Status: 500}) }, nil, Tracked, CodeCTRServer, StageInvestigate},
		{"rate limit for an hour", func(w *world) { w.callErr = always(&ctr.Error{Status: 429, RetryAfter: time.Hour}) }, nil, Pending, CodeCTRRateLimited, StageInvestigate},
		{"modules cannot be listed", func(w *world) { w.listErr, w.sightings = scope, seesMessageID }, nil, Verified, CodeNoIntegrationScope, ""},
		{"sighting of the sender only", func(w *world) {
			w.sightings = func([]observable.Observable) []ctim.Sighting {
				return []ctim.Sighting{{Observables: []observable.Observable{{Type: observable.Email, Value: "verify@lab.example"}}}}
			}
		}, nil, Tracked, CodeNoSighting, StageInvestigate},
		{"subject not logged", func(w *world) { w.hides, w.sightings = []Key{KeySubject}, seesMessageID }, nil, Verified, CodeSubjectNotLogged, ""},
		{"rewritten", func(w *world) { w.rewritten, w.sightings = true, seesMessageID }, nil, Verified, CodeMIDChanged, ""},
		{"tag in front of the subject", func(w *world) { w.sightings = seesMessageID }, nil, Verified, CodeSubjectChanged, ""},
		{"dropped early", func(w *world) {
			w.early, w.hides, w.sightings = true, []Key{KeyMessageID}, seesMessageID
		}, nil, Verified, CodeMessageDropped, ""},
		{"no MID", func(w *world) { w.noMID, w.sightings = true, seesMessageID }, nil, Verified, CodeMIDMissing, ""},
		{"still processing", func(w *world) { w.final, w.sightings = -1, seesMessageID }, nil, Verified, CodeStatusNotFinal, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w, plan := newWorld(), testPlan()
				c.set(w)
				if c.plan != nil {
					c.plan(&plan)
				}
				r, tr := verifyIn(t, w, plan)
				i := slices.IndexFunc(r.Problems, func(p Problem) bool { return p.Code == c.code })
				if r.Verdict != c.verdict || r.FailedAt != c.at || i < 0 || i > 0 && c.verdict != Verified {
					t.Fatalf("verdict %s at %q for %s, want %s at %q for %s\n%s", r.Verdict, r.FailedAt, problemCodes(r), c.verdict, c.at, c.code, tr.kinds())
				}
				if p := r.Problems[i]; p.Cause == "" || p.Advice == "" {
					t.Errorf("a problem without cause or advice: %+v", p)
				}
				if w.early && slices.ContainsFunc(r.Problems, func(p Problem) bool { return p.Code == CodeMessageIDMissed }) {
					t.Errorf("a message that was dropped early is told to have its Message-ID rewritten: %s", problemCodes(r))
				}
				if w.sends != 1 {
					t.Errorf("sent %d times", w.sends)
				}
				if last := tr.events[len(tr.events)-1]; last.Kind() != "ended" {
					t.Errorf("the last event is %s", last.Kind())
				}
			})
		})
	}
}

// TestFoundWithinPromise runs whole verifications with messages that show late and checks lag and
// number of searches as the appliance sees them, also when one key does not work.
func TestFoundWithinPromise(t *testing.T) {
	for _, hides := range [][]Key{nil, {KeySubject}} {
		for _, visible := range []time.Duration{0, 1500 * time.Millisecond, 10 * time.Second, 90 * time.Second, 299 * time.Second, 14 * time.Minute} {
			synctest.Test(t, func(t *testing.T) {
				w, plan := newWorld(), testPlan()
				w.visible, w.final, w.sightings, w.hides, plan.SMA = visible, visible, seesMessageID, hides, true
				r, _ := verifyIn(t, w, plan)
				if r.Verdict != Verified {
					t.Fatalf("verdict %s %s", r.Verdict, problemCodes(r))
				}
				lag := time.Duration(r.LagSeconds*float64(time.Second)) - visible
				if most := max(time.Second, visible/10); lag > most {
					t.Errorf("searchable after %s, found %s later, more than %s", visible, lag, most)
				}
				if len(w.searches) > maxSearches {
					t.Errorf("searchable after %s: %d searches", visible, len(w.searches))
				}
			})
		}
	}
}

// TestTransientErrors: server errors, web pages, timeouts and ended sessions never end the polling.
func TestTransientErrors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.visible, w.final, w.sightings = 30*time.Second, 40*time.Second, seesMessageID
		kinds := []esa.ErrorKind{esa.KindServer, esa.KindProxyHTML, esa.KindTimeout, esa.KindSession, esa.KindNetwork, esa.KindAnswer}
		w.trackErr = func(n int) error {
			if n%2 == 1 && n < 2*len(kinds) {
				return &esa.Error{Kind: kinds[n/2]}
			}
			return nil
		}
		r, tr := verifyIn(t, w, testPlan())
		if r.Verdict != Verified {
			t.Fatalf("verdict %s %s", r.Verdict, problemCodes(r))
		}
		notes := 0
		for _, p := range tr.polls() {
			if p.Note != "" {
				notes++
			}
		}
		if notes != len(kinds) {
			t.Errorf("%d looks carry a note, want %d", notes, len(kinds))
		}
	})
}

// TestSlowSearches: searches that take longer than the gaps are never queued up.
func TestSlowSearches(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.visible, w.searchFor = -1, 20*time.Second
		begin := time.Now()
		r, _ := verifyIn(t, w, testPlan())
		if r.Verdict != Pending {
			t.Fatalf("verdict %s", r.Verdict)
		}
		if took := time.Since(begin); took > TrackPatienceESA+5*w.searchFor {
			t.Errorf("the run took %s", took)
		}
	})
}

// TestSilentTracker: searches that are never answered do not take the run past its deadline, however
// many looks are left.
func TestSilentTracker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, plan := newWorld(), testPlan()
		w.searchFor, plan.Timeout = time.Hour, 8*time.Second
		begin := time.Now()
		r, _ := verifyIn(t, w, plan)
		if took := time.Since(begin); r.Verdict != Accepted || r.Problems[0].Code != "tracking_timeout" || took > plan.Timeout+grace {
			t.Errorf("verdict %s, %+v after %s, want accepted after %s", r.Verdict, r.Problems, took, plan.Timeout+grace)
		}
	})
}

func TestRateLimitIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.sightings = seesMessageID
		w.callErr = func(n int) error {
			if n == 1 {
				return &ctr.Error{Status: http.StatusTooManyRequests, RetryAfter: 42 * time.Second}
			}
			return nil
		}
		r, tr := verifyIn(t, w, testPlan())
		if r.Verdict != Verified || len(w.calls) != 2 {
			t.Fatalf("verdict %s after %d calls", r.Verdict, len(w.calls))
		}
		i := slices.IndexFunc(tr.events, func(e Event) bool { return e.Kind() == "waiting" })
		if i < 0 {
			t.Fatal("no event tells of the waiting")
		}
		if e := tr.events[i].(Waiting); e.Until.Sub(e.At.At) != 42*time.Second {
			t.Errorf("waits %s, want the 42 s of Retry-After", e.Until.Sub(e.At.At))
		}
	})
}

// TestOrderOfQuestions: exact keys first, the Message-ID with brackets second, the subject alone and last.
func TestOrderOfQuestions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, plan := newWorld(), testPlan()
		plan.InvestigateFor = time.Second
		verifyIn(t, w, plan)
		id := testToken + "@lab.example"
		want := [][]observable.Observable{
			{{Type: observable.EmailMessageID, Value: id}, {Type: observable.CiscoMID, Value: "4711"}},
			{{Type: observable.EmailMessageID, Value: "<" + id + ">"}},
			{{Type: observable.Email, Value: "verify@lab.example"}, {Type: observable.FileName, Value: "note.txt"}},
			{{Type: observable.EmailSubject, Value: "[SPAM] CTR verify " + testToken}},
		}
		if diff := cmp.Diff(want, w.calls); diff != "" {
			t.Error("questions (-want +got):\n" + diff)
		}
	})
}

// TestCancel cancels at every moment of a run: it returns at once, without an end.
func TestCancel(t *testing.T) {
	for _, after := range []time.Duration{0, 500 * time.Millisecond, 2500 * time.Millisecond, 10 * time.Second, 40 * time.Second} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld()
			ctx, cancel := context.WithCancel(t.Context())
			begin := time.Now()
			time.AfterFunc(after, cancel)
			tr := &transcript{}
			_, err := Run(ctx, testPlan(), w.deps(), tr.emit)
			if !errors.Is(err, context.Canceled) {
				t.Fatalf("error %v", err)
			}
			if late := time.Since(begin) - after; late > 200*time.Millisecond {
				t.Errorf("cancelled after %s, returned %s later", after, late)
			}
			if slices.ContainsFunc(tr.events, func(e Event) bool { return e.Kind() == "ended" }) {
				t.Error("a cancelled run has an end: it could not be resumed")
			}
		})
	}
}

func TestProves(t *testing.T) {
	m := testPlan().Message
	sent := time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC)
	mid := observable.Observable{Type: observable.CiscoMID, Value: "4711"}
	ours := observable.Observable{Type: observable.EmailMessageID, Value: "<" + m.MessageID + ">"}
	foreign := observable.Observable{Type: observable.EmailMessageID, Value: "other@example.net"}
	seen := func(at time.Time, obs ...observable.Observable) ctim.Sighting {
		return ctim.Sighting{Observables: obs, ObservedTime: ctim.ObservedTime{Start: ctim.NewTime(at)}}
	}
	for _, c := range []struct {
		name string
		s    ctim.Sighting
		want bool
	}{
		{"Message-ID", seen(sent, ours), true},
		{"Message-ID in a relation", ctim.Sighting{Relations: []ctim.Relation{{Source: mid, Related: ours}}}, true},
		{"MID", seen(sent, mid), true},
		{"MID of another message", seen(sent, mid, foreign), false},
		{"MID of last month", seen(sent.AddDate(0, -1, 0), mid), false},
		{"subject", seen(sent, observable.Observable{Type: observable.EmailSubject, Value: "[SPAM] " + m.Subject}), true},
		{"sender", seen(sent, observable.Observable{Type: observable.Email, Value: m.From}), false},
		{"nothing", ctim.Sighting{}, false},
	} {
		if _, got := proves(c.s, m, []string{"4711"}, sent); got != c.want {
			t.Errorf("%s: proved %t, want %t", c.name, got, c.want)
		}
	}
}
