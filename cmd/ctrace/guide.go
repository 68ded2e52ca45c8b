package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"

	"ctrace/internal/config"
	"ctrace/internal/connect"
	"ctrace/internal/lab"
	"ctrace/internal/setup"
	"ctrace/tui"
	"ctrace/tui/theme"
)

// firstDraft is where the answers of the first run are kept; no profile can have this name.
const firstDraft = "_guide"

// session is what lasts from one showing of the app to the next: secrets that were typed in the guide
// and are kept nowhere.
type session struct {
	secrets map[config.Kind]string
	keep    string // where the person wanted them
}

// lookup finds the secrets of a profile: those of the session first.
func (s *session) lookup(p config.Profile) config.Lookup {
	return func(ctx context.Context, kind config.Kind) (config.Secret, error) {
		if value := s.secrets[kind]; value != "" {
			return config.NewSecret(value), nil
		}
		return p.Secret(ctx, kind)
	}
}

// profileApp shows the app on the current profile, and the guide whenever the profile is to be changed.
func (a *app) profileApp(ctx context.Context, look *appOptions, s *session) error {
	for {
		t, err := a.openSession(ctx, s)
		if err != nil {
			return err
		}
		err = showApp(ctx, a, t, look)
		t.Close()
		if !errors.Is(err, tui.ErrProfile) {
			a.remind(t.profile, s)
			return err
		}
		if err := a.guide(ctx, look, s, &t.profile); !errors.Is(err, tui.ErrReady) {
			return err
		}
	}
}

// openSession makes the clients of the current profile with what the session knows.
func (a *app) openSession(ctx context.Context, s *session) (*target, error) {
	p, err := a.loadProfile()
	if err != nil {
		return nil, err
	}
	return a.openTarget(ctx, p, s.lookup(p), connect.Everything)
}

// remind says where secrets have to come from the next time, when only this session knew them.
func (a *app) remind(p config.Profile, s *session) {
	for _, kind := range config.Kinds() {
		if s.secrets[kind] != "" && s.keep == setup.KeepVariable {
			fmt.Fprintf(a.err, "Next time set %s: the %s was known to this session only.\n", clean(p.Variable(kind)), kind)
		}
	}
}

// firstGuide is the first run in the app: a profile is made, or the demo is shown.
func (a *app) firstGuide(ctx context.Context, look *appOptions) error {
	s := &session{}
	switch err := a.guide(ctx, look, s, nil); {
	case errors.Is(err, tui.ErrReady):
		return a.profileApp(ctx, look, s)
	case errors.Is(err, tui.ErrDemo):
		t, err := a.openLab(ctx, lab.Config{})
		if err != nil {
			return err
		}
		defer t.Close()
		return showApp(ctx, a, t, look)
	default:
		return err
	}
}

// guide asks for a profile, or for changes of one. It ends with tui.ErrReady when the profile can be
// used, tui.ErrDemo when the demo is wanted, and nil when the person left.
func (a *app) guide(ctx context.Context, look *appOptions, s *session, base *config.Profile) error {
	d := draft{name: firstDraft}
	test := &answerTester{session: s, trace: a.logger}
	answers := setup.Answers{}
	if base != nil {
		d.name, test.base, test.existing = base.Name, *base, true
		answers = setup.AnswersOf(*base)
	}
	earlier, err := d.read()
	if err != nil {
		return err
	}
	maps.Copy(answers, earlier)
	err = tui.Run(ctx, tui.Options{
		Guide:    &tui.Guide{First: base == nil, Answers: answers, Keep: d.write, Tester: test},
		Language: language(look.lang), SetupRegion: setup.Regions()[0], Products: setup.CurrentProducts,
		Theme: theme.Options{Mode: theme.Mode(look.theme), NoColor: a.noColor || os.Getenv("NO_COLOR") != ""},
		Input: a.in, Output: a.out,
	})
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if test.saved != "" {
		a.profile = test.saved
	}
	if errors.Is(err, tui.ErrReady) { // written, or left as it is
		return errors.Join(err, d.remove())
	}
	return err
}

// draft is where unfinished answers are kept: with the progress of the profile, or apart on a first run.
type draft struct{ name string }

func (d draft) path() string { return setup.ProgressPath(stateDir(), d.name) }

func (d draft) read() (map[string]string, error) {
	p, err := setup.LoadProgress(d.path(), d.name)
	return p.Draft, err
}

func (d draft) write(answers map[string]string) error {
	p, err := setup.LoadProgress(d.path(), d.name)
	if err != nil {
		return err
	}
	p.Draft = answers
	return p.Save(d.path())
}

// remove forgets the answers: they stand in the profile now.
func (d draft) remove() error {
	if d.name != firstDraft {
		return d.write(nil)
	}
	if err := os.Remove(d.path()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
