package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ctrace/internal/lab"
)

// TestTrustOfFurtherAppliances pins the keys of all servers of a profile and then searches them: one
// server that is down does not keep the others from it.
func TestTrustOfFurtherAppliances(t *testing.T) {
	l, err := lab.Start(t.Context(), lab.Config{Messages: 5, Appliances: 2})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	dir, info := t.TempDir(), l.Info()
	t.Setenv("CTRACE_CONFIG_DIR", dir)
	t.Setenv("CTRACE_PASSPHRASE", info.Passphrase)
	file := fmt.Sprintf("[profiles.site.tracker]\nurl = %q\nusername = %q\n[profiles.site.tracker.more.esa2] # in the cellar\nurl = %q\n[profiles.site.tracker.more.down]\nurl = \"https://127.0.0.1:1\"\n",
		info.ESAURL, info.User, info.More[0].URL)
	path := filepath.Join(dir, "config.toml")
	if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	run := func(want int, args ...string) (string, string) {
		t.Helper()
		var out, errOut bytes.Buffer
		if code := newApp(strings.NewReader(""), &out, &errOut).execute(t.Context(), args); code != want {
			t.Errorf("%v: exit code %d, want %d\n%s%s", args, code, want, out.String(), errOut.String())
		}
		return out.String(), errOut.String()
	}
	if _, errOut := run(exitUsage, "config", "trust", "esa9"); !strings.Contains(errOut, "gateway, tracker, down, esa2, threat_response") {
		t.Errorf("an unknown name: %s", errOut)
	}
	out, errOut := run(exitNo, "config", "trust", "--yes")
	if n := strings.Count(out, "  pinned\n"); n != 2 || !strings.Contains(out, "tracker.more.esa2 127.0.0.1:") || !strings.Contains(errOut, "127.0.0.1:1 refused the connection") {
		t.Errorf("%d pinned:\n%s%s", n, out, errOut)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(raw), "pin_sha256 = "); n != 2 || !strings.Contains(string(raw), "more.esa2] # in the cellar\npin_sha256 = [\"sha256:") {
		t.Errorf("the configuration is\n%s", raw)
	}
	if out, _ := run(exitDone, "config", "trust", "esa2"); !strings.Contains(out, "is pinned already") {
		t.Errorf("again: %s", out)
	}
	if out, errOut := run(exitTracking, "track", "--limit", "0"); strings.Count(out, "\nesa2 ") < 3 || !strings.Contains(errOut, "down") {
		t.Errorf("the search:\n%s%s", out, errOut)
	}
}
