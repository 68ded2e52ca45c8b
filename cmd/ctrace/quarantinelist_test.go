package main

import (
	"errors"
	"testing"

	"ctrace/esa"
)

func TestAFailureNamesItsApplianceOnce(t *testing.T) {
	for _, c := range []struct {
		appliance string
		err       error
		want      string
	}{
		{"esa1.example:6443", &esa.Error{Host: "esa1.example:6443", Op: "search"}, "esa1.example:6443: search"},
		{"esa2", &esa.Error{Host: "192.0.2.1:6443", Op: "search"}, "esa2: 192.0.2.1:6443: search"},
		{"esa2", errors.New("no"), "esa2: no"},
	} {
		if got := failureOf(c.appliance, c.err).Error(); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}
