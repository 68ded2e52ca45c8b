package observable

import (
	"cmp"
	"slices"
)

// kind numbers the types that the scanner finds in bare text.
type kind uint8

const (
	kIP kind = iota
	kIPv6
	kDomain
	kURL
	kEmail
	kMD5
	kSHA1
	kSHA256
	kMAC
	kFileName
	kFilePath
	kMessageID
	kSubject
	kMID
	kUserAgent
	kRegistry
	kTyped // any type, written with its prefix
)

var kindTypes = [...]Type{
	kIP: IP, kIPv6: IPv6, kDomain: Domain, kURL: URL, kEmail: Email, kMD5: MD5, kSHA1: SHA1, kSHA256: SHA256, kMAC: MACAddress,
	kFileName: FileName, kFilePath: FilePath, kMessageID: EmailMessageID, kSubject: EmailSubject, kMID: CiscoMID,
	kUserAgent: UserAgent, kRegistry: RegistryKey,
}

// found is a match in the line at hand; its offsets are those of the line as
// it was scanned, without the defanging.
type found struct {
	kind       kind
	flags      Flags
	start, end int
	plain      bool   // the text is its own normal form
	typed      uint8  // index of the type in types, for kTyped
	value      string // of kURL and kTyped
}

// scanner finds observables line by line. What it carries from line to line
// depends only on the text before, so the result is the same however the
// text was cut into reads.
type scanner struct {
	tlds        tldCache
	found       []found
	nested      int  // inside the path of a URL
	wantsNested bool // addresses and hashes in URL paths are wanted

	buf       []byte // what was read of a stream
	raw       string // the line at hand as it stood
	previous  string // the line before in the segment, blank ones left out
	refanged  bool   // it was rewritten by the refanger
	out       []byte
	edits     []edit
	idHeader  bool // in a header that lists Message-IDs
	skipFiles bool // in a subject, whose words are no file names
}

func (s *scanner) add(k kind, a, b int) { s.addFlagged(k, a, b, 0) }

// addPlain adds a match whose text is its own normal form.
func (s *scanner) addPlain(k kind, a, b int, f Flags) {
	s.found = append(s.found, found{kind: k, start: a, end: b, flags: f, plain: true})
}

func (s *scanner) addFlagged(k kind, a, b int, f Flags) {
	if s.skipFiles && (k == kFileName || k == kFilePath) {
		return
	}
	s.found = append(s.found, found{kind: k, start: a, end: b, flags: f})
}

// addName adds a domain or an address whose host has bytes of these kinds.
func (s *scanner) addName(k kind, a, b int, f Flags, kinds kindOf) {
	s.found = append(s.found, found{kind: k, start: a, end: b, flags: f, plain: kinds&(aUpper|aHigh) == 0})
}

func (s *scanner) addURL(line string, u urlParts) {
	s.found = append(s.found, found{kind: kURL, start: u.start, end: u.end, value: urlValue(line, u)})
}

// line scans one line. With raw set, a defanged form in it stops the scan and
// returns false: the caller then rewrites the line and scans that.
func (s *scanner) line(line string, raw bool) bool {
	for i := 0; i < len(line); {
		m := class(0)
		j := i
		for j < len(line)-1 {
			c, d := classes[line[j]], classes[line[j+1]]
			if (c|d)&delim != 0 {
				break
			}
			m |= c | d
			j += 2
		}
		for ; j < len(line); j++ {
			c := classes[line[j]]
			if c&delim != 0 {
				break
			}
			m |= c
		}
		switch n := j - i; {
		case m&anchors != 0:
			if isPlain(line, i, j, m&anchors) {
				break
			}
			if raw && (m&(sign|colon|slash) != 0 && defangedToken(line, i, j, m) || line[i] == '.' && i > 0 && line[i-1] == ' ') {
				return false
			}
			j = max(j, s.token(line, i, j, m))
		case n <= 3:
			if n >= 2 {
				if raw && isSpelledOut(line[i:j]) {
					return false
				}
				if n == 3 && lower(line[i]) == 'm' {
					j = s.messageNumber(line, i, j)
				}
			}
		case n >= 32 || n >= macLen && m&dash != 0:
			j = max(j, s.token(line, i, j, m))
		case m&equals != 0:
			j = s.assignedNumber(line, i, j)
		}
		if j+2 < len(line) && line[j] == '<' && raw && angleForm(line, j) {
			return false
		}
		i = j + 1
	}
	return true
}

