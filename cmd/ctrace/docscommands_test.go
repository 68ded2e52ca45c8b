package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestDocsNameCommandsThatExist looks every command up that the README and the pages tell people to type,
// with its flags.
func TestDocsNameCommandsThatExist(t *testing.T) {
	pages, err := filepath.Glob(filepath.Join("..", "..", "docs", "*.md"))
	if err != nil || len(pages) == 0 {
		t.Fatal(pages, err)
	}
	seen := 0
	for _, page := range append(pages, filepath.Join("..", "..", "README.md")) {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range typed(string(text)) {
			seen++
			if wrong := notACommand(strings.Fields(line)); wrong != "" {
				t.Errorf("%s says %q: %s", filepath.Base(page), line, wrong)
			}
		}
	}
	if seen < 40 {
		t.Errorf("only %d commands were found in the pages", seen)
	}
}

// spans are fenced blocks, code within a line, and lines of code.
var spans = regexp.MustCompile("(?s:```.*?```)|`[^`\n]+`|(?m:^    .*$)")

// typed gives the words behind "ctrace" of every command in a page.
func typed(page string) []string {
	var lines []string
	for _, code := range spans.FindAllString(strings.ReplaceAll(page, "./cmd/ctrace", "ctrace"), -1) {
		code, _, _ = strings.Cut(strings.Trim(code, "`"), "#")
		for part := range strings.SplitSeq(code, "|") {
			_, words, ok := strings.Cut(" "+strings.TrimSpace(part)+" ", " ctrace ")
			if ok && !strings.Contains(part, "go test") && !strings.Contains(part, "go install") {
				lines = append(lines, strings.TrimSpace(words))
			}
		}
	}
	return lines
}

// notACommand says what is wrong with a command line, nothing when there is such a command with such
// flags.
func notACommand(words []string) string {
	root := newRootCmd(&app{})
	root.InitDefaultCompletionCmd()
	cmd, rest, err := root.Find(words)
	if err != nil {
		return err.Error()
	}
	if len(words) > 0 && cmd == root && !strings.HasPrefix(words[0], "-") {
		return "there is no such command"
	}
	for _, word := range rest {
		name, _, _ := strings.Cut(strings.TrimLeft(word, "-"), "=")
		switch {
		case strings.HasPrefix(word, "--") && cmd.Flags().Lookup(name) == nil && cmd.InheritedFlags().Lookup(name) == nil:
			return "there is no flag " + word
		case len(word) == 2 && word[0] == '-' && cmd.Flags().ShorthandLookup(name) == nil && cmd.InheritedFlags().ShorthandLookup(name) == nil:
			return "there is no flag " + word
		}
	}
	return ""
}
