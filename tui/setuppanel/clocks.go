package setuppanel

import (
	"fmt"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/internal/safetext"
	"ctrace/internal/setup"
	"ctrace/tui/draw"
	"ctrace/tui/intent"
)

// tickMsg moves the clocks. Only the one that was asked for last counts.
type tickMsg struct{ id int }

// ticks is which tick is awaited.
type ticks struct {
	id  int
	due time.Time // zero: none is awaited
}

// warned is which of the token's warnings were given.
type warned struct {
	of    time.Time // the token, by when it was issued
	soon  bool
	ended bool
}

// soon is how much time a token has left when it is warned about.
const soon = 10 * time.Minute

// clock writes how long something takes: "2:31", "1:05:09".
func clock(d time.Duration) safetext.Text {
	d = max(0, d).Truncate(time.Second)
	h, m, s := int(d.Hours()), int(d.Minutes())%60, int(d.Seconds())%60
	if h > 0 {
		return safetext.Known(fmt.Sprintf("%d:%02d:%02d", h, m, s))
	}
	return safetext.Known(fmt.Sprintf("%d:%02d", m, s))
}

// left writes how long a token is still good: seconds matter only near the end.
func (p *Panel) left(d time.Duration) string {
	switch {
	case d <= soon:
		return clock(d + time.Second - 1).String()
	case d < time.Hour:
		return fmt.Sprintf(p.words("%d min", "%d분"), int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf(p.words("%d h %02d min", "%d시간 %02d분"), int(d.Hours()), int(d.Minutes())%60)
	}
	return fmt.Sprintf(p.words("%d days", "%d일"), int(d.Hours())/24)
}

// life writes a token's life as the portal offers it.
func (p *Panel) life(d time.Duration) string {
	hours := int(d / time.Hour)
	switch {
	case hours == 1:
		return p.words("1 hour", "1시간")
	case hours < 24:
		return fmt.Sprintf(p.words("%d hours", "%d시간"), hours)
	case hours == 24:
		return p.words("1 day", "1일")
	}
	return fmt.Sprintf(p.words("%d days", "%d일"), hours/24)
}

// tick asks for the next move of the clocks, if one runs and none is asked for.
func (p *Panel) tick() tea.Cmd {
	every := time.Duration(0)
	if t := p.progress.Token; t != nil {
		if left := t.Left(p.o.Now()); left > 0 {
			every = time.Second
			if left > soon {
				every = min(time.Minute, left-soon)
			}
		}
	}
	if _, yes := p.progress.Registering(); yes {
		every = time.Second
	}
	due := p.o.Now().Add(every)
	if every == 0 || !p.ticks.due.IsZero() && !due.Before(p.ticks.due) {
		return nil
	}
	p.ticks.id++
	p.ticks.due = due
	return intent.After(p.work.Context(), every, tickMsg{p.ticks.id})
}

// warn tells once that the token runs out soon, and once that it has.
func (p *Panel) warn() tea.Cmd {
	t := p.progress.Token
	if t == nil || p.progress.Steps["register"].Done {
		return nil
	}
	if !p.warned.of.Equal(t.IssuedAt) {
		p.warned = warned{of: t.IssuedAt}
	}
	w, left := &p.warned, t.Left(p.o.Now())
	give := func(en, ko string) tea.Cmd {
		return intent.Cmd(intent.Notice{Level: intent.Warning, Text: safetext.Known(p.words(en, ko))})
	}
	switch {
	case left <= 0 && !w.ended:
		w.ended, w.soon = true, true
		return give("the registration token has expired: generate a new one", "등록 토큰이 만료되었습니다. 새로 생성하십시오")
	case left > 0 && left <= soon && !w.soon:
		w.soon = true
		return give("the registration token expires in "+p.left(left), "등록 토큰이 "+p.left(left)+" 후에 만료됩니다")
	}
	return nil
}

// timer shows the token's time, where it comes from and what is doubtful about it.
func (x *page) timer() {
	p, t := x.p, x.t
	timer := p.progress.Token
	if timer == nil {
		x.para(3, t.Mark(t.Dim, t.Marks.Key), t.Dim, safetext.Known(p.words("Token: press t to note when it was made; its time is watched then.", "토큰: t 키로 생성 시각을 기록하면 남은 시간이 표시됩니다.")))
		return
	}
	style, mark, text := p.tokenState(*timer)
	x.mark(style, mark, text)
	from := timer.Portal
	if r, err := setup.RegionByName(timer.Portal); err == nil {
		from = r.SSEPortal
	}
	x.para(3, draw.Line{}, t.Dim, safetext.Known(fmt.Sprintf(p.words("issued %s, good for %s, by %s", "%s 발급, 유효 기간 %s, %s"), p.when(timer.IssuedAt), p.life(timer.Life), from)))
	x.warnings(p.regionDoubts())
	x.shape()
}

// tokenState is how a token's time looks, and its words.
func (p *Panel) tokenState(timer setup.TokenTimer) (s draw.Style, mark, text string) {
	t := p.o.Theme
	left := timer.Left(p.o.Now())
	switch {
	case left <= 0:
		return t.Bad, t.Marks.Failed, p.words("The token has expired: generate a new one with a longer expiry.", "토큰이 만료되었습니다. 더 긴 만료 시간으로 새로 생성하십시오.")
	case left <= soon:
		return t.Warn, t.Marks.Hostile, p.words("The token expires in ", "토큰 만료까지 ") + p.left(left)
	}
	return t.Good, t.Marks.Running, p.words("The token is good for another ", "토큰의 남은 시간: ") + p.left(left)
}

// shape shows what the shape of the token said that was pasted.
func (x *page) shape() {
	switch token := x.p.token; {
	case !token.given:
	case len(token.doubts) == 0:
		x.mark(x.t.Good, x.t.Marks.Done, x.p.words("It looks like a token. It was not kept.", "토큰 형태가 정상입니다. 토큰은 저장되지 않았습니다."))
	default:
		x.warnings(token.doubts)
	}
}

// tokenSide is the token's time in the list.
func (p *Panel) tokenSide() draw.Line {
	timer := p.progress.Token
	if timer == nil || p.progress.Steps["register"].Done {
		return draw.Line{}
	}
	style, _, _ := p.tokenState(*timer)
	if left := timer.Left(p.o.Now()); left > 0 {
		return style.Text(safetext.Known(p.left(left)))
	}
	return style.Text(safetext.Known(p.words("expired", "만료")))
}

// applianceSide is what the person noted of the appliance.
func (p *Panel) applianceSide() draw.Line {
	var parts []safetext.Text
	if r, said := p.applianceRegion(); said {
		parts = append(parts, p.text(r.Title))
	}
	if p.progress.ApplianceBuild != "" {
		if len(parts) > 0 {
			parts = append(parts, safetext.Known(", "))
		}
		parts = append(parts, safetext.Line(p.progress.ApplianceBuild).Truncate(14))
	}
	return p.o.Theme.Dim.Text(safetext.Concat(parts...))
}
