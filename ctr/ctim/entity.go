package ctim

// Reference points to a description of an entity elsewhere.
type Reference struct {
	SourceName  string   `json:"source_name"`
	Description string   `json:"description"`
	URL         string   `json:"url"`
	ExternalID  string   `json:"external_id"`
	Hashes      []string `json:"hashes"`
	Extra       Extra    `json:"-"`
}

// UnmarshalJSON decodes leniently.
func (r *Reference) UnmarshalJSON(data []byte) (err error) {
	var fresh Reference
	fresh.Extra, err = decodeObject(data, &fresh)
	*r = fresh
	return err
}

// MarshalJSON writes the members that are set, and Extra.
func (r Reference) MarshalJSON() ([]byte, error) { return encodeObject(r, r.Extra) }

// Entity is what all kinds of CTIM documents have in common. Every member is optional on the
// wire. The text limits of the model are 1024 for short ones, 2048 for medium ones and 5000
// for Description, which is Markdown.
type Entity struct {
	ID                 string      `json:"id"`
	Type               string      `json:"type"`
	SchemaVersion      string      `json:"schema_version"`
	Revision           int         `json:"revision"`
	Title              string      `json:"title"`
	ShortDescription   string      `json:"short_description"`
	Description        string      `json:"description"`
	Source             string      `json:"source"`
	SourceURI          string      `json:"source_uri"`
	ExternalIDs        []string    `json:"external_ids"`
	ExternalReferences []Reference `json:"external_references"`
	TLP                string      `json:"tlp"` // red, amber, green, white
	Language           string      `json:"language"`
	Timestamp          Time        `json:"timestamp"`
}

// Document is an entity of any kind: what all kinds share, and the rest raw in Extra. It is
// how malware, actors, attack patterns and kinds yet unknown are shown.
type Document struct {
	Entity
	Extra Extra `json:"-"`
}

// UnmarshalJSON decodes leniently.
func (d *Document) UnmarshalJSON(data []byte) (err error) {
	var fresh Document
	fresh.Extra, err = decodeObject(data, &fresh)
	*d = fresh
	return err
}

// MarshalJSON writes the members that are set, and Extra.
func (d Document) MarshalJSON() ([]byte, error) { return encodeObject(d, d.Extra) }

// Relationship joins two entities by their ids: SourceRef relates to TargetRef. Types are an
// open list: element-of, based-on, member-of, sighting-of, indicates and more.
type Relationship struct {
	Entity
	RelationshipType string `json:"relationship_type"`
	SourceRef        string `json:"source_ref"`
	TargetRef        string `json:"target_ref"`
	Extra            Extra  `json:"-"`
}

// UnmarshalJSON decodes leniently.
func (r *Relationship) UnmarshalJSON(data []byte) (err error) {
	var fresh Relationship
	fresh.Extra, err = decodeObject(data, &fresh)
	*r = fresh
	return err
}

// MarshalJSON writes the members that are set, and Extra.
func (r Relationship) MarshalJSON() ([]byte, error) { return encodeObject(r, r.Extra) }
