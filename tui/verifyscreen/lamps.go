package verifyscreen

import (
	"ctrace/internal/verify"
	"ctrace/tui/intent"
)

// Lamps says what the run tells about the four parts of the integration.
func (s *Screen) Lamps() (lamps [intent.Lamps]intent.State) {
	if s.run == nil {
		return lamps
	}
	lamps[intent.ESA] = s.run.lamp(verify.StageSend)
	lamps[intent.Tracking] = max(s.run.lamp(verify.StageTrack), s.run.lamp(verify.StageDetails))
	lamps[intent.Module] = s.run.lamp(verify.StageInvestigate)
	lamps[intent.CTR] = lamps[intent.Module]
	if s.run.modules != nil {
		lamps[intent.CTR] = intent.OK
	}
	return lamps
}

func (r *run) lamp(v verify.Stage) intent.State {
	switch r.stages[v].status {
	case running:
		return intent.Busy
	case done:
		return intent.OK
	case failed:
		return intent.Failed
	}
	return intent.Unknown
}
