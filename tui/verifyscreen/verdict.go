package verifyscreen

import (
	"ctrace/internal/verify"
	"ctrace/tui/draw"
	"ctrace/tui/theme"
)

// Verdict is how a verdict is shown: its mark and its colour, beside its word.
func Verdict(t *theme.Theme, v verify.Verdict) (mark string, style draw.Style) {
	switch v {
	case verify.Verified:
		return t.Marks.Done, t.Good
	case verify.Tracked, verify.Accepted, verify.Refused:
		return t.Marks.Failed, t.Bad
	}
	return t.Marks.Waiting, t.Warn
}

// outcome is how the run of the screen ended.
type outcome struct {
	word, mark, sentence string
	style                draw.Style
}

func (s *Screen) outcome() outcome {
	t, r := s.o.Theme, s.run
	switch {
	case r.cancelled && (r.result == nil || r.result.Verdict != verify.Verified):
		return outcome{"stopped", t.Marks.Skipped, s.stoppedSentence(), t.Warn}
	case r.result == nil:
		return outcome{"not started", t.Marks.Failed, "The verification could not start.", t.Bad}
	}
	mark, style := Verdict(t, r.result.Verdict)
	return outcome{string(r.result.Verdict), mark, r.result.Verdict.Sentence(), style}
}

func (s *Screen) stoppedSentence() string {
	switch {
	case s.o.Past:
		return "The run did not come to its end. If its mail has left, c continues without sending again."
	case s.run.mayBeDelivered():
		return "You stopped the run. The mail has left: c continues without sending it again."
	}
	return "You stopped the run before any mail left."
}
