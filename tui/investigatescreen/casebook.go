package investigatescreen

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/ctr"
	"ctrace/ctr/ctim"
	"ctrace/ctr/observable"
	"ctrace/internal/history"
	"ctrace/internal/report"
	"ctrace/internal/safetext"
	"ctrace/tui/intent"
	"ctrace/tui/say"
)

// casebookMenu offers to keep the chosen observables in a casebook.
func (s *Screen) casebookMenu() {
	obs := s.list.chosen()
	if s.inDetail {
		if p := s.detail.picked(); p.observable != (observable.Observable{}) && len(s.list.marked) == 0 {
			obs = []observable.Observable{p.observable}
		}
	}
	what := number(len(obs)) + " observables"
	if len(obs) == 1 {
		what = observable.Defang(obs[0])
	}
	s.menu = &menu{title: "Casebook: " + what, note: "Space marks observables in the list, to keep some of them.", choices: []choice{
		{"new casebook", "asks for a title", func() tea.Cmd {
			s.ask("New casebook of "+what, "title", s.casebookTitle(obs), func(title string) tea.Cmd { return s.askToCreate(title, obs) })
			return nil
		}},
		{"add to a casebook", "asks for words of its title", func() tea.Cmd {
			s.ask("Add "+what+" to a casebook", "words of its title", "", func(words string) tea.Cmd { return s.searchCasebooks(words, obs) })
			return nil
		}},
	}}
}

// casebookTitle proposes a title: what is kept, and the day.
func (s *Screen) casebookTitle(obs []observable.Observable) string {
	if len(obs) == 0 {
		return ""
	}
	first := obs[0]
	for _, o := range obs { // the worst one names it best
		if f, known := s.visit.inv.Find(o), s.visit.inv.Find(first); f != nil && known != nil && f.Disposition.Compare(known.Disposition) < 0 {
			first = o
		}
	}
	title := observable.Defang(first)
	if r := []rune(title); len(r) > 60 {
		title = string(r[:60]) + "…"
	}
	if len(obs) > 1 {
		title += " and " + number(len(obs)-1) + " more"
	}
	return title + ", " + s.o.Now().In(s.o.Zone).Format(time.DateOnly)
}

// book is the casebook of an investigation, with what was found as a note; or of a part of it, without.
func book(m createMsg, inv *ctr.Investigation, asked int, about report.About) ctim.Casebook {
	book := report.Casebook(m.title, inv, about)
	if !slices.Equal(book.Observables, m.obs) {
		book.Observables, book.Texts, book.ExternalIDs = m.obs, nil, []string{externalID(m.title, m.obs)}
		book.ShortDescription = "A part of an investigation of " + number(asked) + " observables."
		book.Description = book.ShortDescription
	}
	return book
}

// externalID names a casebook by its title and what is in it, so that keeping the same again finds it.
func externalID(title string, obs []observable.Observable) string {
	sum := sha256.Sum256([]byte(title + "\x00" + observable.Format(obs)))
	return "ctrace-" + hex.EncodeToString(sum[:16])
}

// createMsg is the yes to a new casebook, addMsg to adding to one. A bookMsg is a casebook that is ready.
type (
	createMsg struct {
		title string
		obs   []observable.Observable
	}
	bookMsg struct {
		createMsg
		book ctim.Casebook
	}
	addMsg struct {
		book ctim.Casebook
		obs  []observable.Observable
	}
	casebookMsg struct {
		book  ctim.Casebook
		twin  bool // it was there already, nothing was made
		added int
		err   error
	}
	casebooksMsg struct {
		number int
		words  string
		obs    []observable.Observable
		books  []ctim.Casebook
		err    error
	}
)

func (s *Screen) askToCreate(title string, obs []observable.Observable) tea.Cmd {
	if strings.TrimSpace(title) == "" {
		return notice(intent.Warning, "a casebook needs a title")
	}
	return intent.Cmd(intent.Ask{
		Title: "Make a casebook in Threat Response?",
		Lines: []safetext.Text{
			safetext.Line("title        " + title), safetext.Known("observables  " + number(len(obs))), safetext.Known(""),
			safetext.Known("Everybody of the organisation can read it. It is amber (TLP)."),
		},
		Yes: "make it", Then: createMsg{title, obs},
	})
}

// create writes a casebook, beside the app, and has it made.
func (s *Screen) create(m createMsg) tea.Cmd {
	if s.o.ReadOnly {
		return nil
	}
	s.changing++
	s.changes = "a casebook is written"
	v := s.visit
	inv, asked := v.inv, len(v.asked)
	about := report.About{Profile: s.o.Profile, Written: s.o.Now(), Query: v.query, Failure: v.err}
	return s.aside(v, func() tea.Msg { return bookMsg{m, book(m, inv, asked, about)} })
}

