package ctr

import (
	"encoding/json"
	"time"

	"ctrace/ctr/ctim"
)

// Answers of Threat Response are read member by member where a wrong or missing member must not spoil
// the rest: what has not the expected form counts as absent.

// membersOf gives an object's members, nil when raw is no object.
func membersOf(raw json.RawMessage) map[string]json.RawMessage {
	var members map[string]json.RawMessage
	if json.Unmarshal(raw, &members) != nil {
		return nil
	}
	return members
}

// listOf gives the elements of a JSON list, nothing for null and what is absent, and one
// element for anything else.
func listOf(raw json.RawMessage) []json.RawMessage {
	if len(raw) == 0 || string(raw) == "null" {
		return nil
	}
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) != nil {
		return []json.RawMessage{raw}
	}
	return list
}

// jsonText gives a JSON string's text, "" for null and nothing, and other JSON as written.
func jsonText(raw json.RawMessage) string {
	var text *string
	if len(raw) == 0 || json.Unmarshal(raw, &text) == nil {
		if text == nil {
			return ""
		}
		return *text
	}
	return string(raw)
}

// jsonStrings gives the texts of a list, nothing when it is no list of texts.
func jsonStrings(raw json.RawMessage) []string {
	var list []string
	if json.Unmarshal(raw, &list) != nil {
		return nil
	}
	return list
}

// jsonTime reads an ISO 8601 time, zero when there is none.
func jsonTime(raw json.RawMessage) time.Time {
	t, _ := ctim.ParseTime(jsonText(raw))
	return t.Time
}

// jsonBool reads true and false; anything else is false.
func jsonBool(raw json.RawMessage) bool {
	var b bool
	return json.Unmarshal(raw, &b) == nil && b
}
