// Package esatest is an email security appliance on loopback, for tests, demonstrations and
// practice, in the way of net/http/httptest: an SMTP listener that answers as a Cisco Secure Email
// Gateway does, the AsyncOS API over HTTPS with message tracking of what was mailed to it and of
// seeded traffic, certificates of a CA of its own, and faults that can be switched on while it runs.
//
// It is strict: what the real appliance refuses, it refuses with the same status and text. It never
// sends mail on, never opens a connection of its own, and listens where it is told, on loopback by
// default.
package esatest
