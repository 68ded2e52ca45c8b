package observable

// opensEmphasis and closesEmphasis tell the underscores that set a word off
// in Markdown from those within a name.
func opensEmphasis(line string, i int) bool {
	return line[i] == '_' && (i == 0 || atoms[line[i-1]] == 0)
}

func closesEmphasis(line string, i int) bool {
	return at(line, i) == '_' && atoms[at(line, i+1)] == 0
}

// isEscapeLetter tells the n of "\n" in text that holds escape sequences,
// such as JSON: it does not belong to the word behind it.
func isEscapeLetter(line string, i int) bool {
	return i > 0 && line[i-1] == '\\' && (line[i] == 'n' || line[i] == 'r' || line[i] == 't')
}

// escapeLen gives the length of what follows the backslash of an escape
// sequence, when that stands before i: 1 for "\n", 5 for "\u0022".
func escapeLen(line string, i int) int {
	if isEscapeLetter(line, i) {
		return 1
	}
	const code = "u0022"
	if i == 0 || line[i-1] != '\\' || i+len(code) > len(line) || line[i] != 'u' {
		return 0
	}
	for _, b := range []byte(line[i+1 : i+len(code)]) {
		if !isHex(b) {
			return 0
		}
	}
	return len(code)
}

// escapeEnds tells whether an escape sequence ends before i.
func escapeEnds(line string, i int) bool {
	const code = `\u0022`
	return i > 1 && isEscapeLetter(line, i-1) || i >= len(code) && line[i-len(code)] == '\\' && escapeLen(line, i-len(code)+1) == len(code)-1
}
