package verifyscreen

import (
	"strings"

	"ctrace/internal/verify"
	"ctrace/tui/intent"
)

// Lamps says what the run tells about the four parts of the integration.
func (s *Screen) Lamps() (lamps [intent.Lamps]intent.Light) {
	if s.run == nil {
		return lamps
	}
	lamps[intent.ESA] = s.run.lamp(verify.StageSend)
	lamps[intent.Tracking] = s.run.lamp(verify.StageTrack)
	if details := s.run.lamp(verify.StageDetails); details.State > lamps[intent.Tracking].State {
		lamps[intent.Tracking] = details
	}
	lamps[intent.Module] = s.run.lamp(verify.StageInvestigate)
	lamps[intent.CTR] = lamps[intent.Module]
	problem := s.run.stages[verify.StageInvestigate].problem
	switch {
	case problem != nil && strings.HasPrefix(problem.Code, "ctr_"): // of the module it says nothing
		lamps[intent.Module] = intent.Light{}
	case s.run.modules != nil:
		lamps[intent.CTR] = intent.Light{State: intent.OK, At: s.run.modules.At.At}
	}
	return lamps
}

func (r *run) lamp(v verify.Stage) intent.Light {
	s := r.stages[v]
	l := intent.Light{At: s.started.Add(s.elapsed)}
	switch s.status {
	case running:
		l.State = intent.Busy
	case done:
		l.State = intent.OK
	case failed:
		l.State = intent.Failed
	case unsure:
		if r.found == nil {
			return intent.Light{}
		}
		l.State = intent.OK
	}
	return l
}
