package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ctrace/ctr/observable"
	"ctrace/internal/safetext"
)

// inputOptions say where text and mails come from, and which observables of them are wanted.
// `observables` and `investigate` have them in common.
type inputOptions struct {
	files, mails []string
	types        []string
	allow        []string
	noPrivate    bool
}

func (o *inputOptions) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringArrayVar(&o.files, "file", nil, "read text from this file; - is standard input")
	f.StringArrayVar(&o.mails, "eml", nil, "read this mail (.eml, or a block of headers)")
	f.StringSliceVar(&o.types, "types", nil, "only these types, such as ip,domain,sha256")
	f.StringSliceVar(&o.allow, "allow-list", nil, "leave out what is one's own: domains, addresses, prefixes; @FILE has one a line")
	f.BoolVar(&o.noPrivate, "no-private", false, "leave out private, loopback and link-local addresses")
	_ = cmd.RegisterFlagCompletionFunc("types", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		var names []string
		for _, t := range observable.Types() {
			names = append(names, string(t.Type)+"\t"+t.Label)
		}
		return names, cobra.ShellCompDirectiveNoFileComp
	})
}

// wanted makes the options of the extraction.
func (o *inputOptions) wanted() (observable.Options, error) {
	w := observable.Options{IncludePrivate: !o.noPrivate}
	for _, name := range o.types {
		t, err := lookupType(name)
		if err != nil {
			return w, usage(err)
		}
		w.Types = append(w.Types, t)
	}
	for _, entry := range o.allow {
		path, isFile := strings.CutPrefix(entry, "@")
		if !isFile {
			w.AllowList = append(w.AllowList, entry)
			continue
		}
		lines, err := allowFile(path)
		if err != nil {
			return w, usage(fmt.Errorf("--allow-list: %w", err))
		}
		w.AllowList = append(w.AllowList, lines...)
	}
	return w, nil
}

// lookupType finds a type by name or alias; its error proposes the nearest one.
func lookupType(name string) (observable.Type, error) {
	if info, ok := observable.Lookup(name); ok {
		return info.Type, nil
	}
	_, err := observable.ParseQuery(strings.TrimSpace(name) + `:"x"`)
	if e, ok := errors.AsType[*observable.QueryError](err); ok && e.Suggestion != "" {
		return "", fmt.Errorf("--types: %q is no observable type; did you mean %s?", name, strings.TrimSuffix(e.Suggestion, `:"x"`))
	}
	return "", fmt.Errorf("--types: %q is no observable type", name)
}

// allowFile reads an allow-list, one entry a line; what follows a # is a remark.
func allowFile(path string) ([]string, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var entries []string
	for line := range strings.Lines(string(text)) {
		entry, _, _ := strings.Cut(line, "#")
		if entry = strings.TrimSpace(entry); entry != "" {
			entries = append(entries, entry)
		}
	}
	return entries, nil
}

// input is one text or mail to read.
type input struct {
	name string // of the file; "" for arguments, "-" for standard input
	mail bool
	size int64 // 0 when not known
	open func() (io.ReadCloser, error)
}

// inputs lists what to read: the arguments as one text, or standard input for "-" and for nothing at
// all, then files and mails. Files are looked at before anything is read.
func (a *app) inputs(args []string, o *inputOptions) ([]input, error) {
	var list []input
	switch {
	case slices.Equal(args, []string{"-"}), len(args)+len(o.files)+len(o.mails) == 0 && !terminal(a.in):
		list = append(list, a.standardInput(false))
	case len(args) > 0:
		text := strings.Join(args, " ")
		list = append(list, input{size: int64(len(text)), open: func() (io.ReadCloser, error) {
			return io.NopCloser(strings.NewReader(text)), nil
		}})
	case len(o.files)+len(o.mails) == 0:
		return nil, usage(errors.New("no text: give it as arguments, with --file or --eml, or on standard input"))
	}
	for i, path := range slices.Concat(o.files, o.mails) {
		mail := i >= len(o.files)
		if path == "-" {
			list = append(list, a.standardInput(mail))
			continue
		}
		info, err := os.Stat(path)
		if err != nil {
			return nil, usage(unreadable(path, err))
		}
		if info.IsDir() {
			return nil, usage(fmt.Errorf("%s is a folder", path))
		}
		list = append(list, input{name: path, mail: mail, size: info.Size(), open: func() (io.ReadCloser, error) {
			f, err := os.Open(path)
			if err != nil {
				return nil, unreadable(path, err)
			}
			return f, nil
		}})
	}
	return list, nil
}

// unreadable says why a file that a person named cannot be read.
func unreadable(path string, err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("there is no file %s", path)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("the file %s may not be read by this user", path)
	}
	return err
}

func (a *app) standardInput(mail bool) input {
	return input{name: "-", mail: mail, open: func() (io.ReadCloser, error) { return io.NopCloser(a.in), nil }}
}

// read opens an input and hands it over, with a progress line on standard error for large ones and
// a read that ends with the context.
func (a *app) read(ctx context.Context, in input, do func(io.Reader) error) error {
	r, err := in.open()
	if err != nil {
		return usage(err)
	}
	defer r.Close()
	m := &meter{ended: ctx.Err, in: r, size: in.size, begin: time.Now()}
	if terminal(a.err) && !terminal(a.out) {
		m.out = a.err
	}
	defer m.erase()
	if err := do(m); err != nil {
		if in.name == "" {
			return err
		}
		return fmt.Errorf("%s: %w", in.name, err)
	}
	return nil
}

// meter counts what is read, and tells about it on a terminal when it takes long.
type meter struct {
	ended func() error // why reading has to end, nil as long as it goes on
	in    io.Reader
	out   io.Writer // nil when there is no terminal
	size  int64
	count int64
	begin time.Time
	drawn time.Time
}

// Read implements io.Reader.
func (m *meter) Read(p []byte) (int, error) {
	if err := m.ended(); err != nil {
		return 0, err
	}
	n, err := m.in.Read(p)
	m.count += int64(n)
	if now := time.Now(); m.out != nil && now.Sub(m.begin) > 500*time.Millisecond && now.Sub(m.drawn) > 200*time.Millisecond {
		m.drawn = now
		m.draw(now)
	}
	return n, err
}

func (m *meter) draw(now time.Time) {
	text := fmt.Sprintf("%.1f MB", float64(m.count)/1e6)
	if m.size > 0 {
		text += fmt.Sprintf(" of %.1f MB (%d %%)", float64(m.size)/1e6, min(100, m.count*100/m.size))
	}
	text += fmt.Sprintf(" · %.0f MB/s", float64(m.count)/1e6/now.Sub(m.begin).Seconds())
	fmt.Fprint(m.out, "\r\x1b[K"+safetext.Line(text).Truncate(79).String())
}

func (m *meter) erase() {
	if m.out != nil && !m.drawn.IsZero() {
		fmt.Fprint(m.out, "\r\x1b[K")
	}
}

// readAll reads a whole input that has to be in memory.
func (a *app) readAll(ctx context.Context, in input, limit int64) (string, error) {
	var buf bytes.Buffer
	err := a.read(ctx, in, func(r io.Reader) error {
		n, err := io.Copy(&buf, io.LimitReader(r, limit+1))
		if err == nil && n > limit {
			return usage(fmt.Errorf("more than %d MB: use ctrace observables to find what to ask about", limit>>20))
		}
		return err
	})
	return buf.String(), err
}
