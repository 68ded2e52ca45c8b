package observable

import "strings"

// isPlain tells the tokens that are cheap to tell from observables, and of
// which any text is full: "word." and "Name:", numbers, times of day, closing
// tags, and the punctuation of JSON. m are the anchors in the token.
func isPlain(line string, i, j int, m class) bool {
	n := j - i
	switch m {
	case dot:
		if line[j-1] == '.' {
			return line[i] != '.' && isShort(n-1) && strings.IndexByte(line[i:j-1], '.') < 0
		}
		return n < len("1.1.1.1") && isDigit(line[i]) && isDigit(line[j-1]) && (n < 3 || !isAlpha(line[j-2]))
	case colon:
		return isPlainColon(line, i, j)
	case slash:
		return line[i] == '/' && i > 0 && line[i-1] == '<'
	case sign:
		return n == 1 && at(line, j) == '"'
	case sign | colon:
		return n == 2 && line[i] == ':' && at(line, j) == '"' && line[i+1] != '['
	}
	return false
}

// isShort tells the lengths of words that are neither a hash nor a MAC address with dashes.
func isShort(n int) bool { return n < 32 && n != macLen }

// isPlainColon tells tokens with nothing but colons in them that are neither
// addresses nor typed values, nor part of a scheme that was torn apart.
func isPlainColon(line string, i, j int) bool {
	n, next := j-i, at(line, j)
	switch {
	case n == 1:
		return next == '"' && (i < 5 || line[i-5:i] != `"mid"`)
	case line[j-1] == ':':
		return isShort(n-1) && next != '"' && (next != ' ' || at(line, j+1) != '/') && strings.IndexByte(line[i:j-1], ':') < 0
	case n == len("15:04:05") && line[i+2] == ':' && line[i+5] == ':':
		return isDigit(line[i]) && isDigit(line[i+4])
	}
	p := i + strings.IndexByte(line[i:j], ':')
	return n < 32 && j-p-1 != macLen && next != '/' && line[p+1] != '\'' && strings.IndexByte(line[p+1:j], ':') < 0 && !bareTyped(line[i:p])
}
