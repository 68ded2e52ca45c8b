package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"ctrace/internal/lab"
	"ctrace/internal/verify"
)

// site is a lab in this process and a configuration for it, for commands in other processes.
type site struct {
	lab *lab.Lab
	env []string
}

func newSite(t testing.TB, cfg lab.Config) *site {
	t.Helper()
	l, err := lab.Start(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	dir, info := t.TempDir(), l.Info()
	host, port, err := net.SplitHostPort(info.SMTP)
	if err != nil {
		t.Fatal(err)
	}
	file := fmt.Sprintf(`[profiles.site]
sender = %q
recipient = %q
[profiles.site.gateway]
host = %q
port = %s
ca_file = %[5]q
[profiles.site.tracker]
url = %[6]q
username = %[7]q
ca_file = %[5]q
[profiles.site.threat_response]
iroh_url = %[8]q
client_id = %[9]q
ca_file = %[5]q
`, info.Sender, info.Recipient, host, port, info.CAFile, info.ESAURL, info.User, info.CTRURL, info.ClientID)
	if err := os.WriteFile(filepath.Join(dir, "config.toml"), []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	return &site{lab: l, env: append(os.Environ(),
		"CTRACE_CONFIG_DIR="+dir, "CTRACE_STATE_DIR="+filepath.Join(dir, "state"),
		"CTRACE_PASSPHRASE="+info.Passphrase, "CTRACE_CLIENT_SECRET="+info.ClientSecret)}
}

func (s *site) command(t testing.TB, args ...string) *exec.Cmd {
	t.Helper()
	cmd := command(t, args...)
	cmd.Env = s.env
	return cmd
}

// until starts a command with -o jsonl and reads its events up to one of the given kind. It returns
// the token of the run.
func until(t testing.TB, cmd *exec.Cmd, kind string) (token string) {
	t.Helper()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var e struct{ Event, Token string }
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			t.Fatal(err)
		}
		if e.Token != "" {
			token = e.Token
		}
		if e.Event == kind {
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return token
		}
	}
	t.Fatalf("the run ended without an event %s: %v", kind, lines.Err())
	return ""
}

// TestKillAndResume kills the command at several moments after the mail was handed over and resumes
// the run: it ends verified and the lab has received one mail.
func TestKillAndResume(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"sending", "sent", "poll", "found", "modules"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, lab.Config{Delay: 700 * time.Millisecond, Messages: 20, Faults: faultsFor(kind)})
			cmd := s.command(t, "verify", "-o", "jsonl")
			token := until(t, cmd, kind)
			if kind == "sending" {
				waitFor(t, func() bool { return s.lab.Received() == 1 })
			}
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			_ = cmd.Wait()
			if err := s.lab.SetFaults(); err != nil {
				t.Fatal(err)
			}
			text, err := s.command(t, "verify", "--resume", token, "-o", "json").Output()
			var r report
			if jsonErr := json.Unmarshal(text, &r); err != nil || jsonErr != nil {
				t.Fatalf("%v, %v: %s", err, jsonErr, text)
			}
			if r.Verdict != verify.Verified || r.Token != token {
				t.Errorf("verdict %s, token %s", r.Verdict, r.Token)
			}
			if n := s.lab.Received(); n != 1 {
				t.Errorf("the lab received %d mails", n)
			}
		})
	}
}

// faultsFor keeps the run at the moment at which it is to be killed.
func faultsFor(kind string) []string {
	if kind == "modules" {
		return []string{"module-slow"}
	}
	return nil
}

func waitFor(t *testing.T, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !holds(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("it did not happen within a minute")
		}
	}
}

// interruptions are moments of a run: behind an event of a kind, where a fault makes it wait.
var interruptions = []struct{ kind, fault string }{
	{"smtp", "smtp-silent"},
	{"sending", "smtp-silent-dot"},
	{"poll", "tracking-delayed"},
	{"found", "ctr-silent"},
	{"asked", "module-slow"},
	{"waiting", "module-no-data"},
}

