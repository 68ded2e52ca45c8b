package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestReplaceChangesOneProfileOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.toml")
	const doc = `# mine
default = "a"

[profiles.a]
sender = "a@example.com"
[profiles.a.gateway]
host = "old.example.com"

# the other one
[profiles.ab]
sender = "ab@example.com" # keep this
[profiles.ab.gateway]
host = "ab.example.com"
`
	if err := os.WriteFile(path, []byte(doc), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	p, err := c.Profile("a")
	if err != nil {
		t.Fatal(err)
	}
	p.Gateway.Host, p.Tracker.URL = "new.example.com", "https://new.example.com:6443"
	if err := Replace(path, p); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"# mine", "# the other one", "# keep this", "new.example.com", `default = "a"`} {
		if !strings.Contains(string(text), want) {
			t.Errorf("%q is not in the file any more:\n%s", want, text)
		}
	}
	if strings.Contains(string(text), "old.example.com") {
		t.Errorf("the old host is still there:\n%s", text)
	}
	if err := Replace(path, Profile{Name: "none"}); err == nil {
		t.Error("a profile that is not there was replaced")
	}
}
