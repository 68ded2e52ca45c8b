package ctim

import (
	"strings"

	"ctrace/ctr/observable"
)

// Sighting says that something was seen, where and when. For mail: one tracked message.
type Sighting struct {
	Entity
	Count             int                     `json:"count"` // occurrences inside this sighting
	Confidence        string                  `json:"confidence"`
	Severity          string                  `json:"severity"`
	ObservedTime      ObservedTime            `json:"observed_time"`
	Observables       []observable.Observable `json:"observables"`
	Targets           []Target                `json:"targets"`
	Relations         []Relation              `json:"relations"`
	Sensor            string                  `json:"sensor"` // open list
	SensorCoordinates *Sensor                 `json:"sensor_coordinates"`
	Resolution        string                  `json:"resolution"` // detected, blocked, allowed, contained; open
	Internal          *bool                   `json:"internal"`   // own environment or not; nil when not said
	Data              *DataTable              `json:"data"`
	Extra             Extra                   `json:"-"` // context, intervals and what is unknown
}

// UnmarshalJSON decodes leniently.
func (s *Sighting) UnmarshalJSON(data []byte) (err error) {
	var fresh Sighting
	fresh.Extra, err = decodeObject(data, &fresh)
	*s = fresh
	return err
}

// MarshalJSON writes the members that are set, and Extra.
func (s Sighting) MarshalJSON() ([]byte, error) { return encodeObject(s, s.Extra) }

// Target is what of one's own was hit: a mailbox, an endpoint. Type is an open list; modules
// say "email" for mailboxes although the vocabulary does not have it.
type Target struct {
	Type         string                  `json:"type"`
	Observables  []observable.Observable `json:"observables"`
	ObservedTime ObservedTime            `json:"observed_time"`
	OS           string                  `json:"os"`
	Extra        Extra                   `json:"-"`
}

// UnmarshalJSON decodes leniently.
func (t *Target) UnmarshalJSON(data []byte) (err error) {
	var fresh Target
	fresh.Extra, err = decodeObject(data, &fresh)
	*t = fresh
	return err
}

// MarshalJSON writes the members that are set, and Extra.
func (t Target) MarshalJSON() ([]byte, error) { return encodeObject(t, t.Extra) }

// Sensor is the device that reported a sighting.
type Sensor struct {
	Type        string                  `json:"type"`
	Observables []observable.Observable `json:"observables"`
	OS          string                  `json:"os"`
	Extra       Extra                   `json:"-"`
}

// UnmarshalJSON decodes leniently.
func (s *Sensor) UnmarshalJSON(data []byte) (err error) {
	var fresh Sensor
	fresh.Extra, err = decodeObject(data, &fresh)
	*s = fresh
	return err
}

// MarshalJSON writes the members that are set, and Extra.
func (s Sensor) MarshalJSON() ([]byte, error) { return encodeObject(s, s.Extra) }

// Relation joins two observables inside a sighting; it reads "Source Relation Related". The
// name is an open list: print it with RelationLabel, never switch on it.
type Relation struct {
	Origin       string                `json:"origin"`
	OriginURI    string                `json:"origin_uri"`
	Relation     string                `json:"relation"`
	RelationInfo Extra                 `json:"relation_info"`
	Source       observable.Observable `json:"source"`
	Related      observable.Observable `json:"related"`
	Extra        Extra                 `json:"-"`
}

// UnmarshalJSON decodes leniently.
func (r *Relation) UnmarshalJSON(data []byte) (err error) {
	var fresh Relation
	fresh.Extra, err = decodeObject(data, &fresh)
	*r = fresh
	return err
}

// MarshalJSON writes the members that are set, and Extra.
func (r Relation) MarshalJSON() ([]byte, error) { return encodeObject(r, r.Extra) }

// RelationLabel writes a relation's name for people: underscores become spaces, hyphens stay
// (Sub-domain_Of is "Sub-domain Of").
func RelationLabel(name string) string { return strings.ReplaceAll(name, "_", " ") }
