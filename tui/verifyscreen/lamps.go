package verifyscreen

import (
	tea "github.com/charmbracelet/bubbletea"

	"ctrace/internal/verify"
	"ctrace/tui/intent"
)

// lamps tells the header what the events say about the four parts of the integration.
func (s *Screen) lamps(events []verify.Event) tea.Cmd {
	var cmds []tea.Cmd
	light := func(l intent.Lamp, st intent.State) {
		cmds = append(cmds, intent.Cmd(intent.Light{Lamp: l, State: st}))
	}
	for _, e := range events {
		switch e := e.(type) {
		case verify.StageStarted:
			light(lampOf(e.Stage), intent.Busy)
		case verify.StageEnded:
			switch {
			case e.OK:
				light(lampOf(e.Stage), intent.OK)
			case !e.Skipped && !s.run.stopping:
				light(lampOf(e.Stage), intent.Failed)
			case !e.Skipped:
				light(lampOf(e.Stage), intent.Unknown)
			}
		case verify.ModulesListed:
			light(intent.CTR, intent.OK)
			light(intent.Module, intent.Busy)
		}
	}
	return tea.Batch(cmds...)
}

// lampOf is the lamp that a stage speaks for. The details come from message tracking too.
func lampOf(v verify.Stage) intent.Lamp {
	switch v {
	case verify.StageSend:
		return intent.ESA
	case verify.StageTrack, verify.StageDetails:
		return intent.Tracking
	}
	return intent.Module
}
