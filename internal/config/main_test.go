package config

import (
	"testing"

	"github.com/zalando/go-keyring"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	keyring.MockInit() // never the keyring of the person who runs the tests
	goleak.VerifyTestMain(m)
}
