package main

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"
)

// What a person feels of the whole program, from its start to its idling, on a terminal that answers no
// question. The program is the test binary, which starts a little later than the real one.

// watched is a program on a terminal of 120x40.
type watched struct {
	b     *testing.B
	cmd   *exec.Cmd
	tty   *os.File
	began time.Time
	came  chan []byte // closed at the end
}

func watch(b *testing.B, args ...string) *watched {
	b.Helper()
	w := &watched{b: b, cmd: command(b, args...), came: make(chan []byte, 1000), began: time.Now()}
	w.cmd.Env = append(w.cmd.Env, "TERM=xterm-256color", "NO_COLOR=")
	var err error
	if w.tty, err = pty.StartWithSize(w.cmd, &pty.Winsize{Cols: 120, Rows: 40}); err != nil {
		b.Skipf("this machine has no pty: %v", err)
	}
	go func() {
		defer close(w.came)
		for {
			p := make([]byte, 64<<10)
			n, err := w.tty.Read(p)
			if n > 0 {
				w.came <- p[:n]
			}
			if err != nil {
				return
			}
		}
	}()
	return w
}

// until reads what is drawn up to a text.
func (w *watched) until(text string) {
	w.b.Helper()
	var all []byte
	for p := range w.came {
		if all = append(all, p...); bytes.Contains(all, []byte(text)) {
			return
		}
	}
	w.b.Fatalf("it ended without %q: %q", text, all)
}

// quiet reads until nothing comes for a while, and says how many bytes came.
func (w *watched) quiet(d time.Duration) (n int) {
	for {
		select {
		case p, more := <-w.came:
			if n += len(p); !more {
				return n
			}
		case <-time.After(d):
			return n
		}
	}
}

func (w *watched) kill() {
	_ = w.cmd.Process.Kill()
	for range w.came {
	}
	_ = w.cmd.Wait()
	_ = w.tty.Close()
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// BenchmarkVersion is the time from the start of ctrace version to its end. The bar is 50 ms, without an
// escape sequence.
func BenchmarkVersion(b *testing.B) {
	var sum time.Duration
	for range b.N {
		w := watch(b, "version")
		var drawn []byte
		for p := range w.came {
			drawn = append(drawn, p...)
		}
		sum += time.Since(w.began)
		w.kill()
		if bytes.ContainsRune(drawn, 0x1b) || len(drawn) == 0 {
			b.Fatalf("it wrote %q", drawn)
		}
	}
	b.ReportMetric(milliseconds(sum)/float64(b.N), "ms")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkFirstFrame is the time from the start of ctrace demo, lab included, to its first whole frame.
// The bar is 150 ms.
func BenchmarkFirstFrame(b *testing.B) {
	var sum time.Duration
	for range b.N {
		w := watch(b, "demo")
		w.until("commands") // in the last line
		sum += time.Since(w.began)
		w.kill()
	}
	b.ReportMetric(milliseconds(sum)/float64(b.N), "ms")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkKeyToByte is the time from a key to the first byte that it draws. The bar is 12 ms for half of
// them and 20 ms for 95 of 100.
func BenchmarkKeyToByte(b *testing.B) {
	w := watch(b, "demo")
	defer w.kill()
	w.until("commands")
	rng := rand.New(rand.NewPCG(1, 2))
	var took []time.Duration
	for i := range max(b.N, 40) {
		w.quiet(50*time.Millisecond + time.Duration(rng.IntN(50))*time.Millisecond) // not in step with the frames
		began := time.Now()
		if _, err := io.WriteString(w.tty, strconv.Itoa(1+i%4)); err != nil {
			b.Fatal(err)
		}
		<-w.came
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	b.ReportMetric(milliseconds(took[len(took)/2]), "p50-ms")
	b.ReportMetric(milliseconds(took[len(took)*95/100]), "p95-ms")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkIdle is what the app does in a second in which nothing happens. The bar is no byte and 10 ms of
// processor time.
func BenchmarkIdle(b *testing.B) {
	w := watch(b, "demo")
	defer w.kill()
	w.until("commands")
	w.quiet(2 * time.Second)
	const seconds = 3
	before, written := w.processorTime(), 0
	for end := time.Now().Add(seconds * time.Second); time.Now().Before(end); {
		written += w.quiet(100 * time.Millisecond)
	}
	b.ReportMetric(milliseconds(w.processorTime()-before)/seconds, "cpu-ms/s")
	b.ReportMetric(float64(written)/seconds, "bytes/s")
	b.ReportMetric(0, "ns/op")
}

// processorTime is what the program has used so far, as Linux tells.
func (w *watched) processorTime() time.Duration {
	w.b.Helper()
	threads, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", w.cmd.Process.Pid))
	if len(threads) == 0 {
		w.b.Skip("this system does not tell")
	}
	var sum time.Duration
	for _, thread := range threads {
		text, err := os.ReadFile(thread)
		if err != nil {
			continue // it has just ended
		}
		first, _, _ := strings.Cut(string(text), " ")
		nanoseconds, err := strconv.ParseInt(first, 10, 64)
		if err != nil {
			w.b.Fatal(err)
		}
		sum += time.Duration(nanoseconds)
	}
	return sum
}
