// Package esa is a client of the AsyncOS API v2.0 of a Cisco Email Security
// Appliance (ESA, today Secure Email Gateway) and of a Security Management
// Appliance (SMA, today Secure Email and Web Manager): message tracking, the
// quarantines, and the little that an appliance tells about itself.
//
// AsyncOS answers differ between versions and devices: the same field is a text
// on one and an object keyed by MID on the next. Everything is decoded into one
// Go form, and a row that cannot be decoded is counted, never fatal.
//
// Texts out of mail and out of the appliance are hostile input and are kept
// exactly as they came, but for "N/A", which is the appliance's word for none.
// Whoever draws or prints them cleans them first.
//
// The package never writes to a terminal, file or log, never stores a secret
// anywhere but in memory, never puts one into an error, never follows a
// redirect, and never repeats a request by itself, but for one: a reading
// request that was answered 401 is sent once more after a new login.
package esa
