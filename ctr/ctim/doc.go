// Package ctim holds the part of the Cisco Threat Intelligence Model (CTIM) that answers of
// Threat Response are made of: verdicts, judgements, sightings, indicators, relationships
// and casebooks.
//
// Decoding is lenient, because the answers come from many makers' modules: every member is
// optional, a number may be written 1 or 1.0, a member of an unexpected kind never spoils
// its document, and whatever is not understood is kept (Extra, Entities.Other) so that it
// can be shown. Strings are kept exactly as they came; they are foreign text that must be
// made safe where it is drawn. The package never talks to a network and never panics on input.
package ctim
