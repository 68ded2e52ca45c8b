package main

import (
	"path/filepath"

	"ctrace/esa"
	"ctrace/internal/history"
	"ctrace/internal/quarantine"
	"ctrace/internal/tracking"
)

// sources are the appliances whose message tracking is searched: the profile's tracker, and those that
// it names besides.
func (t *target) sources() []tracking.Source {
	if t.clients.Tracker == nil {
		return nil
	}
	out := []tracking.Source{{Name: t.trackerName(), Tracker: t.clients.Tracker}}
	for _, a := range t.clients.More {
		out = append(out, tracking.Source{Name: a.Name, Tracker: a.Tracker})
	}
	return out
}

// trackerName is what the profile's tracker is called besides others: a lab's has a name, which is not
// that of its address.
func (t *target) trackerName() string {
	switch {
	case t.lab == nil:
		return t.clients.Tracker.Host()
	case t.profile.Tracker.Flavour == string(esa.SMA):
		return "sma1"
	}
	return "esa1"
}

// quarantines are the appliances whose quarantines can be looked into.
func (t *target) quarantines() []quarantine.Source {
	var out []quarantine.Source
	for _, s := range t.sources() {
		if k, ok := s.Tracker.(quarantine.Keeper); ok {
			out = append(out, quarantine.Source{Name: s.Name, Keeper: k})
		}
	}
	return out
}

// savedSearches are in the folder of the history.
func savedSearches() *tracking.Searches {
	return tracking.OpenSearches(filepath.Join(filepath.Dir(history.Path()), "searches.json"))
}
