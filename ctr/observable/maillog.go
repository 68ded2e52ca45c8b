package observable

import "strings"

// maxMID is the number of digits that a message id of an appliance can have.
const maxMID = 12

// messageNumber looks at the three-letter word line[i:j]: "MID 123" is how the
// appliance's mail log names a message, "mid": [1, 2] how its API does. It
// returns where the scan goes on.
func (s *scanner) messageNumber(line string, i, j int) int {
	switch line[i:j] {
	case "MID":
		a := j
		for a < len(line) && a-j < 3 && (line[a] == ' ' || line[a] == '=') {
			a++
		}
		if a == j || !s.number(line, &a, i) {
			return j
		}
		return s.logValue(line, a)
	case "mid":
		if i > 0 && line[i-1] == '"' && at(line, j) == '"' && at(line, j+1) == ':' {
			return s.numbersOf(line, j+2)
		}
	}
	return j
}

// assignedNumber looks for MID=123 and ESAMID=123, the field of the
// appliance's consolidated event log.
func (s *scanner) assignedNumber(line string, i, j int) int {
	p := strings.Index(line[i:j], "MID=")
	if p < 0 || p > 0 && isWord(line[i+p-1]) && !strings.HasSuffix(line[i:i+p], "ESA") {
		return j
	}
	a := i + p + len("MID=")
	if a == j && at(line, a) == ' ' {
		a++
	}
	s.number(line, &a, i)
	return max(a, j)
}

// number takes the message id at a and moves a behind it.
func (s *scanner) number(line string, a *int, i int) bool {
	b := *a
	for b < len(line) && isDigit(line[b]) {
		b++
	}
	if b == *a || b-*a > maxMID || line[*a] == '0' || b < len(line) && (isWord(line[b]) || line[b] == '.' && isWord(at(line, b+1))) || i > 0 && isWord(line[i-1]) {
		return false
	}
	s.addPlain(kMID, *a, b, Header)
	*a = b
	return true
}

// numbersOf takes the message ids of a JSON number or array.
func (s *scanner) numbersOf(line string, k int) int {
	for k < len(line) {
		switch b := line[k]; {
		case isDigit(b):
			if !s.number(line, &k, 0) {
				return k
			}
		case b == ' ' || b == '[' || b == ',' || b == '"':
			k++
		default:
			return k
		}
		if at(line, k) == ',' && !isDigit(at(line, k+1)) && at(line, k+1) != ' ' {
			return k
		}
	}
	return k
}

// logValue reads "Subject '…'" or "Message-ID '<…>'" behind a message's number
// that ends at b. Both run to the end of the line. The subject is scanned
// like any text, but for names of files.
func (s *scanner) logValue(line string, b int) int {
	if at(line, b+1) != 'S' && at(line, b+1) != 'M' {
		return b
	}
	rest := line[b:]
	k, label := kSubject, " Subject "
	if !strings.HasPrefix(rest, label) {
		k, label = kMessageID, " Message-ID "
		if !strings.HasPrefix(rest, label) {
			return b
		}
	}
	a, end := trimSpan(line, b+len(label), len(line))
	if end-a > 1 && (line[a] == '\'' || line[a] == '"') && line[end-1] == line[a] {
		a, end = a+1, end-1
	}
	if k == kMessageID && end-a > 2 && line[a] == '<' && line[end-1] == '>' {
		a, end = a+1, end-1
	}
	if end > a && (k == kSubject || !strings.ContainsAny(line[a:end], " \t<>")) {
		s.addFlagged(k, a, end, Header)
		if k == kMessageID {
			return len(line)
		}
	}
	s.skipFiles = true
	return b
}