// TestInterrupt interrupts the command at several moments. It ends with 130 before what it waits for would
// end, which takes five seconds at least, and says how to go on.
func TestInterrupt(t *testing.T) {
	for _, c := range interruptions {
		t.Run(c.kind+"/"+c.fault, func(t *testing.T) {
			s := newSite(t, lab.Config{Delay: -1, Messages: 20, Faults: []string{c.fault}})
			if took := s.interrupt(t, c.kind); took > 4*time.Second {
				t.Errorf("it took %s to end", took)
			}
		})
	}
}

// BenchmarkInterrupt is the time from the signal to the end of the process. The bar is 200 ms.
func BenchmarkInterrupt(b *testing.B) {
	for _, c := range interruptions {
		b.Run(c.kind+"/"+c.fault, func(b *testing.B) {
			s := newSite(b, lab.Config{Delay: -1, Messages: 20, Faults: []string{c.fault}})
			var sum time.Duration
			for range b.N {
				sum += s.interrupt(b, c.kind)
			}
			b.ReportMetric(milliseconds(sum)/float64(b.N), "ms")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// interrupt interrupts a run shortly after its first event of a kind and tells how long it took to end.
func (s *site) interrupt(t testing.TB, kind string) time.Duration {
	t.Helper()
	cmd := s.command(t, "verify", "-o", "jsonl")
	var said strings.Builder
	cmd.Stderr = &said
	token := until(t, cmd, kind)
	time.Sleep(50 * time.Millisecond) // into whatever comes next: a dial, a read, a wait
	begin := time.Now()
	if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	err := cmd.Wait()
	took := time.Since(begin)
	if e, ok := errors.AsType[*exec.ExitError](err); !ok || e.ExitCode() != exitInterrupted {
		t.Errorf("ended with %v", err)
	}
	if !strings.Contains(said.String(), "--resume "+token) {
		t.Errorf("standard error %q does not say how to go on", said.String())
	}
	return took
}

// TestLabServesUntilInterrupted reads the lab's one line and ends it, by each signal that asks it to.
func TestLabServesUntilInterrupted(t *testing.T) {
	for _, s := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
		t.Run(s.String(), func(t *testing.T) {
			t.Parallel()
			if s == syscall.SIGHUP && signal.Ignored(s) {
				t.Skip("the tests run under nohup, and so does what they start")
			}
			labUntil(t, s)
		})
	}
}

func labUntil(t *testing.T, end os.Signal) {
	t.Helper()
	cmd := command(t, "lab", "--messages", "0")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err != nil {
		t.Fatal(err)
	}
	var info map[string]any
	if err := json.Unmarshal(line, &info); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{
		"schema", "smtp", "esa_url", "ctr_url", "intel_url", "sse_url", "user", "passphrase", "client_id", "client_secret", "ca_file", "sender", "recipient",
	} {
		if s, _ := info[name].(string); s == "" {
			t.Errorf("the line has no %s: %s", name, line)
		}
	}
	if err := cmd.Process.Signal(end); err != nil {
		t.Fatal(err)
	}
	if e, ok := errors.AsType[*exec.ExitError](cmd.Wait()); !ok || e.ExitCode() != exitInterrupted {
		t.Errorf("ended with %v", e)
	}
	if _, err := os.Stat(info["ca_file"].(string)); err == nil {
		t.Error("the CA file is still there")
	}
}

// TestCancelledBeforeAnything: a context that is over at once ends every command with 130.
func TestCancelledBeforeAnything(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	t.Setenv("CTRACE_STATE_DIR", t.TempDir())
	var out, errOut strings.Builder
	if code := newApp(strings.NewReader(""), &out, &errOut).execute(ctx, []string{"verify", "--demo"}); code != exitInterrupted {
		t.Errorf("exit code %d, output %q, %q", code, out.String(), errOut.String())
	}
}
