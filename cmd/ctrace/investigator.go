package main

import (
	"ctrace/internal/history"
	"ctrace/tui"
)

// investigator gives the app what its Investigate screen works with.
func (t *target) investigator(store *history.Store, o *tui.Options) {
	if t.clients.ThreatResponse == nil {
		return
	}
	o.Investigator, o.Cloud = t.clients.ThreatResponse, t.clients.Region
	o.Exporter = exporter{profile: t.profile.Name, service: hostOf(t.clients.Region.IROH)}
	if store != nil {
		o.Journal = store
	}
}
