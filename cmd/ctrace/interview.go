package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"

	"ctrace/internal/safetext"
	"ctrace/internal/setup"
	"ctrace/tui/guide"
)

// interview asks for a profile by lines on a terminal: the chapters of the guide in the app, with the
// same tests.
type interview struct {
	app     *app
	lang    setup.Language
	given   setup.Answers // by flags: not asked
	test    *answerTester
	draft   draft
	answers setup.Answers
	lines   *bufio.Reader
}

func (i *interview) run(ctx context.Context) error {
	earlier, err := i.draft.read()
	if err != nil {
		return err
	}
	i.answers, i.lines = setup.Answers{}, bufio.NewReader(i.app.in)
	maps.Copy(i.answers, earlier)
	maps.Copy(i.answers, i.given)
	for _, c := range setup.Chapters() {
		if err := i.chapter(ctx, c); err != nil {
			return errors.Join(err, i.draft.write(i.answers.Draft()))
		}
		if err := i.draft.write(i.answers.Draft()); err != nil {
			return err
		}
	}
	return i.save(ctx)
}

// chapter asks a chapter's questions until their test passes, or the person goes on.
func (i *interview) chapter(ctx context.Context, c setup.Chapter) error {
	asked := slices.ContainsFunc(c.Questions, i.open)
	if asked {
		fmt.Fprintf(i.app.err, "\n%s\n", c.Title.In(i.lang))
	}
	for {
		for _, q := range c.Questions {
			if !i.open(q) || !q.Asked(i.answers) {
				continue
			}
			if err := i.question(ctx, q); err != nil {
				return err
			}
		}
		if !c.Tested {
			return nil
		}
		again, err := i.try(ctx, c.ID)
		if err != nil || !again || !asked {
			return err
		}
	}
}

// open tells whether a question is still to be asked: no flag gave its answer.
func (i *interview) open(q setup.Question) bool { return i.given[q.Key] == "" }

// question asks until the answer has the right form.
func (i *interview) question(ctx context.Context, q setup.Question) error {
	for n, o := range q.Options {
		fmt.Fprintf(i.app.err, "  %d  %-12s %s\n", n+1, o.Value, o.Label.In(i.lang))
	}
	fallback := i.answers[q.Key]
	if _, ok := i.answers.Check(q.Key); !ok || fallback == "" { // left in the app's guide half typed
		fallback = q.Default
	}
	for {
		answer, err := i.ask(ctx, q, fallback)
		if err != nil {
			return err
		}
		i.answers[q.Key] = answer
		wrong, ok := i.answers.Check(q.Key)
		if ok {
			return nil
		}
		delete(i.answers, q.Key) // a refused answer is nothing to propose the next time
		fmt.Fprintf(i.app.err, "  %s\n", wrong.In(i.lang))
	}
}

// ask reads one answer; of choices the number will do, too.
func (i *interview) ask(ctx context.Context, q setup.Question, fallback string) (string, error) {
	text := q.Ask.In(i.lang)
	if q.Secret != "" {
		return i.hidden(ctx, text)
	}
	if fallback != "" {
		text += " [" + clean(fallback) + "]"
	}
	fmt.Fprint(i.app.err, text+": ")
	line, err := readLine(ctx, i.lines)
	if err != nil {
		return "", i.over(err)
	}
	answer := strings.TrimSpace(line)
	if n, err := strconv.Atoi(answer); err == nil && n >= 1 && n <= len(q.Options) {
		answer = q.Options[n-1].Value
	}
	if answer == "" {
		answer = fallback
	}
	return answer, nil
}

// hidden asks for a secret and reads it without showing it.
func (i *interview) hidden(ctx context.Context, question string) (string, error) {
	f, ok := i.app.in.(*os.File)
	if !ok {
		return "", errors.New("secrets are only asked for on a terminal")
	}
	secret, err := readHidden(ctx, f, func() { fmt.Fprintf(i.app.err, "%s: ", question) })
	fmt.Fprintln(i.app.err)
	return secret, err
}

