package ctrtest

import (
	"time"

	"ctrace/ctr/observable"
)

// Dispositions of CTIM. The number is not an order of gravity.
const (
	Clean      = 1
	Malicious  = 2
	Suspicious = 3
	Common     = 4
	Unknown    = 5
)

var dispositionNames = map[int]string{
	Clean: "Clean", Malicious: "Malicious", Suspicious: "Suspicious", Common: "Common", Unknown: "Unknown",
}

// forever is how CTIM writes that something never ends.
const forever = "2525-01-01T00:00:00.000Z"

// verdict makes a verdict. As those of Talos it is valid for 30 days from now,
// whenever it was reached.
func verdict(o observable.Observable, disposition int, now time.Time) Doc {
	return Doc{
		"type": "verdict", "disposition": disposition, "disposition_name": dispositionNames[disposition],
		"observable": observableDoc(o),
		"valid_time": Doc{"start_time": formatTime(now), "end_time": formatTime(now.Add(30 * 24 * time.Hour))},
	}
}

func observableDoc(o observable.Observable) Doc {
	return Doc{"type": string(o.Type), "value": o.Value}
}

// transient makes the id of a document that is not stored anywhere.
func transient(kind, key string) string { return "transient:" + kind + "-" + typeUUID(key) }
