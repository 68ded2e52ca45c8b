package verifyscreen

import (
	"context"
	"io"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/internal/report"
	"ctrace/internal/safetext"
	"ctrace/tui/export"
	"ctrace/tui/intent"
)

// exportPatience is how long writing a file may take.
const exportPatience = 30 * time.Second

// exportKey gives a key to the question where to write the verification.
func (s *Screen) exportKey(k tea.KeyMsg) tea.Cmd {
	path, closed := s.export.Update(k)
	if !closed {
		return nil
	}
	s.export = nil
	if path == "" {
		return nil
	}
	result, about := *s.run.result, report.About{Profile: s.run.result.Profile, Service: s.o.Plan.ThreatResponse, Written: s.o.Now()}
	return s.work.Cmd(s.work.Context(), exportPatience, func(context.Context) tea.Msg {
		err := export.Write(path, func(w io.Writer, f report.Format) error { return report.WriteVerification(w, f, result, about) })
		if err != nil {
			return intent.Notice{Level: intent.Error, Text: safetext.Line(err.Error())}
		}
		return intent.Notice{Text: safetext.Line("wrote " + path)}
	})
}
