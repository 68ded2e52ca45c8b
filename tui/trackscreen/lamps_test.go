package trackscreen

import (
	"testing"

	"ctrace/esa"
	"ctrace/tui/intent"
	"ctrace/tui/viewtest"
)

func TestTheLampShowsTheNewestAnswer(t *testing.T) {
	f := appliance(3)
	s := newScreen(t, options(f), 120, 40)
	if l := s.Lamps(); l != [intent.Lamps]intent.Light{} {
		t.Errorf("before any answer the lamps are %v", l)
	}
	drive(t, s, intent.Shown{}, idle(s))
	for _, tc := range []struct {
		err  error
		want intent.State
	}{
		{nil, intent.OK},
		{&esa.Error{Kind: esa.KindCredentials, Status: 401, Message: "Invalid username or passphrase."}, intent.Failed},
		{nil, intent.OK},
	} {
		f.change(func() { f.err = tc.err })
		drive(t, s, viewtest.Key("ctrl+r"), idle(s))
		if got, want := s.Lamps()[intent.Tracking], (intent.Light{State: tc.want, At: noon}); got != want {
			t.Errorf("after %v the lamp is %v, want %v", tc.err, got, want)
		}
	}
}
