package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ctrace/ctr/observable"
)

// TestInvestigateReadsLists reads files: a list is read line by line, so that a line that is no
// observable neither spoils the typed ones nor goes unnoticed; prose is not.
func TestInvestigateReadsLists(t *testing.T) {
	for name, c := range map[string]struct {
		text, want, said string
		types            []string
	}{
		"a list": {
			text: "# from the sandbox\n192.0.2.1\n\nmutex:\"Global\\x\"\r\nnothing at all\nevil[.]example.com\n",
			want: `ip:"192.0.2.1" mutex:"Global\\x" domain:"evil.example.com"`, said: "no observable in 1 line of the list; the first is line 5: nothing at all",
		},
		"a list with words": {
			text: "192.0.2.1\nmutex:m\nseen at 192.0.2.2 and 192.0.2.3\n", want: `ip:"192.0.2.1" mutex:"m" ip:"192.0.2.2" ip:"192.0.2.3"`,
		},
		"wanted types only": {
			text: "192.0.2.1\nmutex:m\nat evil.example.com\nfile_name:a.exe\n", types: []string{"domain", "file_name"}, want: `domain:"evil.example.com" file_name:"a.exe"`,
		},
		"hostile": {
			text: "192.0.2.1\n192.0.2.2\n\x1b[2J\n\x1b[3J\n", want: `ip:"192.0.2.1" ip:"192.0.2.2"`, said: "no observable in 2 lines of the list; the first is line 3: ␛[2J",
		},
		"a list that begins with a type": {
			text: "mutex:\"m\"\nnothing at all\n192.0.2.1\n", want: `mutex:"m" ip:"192.0.2.1"`, said: "no observable in 1 line of the list; the first is line 2: nothing at all",
		},
		"prose": {text: "Dear Sir,\nplease look at 192.0.2.1\nKind regards\n", want: `ip:"192.0.2.1"`},
		"prose with a mistake": {
			text: "Dear Sir,\nplease look at 192.0.2.1\nand flie_name:\"a.exe\" too\n", want: `ip:"192.0.2.1" file_name:"a.exe"`,
			said: "line 3: flie_name is no observable type; did you mean file_name?",
		},
		"a value that is none": {
			text: "ip:\"192.0.2.300\"\n", want: `ip:"192.0.2.300"`,
			said: `asked about as it is written, though no module may know it: IP address "192.0.2.300": it should be four numbers from 0 to 255 with dots between`,
		},
		"a query":     {text: "192.0.2.1 192.0.2.2\n", want: `ip:"192.0.2.1" ip:"192.0.2.2"`},
		"a line only": {text: "nothing\n"},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "list.txt")
			if err := os.WriteFile(file, []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			var problems bytes.Buffer
			a := newApp(nil, nil, &problems)
			q, err := a.inquire(t.Context(), &investigateOptions{input: inputOptions{files: []string{file}, types: c.types}}, nil)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, o := range q.observables {
				got = append(got, observable.Format([]observable.Observable{o}))
			}
			if diff := cmp.Diff(c.want, strings.Join(got, " ")); diff != "" {
				t.Error(diff)
			}
			said := strings.ReplaceAll(strings.TrimSuffix(problems.String(), "\n"), "\n        ", " ")
			want := ""
			if c.said != "" {
				want = "ctrace: " + file + ": " + c.said
			}
			if diff := cmp.Diff(want, said); diff != "" {
				t.Error(diff)
			}
		})
	}
}
