package setuppanel

import (
	"sync"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/esa"
	"ctrace/internal/safetext"
	"ctrace/internal/setup"
	"ctrace/tui/intent"
)

// keeper writes the progress. Commands run side by side, so that an older state must not overwrite a
// newer one.
type keeper struct {
	write func(setup.Progress) error

	mu            sync.Mutex
	asked, latest int
}

// keptMsg tells that the progress could not be kept.
type keptMsg struct{ err error }

func (m keptMsg) notice() tea.Cmd {
	if m.err == nil {
		return nil
	}
	return intent.Cmd(intent.Notice{Level: intent.Error, Text: safetext.Line(m.err.Error())})
}

// keep writes the progress as it is now.
func (p *Panel) keep() tea.Cmd {
	k := &p.keeper
	if k.write == nil {
		return nil
	}
	k.asked++
	number, state := k.asked, p.progress.Clone()
	return func() tea.Msg {
		k.mu.Lock()
		defer k.mu.Unlock()
		if number < k.latest {
			return nil
		}
		k.latest = number
		return keptMsg{k.write(state)}
	}
}

// mark ticks the step that is open or selected, or takes the tick back. With the registration's step
// the waiting begins.
func (p *Panel) mark() tea.Cmd {
	s, ok := p.step()
	if !ok || p.practice != nil {
		return p.say("only the eight steps can be done", "여덟 단계만 완료로 표시할 수 있습니다")
	}
	done := !p.progress.Steps[s.ID].Done
	p.progress.Mark(s.ID, done, p.o.Now())
	if s.ID == "register" {
		p.progress.RegisteredAt = time.Time{}
		if done {
			p.progress.RegisteredAt = p.o.Now().UTC()
			p.token, p.made = pasted{}, ""
		}
	}
	if done && !p.open {
		p.proceed()
	}
	p.layout()
	return tea.Batch(p.keep(), p.tick())
}

// products is whose menu words are used: as the version says that the person noted, else as the
// profile's topology says. The lab's products have the words of the integration document.
func (p *Panel) products() setup.Products {
	v, known := esa.ParseVersion(p.progress.ApplianceBuild)
	switch {
	case p.o.Products == setup.ManagedProducts, !known, p.o.Practice != nil:
		return p.o.Products
	case v.Major >= 14:
		return setup.CurrentProducts
	}
	return setup.ClassicProducts
}

// applianceRegion is the region of the server that was chosen on the appliance.
func (p *Panel) applianceRegion() (r setup.Region, said bool) {
	if r, err := setup.RegionByName(p.progress.ApplianceRegion); err == nil && p.progress.ApplianceRegion != "" {
		return r, true
	}
	return p.o.Region, false
}

// regionDoubts tells where the regions of appliance, token and profile differ.
func (p *Panel) regionDoubts() []setup.Text {
	var doubts []setup.Text
	chosen, said := p.applianceRegion()
	if said && p.o.Region.Name != "" && chosen.Name != p.o.Region.Name {
		doubts = append(doubts, setup.Text{
			EN: "The appliance uses " + chosen.ApplianceChoice + ", but the profile's region is " + p.o.Region.Title.EN + ": its investigations will find nothing.",
			KO: "어플라이언스는 " + chosen.ApplianceChoice + "을(를) 사용하지만 프로파일의 지역은 " + p.o.Region.Title.KO + "입니다. 조사 결과에 데이터가 표시되지 않습니다.",
		})
	}
	if t := p.progress.Token; t != nil && chosen.Name != "" && t.Portal != chosen.Name {
		from, err := setup.RegionByName(t.Portal)
		if err == nil {
			doubts = append(doubts, setup.Text{
				EN: "The token comes from " + from.SSEPortal + ", but the appliance uses " + chosen.SSEHost + ": it will be refused. Make one at " + chosen.SSEPortal + ".",
				KO: "토큰은 " + from.SSEPortal + "에서 생성되었지만 어플라이언스는 " + chosen.SSEHost + "을(를) 사용합니다. 등록이 거부됩니다. " + chosen.SSEPortal + "에서 생성하십시오.",
			})
		}
	}
	return doubts
}
