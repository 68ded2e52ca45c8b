package config

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func writeConfig(t *testing.T, doc string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "config.toml")
	if err := os.WriteFile(path, []byte(doc), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func readString(t *testing.T, path string) string {
	t.Helper()
	doc, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(doc)
}

func TestPath(t *testing.T) {
	t.Setenv("CTRACE_CONFIG_DIR", "/somewhere")
	if got := Path(); got != "/somewhere/config.toml" {
		t.Error(got)
	}
}

func TestLoadWithoutAFile(t *testing.T) {
	_, err := Load(filepath.Join(t.TempDir(), "config.toml"))
	if !errors.Is(err, fs.ErrNotExist) || !strings.HasSuffix(err.Error(), "make one with: ctrace config init") {
		t.Error(err)
	}
}

func TestModes(t *testing.T) {
	path := writeConfig(t, sample)
	for mode, ok := range map[os.FileMode]bool{0o600: true, 0o644: true, 0o400: true, 0o660: false, 0o602: false, 0o666: false} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		_, err := Load(path)
		if ok != (err == nil) {
			t.Errorf("mode %o: %v", mode, err)
		}
		if err != nil && !strings.HasSuffix(err.Error(), "run: chmod 600 "+path) {
			t.Errorf("mode %o: %v", mode, err)
		}
	}
	if _, err := Load(filepath.Dir(path)); err == nil {
		t.Error("a folder was read as a file")
	}
}

func TestSaveAndLoad(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "config.toml")
	want := Config{Default: "a-1", Profiles: map[string]Profile{
		"a-1": Profile{
			Name: "a-1", Sender: "soc@example.kr", PassphraseCommand: "printf '%s\\n' \"x\\ty\" | tr -d '\u007f\x01' # é",
			Gateway:        Gateway{Host: "::1", Trust: Trust{PinSHA256: []string{samplePin, samplePin}}},
			ThreatResponse: ThreatResponse{Region: "eu", ClientID: "client-1", IROHURL: "https://127.0.0.1:1"},
		}.WithDefaults(),
		"b": Profile{Name: "b", Topology: SMA, Tracker: Tracker{URL: "https://sma", Username: "보안"}}.WithDefaults(),
	}}
	if err := save(path, want); err != nil {
		t.Fatal(err)
	}
	got, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	for name, mode := range map[string]os.FileMode{path: 0o600, filepath.Dir(path): 0o700} {
		info, err := os.Stat(name)
		if err != nil || info.Mode().Perm() != mode {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
	if err := save(path, Config{Default: "missing"}); err == nil {
		t.Error("a configuration that cannot be read back was written")
	}
	if entries, _ := os.ReadDir(filepath.Dir(path)); len(entries) != 1 {
		t.Errorf("left behind: %v", entries)
	}
}

func TestSaveKeepsASymbolicLink(t *testing.T) {
	target := writeConfig(t, sample)
	link := filepath.Join(t.TempDir(), "config.toml")
	if err := os.Symlink(target, link); err != nil {
		t.Skip(err)
	}
	if err := Add(link, Profile{Name: "third"}); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link became %v, %v", info.Mode(), err)
	}
	if !strings.Contains(readString(t, target), "[profiles.third]") {
		t.Error("the file behind the link was not changed")
	}
}

func TestAdd(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.toml")
	if err := Add(path, Profile{Name: "first"}); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(readString(t, path)+"# mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Add(path, Profile{Name: "second", Gateway: Gateway{Host: "h"}}); err != nil {
		t.Fatal(err)
	}
	if err := Add(path, Profile{Name: "second"}); err == nil || !strings.HasSuffix(err.Error(), `has a profile "second" already`) {
		t.Errorf("taken name: %v", err)
	}
	if err := Add(path, Profile{Name: "third", Gateway: Gateway{Host: "a b"}}); err == nil {
		t.Error("a wrong profile was added")
	}
	c, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{"first", "second"}, c.Names()); d != "" || c.Default != "first" || c.Profiles["second"].Gateway.Host != "h" {
		t.Errorf("%s%+v", d, c)
	}
	if !strings.Contains(readString(t, path), "# mine\n") {
		t.Error("a comment was lost")
	}
}

