package export

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ctrace/internal/report"
	"ctrace/tui/theme"
	"ctrace/tui/viewtest"
)

func TestThePromptAsksForANameAndAFormat(t *testing.T) {
	p := Open(viewtest.Theme(theme.Options{}), "the verification", "run")
	first := string(report.Formats()[0])
	if got := viewtest.Text(p.Draw(60).String()); !strings.Contains(got, "run."+first) || !strings.Contains(got, "Write the verification to") {
		t.Errorf("the prompt is\n%s", got)
	}
	seen := map[string]bool{}
	for range report.Formats() {
		seen[filepath.Ext(p.field.Value())] = true
		p.Update(viewtest.Key("tab"))
	}
	if len(seen) != len(report.Formats()) || p.field.Value() != "run."+first {
		t.Errorf("tab went through %v and came to %s", seen, p.field.Value())
	}
	if path, closed := p.Update(viewtest.Key("enter")); !closed || path != "run."+first {
		t.Errorf("enter gives %q", path)
	}
	if path, closed := p.Update(viewtest.Key("esc")); !closed || path != "" {
		t.Errorf("esc gives %q", path)
	}
	p.field.Set("")
	if _, closed := p.Update(viewtest.Key("enter")); closed {
		t.Error("an empty name is taken")
	}
}

func TestAFileIsWrittenOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "run.md")
	write := func(w io.Writer, f report.Format) error {
		_, err := io.WriteString(w, string(f))
		return err
	}
	if err := Write(path, write); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file's mode is %v (%v), want 0600", info.Mode(), err)
	}
	if err := Write(path, write); err == nil || !strings.Contains(err.Error(), "there already") {
		t.Errorf("the second time gives %v", err)
	}
	if err := Write(filepath.Join(t.TempDir(), "run.exe"), write); err == nil || !strings.Contains(err.Error(), "format") {
		t.Errorf("an unknown format gives %v", err)
	}
	broken := filepath.Join(t.TempDir(), "run.md")
	if err := Write(broken, func(io.Writer, report.Format) error { return errors.New("no report") }); err == nil {
		t.Error("a failed report is no error")
	}
	if _, err := os.Stat(broken); err == nil {
		t.Error("a failed report leaves a file")
	}
}
