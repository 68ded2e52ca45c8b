package verify

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"ctrace/esa"
)

// watch goes through the planned looks of one waiting. The stages track and details share it: what
// tracking needs until the status is final counts against the same number of searches.
type watch struct {
	run      *run
	from     time.Time
	end      time.Time // of the patience
	latest   time.Time // when a call under way is given up
	plan     []look
	next     int // index into plan
	try      int // looks done
	searches int
	bare     int // searches by Message-ID, to alternate its two forms

	dropped []Key // keys that the appliance does not understand
	lastErr error // of the last look, nil when it was answered
	sane    bool  // some look was answered
}

func (r *run) newWatch() *watch {
	from := r.now()
	end := r.until(from, r.plan.trackFor())
	patience := max(end.Sub(from), time.Millisecond) // one look at least, also when there is no time left
	return &watch{run: r, from: from, end: end, latest: from.Add(patience + grace), plan: looks(patience, r.receipt.MID != 0)}
}

// grace is what calls under way may take beyond the deadline of the run, all of them together.
const grace = 2 * time.Second

// call bounds one call to the appliance, so that one that hangs does not outlive the deadline of the
// run. Without a deadline the client's own limit has to do.
func (w *watch) call(ctx context.Context) (context.Context, context.CancelFunc) {
	if w.run.deadline.IsZero() {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, w.latest.Sub(w.run.now()))
}

// tooLate tells a call that call has cut short from one that was cancelled from outside.
func tooLate(ctx, call context.Context, err error) error {
	if err == nil || ctx.Err() != nil || call.Err() == nil {
		return err
	}
	return &esa.Error{Op: "ask message tracking", Kind: esa.KindTimeout, Message: "no answer before the end of the waiting", Err: context.DeadlineExceeded}
}

// ask is one search, bounded and counted.
func (w *watch) ask(ctx context.Context, q esa.Query) (esa.Page, error) {
	call, cancel := w.call(ctx)
	defer cancel()
	w.searches++
	page, err := w.run.deps.Tracker.Search(call, q)
	return page, tooLate(ctx, call, err)
}

// wait waits for the next look that is due and returns it; ok is false when there is none left.
// Looks that a slow search has overrun are left out, so that they never queue up.
func (w *watch) wait(ctx context.Context) (l look, ok bool, err error) {
	for w.next+1 < len(w.plan) && !w.run.now().Before(w.from.Add(w.plan[w.next+1].at)) {
		w.next++
	}
	if w.next >= len(w.plan) {
		return look{}, false, nil
	}
	l = w.plan[w.next]
	w.next++
	return l, true, w.run.pause(ctx, w.from.Add(l.at))
}

// upcoming is when the next look is, zero when there is none.
func (w *watch) upcoming() time.Time {
	if w.next >= len(w.plan) {
		return time.Time{}
	}
	return w.from.Add(w.plan[w.next].at)
}

// track watches message tracking until it shows the message, the patience is over, or the appliance
// says something that waiting cannot mend.
func (r *run) track(ctx context.Context) error {
	w := r.newWatch()
	r.watching = w
	for {
		l, ok, err := w.wait(ctx)
		if err != nil {
			return err
		}
		if !ok {
			return w.giveUp(ctx)
		}
		f, err := w.look(ctx, l)
		if err != nil {
			return err
		}
		if f != nil {
			r.keep(*f)
			return nil
		}
	}
}

// look does the searches of one look. It returns what was found, nil when nothing was; the error is
// for what ends the run.
func (w *watch) look(ctx context.Context, l look) (*Found, error) {
	r := w.run
	w.try++
	event := Polled{Try: w.try}
	var hit *esa.Message
	w.lastErr = nil
	for _, key := range w.usable(l.keys) {
		row, rows, err := w.search(ctx, key)
		event.Keys = append(event.Keys, key)
		event.Rows += rows
		w.sane = w.sane || err == nil
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err != nil && trackingFatal(err) {
			return nil, r.trackStop(err)
		}
		if err != nil {
			w.lastErr = err
			event.Note = trackProblem(err, StageTrack, r.plan.Tracker).Cause
			break
		}
		if row != nil {
			hit = row
			break
		}
	}
	event.At, event.Found = r.at(), hit != nil
	if hit == nil {
		event.Next = w.upcoming()
	}
	r.emit(event)
	if hit == nil {
		return nil, w.allDropped()
	}
	return w.confirm(ctx, *hit, event.Keys)
}

// usable leaves out the keys that the appliance does not understand, and never leaves none.
func (w *watch) usable(keys []Key) []Key {
	understood := func(list []Key) []Key {
		return slices.DeleteFunc(slices.Clone(list), func(k Key) bool {
			return slices.Contains(w.dropped, k) || k == KeyMID && w.run.receipt.MID == 0
		})
	}
	if rest := understood(keys); len(rest) > 0 {
		return rest
	}
	rest := understood(allKeys())
	return rest[:min(1, len(rest))]
}

// allKeys lists the keys, strongest first.
func allKeys() []Key { return []Key{KeyMessageID, KeyMID, KeySubject} }

// allDropped ends the run when no key is left to search by.
func (w *watch) allDropped() error {
	if len(w.usable(allKeys())) > 0 || w.lastErr == nil {
		return nil
	}
	return w.run.trackStop(w.lastErr)
}

