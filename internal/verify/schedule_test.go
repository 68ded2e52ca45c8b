package verify

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

// TestLagPromise checks the promise of the schedule for messages that become searchable at any
// moment: the look that can find them comes at most 1 s or a tenth of the waiting later, and no more
// than 60 searches are done in 15 minutes.
func TestLagPromise(t *testing.T) {
	for _, patience := range []time.Duration{time.Second, 20 * time.Second, TrackPatienceESA, TrackPatienceSMA, time.Hour} {
		for _, hasMID := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s/%t", patience, hasMID), func(t *testing.T) {
				plan := looks(patience, hasMID)
				checkBudget(t, plan)
				if last := plan[len(plan)-1].at; last != patience {
					t.Errorf("the last look is at %s, not at the end %s", last, patience)
				}
				for range 20_000 {
					visible := time.Duration(rand.Int64N(int64(patience) + 1))
					found := firstLook(plan, visible)
					if lag, most := found-visible, max(time.Second, visible/10); lag > most {
						t.Fatalf("searchable at %s, looked at %s: a lag of %s, more than %s", visible, found, lag, most)
					}
				}
			})
		}
	}
}

func firstLook(plan []look, visible time.Duration) time.Duration {
	for _, l := range plan {
		if l.at >= visible {
			return l.at
		}
	}
	return plan[len(plan)-1].at
}

func checkBudget(t *testing.T, plan []look) {
	t.Helper()
	for i := range plan {
		n := 0
		for _, l := range plan[i:] {
			if l.at-plan[i].at <= searchWindow {
				n += len(l.keys)
			}
		}
		if n > maxSearches {
			t.Fatalf("%d searches in the 15 minutes after %s", n, plan[i].at)
		}
	}
}

// TestLooksUseEveryKey checks that no key is forgotten, so that a message is found whichever of
// them works, and that each look asks for something.
func TestLooksUseEveryKey(t *testing.T) {
	for _, patience := range []time.Duration{10 * time.Second, TrackPatienceESA, TrackPatienceSMA, 2 * time.Hour} {
		for _, hasMID := range []bool{true, false} {
			asked := map[Key]int{}
			for _, l := range looks(patience, hasMID) {
				if len(l.keys) == 0 {
					t.Fatalf("%s: the look at %s asks for nothing", patience, l.at)
				}
				for _, k := range l.keys {
					asked[k]++
				}
			}
			if asked[KeySubject] == 0 || asked[KeyMessageID] == 0 || (asked[KeyMID] > 0) != hasMID {
				t.Errorf("patience %s, MID known %t: keys asked %v", patience, hasMID, asked)
			}
		}
	}
}
