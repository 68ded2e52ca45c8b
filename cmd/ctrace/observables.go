package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"ctrace/ctr/observable"
	"ctrace/ctr/observable/mailfile"
)

// formCSV is a table with a header line.
const formCSV = "csv"

type observablesOptions struct {
	input          inputOptions
	unique         bool
	defang, refang bool
	form           string
}

func newObservablesCmd(a *app) *cobra.Command {
	o := &observablesOptions{}
	cmd := &cobra.Command{
		Use:   "observables [TEXT | -]",
		Short: "Find the observables in text or mails; offline",
		Long: `observables finds addresses, domains, URLs, email addresses, hashes, file names,
Message-IDs, subjects and more in any text, however they were defanged. It works
offline, and on input of any size.

With --eml it takes a mail apart: who sent it to whom and over which servers,
what they thought of it, links (those that show another host than they lead to
are marked), attachments with their hashes, and every observable with its place.

-o jsonl writes one {"type","value","start","end","text"} a line: byte offsets in
the input, text as it stood there, value refanged; "flags" when there is something
to know (defanged, idn, homograph, private, header, typed), "file" when there are
several inputs. Of mails it writes {"type","value","sources","count"} instead.
JSON has the exact values; text and CSV show control characters as marks.

Text of any size takes the same little memory; --unique adds some 70 bytes for
each value that it has seen.`,
		Example: `  ctrace observables 'beacon to hxxps://evil[.]example/x from 203[.]0[.]113[.]7'
  ctrace observables --file report.txt --types ip,domain --unique
  ctrace observables --eml phish.eml
  ctrace observables --refang <notes.txt
  journalctl -u mail | ctrace observables - -o jsonl`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.check(cmd); err != nil {
				return err
			}
			ctx, cancel := a.bounded(cmd.Context())
			defer cancel()
			return runObservables(ctx, a, o, args)
		},
	}
	o.input.flags(cmd)
	f := cmd.Flags()
	f.BoolVar(&o.unique, "unique", false, "each observable once, where it stands first")
	f.BoolVar(&o.defang, "defang", false, "write values so that no program takes them for links; in JSON as a member of its own")
	f.BoolVar(&o.refang, "refang", false, "print the text itself, with every defanged form undone")
	outputFlag(cmd, &o.form, formText, formJSON, formJSONL, formCSV)
	return cmd
}

// check refuses flags that do not go together.
func (o *observablesOptions) check(cmd *cobra.Command) error {
	if !o.refang {
		return nil
	}
	for _, name := range []string{"eml", "types", "unique", "defang", "allow-list", "no-private", "output"} {
		if cmd.Flags().Changed(name) {
			return usage(errors.New("--refang prints the text itself: leave --" + name + " out"))
		}
	}
	return nil
}

func runObservables(ctx context.Context, a *app, o *observablesOptions, args []string) error {
	list, err := a.inputs(args, &o.input)
	if err != nil {
		return err
	}
	wanted, err := o.input.wanted()
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(a.out, 64<<10)
	if o.refang {
		for _, in := range list {
			if err := a.read(ctx, in, func(r io.Reader) error { return refang(out, r) }); err != nil {
				return errors.Join(out.Flush(), err)
			}
			if in.name == "" {
				_ = out.WriteByte('\n') // arguments are no line; Flush gives the error
			}
		}
		return out.Flush()
	}
	w := newObservableWriter(out, o, len(list) > 1, a.paint())
	found := 0
	take := func(name string, m observable.Match) error { found++; return w.match(name, m) }
	if o.unique {
		take = once(take)
	}
	err = w.begin()
	for i := 0; i < len(list) && err == nil; i++ {
		in := list[i]
		err = a.read(ctx, in, func(r io.Reader) error {
			if in.mail {
				found++ // what a mail holds is shown even without an observable
				report, err := mailfile.Parse(ctx, r, mailfile.Options{Observables: wanted})
				if err != nil {
					return err
				}
				return w.mail(in.name, report)
			}
			return observable.ExtractReader(ctx, r, wanted, func(m observable.Match) error { return take(in.name, m) })
		})
	}
	if errors.Is(err, mailfile.ErrNotMail) {
		err = usage(err)
	}
	err = errors.Join(err, w.end(err == nil), out.Flush())
	if err == nil && found == 0 && o.form == formText && terminal(a.err) {
		fmt.Fprintln(a.err, "There is no observable in it.")
	}
	return err
}

// once passes each observable on once. It remembers 16 bytes of a hash for each.
func once(take func(string, observable.Match) error) func(string, observable.Match) error {
	seen := make(map[[16]byte]struct{})
	var text []byte
	return func(file string, m observable.Match) error {
		text = append(append(append(text[:0], m.Type...), ':'), m.Value...)
		sum := sha256.Sum256(text)
		key := [16]byte(sum[:16])
		if _, known := seen[key]; known {
			return nil
		}
		seen[key] = struct{}{}
		return take(file, m)
	}
}

// refang copies text with every defanged form undone, line by line. A line over 1 MB is cut.
func refang(w io.Writer, r io.Reader) error {
	br := bufio.NewReaderSize(r, 1<<20)
	for {
		line, err := br.ReadSlice('\n')
		if len(line) > 0 {
			if _, err := io.WriteString(w, observable.Refang(string(line))); err != nil {
				return err
			}
		}
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil && !errors.Is(err, bufio.ErrBufferFull):
			return err
		}
	}
}
