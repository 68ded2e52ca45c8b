package esatest

import (
	"time"
)

// The flavours of the API.
const (
	FlavourESA = "esa" // Secure Email Gateway
	FlavourSMA = "sma" // Secure Email and Web Manager, with two gateways behind it
)

// Config says what to start. The zero value is a gateway on free loopback ports without traffic.
type Config struct {
	SMTPAddr  string // address of the SMTP listener; empty means 127.0.0.1:0
	SMTPSAddr string // address of a listener with implicit TLS; empty means none
	APIAddr   string // address of the HTTPS API; empty means 127.0.0.1:0
	Flavour   string // FlavourESA (default) or FlavourSMA

	Hostname   string         // default esa1.lab.example (or sma1.lab.example)
	Domain     string         // the domain that mail is accepted for; default lab.example
	Serial     string         // default made from Seed
	Build      string         // AsyncOS version as in /xml/status; default 15.5.1-055 (SMA 15.5.1-024)
	Location   *time.Location // the appliance's time zone; default UTC
	Username   string         // API user; default analyst
	Passphrase string         // default made from Seed
	Role       string         // HelpDeskUser by default; Guest may not read tracking
	TokenLife  time.Duration  // life of a jwtToken; default 30 minutes

	Auth         []string // SMTP AUTH mechanisms: PLAIN, LOGIN, CRAM-MD5, SCRAM-SHA-1, SCRAM-SHA-256; default none
	SMTPUsername string   // default Username
	SMTPPassword string   // default Passphrase
	MaxSize      int64    // largest message in bytes; default 31457280

	Delay  time.Duration // from acceptance to the first row in message tracking
	Settle time.Duration // from that row to the final status; default: a tenth of Delay
	Slow   time.Duration // how slow the slow faults are; default 65 s for a search, a fiftieth of it for an SMTP answer

	RegisterDelay time.Duration // how long a registration with the cloud takes

	Messages int              // seeded traffic of the 24 hours before start, up to 100,000
	Seed     uint64           // makes the traffic; the same seed gives the same day
	Faults   []string         // switched on from the start
	CA       *CA              // default: a new one
	Now      func() time.Time // the appliance's clock; default time.Now
}
