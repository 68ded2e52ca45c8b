package testmail

import (
	"crypto/rand"
	"encoding/hex"
	"time"
)

// NewToken returns a token that names one test message: the UTC second of now and six random bytes,
// as in 20261123T150000Z-9f3c2a1b04de. It holds only letters, digits and one hyphen, so that no
// search (message tracking, a mailbox, a log) reads a part of it as an operator or splits it.
func NewToken(now time.Time) string {
	var random [6]byte
	rand.Read(random[:]) // never fails: crypto/rand ends the program instead
	return now.UTC().Format("20060102T150405Z") + "-" + hex.EncodeToString(random[:])
}
