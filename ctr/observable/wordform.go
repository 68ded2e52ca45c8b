package observable

import "strings"

// isSpelledOut tells a token that may be a dot or an at sign written as a word
// between blanks ("evil dot example DOT com").
func isSpelledOut(word string) bool {
	switch word {
	case "dot", "DOT", "Dot", "AT":
		return true
	}
	return false
}

// wordForm reads a spelled-out dot or at sign that begins with the blank at k,
// and the dot behind a blank. That needs care: "at" and "dot" are words of
// English, and " ." may end a sentence.
func wordForm(s string, k int) (form, bool) {
	if k == 0 || !isWord(s[k-1]) && !isBracket(s[k-1]) {
		return form{}, false
	}
	if at(s, k+1) == '.' && k+2 < len(s) && isAlnum(s[k+2]) {
		return gapForm(s, k)
	}
	p := skipBlanks(s, k)
	end := p
	for end < len(s) && end-p < 4 && s[end] != ' ' {
		end++
	}
	next := skipBlanks(s, end)
	if next == end || next >= len(s) || !isWord(s[next]) {
		return form{}, false
	}
	switch s[p:end] {
	case "dot", "Dot", ".":
		if isDigit(s[k-1]) && isDigit(s[next]) && s[p:end] != "." || spacedAddress(s, k, next) {
			return form{k, next, "."}, true
		}
		if last, _ := nameAhead(s, next); isCommonTLD(last) {
			return form{k, next, "."}, true
		}
	case "DOT":
		if last, _ := nameAhead(s, next); isDigit(s[next]) && isDigit(s[k-1]) || looksTLD(last) {
			return form{k, next, "."}, true
		}
	case "AT":
		last, dots := nameAhead(s, next)
		if dots > 0 && looksTLD(last) && !(isUpper(s[k-1]) && isUpper(s[next])) {
			return form{k, next, "@"}, true
		}
	case "at":
		last, _ := nameAhead(s, next)
		if spelledOut(s, next) && isCommonTLD(last) && !isVerbBeforeAt(s[:k]) {
			return form{k, next, "@"}, true
		}
	}
	return form{}, false
}

// gapForm reads "http://evil .example .com/x", the way the appliance rewrites
// URLs so that mail programs do not link them. Without a scheme, or when the
// host before the blank stands on its own, it is prose.
func gapForm(s string, k int) (form, bool) {
	a, gaps := k, 0
	for a > 0 && k-a < 253 && (isWord(s[a-1]) || s[a-1] == '-' || s[a-1] == '.' || s[a-1] == ' ' && s[a] == '.') {
		if a--; s[a] == ' ' {
			gaps++
		}
	}
	if a < 2 || s[a-1] != '/' || s[a-2] != '/' {
		return form{}, false
	}
	host := strings.ReplaceAll(s[a:k], " ", "")
	if last := host[strings.LastIndexByte(host, '.')+1:]; gaps == 0 && last != host && looksTLD(last) {
		return form{}, false
	}
	if last, _ := nameAhead(s, k+2); !looksTLD(last) {
		return form{}, false
	}
	return form{k, k + 1, ""}, true
}

func skipBlanks(s string, i int) int {
	for n := 0; i < len(s) && s[i] == ' ' && n < 3; n++ {
		i++
	}
	return i
}

// spacedAddress tells "2.2.2 . 2": groups of digits around a spaced dot with
// another dot near.
func spacedAddress(s string, k, next int) bool {
	if !isDigit(s[k-1]) || !isDigit(s[next]) {
		return false
	}
	a := k
	for a > 0 && k-a < 24 && (isDigit(s[a-1]) || s[a-1] == '.' || s[a-1] == ' ') {
		a--
	}
	b := next
	for b < len(s) && b-next < 24 && (isDigit(s[b]) || s[b] == '.' || s[b] == ' ') {
		b++
	}
	compact := strings.ReplaceAll(s[a:k], " ", "") + "." + strings.ReplaceAll(s[next:b], " ", "")
	return parseIPv4(strings.Trim(compact, "."))
}

// nameAhead reads the labels that begin at i, joined by dots in any of the
// common spellings, and gives the last one and how many dots came before it.
func nameAhead(s string, i int) (last string, dots int) {
	for dots < 10 {
		end := i
		for end < len(s) && end-i < 64 && (isWord(s[end]) || s[end] == '-' || s[end] == '_') {
			end++
		}
		last = s[i:end]
		next := dotAhead(s, end)
		if next == 0 {
			return last, dots
		}
		i = next
		dots++
	}
	return "", dots
}

// dotAhead skips a dot in any of the common spellings, 0 when there is none.
func dotAhead(s string, i int) int {
	p := skipBlanks(s, i)
	if p < len(s) && isOpening(s[p]) {
		p++
	}
	switch {
	case p < len(s) && s[p] == '.':
		p++
	case p > i && hasFoldPrefix(s[p:], "dot"):
		p += 3
	default:
		return 0
	}
	if p < len(s) && isBracket(s[p]) {
		p++
	}
	if p-i > 1 {
		p = skipBlanks(s, p)
	}
	if p < len(s) && isWord(s[p]) {
		return p
	}
	return 0
}

// spelledOut tells whether the first dot of the name at i is written " dot ".
func spelledOut(s string, i int) bool {
	for end := min(len(s), i+64); i < end; i++ {
		if s[i] == ' ' {
			return hasFoldPrefix(s[i:], " dot ")
		}
		if !isAlnum(s[i]) && s[i] != '-' {
			return false
		}
	}
	return false
}

// commonTLDs are those that people spell out after "dot"; words of English
// that are top-level domains too ("in", "is", "to", "at") are not among them.
var commonTLDs = wordSet(`com net org info biz edu gov mil int io co ru cn uk de fr nl eu us jp kr br pl ua ir au ca ch se es cz ro gr tr hu
	xyz top club online site tech store shop live pro dev app cloud space website tk ml ga cf gq cc tv ws`)

func isCommonTLD(label string) bool {
	return len(label) <= 8 && commonTLDs[label] || len(label) <= 8 && label != "" && isUpper(label[0]) && isUpper(label[len(label)-1]) && commonTLDs[lowerASCII(label)]
}

func looksTLD(label string) bool {
	return len(label) >= 2 && len(label) <= tldMax && isASCII(label) && isTLD(lowerASCII(label))
}

// isVerbBeforeAt tells words after which "at" keeps its meaning.
func isVerbBeforeAt(before string) bool {
	i := strings.LastIndexByte(before, ' ')
	switch strings.ToLower(before[i+1:]) {
	case "is", "are", "was", "us", "me", "it", "them", "him", "her", "you", "look", "looking", "found", "find", "hosted", "located", "available", "failed", "online", "visit", "here", "site", "website", "page", "more", "also", "and", "or", "seen", "based", "registered":
		return true
	}
	return false
}