// keepBook makes a casebook in Threat Response, unless the same one is there already.
func (s *Screen) keepBook(m bookMsg) tea.Cmd {
	client, book := s.o.Investigator, m.book
	entry := history.Action{At: s.o.Now(), Profile: s.o.Profile, Action: "casebook: create", Target: m.title, Detail: observable.Format(m.obs)}
	return s.change(entry, func(ctx context.Context) (tea.Msg, string, string) {
		known, err := client.CasebookByExternalID(ctx, book.ExternalIDs[0])
		if err == nil && len(known) > 0 {
			return casebookMsg{book: known[0], twin: true}, "there already", known[0].ID
		}
		if err != nil {
			return casebookMsg{err: err}, "not done", err.Error()
		}
		made, err := client.CreateCasebook(ctx, book)
		if err != nil {
			return casebookMsg{err: err}, "unknown", err.Error()
		}
		return casebookMsg{book: made, added: len(m.obs)}, "done", made.ID
	})
}

// searchCasebooks looks for casebooks by words.
func (s *Screen) searchCasebooks(words string, obs []observable.Observable) tea.Cmd {
	if strings.TrimSpace(words) == "" {
		words = "*"
	}
	s.asking++
	number, client := s.asking, s.o.Investigator
	s.menu = &menu{title: "Casebooks", note: "looking for " + words}
	return s.work.Cmd(s.work.Context(), actionPatience, func(ctx context.Context) tea.Msg {
		books, err := client.SearchCasebooks(ctx, words, 50)
		return casebooksMsg{number, words, obs, books, err}
	})
}

func (s *Screen) casebooksFound(m casebooksMsg) tea.Cmd {
	if m.number != s.asking || s.menu == nil {
		return nil
	}
	if m.err != nil {
		s.menu = nil
		return notice(intent.Error, m.err.Error())
	}
	s.menu.note = ""
	if len(m.books) == 0 {
		s.menu.note = "no casebook holds " + m.words + ": esc, and try other words, or make a new one"
	}
	for _, book := range m.books {
		detail := say.Count(len(book.Observables), "observable").String() + ", " + stamp(book.Timestamp.Time, s.o.Zone)
		s.menu.choices = append(s.menu.choices, choice{book.Title, detail, func() tea.Cmd {
			return intent.Cmd(intent.Ask{
				Title: "Add to this casebook?",
				Lines: []safetext.Text{
					safetext.Line("casebook     " + book.Title), safetext.Line("             " + ctim.ShortID(book.ID)),
					safetext.Known("observables  " + number(len(m.obs))),
				},
				Yes: "add them", Then: addMsg{book, m.obs},
			})
		}})
	}
	return nil
}

func (s *Screen) addTo(m addMsg) tea.Cmd {
	if s.o.ReadOnly {
		return nil
	}
	s.changing++
	s.changes = "a casebook is written"
	client := s.o.Investigator
	entry := history.Action{At: s.o.Now(), Profile: s.o.Profile, Action: "casebook: add", Target: m.book.Title + " " + ctim.ShortID(m.book.ID), Detail: observable.Format(m.obs)}
	return s.change(entry, func(ctx context.Context) (tea.Msg, string, string) {
		book, err := client.AddToCasebook(ctx, m.book.ID, m.obs)
		if err != nil {
			return casebookMsg{err: err}, "unknown", err.Error()
		}
		return casebookMsg{book: book, added: len(m.obs)}, "done", entry.Detail
	})
}

// kept says how it went, and offers the link.
func (s *Screen) kept(m casebookMsg) tea.Cmd {
	s.changing--
	if m.err != nil {
		return notice(intent.Error, "the casebook: "+m.err.Error())
	}
	title, text := "Casebook "+m.book.Title, "Kept with "+say.Count(m.added, "observable").String()
	if m.twin {
		text = "It was there already: no twin was made"
	}
	s.menu = &menu{title: title, note: text + ". It is " + ctim.ShortID(m.book.ID) + "."}
	link := ""
	if s.o.Region.Investigate != "" {
		link = s.o.Region.CasebookURL(m.book.ID)
	}
	if link != "" {
		s.menu.choices = append(s.menu.choices,
			choice{"copy the link", link, func() tea.Cmd { return intent.Cmd(intent.Copy{What: "link", Value: link}) }},
			choice{"open it in the browser", "asks first", func() tea.Cmd { return s.askToBrowse(link) }},
		)
	}
	s.menu.choices = append(s.menu.choices, choice{"copy the id", m.book.ID, func() tea.Cmd { return intent.Cmd(intent.Copy{What: "casebook's id", Value: m.book.ID}) }})
	return notice(intent.Info, text)
}
