package verify

import (
	"slices"
	"strings"
	"time"

	"ctrace/ctr/ctim"
	"ctrace/ctr/observable"
	"ctrace/esa/testmail"
)

// questions puts what is known about the message into the batches, one call each, in which the email
// modules are asked about it. The exact keys come first. The Message-ID is asked for without angle
// brackets, as documented, and then with them. The subject is last and alone, because an email module
// may not take it and one bad type can spoil a whole call.
func questions(known []observable.Observable, m testmail.Message) [][]observable.Observable {
	of := func(types ...observable.Type) []observable.Observable {
		return slices.DeleteFunc(slices.Clone(known), func(o observable.Observable) bool { return !slices.Contains(types, o.Type) })
	}
	exact := of(observable.EmailMessageID)
	if len(exact) == 0 {
		exact = []observable.Observable{{Type: observable.EmailMessageID, Value: m.MessageID}}
	}
	bracketed := make([]observable.Observable, 0, len(exact))
	for _, o := range exact {
		bracketed = append(bracketed, observable.Observable{Type: o.Type, Value: "<" + bareMessageID(o.Value) + ">"})
	}
	mids := of(observable.CiscoMID)
	slices.Reverse(mids) // the newest first
	context := append([]observable.Observable{{Type: observable.Email, Value: m.From}}, of(observable.SHA256, observable.FileName)...)
	subjects := slices.DeleteFunc(of(observable.EmailSubject), func(o observable.Observable) bool { return !strings.Contains(o.Value, m.Token) })
	if len(subjects) == 0 {
		subjects = []observable.Observable{{Type: observable.EmailSubject, Value: m.Subject}}
	}
	return [][]observable.Observable{append(exact, mids...), bracketed, context, subjects}
}

// proves returns the observable by which a sighting is one of our message. The Message-ID and the
// token in the subject are ours alone. A MID is only a counter of one gateway: it counts when the
// sighting names no other Message-ID and was made within a day of the sending.
func proves(s ctim.Sighting, m testmail.Message, mids []string, sentAt time.Time) (observable.Observable, bool) {
	held := heldBy(s)
	foreign := false
	for _, o := range held {
		if o.Type != observable.EmailMessageID {
			continue
		}
		if sameMessageID(o.Value, m.MessageID) {
			return o, true
		}
		foreign = true
	}
	for _, o := range held {
		if o.Type == observable.EmailSubject && strings.Contains(o.Value, m.Token) {
			return o, true
		}
	}
	seen := s.ObservedTime.Start.Time
	if foreign || !seen.IsZero() && seen.Sub(sentAt).Abs() > window {
		return observable.Observable{}, false
	}
	for _, o := range held {
		if o.Type == observable.CiscoMID && slices.Contains(mids, strings.TrimSpace(o.Value)) {
			return o, true
		}
	}
	return observable.Observable{}, false
}

// heldBy lists every observable that a sighting names: its own, those of its relations and targets.
func heldBy(s ctim.Sighting) []observable.Observable {
	held := slices.Clone(s.Observables)
	for _, rel := range s.Relations {
		held = append(held, rel.Source, rel.Related)
	}
	for _, t := range s.Targets {
		held = append(held, t.Observables...)
	}
	return held
}
