package observable

import (
	"net/netip"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// schemes that a URL observable may have. Others ("cpe:", "urn:") are not
// places on the network.
var schemes = []string{
	"http", "https", "ftp", "ftps", "sftp", "tftp", "telnet", "ssh", "tcp", "udp", "ws", "wss", "ldap", "ldaps", "smb", "nfs", "rtsp",
	"rtmp", "irc", "ircs", "git", "svn", "rsync", "scp", "imap", "imaps", "pop3", "pop3s", "smtp", "smtps", "gopher", "mms", "socks4", "socks5", "webdav", "dav", "davs", "rdp", "vnc", "redis", "mongodb", "mysql", "postgres", "jdbc", "feed", "webcal", "itms", "ms-appinstaller", "search-ms", "stratum", "rmi", "iiop", "mqtt", "mqtts", "amqp", "amqps", "ssl", "tls", "dns", "doh", "quic", "ntp", "sip", "sips", "xmpp",
}

// schemeBefore finds the known scheme that ends at position end of line, which
// may be glued to what stands before it by anything but a letter or digit.
func schemeBefore(line string, end int) (start int, ok bool) {
	start = end
	for start > 0 && end-start < 16 && (isAlnum(line[start-1]) || line[start-1] == '-') {
		start--
	}
	word := line[start:end]
	if start > 0 && line[start-1] == '+' {
		// "stratum+tcp", "git+ssh"
		if first, ok := schemeBefore(line, start-1); ok && !hasFoldPrefix(word, "http") && slices.Contains(schemes, lowerASCII(word)) {
			return first, true
		}
	}
	for _, sc := range schemes {
		if !hasFoldSuffix(word, sc) {
			continue
		}
		at := end - len(sc)
		if at == start || !isAlnum(line[at-1]) || escapeEnds(line, at) {
			return at, true
		}
	}
	return 0, false
}

// urlAt reads the URL whose scheme starts at start and whose "://" stands at
// sep. It returns the end of what was read, or 0 when it is no URL.
func (s *scanner) urlAt(line string, start, sep int) int {
	u, ok := s.tlds.parseURL(line, start, sep)
	if !ok {
		return 0
	}
	s.addURL(line, u)
	if u.pathStart < u.end && s.wantsNested {
		s.nest(line, u.pathStart, u.end)
	}
	return u.end
}

// endsAuthority are the bytes behind user, host and port.
var endsAuthority = func() (t [256]bool) {
	for b := range 256 {
		t[b] = classes[b]&delim != 0
	}
	for _, b := range []byte(`/?#\`) {
		t[b] = true
	}
	return t
}()

// urlParts are positions in a line.
type urlParts struct {
	start, sep         int // scheme, "://"
	hostStart, hostEnd int
	pathStart, end     int
	kinds              kindOf // of the host's bytes
}

// parseURL finds where the URL ends and checks its host; see known for what
// it means to have no cache.
func (c *tldCache) parseURL(line string, start, sep int) (urlParts, bool) {
	u := urlParts{start: start, sep: sep, hostStart: sep + 3}
	opener := byte(0)
	if start > 0 {
		opener = line[start-1]
	}
	authEnd := u.hostStart
	for authEnd < len(line) && authEnd-u.hostStart < 512 && !endsAuthority[line[authEnd]] {
		authEnd++
	}
	if at := strings.LastIndexByte(line[u.hostStart:authEnd], '@'); at >= 0 {
		u.hostStart += at + 1
	}
	if !c.parseHost(line, &u) {
		return u, false
	}
	i := portEnd(line, u.hostEnd)
	u.pathStart, u.end = i, i
	if i < len(line) && (line[i] == '/' || line[i] == '?' || line[i] == '#') {
		u.end = trimURL(line, i, pathEnd(line, i, opener))
		if opener == '_' && u.end > i && line[u.end-1] == '_' {
			// Emphasis in Markdown.
			u.end--
		}
	}
	if u.end == u.hostEnd && line[u.end-1] == '.' {
		// What came behind the dot was no path, so that the dot ends a sentence and is not the root's.
		u.hostEnd--
		u.pathStart, u.end = u.hostEnd, u.hostEnd
	}
	return u, true
}

// parseHost reads a bracketed IPv6 address, an IPv4 address, or a name.
func (c *tldCache) parseHost(line string, u *urlParts) bool {
	h := u.hostStart
	if h < len(line) && line[h] == '[' {
		end := strings.IndexByte(line[h:min(len(line), h+48)], ']')
		if end < 0 {
			return false
		}
		u.hostEnd = h + end + 1
		addr, err := netip.ParseAddr(line[h+1 : h+end])
		return err == nil && addr.Is6()
	}
	b, kinds := h, kindOf(0)
	for b < len(line) && atoms[line[b]] != 0 {
		kinds |= atoms[line[b]]
		b++
	}
	if kinds&aHigh != 0 {
		b = foreignHostEnd(line, h, b)
	}
	u.hostEnd, u.kinds = b, kinds
	return c.hostOK(line, u)
}

// foreignHostEnd finds the end of a host with characters outside ASCII. Behind
// a scheme symbols count as well: registries have sold names of them.
func foreignHostEnd(line string, h, b int) int {
	for i := h; i < b; {
		r, n := utf8.DecodeRuneInString(line[i:b])
		if r >= 0x80 && !isNameRune(r, n) && !unicode.Is(unicode.So, r) || r == utf8.RuneError {
			return i
		}
		i += n
	}
	return b
}

// goesOn tells whether a port or a path follows a host, so that a dot before it is the root's.
func goesOn(line string, b int) bool {
	return portEnd(line, b) > b || b < len(line) && strings.IndexByte("/?#", line[b]) >= 0
}

// hostOK checks line[hostStart:hostEnd] and takes trailing dots off it.
func (c *tldCache) hostOK(line string, u *urlParts) bool {
	h, b := u.hostStart, u.hostEnd
	for b > h && (line[b-1] == '.' || line[b-1] == '-' || line[b-1] == '_') && (line[b-1] != '.' || !goesOn(line, b)) {
		b--
	}
	name := strings.TrimSuffix(line[h:b], ".")
	if name == "" || len(name) > 253 {
		return false
	}
	if isDigit(name[len(name)-1]) && parseIPv4(name) || hasFoldPrefix(name, "localhost") && len(name) == 9 {
		u.hostEnd = b
		return true
	}
	if c.validHost(name) {
		u.hostEnd = b
		return true
	}
	if isASCII(name) {
		return false
	}
	if _, end := c.cutGlue(line, h, h+len(name)); end < h+len(name) && c.validHost(line[h:end]) {
		u.hostEnd = end
		return true
	}
	return false
}

// validHost is validDomain for a name that need not be one of letters: DNS must be able to hold it.
func (c *tldCache) validHost(name string) bool {
	if _, ok := toASCII(name); !ok {
		return false
	}
	return c.validDomain(name)
}

func portEnd(line string, i int) int {
	if i+1 >= len(line) || line[i] != ':' || !isDigit(line[i+1]) {
		return i
	}
	end := i + 1
	for end < len(line) && end-i < 7 && isDigit(line[end]) {
		end++
	}
	if end-i > 6 {
		return i
	}
	return end
}

// pathEnd finds where path, query and fragment end: at a quotation mark, an
// unbalanced closing bracket, the start of another URL after a comma, a
// character that is no part of a name outside ASCII, or glued text.
func pathEnd(line string, i int, opener byte) int {
	var open [3]int
	for ; i < len(line); i++ {
		b := line[i]
		if urlPlain[b] {
			continue
		}
		switch b {
		case '\'':
			if opener == '\'' {
				return i
			}
		case '(', '[', '{':
			open[b>>5-1]++
		case ')', ']', '}':
			if open[b>>5-1]--; open[b>>5-1] < 0 {
				return i
			}
		case '&':
			if endsInHTML(line[i:]) {
				return i
			}
		case ',', ';':
			if startsScheme(line[i+1:]) {
				return i
			}
		default:
			if b < 0x80 {
				return i
			}
			r, n := utf8.DecodeRuneInString(line[i:])
			symbol := unicode.Is(unicode.So, r)
			if !isNameRune(r, n) && !symbol || (symbol || isGlue(r)) && isAlnum(line[i-1]) {
				return i
			}
			// A run of foreign letters stays together.
			for i += n; i < len(line) && line[i] >= 0x80; i += n {
				if r, n = utf8.DecodeRuneInString(line[i:]); !isNameRune(r, n) && !unicode.Is(unicode.So, r) {
					return i
				}
			}
			i--
		}
	}
	return i
}

// urlPlain are the bytes that a path takes without a second look.
var urlPlain = func() (t [256]bool) {
	for b := byte('!'); b < 0x7F; b++ {
		t[b] = classes[b]&delim == 0
	}
	for _, b := range []byte(`'()[]{},;\^&`) {
		t[b] = false
	}
	return t
}()

// endsInHTML tells the references for characters that end a URL, in text that
// was escaped for HTML. "&amp;" is none of them.
func endsInHTML(s string) bool {
	for _, e := range []string{"&quot;", "&gt;", "&lt;", "&apos;", "&#39;", "&#34;", "&nbsp;"} {
		if strings.HasPrefix(s, e) {
			return true
		}
	}
	return false
}

// startsScheme tells whether another URL begins here.
func startsScheme(s string) bool {
	i := 0
	for i < len(s) && i < 8 && isAlpha(s[i]) {
		i++
	}
	return i > 2 && strings.HasPrefix(s[i:], "://")
}

// trimURL takes off what ends a sentence, not a URL.
func trimURL(line string, from, end int) int {
	for end > from && strings.IndexByte(".,;:!?'*_~", line[end-1]) >= 0 {
		if line[end-1] == '_' && end-from > 2 && line[end-2] != '_' {
			break
		}
		end--
	}
	return end
}

// urlValue writes the URL with scheme and host in lower case; path, query and
// user stay as they are.
func urlValue(line string, u urlParts) string {
	text := line[u.start:u.end]
	host := line[u.hostStart:u.hostEnd]
	if u.kinds&(aUpper|aHigh) == 0 && line[u.hostStart] != '[' && lowerASCII(line[u.start:u.sep]) == line[u.start:u.sep] {
		return text
	}
	if a, ok := toASCII(host); ok {
		host = a
	}
	return lowerASCII(line[u.start:u.sep]) + line[u.sep:u.hostStart] + host + line[u.hostEnd:u.end]
}
