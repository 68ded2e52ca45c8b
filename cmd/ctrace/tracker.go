package main

import (
	"path/filepath"

	"ctrace/internal/history"
	"ctrace/internal/tracking"
)

// sources are the appliances whose message tracking is searched.
func (t *target) sources() []tracking.Source {
	if t.clients.Tracker == nil {
		return nil
	}
	return []tracking.Source{{Name: t.clients.Tracker.Host(), Tracker: t.clients.Tracker}}
}

// savedSearches are in the folder of the history.
func savedSearches() *tracking.Searches {
	return tracking.OpenSearches(filepath.Join(filepath.Dir(history.Path()), "searches.json"))
}
