// Package export asks for a file's name and writes a report there: a new file that only its owner can
// read. Nothing is ever overwritten. The ending of the name says the format.
package export

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/internal/report"
	"ctrace/internal/safetext"
	"ctrace/tui/draw"
	"ctrace/tui/field"
	"ctrace/tui/theme"
)

// Prompt is an open question for a file's name.
type Prompt struct {
	t     *theme.Theme
	what  string
	field *field.Field
}

// Open asks where to write something. stem is the name that is proposed, without its ending.
func Open(t *theme.Theme, what, stem string) *Prompt {
	p := &Prompt{t: t, what: what, field: field.New(t)}
	p.field.Set(stem + "." + string(report.Formats()[0]))
	return p
}

// Update handles a key. closed tells that the prompt is done; path is where to write, or empty.
func (p *Prompt) Update(k tea.KeyMsg) (path string, closed bool) {
	switch k.String() {
	case "esc", "ctrl+c":
		return "", true
	case "enter":
		path = strings.TrimSpace(p.field.Value())
		return path, path != ""
	case "tab":
		p.field.Set(nextFormat(p.field.Value()))
	default:
		p.field.Update(k)
	}
	return "", false
}

// nextFormat gives a file's name the ending of the next format.
func nextFormat(path string) string {
	all := report.Formats()
	ending := filepath.Ext(path)
	i := slices.Index(all, report.Format(strings.TrimPrefix(ending, ".")))
	return strings.TrimSuffix(path, ending) + "." + string(all[(i+1)%len(all)])
}

// Draw draws the prompt.
func (p *Prompt) Draw(cells int) draw.Block {
	words := make([]string, 0, len(report.Formats()))
	for _, f := range report.Formats() {
		words = append(words, "."+string(f))
	}
	t := p.t
	return t.Card(cells, t.Focus, t.Strong.Text(safetext.Line("Write "+p.what+" to")), draw.Block{
		p.field.Draw(max(cells-4, 1)),
		{},
		draw.Join(t.Title.Lit("enter"), t.Text.Lit(" write   "), t.Accent.Lit("tab"), t.Text.Lit(" next format   "), t.Accent.Lit("esc"), t.Text.Lit(" back")),
		t.Dim.Text(safetext.Known("The ending is the format: " + strings.Join(words, ", "))),
	})
}

// Write makes the file at path, with what content gives for the format of its ending. The errors are for
// people: a format that is not known, a file that is there already, or what the system said.
func Write(path string, content func(w io.Writer, f report.Format) error) error {
	format := report.Format(strings.ToLower(strings.TrimPrefix(filepath.Ext(path), ".")))
	if !slices.Contains(report.Formats(), format) {
		return fmt.Errorf("%s does not end in a format: choose one of %v", path, report.Formats())
	}
	var b bytes.Buffer
	if err := content(&b, format); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s is there already: choose another name", path)
	}
	if err != nil {
		return fmt.Errorf("the file cannot be made: %w", err)
	}
	_, err = f.Write(b.Bytes())
	return errors.Join(err, f.Close())
}
