package ctim

import (
	"net/url"
	"strings"
)

// TransientPrefix begins the ids that a module made up for one answer: they cannot be
// fetched and differ between calls.
const TransientPrefix = "transient:"

// IsTransient tells whether an id holds for one answer only.
func IsTransient(id string) bool { return strings.HasPrefix(id, TransientPrefix) }

// ShortID gives the short form of an entity's id: the last path segment of a long one
// (https://private.intel.amp.cisco.com:443/ctia/sighting/sighting-UUID, with or without the
// port), and any other id unchanged. Two ids of one entity have the same short form.
func ShortID(id string) string {
	if !strings.Contains(id, "://") {
		return id
	}
	path := id
	if u, err := url.Parse(id); err == nil {
		path = u.Path
	}
	path = strings.TrimRight(path, "/")
	if short := path[strings.LastIndexByte(path, '/')+1:]; short != "" {
		return short
	}
	return id
}
