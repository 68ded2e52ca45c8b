package esatest

import (
	"bufio"
	"bytes"
	"errors"
	"time"
)

// Answers to content that is read to its end and then refused.
const (
	tooLarge     = "552 #5.3.4 message size exceeds limit"
	bareLineEnds = "554 message body contains illegal bare CR/LF characters"
)

// maxContent is a bound on what is kept of a message, whatever the limits say.
const maxContent = 64 << 20

// readData reads a message up to the line with a single dot and takes the dots away that were put
// in front of others (RFC 5321, 4.5.2). Only CRLF ends a line, so that nothing can be smuggled past
// the dot. A complaint is the answer to content that is not taken; err is a broken line.
func readData(r *bufio.Reader, limit int64, alive func() error) (content []byte, complaint string, err error) {
	limit = min(limit, maxContent)
	start := true // at the start of a line that CRLF began
	for count := 0; ; count++ {
		if count%256 == 0 {
			if err := alive(); err != nil {
				return nil, "", err
			}
		}
		line, err := r.ReadSlice('\n')
		full := errors.Is(err, bufio.ErrBufferFull)
		if err != nil && !full {
			return nil, "", err
		}
		ended := bytes.HasSuffix(line, []byte("\r\n"))
		if start && ended && len(line) == 3 && line[0] == '.' {
			return content, complaint, nil
		}
		if start && len(line) > 1 && line[0] == '.' {
			line = line[1:]
		}
		if full && line[len(line)-1] == '\r' { // its LF may be in the next piece
			_ = r.UnreadByte()
			line = line[:len(line)-1]
		}
		if complaint == "" && hasBareEnds(line, ended) {
			complaint = bareLineEnds
		}
		if int64(len(content)+len(line)) > limit {
			complaint, content = tooLarge, nil
		}
		if complaint == "" {
			content = append(content, line...)
		}
		start = ended && !full
	}
}

// hasBareEnds tells whether a piece holds a CR or LF that is not part of the CRLF at its end.
func hasBareEnds(line []byte, ended bool) bool {
	if ended {
		line = line[:len(line)-2]
	}
	return bytes.ContainsAny(line, "\r\n")
}

// keepAlive lets a sender that still sends go on.
func (s *session) keepAlive() error {
	return s.conn.SetReadDeadline(time.Now().Add(idleTimeout))
}
