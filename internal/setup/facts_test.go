package setup

import (
	"slices"
	"strings"
	"testing"
)

// Everything that speaks for a cause can be told in both languages.
func TestEverySignalOfTheTreeHasWords(t *testing.T) {
	for _, b := range Branches() {
		for _, c := range b.Causes {
			for _, s := range slices.Concat(b.Opens, c.Proof, c.Hints) {
				source, name, _ := strings.Cut(string(s), ":")
				words := s.Words()
				switch {
				case source == "problem":
				case words.EN == "" || words.KO == "":
					t.Errorf("%s of %s has no words", s, c.ID)
				case source == "fact" && facts[name].KO == "":
					t.Errorf("the fact %s of %s is not translated", name, c.ID)
				}
			}
		}
	}
}
