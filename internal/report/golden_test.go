package report

import (
	"bytes"
	"regexp"
	"testing"

	"github.com/charmbracelet/x/exp/golden"
)

// Times that calls took, and what belongs to one start of the cloud, differ between runs.
var varying = []struct {
	pattern *regexp.Regexp
	becomes string
}{
	{regexp.MustCompile(`\b\d+\.\d\d s\b`), "0.00 s"},
	{regexp.MustCompile(`sha256-.{30,90}?&#39;`), "sha256-STYLE&#39;"},
	{regexp.MustCompile(`(?s)<style>.*</style>`), "<style></style>"},
}

// TestForms holds what the forms for reading look like.
func TestForms(t *testing.T) {
	inv := investigation(t)
	for _, format := range []Format{CSV, Markdown, HTML} {
		t.Run(string(format), func(t *testing.T) {
			var buf bytes.Buffer
			if err := Write(&buf, format, inv, about()); err != nil {
				t.Fatal(err)
			}
			text := buf.Bytes()
			for _, v := range varying {
				text = v.pattern.ReplaceAll(text, []byte(v.becomes))
			}
			golden.RequireEqual(t, text)
		})
	}
}
