package esatest

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
)

// order is the body of a POST or DELETE: it has no data object around it.
type order struct {
	Action         string  `json:"action"`
	QuarantineType string  `json:"quarantineType"`
	QuarantineName string  `json:"quarantineName"`
	Destination    string  `json:"destinationQuarantineName"`
	MIDs           []int64 `json:"mids"`
}

// readOrder reads the body of a POST or DELETE.
func readOrder(r *http.Request) (order, *apiError) {
	var o order
	if err := json.NewDecoder(io.LimitReader(r.Body, 1<<20)).Decode(&o); err != nil || o.MIDs == nil {
		return o, &apiError{http.StatusBadRequest, "Bad Request."}
	}
	switch {
	case o.QuarantineType == "pvo" && o.QuarantineName == "":
		return o, missing("quarantineName")
	case o.QuarantineType != "spam" && o.QuarantineType != "pvo":
		return o, unexpected(o.QuarantineType)
	}
	return o, nil
}

// quarantineAct answers POST quarantine/messages: release and, between policy quarantines, move.
func (w *webServer) quarantineAct(r *http.Request) (any, *apiError) {
	o, refusal := readOrder(r)
	if refusal != nil {
		return nil, refusal
	}
	switch {
	case o.Action == "release":
		return w.a.actOn(o, "release", func(changed *Record) {
			changed.Quarantine, changed.Status = "", statusDelivered
		}), nil
	case o.Action == "move" && o.QuarantineType == "pvo" && slices.Contains(pvoQuarantines, o.Destination):
		return w.a.actOn(o, "move", func(changed *Record) { changed.Quarantine = o.Destination }), nil
	default:
		return nil, unexpected(o.Action)
	}
}

// quarantineDelete answers DELETE quarantine/messages, which has a body.
func (w *webServer) quarantineDelete(r *http.Request) (any, *apiError) {
	o, refusal := readOrder(r)
	if refusal != nil {
		return nil, refusal
	}
	return w.a.actOn(o, "delete", func(changed *Record) {
		changed.Quarantine, changed.Status = "", "Dropped by Quarantine"
	}), nil
}

// actOn changes the messages that an order names and counts those that it found.
func (a *Appliance) actOn(o order, action string, change func(*Record)) object {
	count := 0
	for _, mid := range o.MIDs {
		r := a.heldByMID(o.QuarantineType, mid)
		if r == nil || o.QuarantineType == "pvo" && r.Quarantine != o.QuarantineName {
			continue
		}
		changed := *r
		change(&changed)
		if changed.Status == statusDelivered && changed.DCID == 0 {
			changed.DCID = a.store.nextDCID()
		}
		a.store.replace(r, &changed)
		count++
	}
	return object{"data": object{"action": action, "totalCount": count}}
}
