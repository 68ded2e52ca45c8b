package observable

import (
	"strings"
	"unicode/utf8"
)

// pathToken looks at a token with "/" or "\" for a path, a registry key or a
// user agent. It returns the end of what it took, which may lie behind the
// token, or 0.
func (s *scanner) pathToken(line string, i, j int, m class) int {
	if line[i] == 'h' && (strings.HasPrefix(line[i:j], "https://") || strings.HasPrefix(line[i:j], "http://")) {
		return 0
	}
	if m&sign != 0 {
		if p := strings.IndexByte(line[i:j], '\\'); p >= 0 {
			if end := s.windowsPath(line, i, i+p); end > 0 {
				return max(end, i+p+1)
			}
		}
	}
	p := strings.IndexByte(line[i:j], '/')
	if p < 0 {
		return 0
	}
	p += i
	if m&dot == 0 && p > i && isAlnum(line[p-1]) {
		// "text/html", base64: without a dot no file's name follows.
		return 0
	}
	if a := p - len("mozilla"); a >= i && isDigit(at(line, p+1)) && hasFoldPrefix(line[a:], "mozilla") && !behindWord(line, a) {
		end := userAgentEnd(line, a)
		s.add(kUserAgent, a, end)
		return end
	}
	if file := "file:///"; hasFoldPrefix(line[i:j], file) {
		p = i + len(file) - 1
		i = p
		if p+3 < j && isAlpha(line[p+1]) && line[p+2] == ':' && line[p+3] == '/' {
			i, p = p+1, p+3 // file:///C:/x
		}
	}
	return s.unixPath(line, i, p, j)
}

// unixRoots are the first components that make a path certain.
var unixRoots = wordSet(`bin boot dev etc home lib lib64 media mnt opt private proc root run sbin snap srv sys tmp usr var
	Applications Library System Users Volumes data`)

// unixPath looks at the token line[i:j], whose first slash is at p: an
// absolute path, one from "~", "." or "..", or a relative one to a file.
func (s *scanner) unixPath(line string, i, p, j int) int {
	if p+1 >= j || line[p+1] == '/' && (p == i || line[p-1] == ':') {
		return 0
	}
	start := p
	for start > i && (atoms[line[start-1]] != 0 || line[start-1] == '~') {
		start--
	}
	start = behindPunctuation(line, start, p)
	end := p
	for end < j && pathBytes[line[end]] {
		end++
	}
	end = punctuation(line, p, end)
	for end > p && strings.IndexByte(".,:-=", line[end-1]) >= 0 {
		end--
	}
	head, rest := line[start:p], line[p:end]
	last := rest[strings.LastIndexByte(rest, '/')+1:]
	if strings.HasPrefix(rest, "/dev/tcp/") || strings.HasPrefix(rest, "/dev/udp/") {
		// A connection of Bash, not a file.
		return 0
	}
	if start > i && (line[start-1] == '@' || line[start-1] == '<' || line[start-1] == ']') {
		return 0
	}
	var ok bool
	switch head {
	case "":
		if followsMethod(line[:start]) {
			// The request line of an HTTP log: no path of a file.
			if s.wantsNested {
				s.nest(line, p, j)
			}
			return j
		}
		first, _, more := strings.Cut(rest[1:], "/")
		if !more {
			return 0
		}
		ok = (unixRoots[first] && last != "" || !strings.Contains(rest, "//") && isFileName(last))
		if start-2 >= i && line[start-1] == ':' && isAlpha(line[start-2]) && !behindWord(line, start-2) {
			// C:/Users/bob/a.exe
			start, ok = start-2, strings.IndexByte(first, '=') < 0
		}
	case "~", ".", "..":
		ok = len(rest) > 1 && isWord(rest[1]) || strings.HasPrefix(rest, "/.")
		ok = ok && strings.IndexFunc(rest, func(r rune) bool { return r != '.' && r != '/' }) >= 0
	default:
		ok = strings.IndexByte(head, '.') < 0 && head[0] != '~' && isFileName(last) && isWord(rest[1])
		ok = ok && !(start > i && line[start-1] == ':' && allDigits(head)) // a port
	}
	if !ok || !utf8.ValidString(line[start:end]) {
		return 0
	}
	s.add(kFilePath, start, end)
	s.hashes(line, start, end)
	return end
}

// pathBytes may stand in a path without quotation marks.
var pathBytes = func() (t [256]bool) {
	for b := range 256 {
		t[b] = atoms[b] != 0
	}
	for _, b := range []byte("/+@%~#=,:") {
		t[b] = true
	}
	t[':'], t[','] = false, false
	return t
}()

// followsMethod tells whether an HTTP method stands before.
func followsMethod(before string) bool {
	if !strings.HasSuffix(before, " ") {
		return false
	}
	before = before[:len(before)-1]
	for _, m := range []string{"GET", "POST", "HEAD", "PUT", "OPTIONS", "DELETE", "PATCH", "CONNECT"} {
		if strings.HasSuffix(before, m) {
			return true
		}
	}
	return false
}

// behindWord tells whether a letter, a digit or "_" stands before i.
func behindWord(line string, i int) bool {
	if i == 0 || line[i-1] < 0x80 {
		return i > 0 && atoms[line[i-1]]&(aAlnum|aUnder) != 0
	}
	r, n := utf8.DecodeLastRuneInString(line[:i])
	return isNameRune(r, n)
}
