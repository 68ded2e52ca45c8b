package verifyscreen

import (
	"strings"
	"testing"

	"ctrace/internal/verify"
	"ctrace/tui/intent"
	"ctrace/tui/theme"
	"ctrace/tui/viewtest"
)

func ended(stage verify.Stage, code string) verify.StageEnded {
	e := verify.StageEnded{Stage: stage, OK: code == ""}
	if code != "" {
		e.Problem = &verify.Problem{Code: code, Stage: stage, Cause: "because"}
	}
	return e
}

// The lamps say what the run proves, and nothing about what it does not tell.
func TestLampsOfARun(t *testing.T) {
	for _, c := range []struct {
		name   string
		events []verify.Event
		want   [intent.Lamps]intent.State
		says   string
	}{
		{
			"refused",
			[]verify.Event{ended(verify.StageSend, verify.CodeSMTPRecipient)},
			[intent.Lamps]intent.State{intent.ESA: intent.Failed},
			"failed",
		},
		{"the line was lost", []verify.Event{ended(verify.StageSend, verify.CodeSMTPUnknown)}, [intent.Lamps]intent.State{}, "unsure"},
		{
			"lost and found",
			[]verify.Event{ended(verify.StageSend, verify.CodeSMTPUnknown), verify.Found{}, ended(verify.StageTrack, "")},
			[intent.Lamps]intent.State{intent.ESA: intent.OK, intent.Tracking: intent.OK},
			"taken",
		},
		{
			"the cloud limits",
			[]verify.Event{verify.ModulesListed{}, ended(verify.StageInvestigate, verify.CodeCTRRateLimited)},
			[intent.Lamps]intent.State{intent.CTR: intent.Failed},
			"failed",
		},
		{
			"no sighting",
			[]verify.Event{verify.ModulesListed{}, ended(verify.StageInvestigate, verify.CodeNoSighting)},
			[intent.Lamps]intent.State{intent.CTR: intent.OK, intent.Module: intent.Failed},
			"failed",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newScreen(t, viewtest.Theme(theme.Options{}), nil, 78, 18)
			s.Replay(c.events)
			got := s.Lamps()
			for lamp, want := range c.want {
				if got[lamp].State != want {
					t.Errorf("lamp %d is %v, want %v", lamp, got[lamp].State, want)
				}
			}
			if text := viewtest.Text(s.View()); !strings.Contains(text, c.says) {
				t.Errorf("it does not say %q:\n%s", c.says, text)
			}
		})
	}
}
