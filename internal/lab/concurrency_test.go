package lab

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"ctrace/ctr/observable"
)

// TestEverythingAtOnce uses the lab from many sides while faults come and go;
// the race detector watches.
func TestEverythingAtOnce(t *testing.T) {
	k := start(t, Config{Messages: 500})
	k.ctr("GET", "/iroh/profile/whoami", nil)
	ctx, cancel := context.WithTimeout(t.Context(), 400*time.Millisecond)
	defer cancel()
	var wg sync.WaitGroup
	loop := func(do func(i int)) {
		wg.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				do(i)
			}
		})
	}
	faults := []string{"module-disabled", "token-expired", "subject-not-logged", "module-no-data", "portal-other-region"}
	loop(func(i int) {
		if err := k.SetFaults(faults[i%len(faults)]); err != nil {
			t.Error(err)
		}
	})
	loop(func(int) { k.Practice().View(); k.Practice().Facts() })
	loop(func(int) {
		for _, m := range k.Practice().Moves(0) {
			_, _ = k.Practice().Do(ctx, m.ID, nil) // most are refused at the wrong moment
		}
	})
	loop(func(int) { k.observe(observable.Observable{Type: "email", Value: "billing@invoice-portal.example"}) })
	loop(func(i int) { _ = k.tryMail(fmt.Sprintf("<%d@ctrace.example>", i), "all at once") })
	wg.Wait()
	// What the moves did stays when the last fault was none of the products' state; planting one and
	// taking it away sets the products up anew.
	for _, on := range [][]string{{"module-disabled"}, {"token-expired"}, nil} {
		if err := k.SetFaults(on...); err != nil {
			t.Fatal(err)
		}
	}
	if !k.proved("after-everything") {
		t.Error("the lab is not whole")
	}
}
