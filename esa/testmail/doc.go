// Package testmail builds the test message that proves an email gateway's integration, hands it to
// the gateway over SMTP and keeps a receipt of everything the gateway answered.
//
// It sends one message to one recipient over one connection. It never retries, never sends by
// itself, never skips the verification of a certificate, and never puts a password, an
// authentication exchange or the content of a message into a receipt or an error.
package testmail
