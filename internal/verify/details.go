package verify

import (
	"context"
	"net/netip"
	"slices"
	"strings"

	"ctrace/ctr/observable"
	"ctrace/esa"
)

// detailTries is how often details that cannot be read are tried before the row has to do.
const detailTries = 3

// readDetails reads the details until the status is final or the patience with message tracking is
// over; of a deadline for the whole run it leaves half of the rest to Threat Response. Neither a
// status that stays open nor details that cannot be read end the run: the row has what the questions
// to Threat Response need.
func (r *run) readDetails(ctx context.Context) error {
	w := r.watching
	if w == nil {
		w = r.newWatch()
	}
	until := w.end
	if !r.deadline.IsZero() {
		until = r.now().Add(r.deadline.Sub(r.now()) / 2)
	}
	for tries := 1; ; tries++ {
		done, err := r.readOnce(ctx, w, tries)
		if err != nil || done {
			return err
		}
		if next := w.upcoming(); next.IsZero() || next.After(until) {
			r.noteOpen()
			return nil
		}
		if _, _, err := w.wait(ctx); err != nil {
			return err
		}
		r.refresh(ctx, w)
	}
}

// readOnce reads the details once and reports whether there is nothing to wait for any more.
func (r *run) readOnce(ctx context.Context, w *watch, tries int) (done bool, err error) {
	row := r.found.Message
	call, cancel := w.call(ctx)
	defer cancel()
	d, err := r.deps.Tracker.Details(call, row.Ref())
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	err = tooLate(ctx, call, err)
	derived, status, first := row.Observables(), row.StatusText, r.details == nil
	if err == nil {
		r.details = &d
		derived = derived.Merge(d.Observables())
		if d.StatusText != "" && !row.Status().Final() {
			status = d.StatusText
		}
	}
	final := esa.ParseStatus(status).Final()
	news := first || r.result.Status != status || final
	r.result.Status, r.observables = status, Observables(derived)
	r.dropNote(CodeDetailsFailed)
	if err != nil {
		r.noteDetails(err)
		hopeless := trackingFatal(err) || esa.KindOf(err) == esa.KindQuery
		return (final && tries >= detailTries) || hopeless, nil
	}
	if news {
		r.emit(DetailsRead{At: r.at(), Details: d, Status: status, Final: final, Observables: r.observables})
	}
	if final {
		r.noteStatus(esa.ParseStatus(status))
	}
	return final, nil
}

// noteDetails records that the row of the search has to do.
func (r *run) noteDetails(err error) {
	p := trackProblem(err, StageDetails, r.plan.Tracker)
	r.note(Problem{
		Code: CodeDetailsFailed, Stage: StageDetails,
		Cause: "The message's details cannot be read; the row of the search has to do. " + p.Cause, Advice: p.Advice, Detail: p.Detail,
	})
}

// noteOpen records that the status did not become final in time.
func (r *run) noteOpen() {
	if esa.ParseStatus(r.result.Status).Final() {
		return
	}
	r.note(Problem{
		Code: CodeStatusNotFinal, Stage: StageDetails,
		Cause:  "The appliance is still processing the message.",
		Advice: "Look at its work queue and at the destination's delivery queue.",
		Detail: r.result.Status,
	})
}

// refresh looks for the row again: its status may have become final, and a rewrite adds MIDs. A
// failure only means that the next look has to tell.
func (r *run) refresh(ctx context.Context, w *watch) {
	if w.searches >= maxSearches || len(r.found.Keys) == 0 {
		return
	}
	key := r.found.Keys[0]
	if slices.Contains(r.found.Keys, KeyMID) && r.receipt.MID != 0 {
		key = KeyMID // exact, and the same in every form
	}
	if row, _, err := w.search(ctx, key); err == nil && row != nil {
		r.setRow(*row)
	}
}

func (r *run) dropNote(code string) {
	r.notes = slices.DeleteFunc(r.notes, func(p Problem) bool { return p.Code == code })
}

// noteStatus records an end other than delivery. The integration may be proved all the same: a
// dropped message is as visible to Threat Response as a delivered one.
func (r *run) noteStatus(s esa.Status) {
	p := Problem{Stage: StageDetails, Detail: r.result.Status}
	switch s {
	case esa.StatusDropped:
		p.Code, p.Cause, p.Advice = CodeMessageDropped, "The gateway dropped the message.", "Look at the mail policy and filters that apply to the sender and the recipient."
	case esa.StatusQuarantined:
		p.Code, p.Cause, p.Advice = CodeMessageQuarantined, "The gateway put the message into a quarantine.", "Release or delete it there; the recipient has not got it."
	case esa.StatusBounced:
		p.Code, p.Cause, p.Advice = CodeMessageBounced, "The message bounced: the destination refused it.", "Use a recipient that exists."
	case esa.StatusAborted:
		p.Code, p.Cause, p.Advice = CodeMessageAborted, "The gateway aborted the message.", "Look into the gateway's mail logs by the MID."
	default:
		return
	}
	r.note(p)
}

// noSubject is what tracking shows while the Subject header is not logged.
const noSubject = "(No Subject)"

// Observables turns what the appliance knows of a message into what Threat Response can be asked about,
// each once. What is no valid value of its type, such as a domain "localhost", is left out: one of them
// would spoil a whole query.
func Observables(o esa.Observables) []observable.Observable {
	var list []observable.Observable
	add := func(t observable.Type, values []string) {
		for _, v := range values {
			candidate := observable.Observable{Type: t, Value: strings.TrimSpace(v)}
			if candidate.Validate() == nil && !slices.Contains(list, candidate) {
				list = append(list, candidate)
			}
		}
	}
	add(observable.EmailMessageID, o.MessageIDs)
	add(observable.CiscoMID, o.MIDs)
	add(observable.EmailSubject, slices.DeleteFunc(slices.Clone(o.Subjects), func(s string) bool { return strings.EqualFold(s, noSubject) }))
	add(observable.Email, o.Addresses)
	for _, ip := range o.IPs {
		addr, err := netip.ParseAddr(ip)
		switch {
		case err != nil:
		case addr.Is6():
			add(observable.IPv6, []string{ip})
		default:
			add(observable.IP, []string{ip})
		}
	}
	add(observable.Domain, o.Domains)
	add(observable.URL, o.URLs)
	add(observable.SHA256, o.SHA256s)
	add(observable.FileName, o.FileNames)
	return list
}
