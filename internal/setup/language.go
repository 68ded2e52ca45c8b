package setup

import "strings"

// Language is a language that every text of this package exists in.
type Language string

// The languages.
const (
	English Language = "en"
	Korean  Language = "ko"
)

// Text is one text in every language.
type Text struct {
	EN string
	KO string
}

// In returns the text in a language; English when the language is not known.
func (t Text) In(l Language) string {
	if l == Korean {
		return t.KO
	}
	return t.EN
}

// LanguageOf returns the language of a POSIX locale such as "ko_KR.UTF-8", or of a plain code
// such as "ko"; English for everything else.
func LanguageOf(locale string) Language {
	if l, _, _ := strings.Cut(strings.ToLower(locale), "_"); l == "ko" || strings.HasPrefix(l, "ko.") {
		return Korean
	}
	return English
}
