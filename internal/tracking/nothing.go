package tracking

import (
	"reflect"
	"time"

	"ctrace/esa"
)

// NothingFound says that a search has no result, and what besides may be the reason of it: an appliance
// answers "nothing" as well when it does not keep what is searched for.
func NothingFound(q esa.Query) string {
	switch subject := q.Subject.Value != ""; {
	case q.RejectedConnections:
		return "No refused connection matches the search. AsyncOS keeps them only with \"Save information for rejected connections\" (Security Services > Message Tracking)."
	case subject:
		return "No message matches the search. Subjects are found only where AsyncOS logs the Subject header; the sender (from:) and message-id: are always."
	case unfiltered(q):
		return "There is no message at all in this time. Is message tracking enabled (Security Services > Message Tracking)? With centralized tracking only the SMA has it, not its gateways."
	}
	return "No message matches the search."
}

// unfiltered tells that only the time restricts a search.
func unfiltered(q esa.Query) bool {
	q.Start, q.End, q.Offset, q.Limit = time.Time{}, time.Time{}, 0, 0
	return reflect.DeepEqual(q, esa.Query{})
}
