package observable

import "strings"

// schemeForm reads a scheme that was broken on purpose or in copying, and what
// stands between it and the host: "hxxp://", "h[tt]ps[:]//", "http:\\",
// "http : //". The byte at k is the first behind the scheme (blanks apart).
func schemeForm(s string, k int) (form, bool) {
	wordEnd := k
	if wordEnd > 1 && s[wordEnd-1] == ' ' {
		wordEnd--
	}
	start, scheme, plain := schemeWord(s, wordEnd)
	if scheme == "" {
		return form{}, false
	}
	end, odd, ok := separatorEnd(s, k)
	if !ok || end >= len(s) {
		return form{}, false
	}
	odd = odd || wordEnd != k
	if plain && !odd {
		return form{}, false
	}
	if !isWord(s[end]) && s[end] != '[' && s[end] != '_' || odd && !hostAhead(s, end) {
		return form{}, false
	}
	return form{start, end, scheme}, true
}

// separatorEnd reads what stands for "://" at k. odd says that it is written
// otherwise.
func separatorEnd(s string, k int) (end int, odd, ok bool) {
	if strings.HasPrefix(s[k:], "://") && k+3 < len(s) && (isWord(s[k+3]) || s[k+3] == '[' && !isSeparatorByte(at(s, k+4))) {
		return k + 3, false, true
	}
	colons, slashes, open := 0, 0, 0
	i := k
	for ; i < len(s) && i-k < 14; i++ {
		b := s[i]
		switch {
		case b == ':' && slashes == 0:
			colons++
		case b == '/' || b == '\\':
			slashes++
		case isOpening(b) && b != '<' && isSeparatorByte(at(s, i+1)):
			open++
		case open > 0 && isBracket(b) && !isOpening(b):
			open--
		case b == ' ' && colons == 1 && slashes == 0 && at(s, i+1) == '/':
		default:
			goto done
		}
	}
done:
	if colons > 1 || slashes == 0 || slashes > 4 || colons == 0 && slashes != 2 {
		return 0, false, false
	}
	if i < len(s) && s[i] == ' ' {
		i++
	}
	return i, true, true
}

func isSeparatorByte(b byte) bool { return b == ':' || b == '/' || b == '\\' }

// at is s[i], or 0 behind the end.
func at(s string, i int) byte {
	if i < len(s) {
		return s[i]
	}
	return 0
}

// hostAhead tells whether a host with a dot, or an address, begins at i.
func hostAhead(s string, i int) bool {
	for end := min(len(s), i+80); i < end; i++ {
		switch {
		case s[i] == '.' || s[i] == '[' || s[i] == '(' || s[i] == '{':
			return true
		case !isWord(s[i]) && s[i] != '-' && s[i] != '_' && s[i] != '@' && s[i] != ':' && s[i] != '\\':
			return false
		}
	}
	return false
}

// schemeWord finds the word before end that stands for a scheme, broken or
// whole; plain says that it is whole. The longest one counts.
func schemeWord(s string, end int) (start int, scheme string, plain bool) {
	start = end
	for start > 0 && end-start < 14 && (isAlpha(s[start-1]) || strings.IndexByte("*_-[](){}", s[start-1]) >= 0) {
		start--
	}
	for ; start < end-1; start++ {
		if start > 0 && isAlnum(s[start-1]) && !isEscapeLetter(s, start-1) {
			continue
		}
		if scheme, plain := wholeScheme(s[start:end]); scheme != "" {
			return start, scheme, plain
		}
	}
	return 0, "", false
}

// wholeScheme gives the scheme, with "://", that a word stands for.
func wholeScheme(word string) (scheme string, plain bool) {
	var buf [14]byte
	n, open := 0, 0
	for i := range len(word) {
		switch b := word[i]; {
		case isOpening(b):
			open++
		case isBracket(b):
			if open--; open < 0 {
				return "", false
			}
		default:
			buf[n] = lower(b)
			n++
		}
	}
	if open != 0 || n < 2 {
		return "", false
	}
	w := buf[:n]
	bare := n == len(word)
	switch string(w) {
	case "http":
		return "http://", bare
	case "https":
		return "https://", bare
	case "ftp":
		return "ftp://", bare
	case "ftps":
		return "ftps://", bare
	case "sftp":
		return "sftp://", bare
	case "fxp", "f*p", "fxxp", "f_p":
		return "ftp://", false
	case "fxps", "f*ps":
		return "ftps://", false
	case "sfxp", "sf*p":
		return "sftp://", false
	case "hpp", "ttp", "tp", "xxxp", "xxxx", "meow", "xttp", "nttp", "htttp":
		return "http://", false
	case "hpps", "ttps", "tps", "xxxps", "xxxxx", "xxxxs", "meows", "xttps", "htttps":
		return "https://", false
	}
	scheme = "http://"
	if w[len(w)-1] == 's' {
		scheme, w = "https://", w[:n-1]
	}
	if len(w) < 2 || len(w) > 7 || w[0] != 'h' || w[len(w)-1] != 'p' {
		return "", false
	}
	for _, b := range w[1 : len(w)-1] {
		if strings.IndexByte("xtz*_-", b) < 0 {
			return "", false
		}
	}
	return scheme, false
}
