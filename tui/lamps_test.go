package tui

import (
	"testing"
	"time"

	"ctrace/tui/eventtest"
	"ctrace/tui/intent"
)

// knowing is a screen that only knows something about the parts of the integration.
type knowing struct {
	pane
	lights [intent.Lamps]intent.Light
}

func (k knowing) lamps() [intent.Lamps]intent.Light { return k.lights }

func TestLampsShowWhatWasLearnedLast(t *testing.T) {
	a := testApp(t, testOptions(), 120, 40)
	at := func(minutes int, s intent.State) intent.Light {
		return intent.Light{State: s, At: eventtest.Begin.Add(time.Duration(minutes) * time.Minute)}
	}
	a.screens = []screen{
		{pane: knowing{a.screens[0].pane, [intent.Lamps]intent.Light{intent.ESA: at(1, intent.OK), intent.Tracking: at(2, intent.OK), intent.CTR: at(9, intent.Failed)}}},
		{pane: knowing{a.screens[0].pane, [intent.Lamps]intent.Light{intent.Tracking: at(5, intent.Failed)}}},
		{pane: knowing{a.screens[0].pane, [intent.Lamps]intent.Light{intent.CTR: at(7, intent.OK)}}},
	}
	want := [intent.Lamps]intent.State{intent.ESA: intent.OK, intent.Tracking: intent.Failed, intent.CTR: intent.Failed}
	if got := a.lamps(); got != want {
		t.Errorf("the lamps are %v, want %v", got, want)
	}
}
