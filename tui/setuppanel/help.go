package setuppanel

import (
	"ctrace/internal/setup"
	"ctrace/tui/keys"
)

// ShortHelp gives the keys for the footer.
func (p *Panel) ShortHelp() []keys.Hint {
	if p.asking != nil {
		return keys.Footer(p.FullHelp())
	}
	return keys.Footer(p.hints())
}

// FullHelp gives every key of the panel.
func (p *Panel) FullHelp() []keys.Hint {
	if p.asking != nil {
		return p.asking.form.Help(p.formReason)
	}
	return append(p.hints(), keys.Hints(keys.In(keys.Move), nil)...)
}

func (p *Panel) hints() []keys.Hint {
	hints := keys.Hints(keys.In(keys.Setup), p.reason)
	for i := range hints {
		if hints[i].ID == keys.SetupEnter && p.practice != nil {
			hints[i].Short, hints[i].Long = "do it", "Do what is selected on the lab's products"
		}
	}
	return hints
}

// formReason tells why a key of the form cannot be used.
func (p *Panel) formReason(id keys.ID) string {
	switch {
	case id == keys.FormPaste && !p.canPaste():
		return "the lab's portal made no token yet"
	case id == keys.FormSkip:
		return "nothing was tested"
	}
	return ""
}

// reason tells why an action cannot be done now.
func (p *Panel) reason(id keys.ID) string {
	_, step := p.step()
	switch {
	case id == keys.SetupEnter && p.open && p.practice == nil:
		return "it is open"
	case id == keys.SetupMark && (!step || p.practice != nil):
		return "only the eight steps can be done"
	case id == keys.SetupCheck && p.o.Check == nil:
		return "checks need a profile"
	case id == keys.SetupCheck && p.checks.running:
		return "the checks run"
	case id == keys.SetupPractice && p.o.Practice == nil:
		return "practising needs the lab: ctrace demo --unconfigured"
	case id == keys.SetupPractice && p.practice != nil:
		return "it is open"
	case id == keys.SetupCopy && (!p.open || len(p.values) == 0):
		return "there is no value to copy here"
	case id == keys.SetupNext && !p.canTurn(1):
		return "there is no next one"
	case id == keys.SetupPrev && !p.canTurn(-1):
		return "there is no previous one"
	}
	return ""
}

// canTurn tells that there is another entry, or another step to practise.
func (p *Panel) canTurn(by int) bool {
	if x := p.practice; x != nil {
		return !x.mend && x.step+by >= 1 && x.step+by <= len(setup.Steps())
	}
	return p.open && p.at+by >= 0 && p.at+by < len(p.entries)
}
