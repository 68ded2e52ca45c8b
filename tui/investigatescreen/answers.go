package investigatescreen

import tea "github.com/charmbracelet/bubbletea"

// answer takes the answers to what was asked beside the run, and the user's yes to questions; ok is false
// for every other message.
func (s *Screen) answer(msg tea.Msg) (cmd tea.Cmd, ok bool) {
	switch msg := msg.(type) {
	case insistMsg:
		return s.insist(msg), true
	case actionsMsg:
		return s.listed(msg), true
	case triggerMsg:
		return s.trigger(msg.action), true
	case triggeredMsg:
		return s.triggered(msg), true
	case changedMsg:
		return s.changed(msg), true
	case createMsg:
		return s.create(msg), true
	case bookMsg:
		return s.keepBook(msg), true
	case addMsg:
		return s.addTo(msg), true
	case casebooksMsg:
		return s.casebooksFound(msg), true
	case casebookMsg:
		return s.kept(msg), true
	case browseMsg:
		return s.browse(msg.link), true
	case browsedMsg:
		return msg.notice(), true
	case exportedMsg:
		return msg.notice(), true
	}
	return nil, false
}
