package tui

import (
	"errors"
	"io"
	"time"

	"ctrace/ctr"
	"ctrace/internal/quarantine"
	"ctrace/internal/setup"
	"ctrace/internal/tracking"
	"ctrace/tui/diagnosis"
	"ctrace/tui/guide"
	"ctrace/tui/historyscreen"
	"ctrace/tui/investigatescreen"
	"ctrace/tui/setuppanel"
	"ctrace/tui/theme"
	"ctrace/tui/verifyscreen"
)

// Verifier starts verifications.
type Verifier = verifyscreen.Verifier

// History is what the History screen reads; *history.Store is one.
type History = historyscreen.Store

// Investigator, Journal and Exporter are what the Investigate screen works with; *ctr.Client is the
// first and *history.Store the second.
type (
	Investigator = investigatescreen.Investigator
	Journal      = investigatescreen.Journal
	Exporter     = investigatescreen.Exporter
)

// What the user left the app for; Run returns them.
var (
	ErrProfile = errors.New("the user wants to change the profile")
	ErrDemo    = errors.New("the user wants the demo")
	ErrReady   = errors.New("the profile can be used")
)

// Guide is what the guide of a profile works with. It ends with ErrReady, or ErrDemo.
type Guide struct {
	First   bool          // there is no profile yet: the demo is offered, too
	Answers setup.Answers // those of an earlier run, or of the profile
	Keep    guide.Keep    // keeps unfinished answers; nil: they are forgotten
	Tester  guide.Tester
}

// Options is what the app is started with. Everything is captured at the start: the app reads no
// configuration, no environment and no secret of its own.
type Options struct {
	Profile string // the profile's name, as the header shows it
	Region  string // the Threat Response region's label, such as "Europe"
	Demo    bool   // the lab is behind it: a verification starts without a question

	// What the Verify screen says before anything ran; names for people, never secrets.
	From, To       string // envelope sender and recipient of the test message
	Gateway        string // host:port of the SMTP listener
	Tracker        string // host of the message tracking API
	ThreatResponse string // host of the Threat Response API

	Verifier Verifier
	Tracking []tracking.Source  // the appliances that are searched; none: there is no Track screen
	Searches *tracking.Searches // the saved searches; nil: they cannot be saved

	Quarantines []quarantine.Source // the appliances whose quarantines can be looked into

	Zone    *time.Location // of times on the screen; the local one when nil
	History History        // nil: there is no History screen

	Investigator Investigator // nil: there is no Investigate screen
	Journal      Journal      // keeps look-ups and response actions; nil: they are forgotten
	Exporter     Exporter     // writes investigations; nil: only plain JSON
	Cloud        ctr.Region   // whose console links lead to

	ReadOnly bool // hides everything that changes something outside, sending included

	Language    setup.Language // of the set-up texts; English when empty
	SetupRegion setup.Region   // whose host names the set-up texts show
	Products    setup.Products // whose menu words they use

	Progress     setup.Progress             // how far the set-up has come
	KeepProgress func(setup.Progress) error // keeps it; nil: it is forgotten
	Check        setuppanel.Checker         // nil: the panel makes no checks
	Diagnose     diagnosis.Diagnose         // nil: only problems and symptoms are weighed
	Practice     setuppanel.Practice        // the lab's products; nil: there is no lab
	EditProfile  bool                       // the set-up panel offers to change the profile
	Guide        *Guide                     // not nil: the guide of a profile instead of the screens

	Theme theme.Options // colours and borders
	Plain bool          // line prompts and plain lines instead of the full screen

	Now    func() time.Time // time.Now when nil
	Input  io.Reader        // the terminal when nil
	Output io.Writer        // the terminal when nil
}
