package observable

import (
	"slices"
	"strings"
	"unicode/utf8"
)

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
		if more := strings.IndexByte(line[p+2:min(len(line), p+66)], '\\'); more > 1 && isHostPart(line[p+2:p+2+more]) {
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

func opener(line string, start int) byte {
	if start > 0 {
		return line[start-1]
	}
	return 0
}

// isHostPart tells what may stand between the first backslashes of
// \\host\share, and no class of a regular expression such as "\\s+" does.
func isHostPart(s string) bool {
	for i := range len(s) {
		if atoms[s[i]] == 0 && s[i] != '@' {
			return false
		}
	}
	return true
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
