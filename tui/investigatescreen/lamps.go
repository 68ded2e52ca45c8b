package investigatescreen

import (
	"ctrace/ctr"
	"ctrace/tui/intent"
)

// Lamps says what the look-up tells about Threat Response and about the appliance's modules.
func (s *Screen) Lamps() (lamps [intent.Lamps]intent.Light) {
	v := s.visit
	if v == nil {
		return lamps
	}
	at := v.ended
	if v.running {
		at = v.began
	}
	for _, m := range v.inv.Modules {
		if m.Answered > m.Failed {
			lamps[intent.CTR] = intent.Light{State: intent.OK, At: at}
		}
		if m.Email {
			lamps[intent.Module] = intent.Light{State: max(lamps[intent.Module].State, moduleLamp(m)), At: at}
		}
	}
	if v.err != nil {
		lamps[intent.CTR] = intent.Light{State: intent.Failed, At: at}
	}
	return lamps
}

// moduleLamp tells that a module fails, or that it has data: one that answers without any may be
// healthy and still see nothing of the appliance's mail.
func moduleLamp(m *ctr.ModuleStatus) intent.State {
	switch {
	case m.Failed > 0:
		return intent.Failed
	case m.Documents > 0:
		return intent.OK
	}
	return intent.Unknown
}
