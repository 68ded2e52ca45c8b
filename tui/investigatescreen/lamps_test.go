package investigatescreen

import (
	"context"
	"testing"

	"ctrace/ctr/ctrtest"
	"ctrace/ctr/observable"
	"ctrace/tui/intent"
)

// Healthy is not the same as having data: only data lights the module's lamp.
func TestLampsTellWhatALookUpLearned(t *testing.T) {
	c, client := cloud(t, gateway(same), intelligence(same))
	s := newScreen(t, plainTheme(), client, 120, 40)
	state := func(ctr, module intent.State) (lamps [intent.Lamps]intent.Light) {
		for lamp, s := range map[intent.Lamp]intent.State{intent.CTR: ctr, intent.Module: module} {
			lamps[lamp] = intent.Light{State: s, At: noon}
		}
		return lamps
	}
	if l := s.Lamps(); l != [intent.Lamps]intent.Light{} {
		t.Errorf("before any look-up the lamps are %v", l)
	}
	lookUp(t, s, observable.Observable{Type: observable.Email, Value: "nobody@example.com"})
	if got, want := s.Lamps(), state(intent.OK, intent.Unknown); got != want {
		t.Errorf("after an answer without data the lamps are %v, want %v", got, want)
	}
	lookUp(t, s, sender)
	if got, want := s.Lamps(), state(intent.OK, intent.OK); got != want {
		t.Errorf("after an answer with data the lamps are %v, want %v", got, want)
	}
	if err := c.SetFaults("ctr-forbidden"); err != nil {
		t.Fatal(err)
	}
	s = newScreen(t, plainTheme(), newClient(t, c), 120, 40)
	lookUp(t, s, sender)
	if got, want := s.Lamps(), state(intent.Failed, intent.Unknown); got != want {
		t.Errorf("with a client that may nothing the lamps are %v, want %v", got, want)
	}
	ill := gateway(same)
	ill.Backend = ctrtest.ObserveFunc(func(context.Context, []observable.Observable) ctrtest.Answer {
		return ctrtest.Answer{Errors: []ctrtest.ModuleError{{Type: "fatal", Code: "device-deregistered", Message: "The device is not registered."}}}
	})
	_, client = cloud(t, ill, intelligence(same))
	s = newScreen(t, plainTheme(), client, 120, 40)
	lookUp(t, s, sender)
	if got, want := s.Lamps(), state(intent.OK, intent.Failed); got != want {
		t.Errorf("with a module that says that it fails the lamps are %v, want %v", got, want)
	}
}
