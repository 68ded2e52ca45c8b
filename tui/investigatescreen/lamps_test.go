package investigatescreen

import (
	"testing"

	"ctrace/ctr/observable"
	"ctrace/tui/intent"
)

func TestLampsTellWhatALookUpLearned(t *testing.T) {
	c, client := cloud(t, gateway(same), intelligence(same))
	s := newScreen(t, plainTheme(), client, 120, 40)
	if l := s.Lamps(); l != [intent.Lamps]intent.Light{} {
		t.Errorf("before any look-up the lamps are %v", l)
	}
	ask := observable.Observable{Type: observable.Email, Value: "billing@example.com"}
	lookUp(t, s, ask)
	known := intent.Light{State: intent.OK, At: noon}
	if got, want := s.Lamps(), ([intent.Lamps]intent.Light{intent.CTR: known, intent.Module: known}); got != want {
		t.Errorf("the lamps are %v, want %v", got, want)
	}
	if err := c.SetFaults("ctr-forbidden"); err != nil {
		t.Fatal(err)
	}
	s = newScreen(t, plainTheme(), newClient(t, c), 120, 40)
	lookUp(t, s, ask)
	if got, want := s.Lamps(), ([intent.Lamps]intent.Light{intent.CTR: {State: intent.Failed, At: noon}, intent.Module: {State: intent.Failed, At: noon}}); got != want {
		t.Errorf("with a client that may nothing the lamps are %v, want %v", got, want)
	}
}
