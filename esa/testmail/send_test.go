package testmail_test

import (
	"net"
	"strconv"
	"testing"
	"time"

	"ctrace/esa/esatest"
	"ctrace/esa/testmail"
)

// start starts an appliance for one test.
func start(t *testing.T, cfg esatest.Config) *esatest.Appliance {
	t.Helper()
	a, err := esatest.Start(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	return a
}

// serverOf is how to reach an appliance's listener.
func serverOf(t *testing.T, a *esatest.Appliance) testmail.Server {
	t.Helper()
	host, port, err := net.SplitHostPort(a.SMTPAddr())
	if err != nil {
		t.Fatal(err)
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		t.Fatal(err)
	}
	return testmail.Server{Host: host, Port: number, TLSConfig: trusting(a), Timeout: 10 * time.Second}
}

// message is a plain test message that the appliance takes.
func message(t *testing.T, a *esatest.Appliance) testmail.Message {
	t.Helper()
	now := time.Now()
	m, err := testmail.New(testmail.NewToken(now), "soc@sender.example", "anna.lee@"+a.Domain(), now)
	if err != nil {
		t.Fatal(err)
	}
	return m
}
