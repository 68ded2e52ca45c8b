package ctim

import "ctrace/ctr/observable"

// Casebook is an analyst's collection of observables and notes in private intelligence. All
// members are optional when one is created; id, owner, groups and client come from the
// server.
type Casebook struct {
	Entity
	Observables []observable.Observable `json:"observables"`
	Texts       []Text                  `json:"texts"`
	Owner       string                  `json:"owner"`
	Groups      []string                `json:"groups"`
	ClientID    string                  `json:"client_id"`
	Extra       Extra                   `json:"-"` // the bundle, and what is unknown
}

// UnmarshalJSON decodes leniently.
func (c *Casebook) UnmarshalJSON(data []byte) (err error) {
	var fresh Casebook
	fresh.Extra, err = decodeObject(data, &fresh)
	*c = fresh
	return err
}

// MarshalJSON writes the members that are set, and Extra.
func (c Casebook) MarshalJSON() ([]byte, error) { return encodeObject(c, c.Extra) }

// Text is a note in a casebook.
type Text struct {
	Type  string `json:"type"`
	Text  string `json:"text"`
	Extra Extra  `json:"-"`
}

// UnmarshalJSON decodes leniently.
func (t *Text) UnmarshalJSON(data []byte) (err error) {
	var fresh Text
	fresh.Extra, err = decodeObject(data, &fresh)
	*t = fresh
	return err
}

// MarshalJSON writes the members that are set, and Extra.
func (t Text) MarshalJSON() ([]byte, error) { return encodeObject(t, t.Extra) }
