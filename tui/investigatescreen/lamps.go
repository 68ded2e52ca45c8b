package investigatescreen

import "ctrace/tui/intent"

// Lamps says what the look-up tells about Threat Response and about the appliance's modules: a module
// that fails is a failure, one that was not asked yet tells nothing.
func (s *Screen) Lamps() (lamps [intent.Lamps]intent.Light) {
	v := s.visit
	if v == nil {
		return lamps
	}
	at := v.ended
	if v.running {
		at = v.began
	}
	if v.err != nil {
		lamps[intent.CTR] = intent.Light{State: intent.Failed, At: at}
	}
	for _, m := range v.inv.Modules {
		if m.Answered == 0 {
			continue
		}
		state := intent.OK
		if m.Failed > 0 {
			state = intent.Failed
		} else if v.err == nil {
			lamps[intent.CTR] = intent.Light{State: intent.OK, At: at}
		}
		if m.Email {
			lamps[intent.Module] = intent.Light{State: max(state, lamps[intent.Module].State), At: at}
		}
	}
	return lamps
}
