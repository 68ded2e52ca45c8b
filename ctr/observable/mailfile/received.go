package mailfile

import (
	"net/netip"
	"slices"
	"strings"

	"ctrace/ctr/observable"
)

// received reads one Received field. Its clauses are from, by, via, with, id and
// for; the address of the client stands in brackets behind from.
func (p *parser) received(f field, at Source) Hop {
	hop := Hop{Offset: f.offset}
	text := f.value
	if end := strings.LastIndexByte(text, ';'); end >= 0 {
		hop.Time = parseDate(text[end+1:])
		text = text[:end]
	}
	clauses := receivedClauses(text)
	hop.From = firstWord(clauses["from"])
	hop.By = firstWord(clauses["by"])
	hop.With = firstWord(clauses["with"])
	hop.ID = firstWord(clauses["id"])
	hop.For = strings.Trim(firstWord(clauses["for"]), "<>")
	if ip, ok := clientAddress(clauses["from"]); ok {
		hop.FromIP = ip.String()
		p.addIP(ip, at)
	}
	if strings.Contains(hop.From, ".") {
		p.extract(strings.Trim(hop.From, "[]"), withoutOffset(at))
	}
	if strings.Contains(hop.For, "@") {
		p.add(observable.Email, hop.For, at)
	}
	return hop
}

var receivedKeywords = []string{"from", "by", "via", "with", "id", "for"}

// receivedClauses gives what follows each keyword, comments included. The first
// of each counts.
func receivedClauses(s string) map[string]string {
	clauses := map[string]string{}
	var (
		keyword string
		start   int
		scan    scanner
	)
	end := func(at int) {
		if _, taken := clauses[keyword]; keyword != "" && !taken {
			clauses[keyword] = strings.TrimSpace(s[start:at])
		}
	}
	word := 0 // where the word at hand begins
	for i := 0; i <= len(s); i++ {
		if i < len(s) && scan.next(s[i]) && s[i] != ' ' && s[i] != '\t' {
			continue
		}
		if name := strings.ToLower(s[word:i]); slices.Contains(receivedKeywords, name) && (i == len(s) || scan.comment == 0) {
			end(word)
			keyword, start = name, i
		}
		word = i + 1
	}
	end(len(s))
	return clauses
}

func firstWord(s string) string {
	word, _, _ := strings.Cut(s, " ")
	word, _, _ = strings.Cut(word, "(")
	return strings.Trim(word, ",")
}

// clientAddress finds the address of the client: first in square brackets, then
// anywhere.
func clientAddress(s string) (netip.Addr, bool) {
	for _, cut := range []string{"[]", "[]() ,;="} {
		for _, word := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(cut, r) }) {
			if len(word) > 64 {
				continue
			}
			word = strings.TrimPrefix(strings.TrimPrefix(word, "IPv6:"), "ipv6:")
			if ip, err := netip.ParseAddr(word); err == nil {
				return ip.Unmap().WithZone(""), true
			}
		}
	}
	return netip.Addr{}, false
}

// inOrderOfTravel turns the hops round, because each server writes its field on
// top, and counts the time between them.
func inOrderOfTravel(hops []Hop) []Hop {
	slices.Reverse(hops)
	for i := 1; i < len(hops); i++ {
		if before, now := hops[i-1].Time, hops[i].Time; !before.IsZero() && !now.IsZero() {
			hops[i].Delay = now.Sub(before)
			seconds := hops[i].Delay.Seconds()
			hops[i].DelaySeconds = &seconds
		}
	}
	return hops
}
