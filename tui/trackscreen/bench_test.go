package trackscreen

import (
	"runtime"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/tui/viewtest"
)

// full is a screen with all messages of the appliance loaded.
func full(b *testing.B, f *fake, w, h int) *Screen {
	b.Helper()
	s := New(b.Context(), options(f))
	b.Cleanup(s.Close)
	s.SetSize(w, h)
	load(s, s.begin())
	load(s, press(s, "L"))
	if !s.search.Complete() {
		b.Fatalf("%d rows", s.table.Total())
	}
	return s
}

// load runs commands that ask, and those that follow, and no timers.
func load(s *Screen, cmd tea.Cmd) {
	queue := []tea.Cmd{cmd}
	for len(queue) > 0 {
		c := queue[0]
		queue = queue[1:]
		if c == nil {
			continue
		}
		switch msg := promptly(c).(type) {
		case tea.BatchMsg:
			queue = append(queue, msg...)
		case answerMsg:
			_, next := s.Update(msg)
			queue = append(queue, next)
		}
	}
}

// promptly runs a command, unless it is one that waits.
func promptly(c tea.Cmd) tea.Msg {
	out := make(chan tea.Msg, 1)
	go func() { out <- c() }()
	select {
	case msg := <-out:
		return msg
	case <-time.After(10 * time.Millisecond):
		return nil
	}
}

func BenchmarkKeyAndView(b *testing.B) {
	for _, n := range []int{1000, 100_000} {
		for _, size := range viewtest.Sizes() {
			b.Run(size.Name+"/"+map[int]string{1000: "1000", 100_000: "100000"}[n], func(b *testing.B) {
				s := full(b, appliance(n), size.W-2, size.H-6)
				keys := []string{"j", "j", "j", "pgdown", "end", "home", "up", " "}
				i := 0
				for b.Loop() {
					s.Update(viewtest.Key(keys[i%len(keys)]))
					_ = s.View()
					i++
				}
			})
		}
	}
}

// BenchmarkMemory loads 100,000 messages into the screen and reports what stays on the heap for them.
func BenchmarkMemory(b *testing.B) {
	for b.Loop() {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		f := appliance(100_000)
		s := full(b, f, 118, 34)
		f.change(func() { f.messages = nil }) // an appliance is not in our memory
		runtime.GC()
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/(1<<20), "MB")
		runtime.KeepAlive(s)
		runtime.KeepAlive(f)
	}
}
