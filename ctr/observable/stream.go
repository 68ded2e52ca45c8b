package observable

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
)

// segmentMax bounds what is looked at in one piece. A segment ends with a
// line; only a line longer than this is cut, where white space, a comma or a
// quotation mark allows it.
const segmentMax = 64 << 10

// segmentEnd finds where the segment ends that begins with s, of which there
// is more to come unless whole is set. It depends on the text alone, not on
// how it was read.
func segmentEnd(s string, whole bool) int {
	if len(s) <= segmentMax {
		if whole {
			return len(s)
		}
		return 0
	}
	s = s[:segmentMax]
	// A line that a folded one follows stays together with it.
	for end := len(s); end > 0; {
		i := strings.LastIndexByte(s[:end], '\n')
		if i <= 0 {
			break
		}
		if i+1 < len(s) && !isBlank(s[i+1]) {
			return i + 1
		}
		end = i
	}
	if i := strings.LastIndexByte(s, '\n'); i > 0 {
		return i + 1
	}
	for _, cutset := range []string{" \t", "\"<>|", ",;'"} {
		if i := strings.LastIndexAny(s, cutset); i > 0 {
			return i + 1
		}
	}
	return len(s)
}

// sample is how much of a text tells how many matches the rest will have.
const sample = 1 << 20

var scanners = sync.Pool{New: func() any { return new(scanner) }}

// Extract finds the observables in a text, in the order of their offsets.
// Values are in normal form; Text and the offsets are what stood in the text.
func Extract(text string, o Options) []Match {
	var ms []Match
	x := newExtraction(&o, func(m *Match) error {
		ms = append(ms, *m)
		return nil
	})
	defer x.release()
	sampled := false
	for base := 0; base < len(text); {
		if !sampled && base > sample {
			// A long text goes on as it began: room for the rest at once.
			rest := float64(len(text)-base) / float64(base)
			ms = slices.Grow(ms, int(1.1*rest*float64(len(ms))))
			sampled = true
		}
		n := segmentEnd(text[base:], true)
		_ = x.segment(text[base:base+n], base) // it only passes on what emit says, which here is nothing
		base += n
	}
	return ms
}

// ExtractReader is Extract for a stream of any length: it keeps a fixed
// amount of it in memory and hands each match to emit as it is found. The
// matches are those of Extract on the whole text, however the reader cuts it.
// It ends with the error of emit, of the reader (which it wraps nothing
// around), or of ctx, which is looked at between reads.
//
// Text and Value of a match are parts of a string of up to 64 KB; whoever
// keeps many should keep copies (strings.Clone).
func ExtractReader(ctx context.Context, r io.Reader, o Options, emit func(Match) error) error {
	x := newExtraction(&o, func(m *Match) error { return emit(*m) })
	defer x.release()
	if x.s.buf == nil {
		x.s.buf = make([]byte, segmentMax+1)
	}
	buf := x.s.buf
	for base, have := 0, 0; ; {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := io.ReadFull(r, buf[have:])
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			return err
		}
		have += n
		if have == 0 {
			return nil
		}
		text := string(buf[:have])
		end := segmentEnd(text, err != nil)
		if err := x.segment(text[:end], base); err != nil {
			return err
		}
		have = copy(buf, buf[end:have])
		base += end
	}
}

// extraction is one run over a text.
type extraction struct {
	s     *scanner
	want  wanted
	emit  func(*Match) error
	err   error
	match Match // the one at hand
	spans []headerSpan
}

func newExtraction(o *Options, emit func(*Match) error) *extraction {
	s := scanners.Get().(*scanner)
	s.idHeader, s.skipFiles, s.nested, s.found = false, false, 0, s.found[:0]
	x := &extraction{s: s, want: newWanted(o), emit: emit}
	s.wantsNested = true
	return x
}

func (x *extraction) release() { scanners.Put(x.s) }

// segment scans whole lines and emits what they hold. base is the offset of
// the segment in the input.
func (x *extraction) segment(seg string, base int) error {
	s := x.s
	s.raw = ""
	for i := 0; i < len(seg); {
		eol := strings.IndexByte(seg[i:], '\n')
		if eol < 0 {
			eol = len(seg)
		} else {
			eol += i
		}
		if eol == i {
			// An empty line ends a header.
			s.idHeader, s.skipFiles = false, false
			i++
			continue
		}
		var done bool
		x.spans, done = s.header(seg, i, eol, x.spans[:0])
		x.sendHeaders(seg, base)
		if !done {
			line := seg[i:eol]
			s.previous, s.raw, s.refanged = s.raw, line, false
			scanned, files := line, s.skipFiles
			if !s.line(line, true) {
				s.found, s.skipFiles = s.found[:0], files
				scanned = s.refang(line)
				s.refanged = true
				s.line(scanned, false)
			}
			s.skipFiles = files
			x.flush(scanned, line, base+i)
		}
		if x.err != nil {
			return x.err
		}
		i = eol + 1
	}
	return nil
}

// sendHeaders emits the values of the headers that begin with a line.
func (x *extraction) sendHeaders(seg string, base int) {
	for _, h := range x.spans {
		x.match = Match{Observable{kindTypes[h.kind], h.value}, base + h.start, base + h.end, seg[h.start:h.end], Header}
		x.send(h.kind)
	}
}

// flush emits what was found in a line. line is as scanned, raw as it stood
// at offset at of the input.
func (x *extraction) flush(line, raw string, at int) {
	s := x.s
	if len(s.found) > 1 {
		s.sortFound()
	}
	for i := range s.found {
		f := &s.found[i]
		start, end, flags := f.start, f.end, f.flags
		if s.refanged {
			start, end = s.rawSpan(start, end)
			if s.editedWithin(f.start, f.end) {
				flags |= Defanged
			}
		}
		m := &x.match
		m.Start, m.End, m.Text, m.Flags = at+start, at+end, raw[start:end], flags
		if f.plain {
			m.Type, m.Value = kindTypes[f.kind], line[f.start:f.end]
		} else {
			m.Observable = s.value(line, f, m.Text)
		}
		x.send(f.kind)
	}
	s.found = s.found[:0]
}

// send emits the match at hand when the options ask for it.
func (x *extraction) send(k kind) {
	if x.err == nil && x.want.takes(&x.match, k) {
		x.err = x.emit(&x.match)
	}
}

// value brings a match into normal form. text is what stood in the input.
func (s *scanner) value(line string, f *found, text string) Observable {
	v := line[f.start:f.end]
	switch f.kind {
	case kTyped:
		return Observable{types[f.typed].Type, f.value}
	case kDomain, kEmail:
		v = normalHost(v)
	case kURL:
		v = f.value
	case kIPv6, kMAC:
		v = Observable{kindTypes[f.kind], v}.Normal().Value
	case kMD5, kSHA1, kSHA256:
		v = lowerASCII(v)
	case kFilePath, kRegistry:
		v = unescapePath(v)
	case kSubject, kUserAgent:
		v = text
	}
	return Observable{kindTypes[f.kind], v}
}