// search asks by one key. A key that the appliance does not understand is not used again.
func (w *watch) search(ctx context.Context, key Key) (row *esa.Message, rows int, err error) {
	r := w.run
	brackets := false
	if key == KeyMessageID {
		brackets = w.bare%2 == 1
		w.bare++
	}
	page, err := w.ask(ctx, r.query(key, brackets))
	if err != nil {
		if esa.KindOf(err) == esa.KindQuery {
			w.dropped = append(w.dropped, key)
		}
		return nil, 0, err
	}
	i := slices.IndexFunc(page.Messages, func(m esa.Message) bool {
		return ours(m, r.plan.Message, r.receipt.MID, r.sentAt)
	})
	if i < 0 {
		return nil, len(page.Messages), nil
	}
	return &page.Messages[i], len(page.Messages), nil
}

// confirm asks by the other keys too, so that the result can say which keys work: found by an id but
// not by its subject is a diagnosis. A key that there is no search left for is not judged.
func (w *watch) confirm(ctx context.Context, row esa.Message, asked []Key) (*Found, error) {
	r := w.run
	f := Found{Message: row, Keys: slices.Clone(asked[len(asked)-1:]), Missed: slices.Clone(asked[:len(asked)-1])}
	lag := r.now().Sub(r.sentAt)
	for _, key := range w.usable(allKeys()) {
		if slices.Contains(asked, key) {
			continue
		}
		hit, err := w.probe(ctx, key)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		switch {
		case err != nil: // not judged
		case hit:
			f.Keys = append(f.Keys, key)
		default:
			f.Missed = append(f.Missed, key)
		}
	}
	order := func(a, b Key) int { return slices.Index(allKeys(), a) - slices.Index(allKeys(), b) }
	slices.SortFunc(f.Keys, order)
	slices.SortFunc(f.Missed, order)
	f.At, f.Lag, f.Seconds = r.at(), lag, lag.Seconds()
	return &f, nil
}

// errNoSearchLeft says that asking by one more key would be one search too many.
var errNoSearchLeft = errors.New("no search left")

// probe asks by one key, by the Message-ID in both its forms.
func (w *watch) probe(ctx context.Context, key Key) (bool, error) {
	forms := 1
	if key == KeyMessageID {
		forms = 2
	}
	for range forms {
		if w.searches >= maxSearches {
			return false, errNoSearchLeft
		}
		row, _, err := w.search(ctx, key)
		if row != nil || err != nil {
			return row != nil, err
		}
	}
	return false, nil
}

// keep makes what was found known to the rest of the run.
func (r *run) keep(f Found) {
	r.found = &f
	m := f.Message
	r.result.Keys, r.result.MissedKeys = f.Keys, f.Missed
	r.result.LagSeconds = f.Seconds
	r.setRow(m)
	r.emit(f)
	r.noteFound(f)
	if r.unknown != nil {
		p := *r.unknown
		p.Cause = sentence(p.Cause) + " Message tracking shows that the gateway took the message all the same."
		p.Advice = "Nothing needs to be sent again; if it happens often, look at what stands between this computer and the gateway."
		r.unknown = nil
		r.note(p)
	}
}

// setRow takes over what a row of message tracking says about our message.
func (r *run) setRow(m esa.Message) {
	r.found.Message = m
	r.result.MIDs, r.result.ICID, r.result.Serial = m.MIDs, m.ICID, m.Serial
	if len(m.MIDs) > 0 {
		r.result.MID = slices.Max(m.MIDs)
	}
	if m.StatusText != "" {
		r.result.Status = m.StatusText
	}
}

// trackStop ends the run for a failure of the appliance's API.
func (r *run) trackStop(err error) *stopError {
	p := trackProblem(err, StageTrack, r.plan.Tracker)
	if r.unknown != nil {
		r.note(p)
		return stopped(Unknown, *r.unknown)
	}
	return stopped(Accepted, p)
}

// giveUp decides what it means that the patience is over. An appliance that never answered the last
// looks has failed; one that shows nobody's mail has tracking off or elsewhere; otherwise the message
// may still come.
func (w *watch) giveUp(ctx context.Context) error {
	r := w.run
	if w.lastErr != nil && !(w.sane && errors.Is(w.lastErr, context.DeadlineExceeded)) {
		return r.trackStop(w.lastErr)
	}
	now := r.now()
	page, err := w.ask(ctx, esa.Query{Start: r.sentAt.Add(-window), End: now.Add(window), Limit: 1})
	if ctx.Err() != nil {
		return ctx.Err()
	}
	reason := stopped(Pending, notFoundProblem(r.plan.Tracker, now.Sub(r.sentAt), r.plan.Message.Token))
	if err == nil && page.Rows == 0 && len(page.Messages) == 0 {
		reason = stopped(Accepted, emptyProblem(r.plan.Tracker))
	}
	if r.unknown == nil {
		return reason
	}
	r.note(reason.problem)
	p := *r.unknown
	p.Cause = fmt.Sprintf("%s Message tracking of %s does not know the message.", sentence(p.Cause), r.plan.Tracker)
	return stopped(Unknown, p)
}
