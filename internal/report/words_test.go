package report

import (
	"testing"

	"ctrace/ctr"
)

func TestAModuleThatAnsweredWasAsked(t *testing.T) {
	for want, m := range map[string]ctr.ModuleStatus{
		"ok":          {Done: true, Answered: 1, Documents: 4}, // in one call of all modules
		"earlier run": {Done: true, Documents: 4},
		"not asked":   {Done: true},
	} {
		if got := ModuleWords(&m); got != want {
			t.Errorf("%+v: %s, want %s", m, got, want)
		}
	}
}
