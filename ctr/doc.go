// Package ctr is a client of Cisco Threat Response (later SecureX threat response, today Cisco
// XDR Investigate): it finds observables in text, asks the modules of an organisation about
// them, lists modules and their health, triggers response actions and keeps casebooks.
// Investigate joins the answers of all modules to one model.
//
// The client never sleeps through a rate limit, never repeats a call that changes state, and
// never puts a token, a secret or another module's settings into an error or a string. What
// answers hold is foreign text and stays exactly as it came: make it safe where it is drawn.
package ctr
