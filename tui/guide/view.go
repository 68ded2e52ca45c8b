package guide

import (
	"strconv"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/internal/config"
	"ctrace/internal/safetext"
	"ctrace/internal/setup"
	"ctrace/tui/draw"
	"ctrace/tui/form"
	"ctrace/tui/intent"
	"ctrace/tui/keys"
)

// widest is how wide the text gets at most: longer lines are hard to read.
const widest = 92

// fields makes the form of the chapter.
func (s *Screen) fields() *form.Form {
	if s.at == welcome {
		return form.New(s.t, form.Field{Name: "first", Label: s.text(setup.Text{EN: "What do you want to do?", KO: "무엇을 하시겠습니까?"}), Choices: []form.Choice{
			{Value: "setup", Label: s.text(setup.Text{EN: "Set up my integration", KO: "통합 설정하기"}), Note: s.text(setup.Text{
				EN: "a few questions; each answer is tried out as you give it", KO: "몇 가지 질문에 답하면 각 답변을 바로 확인합니다",
			})},
			{Value: "demo", Label: s.text(setup.Text{EN: "Look around first", KO: "먼저 둘러보기"}), Note: s.text(setup.Text{
				EN: "the app against a lab on this computer; nothing leaves it", KO: "이 컴퓨터의 실습용 랩에서 실행하며 외부로 나가지 않습니다",
			})},
		}})
	}
	var fields []form.Field
	for _, q := range s.asked() {
		f := form.Field{Name: q.Key, Label: s.text(q.Ask), Hint: s.text(q.Hint), Value: s.answers[q.Key], Secret: q.Secret != ""}
		if f.Value == "" {
			f.Value = q.Default
		}
		if f.Secret {
			f.Hint = s.text(setup.Text{EN: "empty: from where it is kept already", KO: "비워 두면 이미 보관된 값을 사용합니다"})
		}
		for _, o := range q.Options {
			f.Choices = append(f.Choices, form.Choice{Value: o.Value, Label: s.text(o.Label), Note: s.text(o.Note)})
		}
		fields = append(fields, f)
	}
	return form.New(s.t, fields...)
}

// layout builds what is shown; View only cuts a window out of it.
func (s *Screen) layout() {
	s.lines = nil
	if s.w <= 0 || s.h <= 0 {
		return
	}
	w := min(s.w, widest)
	s.head(w)
	fields, from, end := s.form.Draw(w - 1)
	top := len(s.lines)
	s.lines = append(s.lines, fields...)
	if from > 0 {
		from += top
	}
	end += top
	if s.outcome(w) {
		from, end = max(0, len(s.lines)-s.h), len(s.lines) // what it says comes before the heading
	}
	s.scroll = s.scroll.Reveal(from, end, len(s.lines), s.h)
}

// head names the chapter, and how far it is.
func (s *Screen) head(w int) {
	t := s.t
	title, text, count := setup.Text{EN: "Welcome to Ctrace", KO: "Ctrace에 오신 것을 환영합니다"}, setup.Text{
		EN: "Ctrace proves that your email appliance is integrated with Cisco Threat Response: it sends a test email through the appliance, finds it in message tracking, and asks Threat Response whether it was seen.",
		KO: "Ctrace는 이메일 어플라이언스와 Cisco Threat Response의 통합을 확인합니다. 어플라이언스로 테스트 이메일을 보내고, 메시지 추적에서 찾은 다음, Threat Response에서 확인되는지 조회합니다.",
	}, draw.Line{}
	if s.at != welcome {
		c := s.chapters[s.at]
		title, text = c.Title, c.Text
		bar := draw.Join(t.Accent.Repeat(t.Marks.Full, s.at), t.Dim.Repeat(t.Marks.Empty, len(s.chapters)-s.at))
		count = draw.Join(bar, draw.Blank(1), t.Dim.Text(safetext.Known(strconv.Itoa(s.at+1)+"/"+strconv.Itoa(len(s.chapters)))))
	}
	name := t.Dim.Text(s.text(setup.Text{EN: " Set-up", KO: " 설정"}))
	s.lines = append(s.lines, draw.Spread(w, name, count), draw.Line{})
	s.lines = append(s.lines, draw.Para(w-1, draw.Blank(1), t.Title, s.text(title))...)
	s.lines = append(s.lines, draw.Para(w-1, draw.Blank(1), t.Dim, s.text(text))...)
	s.lines = append(s.lines, draw.Line{})
	s.before(w)
}

