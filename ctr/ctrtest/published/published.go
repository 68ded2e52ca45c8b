// Package published finds what was published about Threat Response (answers, API descriptions), and
// collections of observables, for tests. None of it is part of this repository, so tests that want it
// are skipped where it is not at hand.
package published

import (
	"os"
	"path/filepath"
	"testing"
)

// Path finds a file or folder by its place below $CTRACE_SHARED or, when that is not set, below a
// folder "shared" in or beside one of the parents of the working directory.
func Path(tb testing.TB, elements ...string) string {
	tb.Helper()
	var roots []string
	if shared := os.Getenv("CTRACE_SHARED"); shared != "" {
		roots = append(roots, shared)
	} else if dir, err := os.Getwd(); err == nil {
		for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
			roots = append(roots, filepath.Join(dir, "shared"))
		}
	}
	name := filepath.Join(elements...)
	for _, root := range roots {
		path := filepath.Join(root, name)
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	tb.Skipf("%s is not at hand; set CTRACE_SHARED to the folder that holds it", name)
	return ""
}
