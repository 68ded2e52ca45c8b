package observable

// versionWords stand before a version number, which looks like an address.
var versionWords = []string{"ver", "ver.", "v.", "v", "release", "rel", "build", "asyncos", "firmware", "revision", "rev", "section", "sections", "sec.", "chapter", "clause", "kernel", "linux", "oid"}

// behindVersion may stand between the word and the number, as in "version 1",
// "Version: 1", fw_version="1" and "<version>1".
var behindVersion = func() (t [256]bool) {
	for _, b := range []byte(" \t:=\"'>(") {
		t[b] = true
	}
	return t
}()

// followsVersionWord looks at the word at the end of s.
func followsVersionWord(s string) bool {
	end := len(s)
	for end > 0 && behindVersion[s[end-1]] && end > len(s)-4 {
		end--
	}
	start := end
	for start > 0 && end-start < 16 && (isAlpha(s[start-1]) || s[start-1] == '.') {
		start--
	}
	w := s[start:end]
	if hasFoldSuffix(w, "version") || hasFoldSuffix(w, "versions") {
		return true
	}
	for _, v := range versionWords {
		if len(v) == len(w) && hasFoldPrefix(w, v) {
			return true
		}
	}
	return false
}

// routeWords stand before a slash and an address: Squid's "HIER_DIRECT/203.0.113.5",
// Bash's "/dev/tcp/203.0.113.5/443".
var routeWords = wordSet(`direct parent sibling tcp udp ip ipv4 host addr address src dst client server peer from to inside outside dmz`)

// followsRoute looks at the word at the end of s.
func followsRoute(s string) bool {
	a := len(s)
	for a > 0 && isAlpha(s[a-1]) && len(s)-a < 10 {
		a--
	}
	return routeWords[lowerASCII(s[a:])]
}