// before tells what the test of the chapter before showed, until this one has something to tell itself.
func (s *Screen) before(w int) {
	if s.at != welcome {
		if _, tested := s.found[s.chapters[s.at].ID]; tested || s.trying {
			return
		}
	}
	for at := s.at - 1; at >= 0; at-- {
		if f, tested := s.found[s.chapters[at].ID]; tested {
			if f.State == setup.Fail { // its own words would read like a fault of this chapter
				f.Evidence = setup.Text{EN: "not proved: " + s.chapters[at].Title.EN, KO: "확인되지 않음: " + s.chapters[at].Title.KO}
			}
			s.evidence(f, w)
			s.lines = append(s.lines, draw.Line{})
			return
		}
		if s.asks(at) {
			return
		}
	}
}

// outcome tells what is wrong, what runs, or what the test showed; false when there is nothing to tell.
func (s *Screen) outcome(w int) bool {
	t := s.t
	say := func(style draw.Style, mark string, words safetext.Text) {
		s.lines = append(s.lines, draw.Line{})
		s.lines = append(s.lines, draw.Para(w-1, draw.Join(draw.Blank(1), t.Mark(style, mark), draw.Blank(1)), t.Text, words)...)
	}
	switch {
	case s.trying:
		say(t.Busy, t.Marks.Half, s.text(setup.Text{EN: "trying it out; esc stops", KO: "확인하는 중. esc 키로 중지"}))
		return true
	case s.wrong.EN != "":
		say(t.Bad, t.Marks.Failed, s.text(s.wrong))
		return true
	case s.at == welcome:
		return false
	}
	f, tested := s.found[s.chapters[s.at].ID]
	if !tested {
		return false
	}
	s.lines = append(s.lines, draw.Line{})
	s.evidence(f, w)
	if f.Unknown != nil {
		s.certificate(*f.Unknown, w)
	}
	if f.State == setup.Fail {
		next := setup.Text{EN: "Correct it and press enter, or go on anyway with ctrl+n.", KO: "수정한 후 enter 키를 누르거나 ctrl+n 키로 계속 진행합니다."}
		switch {
		case f.Unknown != nil:
			next = setup.Text{EN: "Press enter to be asked again, or go on anyway with ctrl+n.", KO: "enter 키를 누르면 다시 확인하고, ctrl+n 키로 계속 진행합니다."}
		case s.at == len(s.chapters)-1:
			next = setup.Text{EN: "Correct it and press enter.", KO: "수정한 후 enter 키를 누르십시오."}
		}
		s.lines = append(s.lines, draw.Para(w-1, draw.Blank(3), t.Dim, s.text(next))...)
	}
	return true
}

// evidence draws what a test showed.
func (s *Screen) evidence(f Found, w int) {
	t := s.t
	style, mark := t.Dim, t.Marks.Skipped
	switch f.State {
	case setup.Pass:
		style, mark = t.Good, t.Marks.Done
	case setup.Warn:
		style, mark = t.Warn, t.Marks.Hostile
	case setup.Fail:
		style, mark = t.Bad, t.Marks.Failed
	case setup.Skip:
	}
	for i, line := range strings.Split(f.Evidence.In(s.o.Language), "\n") {
		first := draw.Blank(3)
		if i == 0 {
			first = draw.Join(draw.Blank(1), t.Mark(style, mark), draw.Blank(1))
		}
		s.lines = append(s.lines, draw.Para(w-1, first, t.Text, safetext.Line(line))...)
	}
}

