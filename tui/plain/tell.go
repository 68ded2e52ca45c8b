package plain

import (
	"strconv"
	"strings"
	"time"

	"ctrace/internal/setup"
	"ctrace/internal/verify"
	"ctrace/tui/say"
)

// teller says the events of a run as sentences.
type teller struct {
	say   func(string)
	zone  *time.Location
	token string
}

func (t *teller) tell(e verify.Event) {
	if line := t.sentence(e); line != "" {
		t.say(e.Time().In(t.zone).Format("15:04:05 ") + line)
	}
}

func (t *teller) sentence(e verify.Event) string {
	switch e := e.(type) {
	case verify.Started:
		t.token = e.Token
		return "Token " + e.Token + ", from " + e.From + " to " + e.To + "."
	case verify.StageStarted:
		return e.Stage.Title() + " begins."
	case verify.StageEnded:
		return ended(e)
	case verify.Sent:
		return "The gateway accepted the message: " + strings.TrimSpace(strconv.Itoa(e.Receipt.Code)+" "+e.Receipt.Text)
	case verify.Polled:
		return looked(e)
	case verify.Found:
		return "Message tracking shows the message after " + say.Elapsed(e.Lag).String() + ", status " + e.Message.StatusText + "."
	case verify.DetailsRead:
		return "Status " + e.Status + "."
	case verify.ModulesListed:
		return say.Count(len(e.Modules), "module").String() + " enabled, " + strconv.Itoa(len(e.Email)) + " for email."
	case verify.ModuleAnswered:
		return answered(e)
	case verify.Waiting:
		return e.Reason + " It goes on in " + say.Rough(e.Until.Sub(e.At.At)).String() + "."
	}
	return ""
}

func ended(e verify.StageEnded) string {
	switch {
	case e.Skipped:
		return e.Stage.Title() + " is skipped."
	case e.OK:
		return e.Stage.Title() + " is done after " + say.Elapsed(e.Elapsed).String() + "."
	case e.Problem != nil:
		return e.Stage.Title() + " failed: " + e.Problem.Cause
	}
	return e.Stage.Title() + " did not end."
}

func looked(e verify.Polled) string {
	switch {
	case e.Found:
		return ""
	case e.Next.IsZero():
		return "Look " + strconv.Itoa(e.Try) + ": not there. " + e.Note
	}
	return strings.TrimSpace("Look " + strconv.Itoa(e.Try) + ": not there yet, next in " + say.Rough(e.Next.Sub(e.At.At)).String() + ". " + e.Note)
}

func answered(e verify.ModuleAnswered) string {
	line := "Module " + e.Module + ": " + say.Count(len(e.Sightings), "sighting").String()
	switch {
	case e.Failure != "":
		line += ", " + e.Failure
	case len(e.Errors) > 0:
		line += ", " + strings.TrimSpace(e.Errors[0].Code+" "+e.Errors[0].Message)
	}
	return line + "."
}

// text is a text of the set-up in the language of the session.
func (s *session) text(t setup.Text) string { return t.In(s.o.Language) }

func (s *session) steps() {
	for _, step := range setup.Steps() {
		s.say(strconv.Itoa(step.Number) + ". " + s.text(step.Title))
	}
}

func (s *session) step(argument string) {
	steps := setup.Steps()
	n, err := strconv.Atoi(argument)
	if err != nil || n < 1 || n > len(steps) {
		s.say("Which step? Type step and a number from 1 to " + strconv.Itoa(len(steps)) + ".")
		return
	}
	step := steps[n-1]
	s.say("Step " + strconv.Itoa(n) + ": " + s.text(step.Title))
	for _, d := range step.Do {
		if where := d.Where.In(s.o.Products); where != "" {
			s.say("Where: " + where)
		}
		s.say(s.text(d.Do))
		for _, v := range d.Copy(s.o.Region) {
			s.say("Value: " + v)
		}
	}
	for _, r := range step.Remarks {
		s.say(string(r.Kind) + ": " + s.text(r.Text))
	}
	s.say("Expected: " + s.text(step.Expected))
}

func (s *session) troubles() {
	for _, t := range setup.Troubles() {
		s.say(t.ID + ". " + s.text(t.Symptom))
		s.say(s.text(t.Fix))
	}
}
