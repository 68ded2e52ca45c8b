package history

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// As a child process, the test binary appends events to a run, one line of
// output each, until it is killed or did as many as it was told.
const (
	childPath  = "CTRACE_TEST_HISTORY"
	childToken = "CTRACE_TEST_TOKEN"
	childCount = "CTRACE_TEST_COUNT"
)

func TestMain(m *testing.M) {
	if path := os.Getenv(childPath); path != "" {
		if err := child(path, os.Getenv(childToken), os.Getenv(childCount)); err != nil {
			panic(err)
		}
		return
	}
	goleak.VerifyTestMain(m)
}

func child(path, token, count string) error {
	ctx := context.Background()
	var n int
	if _, err := fmt.Sscan(count, &n); err != nil {
		return err
	}
	s, err := Open(ctx, path)
	if err != nil {
		return err
	}
	if err := s.Begin(ctx, Run{Token: token, Profile: "child", Plan: json.RawMessage(`{}`), StartedAt: time.Now()}); err != nil {
		return err
	}
	for i := 1; i <= n; i++ {
		if err := s.Append(ctx, token, time.Now(), "poll", json.RawMessage(fmt.Sprintf(`{"try":%d}`, i))); err != nil {
			return err
		}
		fmt.Fprintln(os.Stdout, i)
	}
	return s.Close()
}

func startChild(t *testing.T, path, token string, count int) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), childPath+"="+path, childToken+"="+token, fmt.Sprintf("%s=%d", childCount, count))
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, bufio.NewScanner(out)
}

func open(t testing.TB, path string) *Store {
	t.Helper()
	s, err := Open(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func newStore(t testing.TB) *Store {
	return open(t, filepath.Join(t.TempDir(), "history.db"))
}