// token scans line[i:j], which holds no delimiter, and returns where to go
// on: some observables (paths, user agents) run over delimiters.
func (s *scanner) token(line string, i, j int, m class) int {
	for m&slash != 0 {
		end := s.pathToken(line, i, j, m)
		if end >= j {
			return end
		}
		if end == 0 {
			break
		}
		i = end // "C:\\a.exe,D:\\b.exe"
	}
	if m&(anchors|dash)&^slash == 0 {
		// Base64, or a hash with nothing around it.
		s.hashes(line, i, j)
		return j
	}
	k, floor := i, i
	token := line[:j]
	for k < len(token) {
		a := k
		kinds := kindOf(0)
		for k < len(token) {
			c := atoms[token[k]]
			if c == 0 {
				break
			}
			kinds |= c
			k++
		}
		if k > a {
			if end := s.atom(line, floor, a, k, kinds); end > k {
				k, floor = end, end
			} else if end < 0 {
				k, floor = -end, -end
			}
			continue
		}
		switch line[k] {
		case ':':
			if k+1 < j && line[k+1] == ':' {
				if k == i || !isWord(line[k-1]) {
					k = max(k+1, s.colonRun(line, k)-1)
				} else {
					k++
				}
			}
		case '@':
			if end := s.emailAt(line, floor, k); end > 0 {
				k, floor = end, end
				continue
			}
		}
		k++
	}
	return k
}

// atom scans line[a:b], a run of letters, digits, dots, dashes and
// underscores. It returns where to go on when that lies behind b, else 0.
func (s *scanner) atom(line string, floor, a, b int, kinds kindOf) int {
	next := byte(0)
	if b < len(line) {
		next = line[b]
	}
	switch next {
	case '@':
		if end := s.emailAt(line, floor, b); end > 0 {
			if start := s.found[len(s.found)-1].start; kinds&aHigh != 0 && start > a {
				// Other names, with text in another script between.
				s.foreign(line, a, start)
			}
			return end
		}
	case ':':
		if b+2 < len(line) && line[b+1] == '/' && line[b+2] == '/' {
			if start, ok := schemeBefore(line, b); ok {
				if end := s.urlAt(line, start, b); end > 0 {
					return end
				}
			}
		} else if end := s.hexColon(line, a, b, kinds); end > 0 {
			return end
		}
		if end := s.typedAt(line, a, b); end > 0 {
			return end
		}
	}
	if b-a >= 32 && kinds&(aDigit|aHex) != 0 {
		s.hashes(line, a, b)
	}
	if b-a == len("MID") && line[a] == 'M' {
		return s.messageNumber(line, a, b) // "(MID 123)"
	}
	if kinds&aDash != 0 {
		if start := macIn(line, a, b); start >= 0 {
			s.add(kMAC, start, start+macLen)
			return 0
		}
	}
	if kinds&aDot != 0 {
		return s.dotted(line, a, b, kinds)
	}
	return 0
}

// nest scans the path of a URL for addresses and hashes, as in links to
// look-up sites; names in it are not taken for domains or files.
func (s *scanner) nest(line string, a, b int) {
	s.nested++
	for k := a; k < b; k++ {
		start := k
		kinds := kindOf(0)
		for k < b && atoms[line[k]] != 0 {
			kinds |= atoms[line[k]]
			k++
		}
		if k-start >= 32 && kinds&(aDigit|aHex) != 0 {
			s.hashes(line, start, k)
		}
		if kinds == aDigit|aDot && k-start >= 7 {
			s.ipv4(line, start, k)
		}
	}
	s.nested--
}

// sortFound brings the matches of a line into the order of their offsets.
func (s *scanner) sortFound() {
	byStart := func(a, b found) int { return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(b.end, a.end)) }
	for i := 1; i < len(s.found); i++ {
		if byStart(s.found[i-1], s.found[i]) > 0 {
			slices.SortStableFunc(s.found, byStart)
			return
		}
	}
}