// over says that the answers so far are kept.
func (i *interview) over(err error) error {
	if errors.Is(err, io.EOF) {
		return usage(errors.New("the questions were not answered to their end; what was answered is kept for the next time"))
	}
	return err
}

// try tries the answers of a chapter out. again asks for the chapter once more.
func (i *interview) try(ctx context.Context, chapter string) (again bool, err error) {
	for {
		found := i.test.Try(ctx, chapter, i.answers)
		if ctx.Err() != nil {
			return false, ctx.Err()
		}
		i.say(found)
		switch {
		case found.Unknown != nil:
			pinned, err := i.pin(ctx, found)
			if err != nil {
				return false, err
			}
			if pinned {
				continue
			}
		case found.State != setup.Fail:
			return false, nil
		}
		return i.again(ctx)
	}
}

// say prints what a test showed.
func (i *interview) say(found guide.Found) {
	mark := map[setup.State]string{setup.Pass: "ok", setup.Warn: "warning", setup.Fail: "FAILED", setup.Skip: "-"}[found.State]
	for _, text := range strings.Split(found.Evidence.In(i.lang), "\n") {
		for _, line := range safetext.Line(text).Wrap(76 - len(mark)) {
			fmt.Fprintf(i.app.err, "  %s  %s\n", mark, line)
			mark = strings.Repeat(" ", len(mark))
		}
	}
}

// pin shows a certificate and asks whether its key is trusted.
func (i *interview) pin(ctx context.Context, found guide.Found) (bool, error) {
	c := *found.Unknown
	for _, fact := range [][2]string{{"Key", c.Fingerprint}, {"Subject", c.Subject}, {"Issuer", c.Issuer}, {"Names", strings.Join(c.DNSNames, ", ")}, {"Valid to", c.NotAfter.Format("2006-01-02")}} {
		fmt.Fprintf(i.app.err, "    %-9s %s\n", fact[0], clean(fact[1]))
	}
	yes, err := i.yes(ctx, setup.Text{EN: "  Pin this key? [y/N] ", KO: "  이 키를 고정하시겠습니까? [y/N] "})
	if yes {
		i.answers[setup.PinKey(found.Section)] = c.Fingerprint
	}
	return yes, err
}

// again asks whether the chapter is to be answered anew.
func (i *interview) again(ctx context.Context) (bool, error) {
	on, err := i.yes(ctx, setup.Text{EN: "  Go on anyway? [y/N] ", KO: "  계속 진행하시겠습니까? [y/N] "})
	return !on, err
}

func (i *interview) yes(ctx context.Context, question setup.Text) (bool, error) {
	fmt.Fprint(i.app.err, question.In(i.lang))
	line, err := readLine(ctx, i.lines)
	if err != nil {
		return false, i.over(err)
	}
	return strings.EqualFold(strings.TrimSpace(line), "y"), nil
}

// save writes the profile; when the keyring is missing, the person says where secrets come from.
func (i *interview) save(ctx context.Context) error {
	chapters := setup.Chapters()
	for {
		found := i.test.Save(ctx, i.answers)
		if found.State != setup.Fail {
			break
		}
		i.say(found)
		if !slices.ContainsFunc(chapters[len(chapters)-1].Questions, i.open) {
			return usage(errors.New(found.Evidence.In(i.lang)))
		}
		if err := i.chapter(ctx, chapters[len(chapters)-1]); err != nil {
			return err
		}
	}
	if err := i.draft.remove(); err != nil {
		return err
	}
	if len(i.answers.Secrets()) == 2 && i.answers["keep"] == setup.KeepKeyring {
		_, err := fmt.Fprintf(i.app.out, "%s\n  ctrace verify\n", i.test.saved)
		return err
	}
	return i.app.sayNext(i.test.saved, i.answers, i.lang)
}
