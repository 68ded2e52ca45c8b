// Package verify proves an integration from end to end: it sends a test message through the
// gateway, watches message tracking until the message shows, reads its details, and asks Threat
// Response until a module of the appliance returns a sighting of that very message.
//
// Run does one verification, Resume goes on with one that was interrupted. Both report every step
// as an Event and end with a Result. The package does not talk to any network itself: it is given a
// Sender, a Tracker and an Investigator. It never sends a message twice, never calls a verification
// proved by anything but a sighting that holds the message, and keeps no state between runs.
package verify
