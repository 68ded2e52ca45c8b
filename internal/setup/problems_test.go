package setup

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// Every problem that a verification can have is said in Korean: its own codes, and those that it makes of
// the classes of SMTP failures and the kinds of API failures.
func TestEveryProblemIsSaidInKorean(t *testing.T) {
	codes := map[string]bool{}
	for _, from := range []struct{ file, pattern, prefix string }{
		{"../verify/problems.go", `Code\w+ += "([a-z_]+)"`, ""},
		{"../../esa/testmail/errors.go", `Class\w+ +Class = "([a-z-]+)"`, "smtp_"},
		{"../../esa/errors.go", `Kind\w+ +ErrorKind = "([a-z-]+)"`, "tracking_"},
	} {
		source, err := os.ReadFile(from.file)
		if err != nil {
			t.Fatal(err)
		}
		found := regexp.MustCompile(from.pattern).FindAllStringSubmatch(string(source), -1)
		if len(found) < 10 {
			t.Fatalf("%s has %d codes", from.file, len(found))
		}
		for _, f := range found {
			codes[from.prefix+strings.ReplaceAll(f[1], "-", "_")] = true
		}
	}
	delete(codes, "tracking_network") // it is tracking_unreachable
	codes["smtp_failed"], codes["tracking_failed"] = true, true
	for code := range codes {
		if got := InWords(code, "en"); got.EN != "en" || got.KO == "en" {
			t.Errorf("%s: %+v", code, got)
		}
	}
	for code := range problemsKO {
		if !codes[code] {
			t.Errorf("%s is no problem of a verification", code)
		}
	}
	if got := InWords("unheard_of", "en").In(Korean); got != "en" {
		t.Errorf("an unknown code says %q", got)
	}
}
