package investigatescreen

import (
	"slices"

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

// moduleLamp tells that a module says that it fails, or that it has data: one that answers without any
// may be healthy and still see nothing of the appliance's mail. A call that fails as a whole is a matter
// of Threat Response, and a rate limit passes.
func moduleLamp(m *ctr.ModuleStatus) intent.State {
	fails := func(p ctr.Problem) bool { return p.Type == "fatal" || p.Type == "error" }
	switch {
	case !m.RateLimited && slices.ContainsFunc(m.Problems, fails):
		return intent.Failed
	case m.Documents > 0:
		return intent.OK
	}
	return intent.Unknown
}
