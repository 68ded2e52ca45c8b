package lab

import (
	"iter"
	"slices"
	"strconv"
	"strings"

	"ctrace/ctr/observable"
	"ctrace/esa/esatest"
)

// folded is the form of an observable in which two spellings are equal: a
// Message-ID without its angle brackets, names and hashes in lower case.
func folded(o observable.Observable) observable.Observable {
	switch o.Type {
	case observable.EmailMessageID:
		o.Value = bare(o.Value)
	case observable.Email, observable.Domain, observable.SHA256, observable.FileName:
		o.Value = strings.ToLower(strings.TrimSpace(o.Value))
	}
	return o
}

// bare takes the angle brackets off a Message-ID.
func bare(messageID string) string {
	return strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(messageID), "<"), ">")
}

// domainOf returns the part of an address behind the last @.
func domainOf(address string) string {
	return address[strings.LastIndexByte(address, '@')+1:]
}

// keys yields what an email module can be asked about to find a message
// (Cisco XDR help, "Secure Email and Web Manager Integration"): the addresses
// are those of senders, and the subject is not among them by default. Types
// that are not asked about are left out.
func (q question) keys(r *esatest.Record) iter.Seq[observable.Observable] {
	return func(yield func(observable.Observable) bool) {
		emit := func(t observable.Type, value string) bool {
			return value == "" || !slices.Contains(q.types, t) || yield(folded(observable.Observable{Type: t, Value: value}))
		}
		for _, mid := range r.MIDs {
			if !emit(observable.CiscoMID, strconv.FormatInt(mid, 10)) {
				return
			}
		}
		for _, a := range r.Attachments {
			if !emit(observable.SHA256, a.SHA256) || !emit(observable.FileName, a.Name) {
				return
			}
		}
		if q.subjects && !r.NoSubject && !emit(observable.EmailSubject, r.Subject) {
			return
		}
		_ = emit(observable.EmailMessageID, r.MessageID) && emit(observable.Email, r.From) &&
			emit(observable.IP, r.SenderIP) && emit(observable.Domain, domainOf(r.From)) &&
			emit(observable.Domain, r.SenderDomain)
	}
}
