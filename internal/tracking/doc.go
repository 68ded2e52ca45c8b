// Package tracking searches the message tracking of one appliance or of several side by side, and
// keeps what they found as one list: newest first, each message once, with what is known and what is
// not yet known about its completeness. It also tells one message's whole story, and exports both.
//
// The app and the command share it. A Search is a state machine without goroutines: it says what to
// ask now and takes the answers, so that whoever drives it decides where the asking is done. Each
// appliance is asked one thing at a time. An appliance that fails leaves what is there as it is, and
// is asked again when that may help.
//
// The package only reads. Texts are kept as the appliance sent them; whoever draws or prints them
// cleans them first.
package tracking
