package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"html"
	"image/color"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
)

var pictures = flag.String("pictures", "", "draw the pictures of the documentation into this folder, from the real program")

// TestPictures runs the program in a terminal emulator, types as a person would, and draws what shows
// as SVG: go test ./cmd/ctrace -run TestPictures -pictures "$PWD/docs/pictures"
func TestPictures(t *testing.T) {
	if *pictures == "" {
		t.Skip("draws only with -pictures")
	}
	for _, p := range []struct {
		name  string
		w, h  int
		args  []string
		steps []string // what is typed, each once the text behind it shows: "keys|text"
	}{
		{"verify", 110, 36, []string{"demo"}, []string{"|enter start", "\r|VERIFIED"}},
		{"diagnosis", 132, 36, []string{"demo", "--fault", "module-disabled"}, []string{"|enter start", "\r|disabled"}},
		{"setup", 132, 36, []string{"demo"}, []string{"|enter start", "s|Set-up"}},
		{"track", 132, 36, []string{"demo"}, []string{"|enter start", "2|Track"}},
		{"investigate", 132, 36, []string{"demo"}, []string{"|enter start", "\r|VERIFIED", "i|3 of 3 modules", "\x1b[C|Summary", "]]]|Relations"}},
	} {
		t.Run(p.name, func(t *testing.T) {
			s := startScreen(t, p.w, p.h, p.args...)
			for _, step := range p.steps {
				keys, text, _ := strings.Cut(step, "|")
				s.typeKeys(keys)
				s.waitFor(text)
			}
			time.Sleep(300 * time.Millisecond) // a frame or two more, for what follows the text
			file := filepath.Join(*pictures, p.name+".svg")
			if err := os.WriteFile(file, s.svg(), 0o644); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// screen is the program in a terminal emulator.
type screen struct {
	t    *testing.T
	pty  *os.File
	mu   sync.Mutex
	term *vt.Emulator
}

func startScreen(t *testing.T, w, h int, args ...string) *screen {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	cmd := exec.CommandContext(ctx, "ctrace", args...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) } // its lab cleans up
	cmd.Env = append(os.Environ(), "TERM=xterm-256color", "COLORTERM=truecolor", "CTRACE_STATE_DIR="+t.TempDir(), "CTRACE_CONFIG_DIR="+t.TempDir(), "LANG=C.UTF-8")
	f, err := pty.StartWithSize(cmd, &pty.Winsize{Cols: uint16(w), Rows: uint16(h)})
	if err != nil {
		t.Fatal(err)
	}
	s := &screen{t: t, pty: f, term: vt.NewEmulator(w, h)}
	var readers sync.WaitGroup
	readers.Go(func() { // what the program writes
		buf := make([]byte, 1<<16)
		for {
			n, err := f.Read(buf)
			s.mu.Lock()
			_, _ = s.term.Write(buf[:n])
			s.mu.Unlock()
			if err != nil {
				return
			}
		}
	})
	readers.Go(func() { _, _ = io.Copy(f, s.term) }) // what a terminal answers
	t.Cleanup(func() {
		cancel()
		_ = cmd.Wait()
		_ = f.Close()
		_ = s.term.InputPipe().(io.Closer).Close()
		readers.Wait()
	})
	return s
}

func (s *screen) typeKeys(keys string) {
	if _, err := s.pty.WriteString(keys); err != nil {
		s.t.Fatal(err)
	}
}

func (s *screen) waitFor(text string) {
	s.t.Helper()
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		s.mu.Lock()
		shown := s.term.String()
		s.mu.Unlock()
		if strings.Contains(shown, text) {
			return
		}
		if time.Now().After(deadline) {
			s.t.Fatalf("%q does not show in\n%s", text, shown)
		}
	}
}

// The cells of the pictures, in pixels.
const (
	cellWidth  = 9.0
	cellHeight = 18.0
	margin     = 12.0
)

// svg draws the screen: one text element for each run of cells of one style, at the run's own place,
// so that no font can push the columns out of line.
func (s *screen) svg() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	var b bytes.Buffer
	width, height := s.term.Width(), s.term.Height()
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%.0f" height="%.0f" font-family="ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace" font-size="15">`,
		2*margin+float64(width)*cellWidth, 2*margin+float64(height)*cellHeight)
	fmt.Fprintf(&b, "\n"+`<rect width="100%%" height="100%%" rx="8" fill="#11131a"/>`+"\n")
	for y := range height {
		for x := 0; x < width; {
			x = s.drawRun(&b, x, y, width)
		}
	}
	b.WriteString("</svg>\n")
	return b.Bytes()
}

// drawRun draws the cells from x that share one style, and returns the cell after them.
func (s *screen) drawRun(b *bytes.Buffer, x, y, width int) int {
	start, style := x, s.term.CellAt(x, y).Style
	var text strings.Builder
	for x < width {
		cell := s.term.CellAt(x, y)
		if !cell.Style.Equal(&style) || cell.Width > 1 && x > start {
			break
		}
		text.WriteString(cell.Content)
		x += max(cell.Width, 1)
		if cell.Width > 1 { // fonts disagree about wide characters: each has a place of its own
			break
		}
	}
	if style.Bg != nil {
		fmt.Fprintf(b, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="%s"/>`,
			margin+float64(start)*cellWidth, margin+float64(y)*cellHeight, float64(x-start)*cellWidth, cellHeight, hex(style.Bg))
	}
	if strings.TrimSpace(text.String()) == "" {
		return x
	}
	fill := "#d8dee9"
	if style.Fg != nil {
		fill = hex(style.Fg)
	}
	weight := ""
	if style.Attrs&1 != 0 {
		weight = ` font-weight="bold"`
	}
	fmt.Fprintf(b, `<text xml:space="preserve" x="%.1f" y="%.1f" textLength="%.1f" lengthAdjust="spacingAndGlyphs" fill="%s"%s>%s</text>`+"\n",
		margin+float64(start)*cellWidth, margin+float64(y)*cellHeight+14.5, float64(x-start)*cellWidth, fill, weight, html.EscapeString(text.String()))
	return x
}

// palette is what the 16 colours look like in the pictures; terminals choose their own.
var palette = [16]string{
	"#2e3440", "#e06c75", "#8fc77c", "#e5c07b", "#7aa2f7", "#c678dd", "#56b6c2", "#d8dee9",
	"#6b7280", "#ef6b73", "#98d982", "#f0cf86", "#8ab4ff", "#d291e4", "#6fd0dc", "#ffffff",
}

func hex(c color.Color) string {
	if basic, ok := c.(ansi.BasicColor); ok && int(basic) < len(palette) {
		return palette[basic]
	}
	r, g, b, _ := c.RGBA()
	return fmt.Sprintf("#%02x%02x%02x", r>>8, g>>8, b>>8)
}
