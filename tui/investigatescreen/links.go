package investigatescreen

import (
	"context"
	"errors"
	"net/url"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/internal/safetext"
	"ctrace/tui/intent"
)

// mostLinks is how many links a menu gathers.
const mostLinks = 100

// linkMenu offers the links that modules gave for the selected observable, and the console's own page.
func (s *Screen) linkMenu() {
	m := &menu{title: "Links", note: "the whole address is shown before it is opened"}
	if p := s.focused(); p.link != "" {
		m.choices = append(m.choices, s.linkChoice("what is selected", p.link, p.link))
	}
	about := s.list.chosen()
	links := slices.Clone(s.visit.inv.Links)
	for _, f := range s.visit.inv.Findings {
		if (s.list.finding() == nil || s.list.finding() == f) && len(links) < mostLinks {
			links = append(links, f.Links...)
		}
	}
	if s.o.Region.Investigate != "" {
		if link, n := s.o.Region.InvestigateURL(about); n > 0 {
			detail := "Threat Response's own page"
			if n < len(about) {
				detail = "Threat Response's own page, for the first " + number(n)
			}
			m.choices = append(m.choices, s.linkChoice("Investigate in the console", link, detail))
		}
	}
	for _, l := range links {
		m.choices = append(m.choices, s.linkChoice(l.Title, l.URL, l.Module))
	}
	if len(m.choices) == 0 {
		m.note = "no module gave a link"
	}
	s.menu = m
}

func (s *Screen) linkChoice(label, link, detail string) choice {
	return choice{label, detail, func() tea.Cmd { return s.linkActions(label, link) }}
}

// linkActions asks what to do with a link.
func (s *Screen) linkActions(label, link string) tea.Cmd {
	s.menu = &menu{title: label, note: link, choices: []choice{
		{"copy the link", "", func() tea.Cmd { return intent.Cmd(intent.Copy{What: "link", Value: link}) }},
		{"open it in the browser", "asks first", func() tea.Cmd { return s.askToBrowse(link) }},
	}}
	return nil
}

// browseMsg is the yes to opening a link, browsedMsg how it went.
type (
	browseMsg  struct{ link string }
	browsedMsg struct {
		host string
		err  error
	}
)

// askToBrowse asks before a link is opened, and shows where it leads. Links come from outside.
func (s *Screen) askToBrowse(link string) tea.Cmd {
	u, err := url.Parse(link)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" {
		return notice(intent.Warning, "this is no web address: y copies it")
	}
	lines := []safetext.Text{safetext.Line("host  " + u.Host)}
	if u.User != nil {
		lines = append(lines, safetext.Known("The address has a user name before the host: look twice."))
	}
	lines = append(lines, safetext.Line(link).Wrap(64)...)
	return intent.Cmd(intent.Ask{Title: "Open this in the browser?", Lines: lines[:min(len(lines), 8)], Yes: "open it", Then: browseMsg{link}})
}

func (s *Screen) browse(link string) tea.Cmd {
	open := s.o.Browse
	if open == nil {
		open = launch
	}
	host := ""
	if u, err := url.Parse(link); err == nil {
		host = u.Host
	}
	return s.work.Cmd(s.work.Context(), 10*time.Second, func(ctx context.Context) tea.Msg {
		return browsedMsg{host, open(ctx, link)}
	})
}

func (m browsedMsg) notice() tea.Cmd {
	if m.err != nil {
		return notice(intent.Error, "opening failed: "+m.err.Error())
	}
	return notice(intent.Info, "opened "+m.host+" in the browser")
}

// launch hands a link to the system, as one argument and without a shell, and does not wait for the browser.
// What the launcher prints goes nowhere.
func launch(ctx context.Context, link string) error {
	name := "xdg-open"
	if runtime.GOOS == "darwin" {
		name = "open"
	} else if os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "" {
		return errors.New("there is no desktop here: copy the link instead")
	}
	path, err := exec.LookPath(name)
	if err != nil {
		return errors.New(name + " is not there: copy the link instead")
	}
	cmd := exec.CommandContext(context.WithoutCancel(ctx), path, link) // the browser outlives the question
	if err := cmd.Start(); err != nil {
		return err
	}
	return cmd.Process.Release()
}
