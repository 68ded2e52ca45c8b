package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets more tests run side by side than there are processors: they wait for other processes,
// deadlines and pauses nearly all the time. Whatever runs in this process finds no configuration, no history,
// no language and no terminal of whoever runs the tests.
func TestMain(m *testing.M) {
	testscript.Main(manyAtATime{m}, map[string]func(){"ctrace": func() { os.Exit(run()) }})
}

type manyAtATime struct{ *testing.M }

// Run implements testscript.TestingM.
func (m manyAtATime) Run() int {
	flag.Parse()
	_ = flag.Set("test.parallel", strconv.Itoa(max(16, runtime.GOMAXPROCS(0))))
	dir, err := os.MkdirTemp("", "ctrace-test-")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	for _, setting := range os.Environ() {
		if name, _, _ := strings.Cut(setting, "="); strings.HasPrefix(name, "CTRACE_") && name != "CTRACE_SHARED" {
			_ = os.Unsetenv(name)
		}
	}
	for name, value := range map[string]string{
		"CTRACE_STATE_DIR": filepath.Join(dir, "state"), "CTRACE_CONFIG_DIR": filepath.Join(dir, "config"),
		"LC_ALL": "", "LC_MESSAGES": "", "LANG": "C", "TERM": "xterm-256color", "NO_COLOR": "", "ACCESSIBLE": "",
	} {
		if err := os.Setenv(name, value); err != nil {
			panic(err)
		}
	}
	return m.M.Run()
}

// TestScripts runs the scripts in testdata/script, each with a configuration and a history of its own.
func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("CTRACE_CONFIG_DIR", filepath.Join(env.WorkDir, "config"))
			env.Setenv("CTRACE_STATE_DIR", filepath.Join(env.WorkDir, "state"))
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"exits": exits, "json": jsonMember, "nosecret": noSecret, "startlab": startLab, "noescape": noEscape,
		},
	})
}

// exits runs a command and checks its exit code: exits CODE COMMAND ARG...
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND ARG...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		exit, ok := errors.AsType[*exec.ExitError](err)
		if !ok {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d\nstdout: %s\nstderr: %s", got, want, ts.ReadFile("stdout"), ts.ReadFile("stderr"))
	}
}

// jsonMember checks a member of the object on standard output: json PATH [VALUE]. Without a value it
// only has to be there.
func jsonMember(ts *testscript.TestScript, neg bool, args []string) {
	var v any
	text := ts.ReadFile("stdout")
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		ts.Fatalf("standard output is not one JSON value: %v\n%s", err, text)
	}
	for name := range strings.SplitSeq(args[0], ".") {
		v = member(v, name)
	}
	if neg != (v == nil) {
		ts.Fatalf("member %s is %v\n%s", args[0], v, text)
	}
	if len(args) > 1 && fmt.Sprint(v) != args[1] {
		ts.Fatalf("member %s is %v, want %s\n%s", args[0], v, args[1], text)
	}
}

func member(v any, name string) any {
	switch v := v.(type) {
	case map[string]any:
		return v[name]
	case []any:
		if i, err := strconv.Atoi(name); err == nil && i < len(v) {
			return v[i]
		}
	}
	return nil
}

// noSecret checks that none of the texts is in standard output, standard error, or any file below the
// work folder but those in keep/.
func noSecret(ts *testscript.TestScript, _ bool, args []string) {
	look := func(where, text string) {
		for _, secret := range args {
			if secret != "" && strings.Contains(text, secret) {
				ts.Fatalf("%s holds the secret %s", where, secret)
			}
		}
	}
	look("standard output", ts.ReadFile("stdout"))
	look("standard error", ts.ReadFile("stderr"))
	ts.Check(filepath.WalkDir(ts.Getenv("WORK"), func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			if err == nil && d.Name() == "keep" {
				return filepath.SkipDir
			}
			return err
		}
		text, err := os.ReadFile(path)
		look(path, string(text))
		return err
	}))
}

// noEscape checks that the output has no ESC byte.
func noEscape(ts *testscript.TestScript, _ bool, _ []string) {
	for _, stream := range []string{"stdout", "stderr"} {
		if text := ts.ReadFile(stream); strings.ContainsRune(text, 0x1b) {
			ts.Fatalf("%s has an ESC byte: %q", stream, text)
		}
	}
}

// startLab runs `ctrace lab` in the background and sets LAB_SMTP, LAB_ESA_URL and so on from its line:
// startlab FLAG...
func startLab(ts *testscript.TestScript, _ bool, args []string) {
	path, err := exec.LookPath("ctrace")
	ts.Check(err)
	cmd := exec.Command(path, append([]string{"lab"}, args...)...)
	cmd.Dir = ts.Getenv("WORK")
	out, err := cmd.StdoutPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	ts.Defer(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		_ = cmd.Wait()
	})
	line, err := bufio.NewReader(out).ReadBytes('\n')
	ts.Check(err)
	var info map[string]string
	ts.Check(json.Unmarshal(line, &info))
	for name, value := range info {
		ts.Setenv("LAB_"+strings.ToUpper(name), value)
	}
}
