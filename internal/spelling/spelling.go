// Package spelling finds what a person meant by a word that is not known.
package spelling

import "strings"

// Nearest is the word, of those that are known, that a given one becomes by the fewest edits, the first of
// several; "" when even that takes so many that nobody can have meant it: more than two, and more than one
// for three letters. The case of the given word does not matter; the known ones are lower case.
func Nearest(given string, known []string) string {
	given = strings.ToLower(given)
	word, edits := "", max(2, len(given)/3)+1
	for _, k := range known {
		if d := distance(given, k); d < edits {
			word, edits = k, d
		}
	}
	return word
}

// distance is Levenshtein's distance: how many bytes to insert, delete or change.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal, row[j+1] = row[j+1], min(row[j]+1, row[j+1]+1, change)
		}
	}
	return row[len(b)]
}
