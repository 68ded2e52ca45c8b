package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ctrace/internal/lab"
	"ctrace/internal/setup"
	"ctrace/tui/keys"
)

var writeDocs = flag.Bool("write-docs", false, "write the generated parts of the documentation")

// The page of faults is made from the decision tree and the lab's own list, so that it cannot fall
// behind: go test ./cmd/ctrace -run Page -write-docs
func TestFaultsPage(t *testing.T) { checkPage(t, "faults.md", faultsPage()) }

// The page of keys is made from the app's table of keys.
func TestKeysPage(t *testing.T) { checkPage(t, "keys.md", keysPage()) }

func checkPage(t *testing.T, name, want string) {
	t.Helper()
	path := filepath.Join("..", "..", "docs", name)
	if *writeDocs {
		if err := os.WriteFile(path, []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("%s is behind the program: write it anew with -write-docs", path)
	}
}

func faultsPage() string {
	var b strings.Builder
	b.WriteString(`# Faults

A verification that does not end ` + "`verified`" + ` is followed by the checks that a program can make, and both are
weighed against the decision tree below. The first causes are named with what to do: by ` + "`ctrace verify`" + `, in
its JSON under ` + "`causes`" + `, and in the app's Diagnosis panel.

Any of them can be planted to practise: ` + "`ctrace demo --fault NAME`" + `, ` + "`ctrace verify --demo --fault NAME`" + `.

## Symptoms and their causes, the most likely first
`)
	for _, branch := range setup.Branches() {
		fmt.Fprintf(&b, "\n### %s. %s\n\n| cause | what it is | how to check it | what to do | step |\n|---|---|---|---|---|\n", branch.ID, branch.Symptom.EN)
		for _, c := range branch.Causes {
			step := ""
			if c.Step > 0 {
				step = fmt.Sprint(c.Step)
			}
			fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s |\n", c.ID, cell(c.Title.EN), cell(c.How.EN), cell(c.Fix.EN), step)
		}
	}
	b.WriteString("\n## Faults that the lab can have\n\n| fault | what it does |\n|---|---|\n")
	for _, f := range lab.Faults() {
		fmt.Fprintf(&b, "| `%s` | %s |\n", f.Name, cell(f.Description))
	}
	return b.String()
}

func keysPage() string {
	var b strings.Builder
	b.WriteString("# Keys\n\nIn the app, `?` shows the keys that work where you are, with the reason when one does not; `:` runs a command by its name; a screen's is `:track screen` and so on.\n")
	for _, scope := range []keys.Scope{
		keys.Global, keys.Move, keys.Verify, keys.Transcript, keys.Track, keys.Message, keys.Held, keys.Look, keys.LookLine, keys.LookDraft, keys.LookMenu,
		keys.Tree, keys.History, keys.Page, keys.Table, keys.Setup, keys.Diagnosis, keys.Form, keys.Answers, keys.Panel,
	} {
		fmt.Fprintf(&b, "\n## %s\n\n| key | what it does | command |\n|---|---|---|\n", scope)
		for _, k := range keys.In(scope) {
			command := ""
			if k.Command != "" {
				command = "`:" + k.Command + "`"
			}
			fmt.Fprintf(&b, "| `%s` | %s | %s |\n", k.Show, cell(k.Long), command)
		}
	}
	return b.String()
}

// cell makes text fit into a cell of a Markdown table.
func cell(s string) string { return strings.ReplaceAll(s, "|", `\|`) }
