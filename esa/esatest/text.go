package esatest

import (
	"fmt"
	"strings"
	"time"
)

// containsFold tells whether s holds needle, which must be in lower case, whatever the case of s.
// It is made for scanning 100,000 rows: ASCII is compared without a copy.
func containsFold(s, needle string) bool {
	if needle == "" {
		return true
	}
	first := needle[0]
	for i := 0; i+len(needle) <= len(s); i++ {
		if lower(s[i]) == first && equalFoldASCII(s[i:i+len(needle)], needle) {
			return true
		}
	}
	return !isASCII(needle) && strings.Contains(strings.ToLower(s), needle)
}

// hasPrefixFold tells whether s begins with needle, which must be in lower case.
func hasPrefixFold(s, needle string) bool {
	return len(s) >= len(needle) && strings.EqualFold(s[:len(needle)], needle)
}

func equalFoldASCII(s, lowered string) bool {
	for i := range len(lowered) {
		if lower(s[i]) != lowered[i] {
			return false
		}
	}
	return true
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// stamp writes a time as the appliance does: a Web Manager in GMT, a gateway with its offset.
func (a *Appliance) stamp(t time.Time) string { return a.stampAs(t, "02 Jan 2006 15:04:05") }

// shortStamp is the same without seconds, as the quarantines write it.
func (a *Appliance) shortStamp(t time.Time) string { return a.stampAs(t, "02 Jan 2006 15:04") }

func (a *Appliance) stampAs(t time.Time, layout string) string {
	if a.cfg.Flavour == FlavourSMA {
		return t.UTC().Format(layout + " (GMT)")
	}
	return t.In(a.location()).Format(layout + " (GMT -07:00)")
}

// sizeWords writes a size as details do.
func sizeWords(n int64) string {
	if n < 1024 {
		return fmt.Sprintf("%d (Bytes)", n)
	}
	if n < 1<<20 {
		return fmt.Sprintf("%.2f (KB)", float64(n)/1024)
	}
	return fmt.Sprintf("%.2f (MB)", float64(n)/(1<<20))
}

// sizeShort writes a size as the quarantines do.
func sizeShort(n int64) string {
	if n < 1<<20 {
		return fmt.Sprintf("%.2fK", float64(n)/1024)
	}
	return fmt.Sprintf("%.2fM", float64(n)/(1<<20))
}
