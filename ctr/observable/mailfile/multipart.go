package mailfile

import "bytes"

// splitParts calls yield with the bounds of each part of a multipart body, until
// it says false. A delimiter is a line of two hyphens and the boundary, and
// nothing but blanks behind it; two more hyphens close. It reports whether the
// body was closed. What stands before the first and after the last delimiter is
// never shown by mail programs and is not a part.
func splitParts(body []byte, boundary string, yield func(start, end int) bool) (closed bool) {
	delimiter := []byte("--" + boundary)
	start := -1
	for i := 0; i < len(body); {
		at := bytes.Index(body[i:], delimiter)
		if at < 0 {
			break
		}
		at += i
		line, next := cutLine(body, at)
		rest := bytes.TrimRight(line[len(delimiter):], " \t")
		closing := bytes.Equal(rest, []byte("--"))
		if at > 0 && body[at-1] != '\n' || len(rest) > 0 && !closing {
			i = at + len(delimiter)
			continue
		}
		if start >= 0 && !yield(start, endOfPart(body, start, at)) {
			return true
		}
		if closing {
			return true
		}
		start, i = next, next
	}
	if start >= 0 {
		yield(start, len(body))
	}
	return false
}

// endOfPart leaves the line end in front of a delimiter out of the part: it
// belongs to the delimiter.
func endOfPart(body []byte, start, delimiter int) int {
	end := delimiter
	if end > start && body[end-1] == '\n' {
		end--
		if end > start && body[end-1] == '\r' {
			end--
		}
	}
	return max(end, start)
}

// guessBoundary takes the first line that begins with two hyphens for a
// delimiter.
func guessBoundary(body []byte) string {
	for i := 0; i < len(body); {
		line, next := cutLine(body, i)
		line = bytes.TrimRight(line, " \t")
		if len(line) > 2 && len(line) <= 202 && bytes.HasPrefix(line, []byte("--")) {
			return string(line[2:])
		}
		i = next
	}
	return ""
}
