package observable

import "strings"

// userAgentEnd finds the end of a browser's user agent: up to the quotation
// mark before it, or while products ("Chrome/120.0"), comments in brackets
// and the words that browsers add go on.
func userAgentEnd(line string, i int) int {
	if q := opener(line, i); q == '"' || q == '\'' {
		if n := strings.IndexByte(line[i:min(len(line), i+1024)], q); n > 0 {
			return i + n
		}
	}
	limit := min(len(line), i+1024)
	end := i
	for k := i; k < limit; k = end + 1 {
		next := userAgentPart(line[:limit], k)
		if next == 0 || k > i && hasFoldPrefix(line[k:], "mozilla/") {
			break // the next one begins, or there is none
		}
		end = next
		if end >= limit || line[end] != ' ' {
			break
		}
	}
	return end
}

func userAgentPart(line string, k int) int {
	if line[k] == '(' {
		depth := 0
		for n := k; n < len(line); n++ {
			switch line[n] {
			case '(':
				depth++
			case ')':
				if depth--; depth == 0 {
					return n + 1
				}
			}
		}
		return 0
	}
	n, depth := k, 0
	for ; n < len(line) && line[n] < 0x7F && classes[line[n]]&delim == 0; n++ {
		// In a W3C log a comment is part of the word: "Mozilla/5.0+(Windows+NT+10.0;+x64)".
		switch line[n] {
		case '(':
			depth++
		case ')':
			depth--
		}
		if depth < 0 || depth == 0 && (line[n] == ',' || line[n] == ';') {
			break
		}
	}
	word := strings.TrimRight(line[k:n], ".!?*:'_")
	n = k + len(word)
	if p := strings.IndexByte(word, '/'); p > 0 && p+1 < len(word) && !strings.Contains(word, "://") {
		return n
	}
	switch word {
	case "like", "Gecko", "Mobile", "Safari":
		return n
	}
	return 0
}
