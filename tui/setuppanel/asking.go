package setuppanel

import (
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/esa"
	"ctrace/internal/safetext"
	"ctrace/internal/setup"
	"ctrace/tui/draw"
	"ctrace/tui/form"
	"ctrace/tui/keys"
	"ctrace/tui/theme"
)

// asking is a form over the panel, and what is done with its values.
type asking struct {
	title safetext.Text
	lines []safetext.Text
	form  *form.Form
	then  func(map[string]string) tea.Cmd
}

func (a *asking) draw(t *theme.Theme, w int) (b draw.Block, from, end int) {
	b = append(b, draw.Para(w-1, draw.Blank(1), t.Title, a.title)...)
	for _, l := range a.lines {
		b = append(b, draw.Para(w-1, draw.Blank(1), t.Dim, l)...)
	}
	b = append(b, draw.Line{})
	fields, from, end := a.form.Draw(w - 1)
	top := len(b)
	if from == 0 {
		return append(b, fields...), 0, top + end
	}
	return append(b, fields...), top + from, top + end
}

func (p *Panel) ask(a *asking) tea.Cmd {
	p.asking, p.scroll = a, draw.Scroll{}
	p.layout()
	return nil
}

// fill gives a key to the form.
func (p *Panel) fill(k tea.KeyMsg) tea.Cmd {
	a := p.asking
	if id, ok := keys.Match(k, keys.Form); ok && id == keys.FormPaste && p.canPaste() {
		a.form.Set(a.form.Secret(), p.made)
		p.layout()
		return nil
	}
	var cmd tea.Cmd
	switch a.form.Update(k) {
	case form.Done:
		p.asking, p.scroll = nil, draw.Scroll{}
		cmd = a.then(a.form.Values())
	case form.Cancelled:
		p.asking, p.scroll = nil, draw.Scroll{}
	case form.Edited:
	}
	p.layout()
	return cmd
}

// canPaste tells that the form takes the token that the lab's portal made.
func (p *Panel) canPaste() bool {
	return p.asking != nil && p.made != "" && p.asking.form.Secret() != ""
}

// pasted is what is known of a token that was pasted. The token itself is gone.
type pasted struct {
	given  bool
	doubts []setup.Text
}

// regionChoices are the regions by what people see of them.
func regionChoices(of func(setup.Region) string) []form.Choice {
	var choices []form.Choice
	for _, r := range setup.Regions() {
		choices = append(choices, form.Choice{Value: r.Name, Label: safetext.Known(of(r))})
	}
	return choices
}

// askToken asks what is known of the registration token.
func (p *Panel) askToken() tea.Cmd {
	chosen, _ := p.applianceRegion()
	timer := setup.TokenTimer{Life: setup.TokenLives()[0], Portal: chosen.Name}
	if p.progress.Token != nil {
		timer.Life, timer.Portal = p.progress.Token.Life, p.progress.Token.Portal
	}
	var lives []form.Choice
	for _, d := range setup.TokenLives() {
		lives = append(lives, form.Choice{Value: d.String(), Label: safetext.Known(p.life(d))})
	}
	when := []form.Choice{{Value: "now", Label: safetext.Known(p.words("just now", "지금"))}}
	if p.progress.Token != nil {
		when = append([]form.Choice{{Value: "kept", Label: safetext.Known(p.words("at ", "기록된 시각 ") + p.when(p.progress.Token.IssuedAt))}}, when...)
	}
	return p.ask(&asking{
		title: safetext.Known(p.words("The registration token", "등록 토큰")),
		form: form.New(p.o.Theme,
			form.Field{Name: "issued", Label: safetext.Known(p.words("Generated", "생성 시각")), Choices: when},
			form.Field{Name: "life", Label: safetext.Known(p.words("Expires after", "만료 시간")), Value: timer.Life.String(), Choices: lives},
			form.Field{
				Name: "portal", Label: safetext.Known(p.words("Portal that made it", "생성한 포털")), Value: timer.Portal,
				Choices: regionChoices(func(r setup.Region) string { return r.SSEPortal }),
			},
			form.Field{
				Name: "token", Label: safetext.Known(p.words("Look at its shape", "토큰 형태 확인")), Secret: true,
				Hint: safetext.Known(p.words("Paste the token, or leave this empty. It is looked at once and not kept.", "토큰을 붙여넣거나 비워 두십시오. 한 번만 확인하고 저장하지 않습니다.")),
			},
		),
		then: p.noteToken,
	})
}

