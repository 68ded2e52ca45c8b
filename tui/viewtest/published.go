package viewtest

import (
	"os"
	"path/filepath"
	"testing"
)

// Published finds a folder of published answers of a product. They are not part of this repository: they
// are in $CTRACE_SHARED, or in a folder "shared" beside one of our parents, and the test is skipped where
// they are not.
func Published(t *testing.T, product string) string {
	t.Helper()
	candidates := []string{os.Getenv("CTRACE_SHARED")}
	if dir, err := os.Getwd(); err == nil {
		for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
			candidates = append(candidates, filepath.Join(dir, "shared"))
		}
	}
	for _, c := range candidates {
		dir := filepath.Join(c, "samples", product)
		if info, err := os.Stat(dir); c != "" && err == nil && info.IsDir() {
			return dir
		}
	}
	t.Skip("no folder with published answers here; set CTRACE_SHARED to one")
	return ""
}
