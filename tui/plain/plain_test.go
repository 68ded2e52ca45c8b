package plain

import (
	"bytes"
	"context"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"ctrace/internal/setup"
	"ctrace/internal/verify"
	"ctrace/tui/eventtest"
	"ctrace/tui/verifyscreen"
	"ctrace/tui/viewtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// session types lines and gives what was said.
func typed(t *testing.T, v verifyscreen.Verifier, change func(*Options), lines ...string) string {
	t.Helper()
	var out bytes.Buffer
	o := Options{
		Input: strings.NewReader(strings.Join(lines, "\n") + "\n"), Output: &out, Verifier: v, Region: setup.Regions()[1],
		Plan: verifyscreen.Plan{Profile: "example", From: eventtest.From, To: eventtest.To, Gateway: eventtest.Gateway},
		Zone: time.FixedZone("KST", 9*3600),
	}
	if change != nil {
		change(&o)
	}
	if err := Run(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func has(t *testing.T, out string, want ...string) {
	t.Helper()
	for _, w := range want {
		if !strings.Contains(out, w) {
			t.Errorf("%q is not said in\n%s", w, out)
		}
	}
}

func TestAVerificationIsTold(t *testing.T) {
	out := typed(t, &eventtest.Player{Script: eventtest.Verified()}, nil, "verify", "quit")
	has(t, out, "The gateway accepted the message: 250", "Look 2: not there yet, next in 4 s", "3 modules enabled, 1 for email",
		"Verdict: verified", "Module ESA Seoul returned a sighting", "00:04:05 ") // in Seoul's time
	if strings.ContainsAny(out, "\x1b\r") {
		t.Error("plain mode moves the cursor or colours")
	}
	has(t, typed(t, &eventtest.Player{Script: eventtest.Refused()}, nil, "v"), "Verdict: refused", "Cause: esa1.example.com", "The server said: 550", "What to do:")
}

func TestRealMailIsAskedAbout(t *testing.T) {
	ask := func(o *Options) { o.Plan.Ask = true }
	p := &eventtest.Player{Script: eventtest.Verified()}
	if out := typed(t, p, ask, "verify", "", "quit"); len(p.Resumed) != 0 || !strings.Contains(out, "Nothing was sent") {
		t.Errorf("an empty answer sent something:\n%s", out)
	}
	typed(t, p, ask, "verify", "yes", "quit")
	if len(p.Resumed) != 1 {
		t.Errorf("yes started %d runs", len(p.Resumed))
	}
}

func TestTheSetUpIsReadable(t *testing.T) {
	has(t, typed(t, nil, nil, "steps", "step 5", "step 99", "troubles", "nonsense", "help"),
		"8. Add the module", "Value: https://admin.eu.sse.itd.cisco.com/", "a number from 1 to 8", "T5b.", "no command nonsense", "quit: leave")
	has(t, typed(t, nil, func(o *Options) { o.Language = setup.Korean }, "step 3"), "위협 응답 서버")
	has(t, typed(t, nil, nil, "verify"), "no profile")
	has(t, typed(t, nil, nil, "history"), "no history")
}

func TestResuming(t *testing.T) {
	p := &eventtest.Player{Script: eventtest.Verified()}
	typed(t, p, func(o *Options) { o.Plan.Ask = true }, "resume "+eventtest.Token)
	if len(p.Resumed) != 1 || p.Resumed[0] != eventtest.Token {
		t.Errorf("resume called the verifier with %q", p.Resumed)
	}
}

func TestHostileEventsAreToldSafely(t *testing.T) {
	for _, x := range viewtest.Hostile() {
		for _, script := range [][]verify.Event{eventtest.Verified(), eventtest.NotSeen()} {
			viewtest.Safe(t, typed(t, &eventtest.Player{Script: eventtest.Poison(script, x)}, nil, "verify"))
		}
	}
}

func TestTheContextEndsIt(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- Run(ctx, Options{Input: r, Output: io.Discard}) }()
	cancel()
	select {
	case err := <-ended:
		if err != nil {
			t.Errorf("it ended with %v", err)
		}
	case <-time.After(time.Minute):
		t.Fatal("it waits for a line after the end of its context")
	}
}
