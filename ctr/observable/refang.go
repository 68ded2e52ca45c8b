package observable

import (
	"sort"
	"strings"
)

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
	from, _ := s.rawByte(start)
	_, to := s.rawByte(end - 1)
	return from, to
}

// rawByte gives the bytes of the original line behind out[p].
func (s *scanner) rawByte(p int) (int, int) {
	i := s.editAfter(p + 1)
	if i == 0 {
		return p, p + 1
	}
	e := s.edits[i-1]
	if p < e.pos+e.n {
		return e.raw, e.rawEnd
	}
	raw := e.rawEnd + p - e.pos - e.n
	return raw, raw + 1
}

// editAfter gives the first edit at or behind position p of the result.
func (s *scanner) editAfter(p int) int {
	return sort.Search(len(s.edits), func(i int) bool { return s.edits[i].pos >= p })
}

// editedWithin tells whether a defanged form was undone in line[start:end].
func (s *scanner) editedWithin(start, end int) bool {
	for i := s.editAfter(start); i < len(s.edits) && s.edits[i].pos < end; i++ {
		if s.edits[i].n > 0 || s.edits[i].pos > start {
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
