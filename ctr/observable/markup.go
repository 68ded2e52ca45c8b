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