// noteToken takes the answers about the token. The token is looked at and let go.
func (p *Panel) noteToken(values map[string]string) tea.Cmd {
	timer := setup.TokenTimer{IssuedAt: p.o.Now().UTC(), Portal: values["portal"]}
	timer.Life, _ = time.ParseDuration(values["life"])
	if values["issued"] == "kept" && p.progress.Token != nil {
		timer.IssuedAt = p.progress.Token.IssuedAt
	}
	p.progress.Token = &timer
	if token := values["token"]; token != "" {
		p.token = pasted{given: true, doubts: setup.TokenDoubts(token)}
	}
	if !p.open {
		p.show(len(setup.Steps()) + 1) // the token's entry follows that of the checks
	}
	return tea.Batch(p.keep(), p.warn(), p.tick())
}

// askAppliance asks what only a person sees on the appliance.
func (p *Panel) askAppliance() tea.Cmd {
	chosen, _ := p.applianceRegion()
	return p.ask(&asking{
		title: safetext.Known(p.words("What the appliance shows", "어플라이언스에 표시된 값")),
		form: form.New(p.o.Theme,
			form.Field{
				Name: "region", Label: safetext.Known("Threat Response Server"), Value: chosen.Name,
				Choices: regionChoices(func(r setup.Region) string { return r.ApplianceChoice }),
			},
			form.Field{
				Name: "build", Label: safetext.Known(p.words("AsyncOS version", "AsyncOS 버전")), Value: p.progress.ApplianceBuild,
				Hint: safetext.Known(p.words("Such as 13.0.0-392; leave it empty when you do not know it.", "예: 13.0.0-392. 모르면 비워 두십시오.")),
			},
		),
		then: p.noteAppliance,
	})
}

func (p *Panel) noteAppliance(values map[string]string) tea.Cmd {
	build := strings.TrimSpace(values["build"])
	if _, ok := esa.ParseVersion(build); build != "" && !ok {
		return p.say("that is no version of AsyncOS: write it like 13.0.0-392", "AsyncOS 버전이 아닙니다. 13.0.0-392 형식으로 입력하십시오")
	}
	p.progress.ApplianceRegion, p.progress.ApplianceBuild = values["region"], build
	if !p.open {
		p.show(len(setup.Steps()) + 2) // the appliance's entry
	}
	return p.keep()
}

// token is the page of the registration token.
func (x *page) token() {
	x.heading(setup.Text{EN: "Registration token", KO: "등록 토큰"})
	x.timer()
	x.gap()
	x.para(0, draw.Line{}, x.t.Dim, safetext.Known(x.p.words(
		"t notes when the token was generated, how long it is good and which portal made it. The token itself can be pasted there to look at its shape; it is masked and never kept.",
		"t 키로 토큰의 생성 시각, 유효 기간, 생성한 포털을 기록합니다. 토큰을 붙여넣어 형태를 확인할 수 있으며, 토큰은 가려지고 저장되지 않습니다.")))
}

// appliance is the page of what the person noted of the appliance.
func (x *page) appliance() {
	p, t := x.p, x.t
	x.heading(setup.Text{EN: "Server and version", KO: "서버 및 버전"})
	row := func(name string, value safetext.Text) {
		if value.Width() == 0 {
			value = safetext.Known(p.words("not noted", "기록되지 않음"))
		}
		x.para(0, draw.Line{}, t.Dim, safetext.Known(name))
		x.lines = append(x.lines, draw.Para(x.width-1, draw.Blank(3), t.Text, value)...)
	}
	server := safetext.Text{}
	if r, said := p.applianceRegion(); said {
		server = safetext.Known(r.ApplianceChoice)
	}
	row("Threat Response Server", server)
	row(p.words("AsyncOS version", "AsyncOS 버전"), safetext.Line(p.progress.ApplianceBuild))
	row(p.words("The profile's region", "프로파일의 지역"), p.text(p.o.Region.Title))
	x.gap()
	x.warnings(p.regionDoubts())
	x.para(0, draw.Line{}, t.Dim, safetext.Known(p.words(
		"a notes what the appliance shows. No program can read it: checks and menu paths go by it.",
		"a 키로 어플라이언스에 표시된 값을 기록합니다. 프로그램으로 읽을 수 없는 값이며, 점검과 메뉴 경로에 사용됩니다.")))
}
