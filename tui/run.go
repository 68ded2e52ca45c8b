package tui

import (
	"context"
	"errors"
	"os"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/tui/clip"
	"ctrace/tui/diagnosis"
	"ctrace/tui/guide"
	"ctrace/tui/helppanel"
	"ctrace/tui/historyscreen"
	"ctrace/tui/inspector"
	"ctrace/tui/intent"
	"ctrace/tui/investigatescreen"
	"ctrace/tui/plain"
	"ctrace/tui/setuppanel"
	"ctrace/tui/theme"
	"ctrace/tui/trackscreen"
	"ctrace/tui/verifyscreen"
	"ctrace/tui/work"
)

// Run shows the app until the user leaves it, which is ErrProfile or ErrDemo when it was for these, or
// ctx is cancelled. It listens to no signals: whoever calls it cancels ctx on them. It owns the terminal
// while it runs and gives it back as it was. When it returns, everything that the app started has ended.
func Run(ctx context.Context, o Options) error {
	if o.Plain {
		return runPlain(ctx, o)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	a := newApp(ctx, o)
	// Signals end ctx, and nothing else may wait for them: Bubble Tea's own handler waits for ever when a
	// signal comes while the program is ending for another reason, such as this very signal.
	opts := []tea.ProgramOption{tea.WithAltScreen(), tea.WithoutSignalHandler()}
	if o.Input != nil {
		opts = append(opts, tea.WithInput(o.Input))
	}
	if o.Output != nil {
		opts = append(opts, tea.WithOutput(o.Output))
	}
	p := tea.NewProgram(a, opts...)
	// A program that is killed by its context leaves its reader behind, one that quits does not.
	stop := context.AfterFunc(ctx, p.Quit)
	_, err := p.Run()
	stop()
	cancel()
	a.close()
	if err != nil && !errors.Is(err, tea.ErrInterrupted) {
		return err
	}
	return a.leftFor
}

// editProfile is what the set-up panel leaves the app for to change the profile.
func (o Options) editProfile() error {
	if o.EditProfile {
		return ErrProfile
	}
	return nil
}

// investigateTitle is the title of the Investigate screen in the bar.
const investigateTitle = "Investigate"

// newApp puts the screens and panels together.
func newApp(ctx context.Context, o Options) *app {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Zone == nil {
		o.Zone = time.Local
	}
	output := o.Output
	if output == nil {
		output = os.Stdout
	}
	t := theme.New(o.Theme, os.Getenv)
	a := &app{work: work.New(ctx), options: o, theme: t, clip: clip.New(os.Getenv, output), help: helppanel.New(t), now: o.Now()}
	if g := o.Guide; g != nil {
		a.screens = []screen{{"Guide", hold(guide.New(ctx, guide.Options{
			Theme: t, Language: o.Language, First: g.First, Answers: g.Answers, Keep: g.Keep, Tester: g.Tester, Demo: ErrDemo, Ready: ErrReady,
		}))}}
		a.addPanels(ctx)
		return a
	}
	a.screens = []screen{{"Verify", hold(verifyscreen.New(ctx, verifyscreen.Options{
		Theme: t, Verifier: o.Verifier, Now: o.Now, Zone: o.Zone,
		Plan: o.plan(),
	}))}}
	if len(o.Tracking) > 0 {
		a.screens = append(a.screens, screen{"Track", hold(trackscreen.New(ctx, trackscreen.Options{
			Theme: t, Sources: o.Tracking, Searches: o.Searches, Now: o.Now, Zone: o.Zone,
			Quarantines: o.Quarantines, Journal: o.Journal, Profile: o.Profile, ReadOnly: o.ReadOnly,
		}))})
	}
	if o.Investigator != nil {
		a.screens = append(a.screens, screen{investigateTitle, hold(investigatescreen.New(ctx, investigatescreen.Options{
			Theme: t, Investigator: o.Investigator, Journal: o.Journal, Exporter: o.Exporter, Region: o.Cloud,
			Profile: o.Profile, ReadOnly: o.ReadOnly, Now: o.Now, Zone: o.Zone,
		}))})
	}
	if o.History != nil {
		a.screens = append(a.screens, screen{"History", hold(historyscreen.New(ctx, historyscreen.Options{
			Theme: t, Store: o.History, Now: o.Now, Zone: o.Zone,
		}))})
	}
	a.addPanels(ctx)
	return a
}

// addPanels makes the side panels.
func (a *app) addPanels(ctx context.Context) {
	o, t := a.options, a.theme
	a.panels = map[intent.Panel]pane{
		intent.Setup: hold(setuppanel.New(ctx, setuppanel.Options{
			Theme: t, Language: o.Language, Region: o.SetupRegion, Products: o.Products, Now: o.Now, Zone: o.Zone,
			Progress: o.Progress, Keep: o.KeepProgress, Check: o.Check, Practice: o.Practice, Profile: o.editProfile(),
		})),
		intent.Diagnosis: hold(diagnosis.New(ctx, diagnosis.Options{
			Theme: t, Language: o.Language, Diagnose: o.Diagnose, Practice: o.Practice != nil,
		})),
		intent.Inspector: hold(inspector.New(t)),
		intent.Help:      hold(a.help),
	}
}

// runPlain is the app without a screen.
func runPlain(ctx context.Context, o Options) error {
	p := plain.Options{
		Input: o.Input, Output: o.Output, Plan: o.plan(), Verifier: o.Verifier, History: o.History,
		Language: o.Language, Region: o.SetupRegion, Products: o.Products, Zone: o.Zone,
	}
	if p.Zone == nil {
		p.Zone = time.Local
	}
	if p.Input == nil {
		p.Input = os.Stdin
	}
	if p.Output == nil {
		p.Output = os.Stdout
	}
	return plain.Run(ctx, p)
}

// plan is what is said before anything ran.
func (o Options) plan() verifyscreen.Plan {
	return verifyscreen.Plan{
		Profile: o.Profile, From: o.From, To: o.To,
		Gateway: o.Gateway, Tracker: o.Tracker, ThreatResponse: o.ThreatResponse,
		Ask: !o.Demo, ReadOnly: o.ReadOnly,
	}
}
