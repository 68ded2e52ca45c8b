package testmail_test

import (
	"crypto/tls"
	"testing"

	"go.uber.org/goleak"

	"ctrace/esa/esatest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// trusting trusts the appliance's CA and nothing else.
func trusting(a *esatest.Appliance) *tls.Config { return &tls.Config{RootCAs: a.CA().Pool()} }
