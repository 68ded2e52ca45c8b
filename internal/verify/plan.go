package verify

import (
	"cmp"
	"context"
	"errors"
	"time"

	"ctrace/ctr"
	"ctrace/ctr/observable"
	"ctrace/esa"
	"ctrace/esa/testmail"
)

// Patience that a Plan with zero values has. Tracking on a management appliance takes minutes
// longer than on a gateway, because the gateway's files are fetched first.
const (
	TrackPatienceESA    = 5 * time.Minute
	TrackPatienceSMA    = 15 * time.Minute
	InvestigatePatience = 5 * time.Minute
	repeatFirst         = 30 * time.Second
	repeatLongest       = 60 * time.Second
)

// Plan says what one verification does.
type Plan struct {
	Profile string
	Message testmail.Message // its Token names the run

	// Names for people, used in sentences only: the SMTP listener, the message tracking API and
	// the Threat Response API, as host or host:port.
	Gateway, Tracker, ThreatResponse string

	// SMA says that message tracking is that of a Security Management Appliance.
	SMA bool

	// TrackFor is how long message tracking is watched after SMTP answered; 0 means
	// TrackPatienceESA or TrackPatienceSMA.
	TrackFor time.Duration
	// InvestigateFor is how long Threat Response is asked after tracking; 0 means
	// InvestigatePatience.
	InvestigateFor time.Duration
	// Repeat is the pause between two rounds of questions to Threat Response: the first one, from
	// where it grows to twice as much; 0 means 30 s. All clients of an organisation share one
	// hourly budget, so it should not be shorter outside of a lab.
	Repeat time.Duration
	// Timeout bounds the whole run; 0 means that only the two patiences do.
	Timeout time.Duration
}

func (p Plan) trackFor() time.Duration {
	if p.SMA {
		return cmp.Or(p.TrackFor, TrackPatienceSMA)
	}
	return cmp.Or(p.TrackFor, TrackPatienceESA)
}

func (p Plan) repeats() (first, longest time.Duration) {
	if p.Repeat > 0 {
		return p.Repeat, 2 * p.Repeat
	}
	return repeatFirst, repeatLongest
}

// Sender hands the test message to the gateway. It calls onLine for each line of the dialogue as it
// happens and before the next one goes out, and returns within 200 ms of ctx ending. An error is a
// *testmail.Error; the receipt is filled as far as it got.
type Sender interface {
	Send(ctx context.Context, m testmail.Message, onLine func(testmail.Line)) (testmail.Receipt, error)
}

// Tracker is the appliance's message tracking; *esa.Client is one.
type Tracker interface {
	Search(ctx context.Context, q esa.Query) (esa.Page, error)
	Details(ctx context.Context, r esa.Ref) (esa.Details, error)
}

// Investigator is Threat Response; *ctr.Client is one.
type Investigator interface {
	ModuleInstances(ctx context.Context) ([]ctr.ModuleInstance, error)
	ModuleTypes(ctx context.Context) ([]ctr.ModuleType, error)
	Observe(ctx context.Context, obs []observable.Observable, moduleIDs ...string) (*ctr.Enrichment, error)
	ObserveEach(ctx context.Context, obs []observable.Observable, modules []ctr.ModuleInstance, emit func(ctr.PerModule)) error
}

// Deps is what a run works with.
type Deps struct {
	Sender       Sender
	Tracker      Tracker
	Investigator Investigator
	// Untrusted tells errors of the Investigator that say that a certificate is not trusted, beyond
	// those of crypto/tls; nil means that there are none.
	Untrusted func(error) bool
}

func (p Plan) check(d Deps) error {
	switch {
	case p.Message.Token == "" || p.Message.MessageID == "" || p.Message.Subject == "":
		return errors.New("verify: the plan has no test message: make one with testmail.New")
	case d.Sender == nil || d.Tracker == nil || d.Investigator == nil:
		return errors.New("verify: a sender, a tracker and an investigator are needed")
	}
	return nil
}

// SenderFunc is a function that is a Sender.
type SenderFunc func(ctx context.Context, m testmail.Message, onLine func(testmail.Line)) (testmail.Receipt, error)

// Send implements Sender.
func (f SenderFunc) Send(ctx context.Context, m testmail.Message, onLine func(testmail.Line)) (testmail.Receipt, error) {
	return f(ctx, m, onLine)
}

// SMTP returns the Sender that hands the message to server.
func SMTP(server testmail.Server) Sender {
	return SenderFunc(func(ctx context.Context, m testmail.Message, onLine func(testmail.Line)) (testmail.Receipt, error) {
		s := server
		s.Transcript = func(line testmail.Line) {
			if server.Transcript != nil {
				server.Transcript(line)
			}
			onLine(line)
		}
		return testmail.Send(ctx, s, m)
	})
}
