// Package plain is the app without a screen: one question a line, one answer a line, no colour, no cursor
// movement and no animation, for screen readers, for terminals that can do nothing else, and for logs.
package plain

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/muesli/cancelreader"

	"ctrace/internal/history"
	"ctrace/internal/safetext"
	"ctrace/internal/setup"
	"ctrace/internal/verify"
	"ctrace/tui/historyscreen"
	"ctrace/tui/verifyscreen"
)

// Options is what plain mode needs.
type Options struct {
	Input  io.Reader
	Output io.Writer

	Plan     verifyscreen.Plan
	Verifier verifyscreen.Verifier
	History  historyscreen.Store // nil: there is none

	Language setup.Language
	Region   setup.Region
	Products setup.Products

	Zone *time.Location // of the times that are told
}

// session is one run of plain mode.
type session struct {
	o     Options
	lines *bufio.Scanner
	err   error // of writing
}

// Run asks for commands and does them until the user leaves, the input ends, or ctx does.
func Run(ctx context.Context, o Options) error {
	in, err := cancelreader.NewReader(o.Input)
	if err != nil {
		return fmt.Errorf("reading the terminal: %w", err)
	}
	defer in.Close()
	defer context.AfterFunc(ctx, func() { in.Cancel() })()
	s := &session{o: o, lines: bufio.NewScanner(in)}
	s.say("Ctrace, profile " + o.Plan.Profile + ". Plain mode: type a command and press Enter; help lists them.")
	for ctx.Err() == nil && s.err == nil {
		words, ok := s.ask("> ")
		if !ok || !s.command(ctx, strings.Fields(words)) {
			break
		}
	}
	if err := s.lines.Err(); err != nil && !errors.Is(err, cancelreader.ErrCanceled) {
		return fmt.Errorf("reading the terminal: %w", err)
	}
	return s.err
}

// say writes a line. Everything passes safetext on its way.
func (s *session) say(line string) {
	if _, err := fmt.Fprintln(s.o.Output, safetext.Line(line).String()); err != nil && s.err == nil {
		s.err = fmt.Errorf("writing to the terminal: %w", err)
	}
}

// ask reads one line; ok is false when there is no more.
func (s *session) ask(prompt string) (line string, ok bool) {
	if _, err := io.WriteString(s.o.Output, prompt); err != nil {
		return "", false
	}
	ok = s.lines.Scan()
	return strings.TrimSpace(s.lines.Text()), ok
}

// command does one command; it is false when the user leaves.
func (s *session) command(ctx context.Context, words []string) bool {
	if len(words) == 0 {
		return true
	}
	argument := strings.Join(words[1:], " ")
	switch strings.ToLower(words[0]) {
	case "quit", "q", "exit":
		return false
	case "verify", "v":
		s.verify(ctx, "")
	case "resume":
		s.resume(ctx, argument)
	case "history":
		s.history(ctx)
	case "steps", "setup":
		s.steps()
	case "step":
		s.step(argument)
	case "troubles":
		s.troubles()
	case "help", "?":
		s.help()
	default:
		s.say("There is no command " + words[0] + ". Type help for the list.")
	}
	return true
}

func (s *session) help() {
	for _, line := range []string{
		"verify: send a test email and follow it through tracking and Threat Response.",
		"resume TOKEN: continue an earlier run without sending again.",
		"history: the last runs.",
		"steps: the eight steps of the set-up. step 3: one of them.",
		"troubles: what to do when the set-up does not work.",
		"quit: leave.",
	} {
		s.say(line)
	}
}

func (s *session) resume(ctx context.Context, token string) {
	if token == "" {
		s.say("Which run? Type resume and its token; history lists the tokens.")
		return
	}
	s.verify(ctx, token)
}

// verify runs a verification and says each thing that happens.
func (s *session) verify(ctx context.Context, resume string) {
	p := s.o.Plan
	switch {
	case s.o.Verifier == nil:
		s.say("There is no profile to verify: see steps.")
		return
	case p.ReadOnly && resume == "":
		s.say("Sending is off: Ctrace was started with --read-only.")
		return
	case p.Ask && resume == "":
		s.say("A test email goes from " + p.From + " to " + p.To + " through " + p.Gateway + ".")
		if answer, _ := s.ask("Type yes to send it: "); !strings.EqualFold(answer, "yes") {
			s.say("Nothing was sent.")
			return
		}
	}
	t := &teller{say: s.say, zone: s.o.Zone}
	result, err := s.o.Verifier.Run(ctx, resume, t.tell)
	switch {
	case ctx.Err() != nil:
		s.say("Stopped. If the mail has left, resume " + t.token + " continues without sending again.")
	case err != nil:
		s.say("The verification could not start: " + err.Error())
	default:
		s.result(result)
	}
}

func (s *session) result(r verify.Result) {
	s.say("Verdict: " + string(r.Verdict) + ". " + r.Verdict.Sentence())
	if e := r.Evidence; e != nil {
		s.say("Module " + e.Module + " returned a sighting that holds our " + string(e.Matched.Type) + " " + e.Matched.Value + ".")
	}
	for _, p := range r.Problems {
		s.say("Cause: " + p.Cause)
		if p.Detail != "" {
			s.say("The server said: " + p.Detail)
		}
		if p.Advice != "" {
			s.say("What to do: " + p.Advice)
		}
	}
}

func (s *session) history(ctx context.Context) {
	if s.o.History == nil {
		s.say("There is no history.")
		return
	}
	runs, err := s.o.History.List(ctx, history.Filter{Limit: 20})
	if err != nil {
		s.say("The history cannot be read: " + err.Error())
		return
	}
	if len(runs) == 0 {
		s.say("No run yet.")
	}
	for _, r := range runs {
		verdict := r.Verdict
		if r.State == history.Running {
			verdict = "not ended"
		}
		s.say(r.StartedAt.In(s.o.Zone).Format(time.DateTime) + " " + verdict + ", profile " + r.Profile + ", token " + r.Token)
	}
}
