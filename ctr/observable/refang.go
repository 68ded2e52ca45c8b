package observable

import "strings"

// edit is a defanged form that was undone: out[pos:pos+n] of the rewritten
// line stands for raw[raw:rawEnd] of the original.
type edit struct{ pos, n, raw, rawEnd int }

// refang rewrites a line without its defanged forms and keeps the edits, so
// that places in the result can be found in the original.
func (s *scanner) refang(line string) string {
	s.out, s.edits = appendRefanged(s.out[:0], s.edits[:0], line)
	if len(s.edits) == 0 {
		return line
	}
	return string(s.out)
}

func appendRefanged(out []byte, edits []edit, line string) ([]byte, []edit) {
	last := 0
	for k := 0; k < len(line); {
		b := line[k]
		if !formTriggers[b] {
			k++
			continue
		}
		var f form
		var ok bool
		if b == ' ' {
			// Most blanks stand before something else.
			if n := at(line, k+1); n == ' ' || n == '.' || n == 'd' || n == 'D' || n == 'A' || n == 'a' {
				f, ok = wordForm(line, k)
			}
		} else {
			f, ok = formAt(line, k)
		}
		if !ok || f.start < last {
			k++
			continue
		}
		out = append(out, line[last:f.start]...)
		edits = append(edits, edit{len(out), len(f.repl), f.start, f.end})
		out = append(out, f.repl...)
		last, k = f.end, f.end
	}
	return append(out, line[last:]...), edits
}

// rawSpan gives the bytes of the original line behind out[start:end].
func (s *scanner) rawSpan(start, end int) (int, int) {
	return s.rawAt(start, false), s.rawAt(end, true)
}

// rawAt maps a position; at the end of a span it is the end of what the byte
// before it stands for.
func (s *scanner) rawAt(p int, end bool) int {
	raw := p
	for _, e := range s.edits {
		if e.pos > p || e.pos == p && (end || e.n > 0) {
			if e.pos == p && !end {
				return e.raw
			}
			break
		}
		if p < e.pos+e.n {
			if end {
				return e.rawEnd
			}
			return e.raw
		}
		raw = e.rawEnd + (p - e.pos - e.n)
	}
	return raw
}

// editedWithin tells whether a defanged form was undone in line[start:end].
func (s *scanner) editedWithin(start, end int) bool {
	for _, e := range s.edits {
		if e.pos >= end {
			return false
		}
		if e.pos >= start && e.pos < end {
			return true
		}
	}
	return false
}

// Refang undoes every defanged form in a text: "hxxp[:]//evil[.]com" becomes
// "http://evil.com". What is not defanged stays as it is, byte for byte.
func Refang(s string) string {
	var b strings.Builder
	var out []byte
	var edits []edit
	changed := false
	for line := range strings.Lines(s) {
		out, edits = appendRefanged(out[:0], edits[:0], line)
		changed = changed || len(edits) > 0
		b.Write(out)
	}
	if !changed {
		return s
	}
	return b.String()
}
