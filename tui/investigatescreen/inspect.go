package investigatescreen

import (
	"context"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/ctr/observable"
	"ctrace/tui/intent"
)

const (
	// mostInspected is how many bytes of a text Threat Response is asked about: every 2,000 characters
	// are a request of the organisation's budget.
	mostInspected   = 20_000
	inspectPatience = 30 * time.Second
)

// inspectedMsg is what Threat Response found in a text.
type inspectedMsg struct {
	number int
	here   []observable.Observable // found by this program
	found  []observable.Observable
	err    error
}

// inspect asks Threat Response what it finds in a text in which something was found already. Nothing waits
// for the answer.
func (s *Screen) inspect(text string, here []observable.Observable) tea.Cmd {
	if len(text) > mostInspected {
		return nil
	}
	s.line.Inspects()
	s.inspecting++
	number, client := s.inspecting, s.o.Investigator
	return s.work.Cmd(s.work.Context(), inspectPatience, func(ctx context.Context) tea.Msg {
		found, err := client.Inspect(ctx, text)
		return inspectedMsg{number, here, found, err}
	})
}

// inspected marks what only one of the two has found. When the look-up has begun already, what is missing
// in it is said.
func (s *Screen) inspected(m inspectedMsg) tea.Cmd {
	if m.number != s.inspecting {
		return nil
	}
	deciding := s.line.Deciding()
	s.line.Inspected(m.found, m.err != nil)
	if m.err != nil {
		return notice(intent.Warning, "Threat Response did not say what it finds in the text: "+headOf(m.err))
	}
	if deciding || s.visit == nil {
		return nil
	}
	known := map[observable.Observable]bool{}
	for _, o := range m.here {
		known[o.Normal()] = true
	}
	var more []string
	for _, o := range m.found {
		if !known[o.Normal()] && o.Validate() == nil {
			more = append(more, observable.Defang(o))
		}
	}
	if len(more) == 0 {
		return nil
	}
	return notice(intent.Info, "Threat Response also finds in the text: "+strings.Join(more[:min(len(more), few)], ", "))
}
