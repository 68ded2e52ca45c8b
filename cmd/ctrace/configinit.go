package main

import (
	"context"
	"fmt"
	"maps"
	"strings"

	"github.com/spf13/cobra"

	"ctrace/internal/config"
	"ctrace/internal/setup"
)

func newConfigInitCmd(a *app) *cobra.Command {
	answers, lang := setup.Answers{}, ""
	cmd := &cobra.Command{
		Use:   "init",
		Short: "Make a profile, by flags or by questions",
		Long: `init writes a new profile into the configuration file. What no flag gives is asked
on a terminal, where each answer is tried out as it is given, certificates are shown
and pinned after a question, and secrets go into the system's keyring. Secrets never
stand in the file. Answers are kept until the profile is written, so that init can be
left and gone on with. Without a terminal only the flags count and nothing is tried;
secrets then come from "ctrace config set-secret", a command, or CTRACE_* variables.`,
		Example: `  ctrace config init
  ctrace config init --name lab --gateway 127.0.0.1:2525 --tracker https://127.0.0.1:6443 \
    --user analyst --region us --client-id client-… --sender a@lab.example --recipient b@lab.example`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return initConfig(cmd.Context(), a, answers, language(lang))
		},
	}
	for _, q := range setup.Questions() {
		if q.Secret == "" {
			answerFlag(cmd, answers, q.Key, flagUsage(q))
		}
	}
	answerFlag(cmd, answers, "iroh-url", "address of Threat Response instead of the region's, before /iroh")
	answerFlag(cmd, answers, "intel-url", "address of private intelligence instead of the region's, before /ctia")
	languageFlag(cmd, &lang)
	return cmd
}

// answerFlag adds a flag that gives an answer.
func answerFlag(cmd *cobra.Command, answers setup.Answers, key, usage string) {
	cmd.Flags().Func(key, usage, func(value string) error {
		answers[key] = value
		return nil
	})
}

// flagUsage is a question as the help of its flag.
func flagUsage(q setup.Question) string {
	usage := strings.ToLower(q.Ask.EN[:1]) + q.Ask.EN[1:]
	if strings.HasPrefix(q.Ask.EN, "API") {
		usage = q.Ask.EN
	}
	switch {
	case len(q.Options) > 0:
		values := make([]string, len(q.Options))
		for i, o := range q.Options {
			values[i] = o.Value
		}
		usage += ": " + strings.Join(values, ", ")
	case q.Hint.EN != "":
		usage += ": " + q.Hint.EN
	}
	if q.Default != "" {
		usage += " (default " + q.Default + ")"
	}
	return usage
}

// initConfig makes a profile of the answers that flags gave and, on a terminal, of those to questions.
func initConfig(ctx context.Context, a *app, given setup.Answers, lang setup.Language) error {
	if a.profile != "" && given["name"] == "" {
		given["name"] = a.profile
	}
	test := &answerTester{session: &session{}, trace: a.logger}
	answers := maps.Clone(given)
	if terminal(a.in) {
		i := &interview{app: a, lang: lang, given: given, test: test, draft: draft{name: firstDraft}}
		return i.run(ctx)
	}
	if err := complete(answers); err != nil {
		return err
	}
	found := test.Save(ctx, answers)
	if found.State == setup.Fail {
		return usage(fmt.Errorf("%s", found.Evidence.In(lang)))
	}
	return a.sayNext(test.saved, answers, lang)
}

// complete fills defaults in where there is nobody to ask. Everything that is missing or wrong is one
// error.
func complete(answers setup.Answers) error {
	var missing []string
	for _, q := range setup.Questions() {
		if answers[q.Key] == "" && q.Asked(answers) {
			answers[q.Key] = q.Default
		}
	}
	for _, q := range setup.Questions() {
		wrong, ok := answers.Check(q.Key)
		switch {
		case ok:
		case answers[q.Key] == "":
			missing = append(missing, "--"+q.Key)
		default:
			return usage(fmt.Errorf("--%s: %q is not allowed: %s", q.Key, answers[q.Key], wrong.EN))
		}
	}
	if len(missing) > 0 {
		return usage(fmt.Errorf("without a terminal nothing can be asked: give %s", strings.Join(missing, ", ")))
	}
	return nil
}

// sayNext says what to do after a profile was written: where its secrets have to be put, unless a command
// prints them.
func (a *app) sayNext(name string, answers setup.Answers, lang setup.Language) error {
	say := func(en, ko string) { fmt.Fprintln(a.out, setup.Text{EN: en, KO: ko}.In(lang)) }
	fmt.Fprintf(a.out, setup.Text{EN: "Profile %s is in %s.\n", KO: "프로파일 %s: %s\n"}.In(lang), clean(name), clean(config.Path()))
	say("Next:", "다음 단계:")
	for _, secret := range []struct {
		kind config.Kind
		what setup.Text
	}{
		{config.Passphrase, setup.Text{EN: "the API user's passphrase", KO: "API 사용자의 암호"}},
		{config.ClientSecret, setup.Text{EN: "the API client's password", KO: "API 클라이언트의 비밀 값"}},
	} {
		variable := config.Profile{Name: name}.Variable(secret.kind)
		switch {
		case answers[string(secret.kind)+"-command"] != "":
		case answers["keep"] == setup.KeepVariable:
			say("  set "+variable+" to "+secret.what.EN, "  "+variable+" 변수에 "+secret.what.KO+" 설정")
		default:
			say(fmt.Sprintf("  ctrace config set-secret %-15s %s, into the keyring", secret.kind, secret.what.EN),
				fmt.Sprintf("  ctrace config set-secret %-15s %s: 키링에 저장", secret.kind, secret.what.KO))
		}
	}
	say("  ctrace config trust                      look at certificates that are not trusted, and pin them",
		"  ctrace config trust                      신뢰하지 않는 인증서를 확인하고 고정")
	_, err := fmt.Fprintln(a.out, "  ctrace verify")
	return err
}
