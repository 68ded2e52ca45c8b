package observable

import (
	"slices"
	"strings"
	"unicode"
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
				s.nest(line, p, end)
			}
			return end
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

// registryRoots are the names of the hives, long and short.
var registryRoots = []string{
	"HKEY_LOCAL_MACHINE", "HKEY_CURRENT_USER", "HKEY_CLASSES_ROOT", "HKEY_USERS", "HKEY_CURRENT_CONFIG", "HKEY_PERFORMANCE_DATA",
	"HKLM", "HKCU", "HKCR", "HKU", "HKCC",
}

// windowsPath looks at the token that begins at i and has its first backslash
// at p: a registry key, C:\x, \\host\x, %VAR%\x, ..\x, or dir\file.exe.
func (s *scanner) windowsPath(line string, i, p int) int {
	word := p
	for word > i && (atoms[line[word-1]]&(aAlnum|aUnder|aDash|aDot|aHigh) != 0) {
		word--
	}
	word = behindPunctuation(line, word, p)
	head := line[word:p]
	// What Windows puts in front of keys and of long paths.
	behind := p
	if long := `\\?\`; strings.EqualFold(head, "Computer") {
		behind = p + 1
	} else if head == "" && strings.HasPrefix(line[p:], long) {
		behind = p + len(long)
	}
	if behind > p {
		if next := strings.IndexByte(line[behind:min(len(line), behind+maxPath)], '\\'); next > 0 {
			return s.windowsPath(line, behind, behind+next)
		}
	}
	if key := strings.TrimSuffix(line[i:p], ":"); len(key) >= 3 {
		for _, root := range registryRoots {
			if at := i + len(key) - len(root); at >= i && strings.EqualFold(line[at:at+len(root)], root) && !behindWord(line, at) {
				return s.takePath(line, kRegistry, at, p)
			}
		}
	}
	switch {
	case p-2 >= i && line[p-1] == ':' && isAlpha(line[p-2]) && !behindWord(line, p-2):
		return s.takePath(line, kFilePath, p-2, p)
	case (head == ".." || head == ".") && (word == i || strings.IndexByte("'=(:,[", line[word-1]) >= 0):
		return s.takePath(line, kFilePath, word, p)
	case p > i && line[p-1] == '%':
		if at := strings.LastIndexByte(line[max(i, p-34):p-1], '%'); at >= 0 {
			return s.takePath(line, kFilePath, max(i, p-34)+at, p)
		}
	case head == "" && p+2 < len(line) && line[p+1] == '\\' && isWord(line[p+2]) && (p == i || line[p-1] != ':'):
		// \\host\share: a second component makes it a path.
		if more := strings.IndexByte(line[p+2:min(len(line), p+66)], '\\'); more > 0 && !strings.ContainsAny(line[p+2:p+2+more], " \t\"<>") {
			return s.takePath(line, kFilePath, p, p)
		}
	case head != "" && p+1 < len(line) && isWord(line[p+1]):
		end := p
		for end < len(line) && end-p < maxPath && (line[end] == '\\' || pathBytes[line[end]] && line[end] != '/') {
			end++
		}
		if end = trimPath(line, p, end); isFileName(line[word:end]) {
			s.add(kFilePath, word, end)
			s.hashes(line, p, end)
			return end
		}
	}
	return 0
}

// behindWord tells whether a letter, a digit or "_" stands before i.
func behindWord(line string, i int) bool {
	if i == 0 || line[i-1] < 0x80 {
		return i > 0 && atoms[line[i-1]]&(aAlnum|aUnder) != 0
	}
	r, n := utf8.DecodeLastRuneInString(line[:i])
	return isNameRune(r, n)
}

// punctuation gives the place of the first quotation mark, full stop or the
// like outside ASCII in line[a:b], or b.
func punctuation(line string, a, b int) int {
	for i := a; i < b; i++ {
		if line[i] < 0x80 {
			continue
		}
		r, n := utf8.DecodeRuneInString(line[i:b])
		if unicode.In(r, unicode.P, unicode.Z) {
			return i
		}
		i += n - 1
	}
	return b
}

// behindPunctuation gives the place behind the last of them, or a.
func behindPunctuation(line string, a, b int) int {
	for p := punctuation(line, a, b); p < b; p = punctuation(line, a, b) {
		_, n := utf8.DecodeRuneInString(line[p:b])
		a = p + n
	}
	return a
}

func opener(line string, start int) byte {
	if start > 0 {
		return line[start-1]
	}
	return 0
}

// maxPath bounds a path; Windows itself ends at 260 characters unless asked.
const maxPath = 600

// takePath adds the path from start, whose first backslash is at p.
func (s *scanner) takePath(line string, k kind, start, p int) int {
	end := punctuation(line, p, windowsEnd(line, p, opener(line, start)))
	end = trimPath(line, p, end)
	if end-p < 2 || !utf8.ValidString(line[start:end]) || strings.IndexFunc(line[p:end], func(r rune) bool { return r != '\\' && r != '.' && r != ' ' }) < 0 {
		return 0
	}
	s.add(k, start, end)
	if k == kFilePath {
		s.hashes(line, p, end)
	}
	return end
}

// windowsEnd finds the end of a path with backslashes. In quotation marks
// that is the closing one. Elsewhere blanks are hard: they belong to the path
// when another backslash follows soon, or the ending of a file.
func windowsEnd(line string, p int, opener byte) int {
	line = line[:min(len(line), p+maxPath)]
	if opener == '"' || opener == '\'' {
		if n := strings.IndexByte(line[p:], opener); n > 0 && !strings.ContainsAny(line[p:p+n], "<>|\"\n") {
			return trimPath(line, p, p+n)
		}
	}
	component, parens, squares := p, 0, 0
	i := p
	for ; i < len(line); i++ {
		b := line[i]
		switch {
		case b == '\\':
			component = i + 1
		case b == '(':
			parens++
		case b == ')':
			if parens--; parens < 0 {
				return trimPath(line, p, i)
			}
		case b == '[':
			squares++
		case b == ']':
			if squares--; squares < 0 {
				return trimPath(line, p, i)
			}
		case b == ' ':
			next := pastBlank(line, component, i)
			if next == 0 {
				return trimPath(line, p, i)
			}
			i = next - 1
		case b < ' ' || strings.IndexByte("<>\"|*?:/`;,", b) >= 0:
			return trimPath(line, p, i)
		}
	}
	return trimPath(line, p, i)
}

// pastBlank tells where a path goes on that has a blank at i: at the next
// backslash, or behind a file's ending; 0 when the path ends before the blank.
func pastBlank(line string, component, i int) int {
	if i-component > 200 || isFileName(line[component:i]) {
		return 0
	}
	words := 0
	for k := i + 1; k < len(line) && k-i < 64 && words < 4; k++ {
		b := line[k]
		switch {
		case b == '\\':
			word := line[i+1 : k]
			if word = word[strings.LastIndexByte(word, ' ')+1:]; word == "" || slices.Contains(registryRoots, word) {
				return 0
			}
			return k
		case b < ' ' || strings.IndexByte("<>\"|*?:/`;,=", b) >= 0:
			return 0
		case b == ' ' || b == ')':
			words++
			if isFileName(line[component:k]) {
				return k
			}
		}
		if k+1 == len(line) && isFileName(line[component:k+1]) {
			return k + 1
		}
	}
	return 0
}

func trimPath(line string, p, end int) int {
	for end > p && strings.IndexByte(".,; '!", line[end-1]) >= 0 {
		end--
	}
	return end
}