func TestPin(t *testing.T) {
	const hexPin = "AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA"
	tests := []struct {
		name, doc string
		section   Section
		want      string // the file afterwards
		err       string // the end of the error
	}{
		{
			"below the header",
			"[profiles.a.tracker] # the ESA\nurl = \"https://a\" # mine\n[profiles.b]\n", SectionTracker,
			"[profiles.a.tracker] # the ESA\npin_sha256 = [\"" + samplePin + "\"]\nurl = \"https://a\" # mine\n[profiles.b]\n", "",
		},
		{
			"header in the last line",
			"[profiles.a.tracker]", SectionTracker,
			"[profiles.a.tracker]\npin_sha256 = [\"" + samplePin + "\"]\n", "",
		},
		{
			"a section of its own",
			"[profiles.a]\nsender = \"a@b.c\"", SectionGateway,
			"[profiles.a]\nsender = \"a@b.c\"\n\n[profiles.a.gateway]\npin_sha256 = [\"" + samplePin + "\"]\n", "",
		},
		{
			"into the list",
			"[profiles.a.threat_response]\npin_sha256 = [ # old\n  \"sha256:u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7s=\",\n]\n", SectionThreatResponse,
			"[profiles.a.threat_response]\npin_sha256 = [\"" + samplePin + "\",  # old\n  \"sha256:u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7s=\",\n]\n", "",
		},
		{
			"there already",
			"[profiles.a.tracker]\npin_sha256 = [\"" + samplePin + "\"]\n", SectionTracker,
			"[profiles.a.tracker]\npin_sha256 = [\"" + samplePin + "\"]\n", "",
		},
		{
			"inline table",
			"[profiles.a]\ntracker = { url = \"https://a\" }\n", SectionTracker, "",
			`add it to its tracker yourself: pin_sha256 = ["` + samplePin + `"]; a ca_file there has to go`,
		},
		{
			"CA file in the way",
			"[profiles.a.tracker]\nca_file = \"x\"\n", SectionTracker, "",
			`add it to its tracker yourself: pin_sha256 = ["` + samplePin + `"]; a ca_file there has to go`,
		},
		{"unknown profile", "[profiles.b]\n", SectionTracker, "", `has no profile "a"`},
		{"unknown section", "[profiles.a]\n", "esa", "", `has no section "esa": use one of gateway, tracker, threat_response`},
		{
			"a further appliance",
			"[profiles.a.tracker]\nurl = \"https://a\"\n[profiles.a.tracker.more.esa2]\nurl = \"https://b\"\n", sectionOfAppliance("esa2"),
			"[profiles.a.tracker]\nurl = \"https://a\"\n[profiles.a.tracker.more.esa2]\npin_sha256 = [\"" + samplePin + "\"]\nurl = \"https://b\"\n", "",
		},
		{
			"a further appliance in one line",
			"[profiles.a.tracker]\nmore = { esa2 = { url = \"https://b\" } }\n", sectionOfAppliance("esa2"), "",
			`add it to its tracker.more.esa2 yourself: pin_sha256 = ["` + samplePin + `"]; a ca_file there has to go`,
		},
		{
			"an appliance that is not there", "[profiles.a.tracker.more.esa2]\nurl = \"https://b\"\n", sectionOfAppliance("esa3"), "",
			`has no section "tracker.more.esa3": use one of gateway, tracker, tracker.more.esa2, threat_response`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := writeConfig(t, tt.doc)
			err := Pin(path, "a", tt.section, hexPin)
			if tt.err != "" {
				if err == nil || !strings.HasSuffix(err.Error(), tt.err) {
					t.Errorf("error %v", err)
				}
				tt.want = tt.doc
			} else if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(tt.want, readString(t, path)); d != "" {
				t.Error(d)
			}
		})
	}
	if err := Pin(writeConfig(t, "[profiles.a]\n"), "a", SectionTracker, "x"); err == nil {
		t.Error("a wrong fingerprint was taken")
	}
}
