package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	reports "ctrace/internal/report"
	"ctrace/internal/safetext"
)

// The forms of output.
const (
	formText  = "text"
	formJSON  = "json"  // one object
	formJSONL = "jsonl" // one object a line, as things happen
)

// outputFlag adds -o with the forms that a command has; the first is the default.
func outputFlag(cmd *cobra.Command, form *string, forms ...string) {
	v := &choice{value: form, forms: forms}
	*form = forms[0]
	cmd.Flags().VarP(v, "output", "o", "output: "+strings.Join(forms, ", "))
	_ = cmd.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(forms, cobra.ShellCompDirectiveNoFileComp))
}

// choice is a flag with a fixed list of values.
type choice struct {
	value *string
	forms []string
}

func (c *choice) String() string { return *c.value }
func (c *choice) Type() string   { return "form" }
func (c *choice) Set(s string) error {
	if !slices.Contains(c.forms, s) {
		return fmt.Errorf("use one of %s", strings.Join(c.forms, ", "))
	}
	*c.value = s
	return nil
}

// writeJSON writes one object on one line. Nothing in it acts on a terminal.
func writeJSON(w io.Writer, v any) error {
	line, err := reports.EncodeJSON(v)
	if err != nil {
		return err
	}
	_, err = w.Write(line)
	return err
}

// clean makes foreign text safe to print in one line.
func clean(s string) string { return safetext.Line(s).String() }

// paint colours text on terminals that want colours; nothing depends on it.
type paint bool

func (a *app) paint() paint {
	return paint(!a.noColor && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && terminal(a.out))
}

func (p paint) green(s string) string  { return p.sgr("32", s) }
func (p paint) red(s string) string    { return p.sgr("31", s) }
func (p paint) yellow(s string) string { return p.sgr("33", s) }
func (p paint) bold(s string) string   { return p.sgr("1", s) }

func (p paint) sgr(code, s string) string {
	if !p {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

// indented prints text of several sentences within 80 columns, behind an indent.
func indented(w io.Writer, indent, text string) {
	for _, line := range safetext.Line(text).Wrap(80 - len(indent)) {
		fmt.Fprintln(w, indent+line.String())
	}
}
