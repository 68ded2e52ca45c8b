// Package ctrtest is Cisco Threat Response (today Cisco XDR Investigate) and
// Security Services Exchange on loopback, in the manner of net/http/httptest:
// OAuth2, the IROH services (inspect, enrich, int, response, profile, sse),
// casebooks of private intelligence (CTIA), and the portals in which devices
// are registered, over real HTTPS.
//
// It is strict: what the real services refuse, it refuses with the same status
// and body, as far as these are published. What its modules answer is made by
// Go values, so that a test or a lab can put any product behind it.
//
// It never contacts anything, keeps everything in memory, and never writes a
// token or a password into its request log.
package ctrtest