// facts are what a person compares of a certificate.
func (s *Screen) facts(c config.Certificate) [][2]string {
	day := "2006-01-02"
	return [][2]string{
		{s.words("key", "키"), c.Fingerprint},
		{s.words("subject", "주체"), c.Subject},
		{s.words("issuer", "발급자"), c.Issuer},
		{s.words("names", "이름"), strings.Join(c.DNSNames, ", ")},
		{s.words("valid", "유효 기간"), c.NotBefore.Format(day) + " – " + c.NotAfter.Format(day)},
	}
}

func (s *Screen) certificate(c config.Certificate, w int) {
	for _, f := range s.facts(c) {
		first := draw.Join(draw.Blank(3), s.t.Dim.Text(safetext.Known(f[0]).Pad(10)))
		s.lines = append(s.lines, draw.Para(w-1, first, s.t.Text, safetext.Line(f[1]))...)
	}
}

// pinMsg says that the person trusts a key.
type pinMsg struct {
	section     config.Section
	fingerprint string
}

// askPin asks whether a key is trusted from now on, as SSH does.
func (s *Screen) askPin(f Found) tea.Cmd {
	lines := []safetext.Text{
		s.text(setup.Text{EN: "No authority that this computer trusts vouches for it. Compare the key with what the administrator says.", KO: "이 컴퓨터가 신뢰하는 기관에서 발급하지 않았습니다. 관리자에게 확인한 키와 비교하십시오."}),
		{},
	}
	for _, fact := range s.facts(*f.Unknown) {
		lines = append(lines, safetext.Concat(safetext.Known(fact[0]).Pad(10), safetext.Line(fact[1])))
	}
	return intent.Cmd(intent.Ask{
		Title: s.words("Trust the certificate of ", "인증서를 신뢰하시겠습니까? ") + f.Unknown.Host + s.words("?", ""),
		Lines: lines, Yes: s.words("pin this key", "이 키 고정"), Then: pinMsg{f.Section, f.Unknown.Fingerprint},
	})
}

func (s *Screen) pin(m pinMsg) tea.Cmd {
	s.answers[setup.PinKey(m.section)] = m.fingerprint
	cmd := s.try()
	s.layout()
	return tea.Batch(s.keepCmd(), cmd)
}

// Lamps shows what the tests proved so far.
func (s *Screen) Lamps() (lamps [intent.Lamps]intent.State) {
	for chapter, lamp := range map[string]intent.Lamp{"gateway": intent.ESA, "user": intent.Tracking, "client": intent.CTR} {
		switch f, tested := s.found[chapter]; {
		case tested && f.State == setup.Fail:
			lamps[lamp] = intent.Failed
		case tested && f.State != setup.Skip:
			lamps[lamp] = intent.OK
		}
	}
	return lamps
}

func (s *Screen) text(t setup.Text) safetext.Text { return safetext.Known(t.In(s.o.Language)) }

func (s *Screen) words(en, ko string) string { return setup.Text{EN: en, KO: ko}.In(s.o.Language) }

// View draws the screen.
func (s *Screen) View() string { return s.t.Scrolled(s.lines, s.scroll, s.w, s.h).String() }

// ShortHelp gives the keys for the footer.
func (s *Screen) ShortHelp() []keys.Hint { return keys.Footer(s.FullHelp()) }

// FullHelp gives every key of the screen.
func (s *Screen) FullHelp() []keys.Hint {
	hints := s.form.Help(func(id keys.ID) string {
		switch {
		case id == keys.FormPaste:
			return "only the set-up panel of the demo has a token"
		case id == keys.FormSkip && !s.failed():
			return "no test failed"
		case id == keys.FormCancel && s.at == welcome:
			return "this is the beginning"
		}
		return ""
	})
	for i := range hints {
		if hints[i].ID == keys.FormCancel {
			hints[i].Short, hints[i].Long = "back", "Go back to the questions before"
		}
	}
	return hints
}
