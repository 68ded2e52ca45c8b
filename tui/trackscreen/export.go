package trackscreen

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/esa"
	"ctrace/internal/tracking"
	"ctrace/tui/intent"
	"ctrace/tui/say"
)

// exportPatience is how long writing a file may take.
const exportPatience = 30 * time.Second

// exportRows asks where to write the marked rows, or all that show when none is marked.
func (s *Screen) exportRows() overlay {
	rows := s.table.Shown()
	if s.table.Marks() > 0 {
		rows = s.table.Marked()
	}
	what := say.Count(len(rows), "message").String()
	return s.exportPrompt(what, "messages", func(w io.Writer, f tracking.Format) error {
		messages := make([]esa.Message, len(rows))
		for i, r := range rows {
			messages[i] = r.Message
		}
		return tracking.Export(w, f, messages, s.o.Zone)
	})
}

// exportStory asks where to write the message that is open.
func (s *Screen) exportStory() overlay {
	story := s.page.story
	name := "message-" + strconv.FormatInt(newest(story.Row.MIDs), 10)
	return s.exportPrompt("the message", name, func(w io.Writer, f tracking.Format) error { return story.Export(w, f, s.o.Zone) })
}

func (s *Screen) exportPrompt(what, name string, write func(io.Writer, tracking.Format) error) overlay {
	path := "ctrace-" + name + "-" + s.o.Now().In(s.o.Zone).Format("20060102-150405") + ".csv"
	p := s.newPrompt("Write "+what+" to", "The ending says the format: .json, .csv or .md. Nothing is overwritten.", path, nil)
	p.next = nextFormat
	p.done = func(path string) tea.Cmd {
		return s.work.Cmd(s.work.Context(), exportPatience, func(context.Context) tea.Msg { return s.export(path, what, write) })
	}
	return p
}

// nextFormat gives a file name the ending of the next format.
func nextFormat(path string) string {
	all := tracking.Formats()
	ending := filepath.Ext(path)
	for i, f := range all {
		if ending == "."+string(f) {
			return strings.TrimSuffix(path, ending) + "." + string(all[(i+1)%len(all)])
		}
	}
	return strings.TrimSuffix(path, ending) + "." + string(all[0])
}

// export writes a new file that only its owner can read.
func (s *Screen) export(path, what string, write func(io.Writer, tracking.Format) error) tea.Msg {
	format := tracking.Format(strings.TrimPrefix(strings.ToLower(filepath.Ext(path)), "."))
	full := path
	if !filepath.IsAbs(path) {
		full = filepath.Join(s.o.Dir, path)
	}
	var b bytes.Buffer
	if err := write(&b, format); err != nil {
		return done(intent.Error, err.Error())
	}
	f, err := os.OpenFile(full, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return done(intent.Error, path+" exists already: choose another name")
	}
	if err == nil {
		_, err = f.Write(b.Bytes())
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		return done(intent.Error, "not written: "+err.Error())
	}
	return done(intent.Info, "wrote "+what+" to "+path)
}
