// Package config reads and writes the profiles, finds their secrets, and decides
// which certificates are trusted.
//
// A profile is one integration: a gateway that takes mail, an appliance whose
// message tracking is asked, and a region of Threat Response. Profiles live in
// one TOML file, read strictly: an unknown key or a wrong value is an error with
// its line and column, because a misspelt trust setting that is ignored is worse
// than a program that does not start.
//
// Secrets never stand in that file. They come from CTRACE_* variables, from a
// command of the profile, or from the system's keyring, in this order, and are
// carried in a type that prints as REDACTED. The package never writes a secret
// anywhere but to the keyring, never logs, and has no way to skip the
// verification of a certificate.
package config
