package investigatescreen

import (
	"context"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/ctr"
	"ctrace/ctr/observable"
	"ctrace/internal/history"
	"ctrace/internal/safetext"
	"ctrace/tui/intent"
)

// actionPatience is how long Threat Response may take for a list of actions, or for one.
const actionPatience = 2 * time.Minute

// actionsMsg are the response actions for an observable.
type actionsMsg struct {
	number   int
	about    observable.Observable
	actions  []ctr.Action
	failures []ctr.ModuleError
	err      error
}

// listActions asks what the modules can do about the selected observable. That changes nothing.
func (s *Screen) listActions() tea.Cmd {
	s.asking++
	number, about, client := s.asking, s.focusObservable(), s.o.Investigator
	s.menu = &menu{title: "Respond to " + observable.Defang(about), note: "asking the modules what they can do"}
	return s.work.Cmd(s.work.Context(), actionPatience, func(ctx context.Context) tea.Msg {
		actions, failures, err := client.Actions(ctx, []observable.Observable{about})
		return actionsMsg{number, about, actions, failures, err}
	})
}

func (s *Screen) listed(m actionsMsg) tea.Cmd {
	if m.number != s.asking || s.menu == nil {
		return nil
	}
	if m.err != nil {
		s.menu = nil
		return notice(intent.Error, m.err.Error())
	}
	s.menu.note = "nothing is done before you are asked once more"
	if len(m.actions) == 0 {
		s.menu.note = "no module offers anything for it"
	}
	for _, a := range m.actions {
		s.menu.choices = append(s.menu.choices, choice{a.Title, a.Module, func() tea.Cmd { return askToTrigger(a) }})
	}
	for _, f := range m.failures {
		s.menu.note += "; " + f.Module + ": " + f.Code + " " + f.Message
	}
	return nil
}

// triggerMsg is the yes to an action, triggeredMsg its outcome.
type (
	triggerMsg   struct{ action ctr.Action }
	triggeredMsg struct {
		action ctr.Action
		result ctr.ActionResult
		err    error
	}
)

func askToTrigger(a ctr.Action) tea.Cmd {
	lines := []safetext.Text{
		safetext.Line("module      " + a.Module),
		safetext.Line("action      " + a.Title),
		safetext.Line("observable  " + string(a.Observable.Type)),
	}
	lines = append(lines, safetext.Line("            "+observable.Defang(a.Observable)).Wrap(66)...)
	if a.Description != "" {
		lines = append(lines, safetext.Known(""))
		lines = append(lines, safetext.Line(a.Description).Wrap(66)...)
	}
	lines = append(lines[:min(len(lines), 10)], safetext.Known(""), safetext.Known("It is done once, in the product, and written to the history."))
	return intent.Cmd(intent.Ask{Title: "Do this?", Lines: lines, Yes: "do it", Then: triggerMsg{a}})
}

// trigger does an action, once. It is in the history before it is done, and its outcome after.
func (s *Screen) trigger(a ctr.Action) tea.Cmd {
	if s.o.ReadOnly {
		return nil
	}
	s.changing++
	s.changes = "a response action runs"
	client := s.o.Investigator
	entry := history.Action{
		At: s.o.Now(), Profile: s.o.Profile, Action: "response: " + a.Title,
		Target: observable.Format([]observable.Observable{a.Observable}), Detail: "module " + a.Module + ", " + a.InstanceID + ", action " + a.ID,
	}
	return s.change(entry, func(ctx context.Context) (tea.Msg, string, string) {
		result, err := client.Trigger(ctx, a)
		outcome, detail := result.Status, entry.Detail
		switch {
		case err != nil:
			outcome, detail = "unknown", detail+": "+err.Error()
		case result.Succeeded():
			outcome = "done"
		case outcome == "":
			outcome = "unknown"
		}
		for _, e := range result.Errors {
			detail += "; " + e.Code + " " + e.Message
		}
		return triggeredMsg{action: a, result: result, err: err}, outcome, detail
	})
}

// change does something that changes a state outside, between two entries of the history. Without the
// first entry it is not done.
func (s *Screen) change(entry history.Action, do func(ctx context.Context) (msg tea.Msg, outcome, detail string)) tea.Cmd {
	journal := s.o.Journal
	return s.work.Cmd(s.work.Context(), actionPatience, func(ctx context.Context) tea.Msg {
		if journal == nil {
			msg, _, _ := do(ctx)
			return msg
		}
		id, err := journal.AddAction(ctx, entry)
		if err != nil {
			return changedMsg{err: err, undone: true}
		}
		msg, outcome, detail := do(ctx)
		kept, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		return changedMsg{msg: msg, err: journal.SetOutcome(kept, id, outcome, detail)}
	})
}

// changedMsg is the message of what was done, with the history's error if it had one.
type changedMsg struct {
	msg    tea.Msg
	err    error
	undone bool
}

func (s *Screen) changed(m changedMsg) tea.Cmd {
	if m.undone {
		s.changing--
		return notice(intent.Error, "nothing was done: it could not be written to the history: "+m.err.Error())
	}
	cmd, _ := s.answer(m.msg)
	if m.err != nil {
		return tea.Sequence(notice(intent.Error, "the outcome could not be written to the history: "+m.err.Error()), cmd)
	}
	return cmd
}

func (s *Screen) triggered(m triggeredMsg) tea.Cmd {
	s.changing--
	switch {
	case m.err != nil:
		return notice(intent.Error, m.action.Title+": nobody knows whether it was done. "+m.err.Error())
	case m.result.Succeeded():
		return notice(intent.Info, m.action.Title+": done by "+m.action.Module)
	}
	var why []string
	for _, e := range m.result.Errors {
		why = append(why, strings.TrimSpace(e.Code+" "+e.Message))
	}
	text := m.action.Title + ": " + m.action.Module + " says that it failed"
	if m.result.Status == "" {
		text = m.action.Title + ": " + m.action.Module + " did not say whether it was done"
	}
	if len(why) > 0 {
		text += ": " + strings.Join(why, "; ")
	}
	return notice(intent.Error, text)
}
