package investigatescreen

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/ctr"
	"ctrace/tui/intent"
)

// plainExport writes the investigation's model as JSON, when there is no other exporter.
type plainExport struct{}

func (plainExport) Formats() []string { return []string{"json"} }

func (plainExport) Export(_ context.Context, w io.Writer, _, query string, inv *ctr.Investigation) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(struct {
		Query         string
		Investigation *ctr.Investigation
	}{query, inv})
}

// exportedMsg is how an export went.
type exportedMsg struct {
	path string
	err  error
}

// formatHelp says what the formats are good for.
var formatHelp = map[string]string{
	"html": "a report to pass on, with timeline and relations",
	"md":   "text for a ticket or a wiki",
	"json": "everything, for programs",
	"csv":  "a row for each observable",
}

// exportMenu asks for the format, then for the file.
func (s *Screen) exportMenu() {
	exporter := s.o.Exporter
	if exporter == nil {
		exporter = plainExport{}
	}
	m := &menu{title: "Export", note: "The file is asked for next. Only its owner can read it."}
	stem := filepath.Join(s.o.Dir, "ctrace-"+s.o.Now().In(s.o.Zone).Format("20060102-150405"))
	for _, format := range exporter.Formats() {
		m.choices = append(m.choices, choice{format, formatHelp[format], func() tea.Cmd {
			s.ask("Export as "+format, "file", stem+"."+format, func(path string) tea.Cmd { return s.export(exporter, format, path) })
			return nil
		}})
	}
	s.menu = m
}

// export writes a file that must not be there yet.
func (s *Screen) export(exporter Exporter, format, path string) tea.Cmd {
	v := s.visit
	switch {
	case path == "":
		return notice(intent.Warning, "nothing was written: there is no file name")
	case v.running:
		return notice(intent.Warning, "nothing was written: the look-up runs again")
	}
	inv, query := v.inv, v.query
	return s.work.Cmd(s.work.Context(), time.Minute, func(ctx context.Context) tea.Msg {
		return exportedMsg{path, write(path, func(w io.Writer) error { return exporter.Export(ctx, w, format, query, inv) })}
	})
}

// write makes a file for its owner alone. One that exists is left as it is, and one that could not be
// written whole is taken away.
func write(path string, content func(io.Writer) error) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if err := errors.Join(content(f), f.Close()); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}

func (m exportedMsg) notice() tea.Cmd {
	if m.err != nil {
		return notice(intent.Error, "the export failed: "+m.err.Error())
	}
	path := m.path
	if whole, err := filepath.Abs(path); err == nil {
		path = whole
	}
	return notice(intent.Info, "written to "+path)
}
