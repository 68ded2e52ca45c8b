package verifyscreen

import (
	"ctrace/internal/safetext"
	"ctrace/internal/verify"
	"ctrace/tui/draw"
)

// promise says what a stage will do, before anything ran.
func (s *Screen) promise(v verify.Stage) string {
	p := s.o.Plan
	switch v {
	case verify.StageSend:
		return "a test email leaves through " + p.Gateway
	case verify.StageTrack:
		return "message tracking on " + p.Tracker + " shows it"
	case verify.StageDetails:
		return "its status, MID and observables are read"
	case verify.StageInvestigate:
		return "a module of " + p.ThreatResponse + " has seen it"
	}
	return ""
}

// invitation is what the empty screen says under the stages.
func (s *Screen) invitation() draw.Block {
	t := s.o.Theme
	if why := s.reason("verify-start"); why != "" {
		return draw.Block{draw.Join(draw.Blank(1), t.Warn.Text(safetext.Known(why)))}
	}
	what := "One email with a unique subject is sent, found and investigated. It proves the whole chain."
	if s.o.Plan.Ask {
		what = "You are asked before the email leaves. " + what
	} else {
		what = "Everything happens on this machine: the lab plays the appliance and the cloud. " + what
	}
	b := draw.Block{draw.Join(draw.Blank(1), t.Strong.Lit("Press "), t.Title.Lit("enter"), t.Strong.Lit(" to start."))}
	return append(b, draw.Para(min(s.w-2, 84), draw.Blank(1), t.Dim, safetext.Known(what))...)
}
