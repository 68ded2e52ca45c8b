package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/zalando/go-keyring"

	"ctrace/internal/config"
	"ctrace/internal/lab"
	"ctrace/internal/setup"
)

// firstRunOf starts the app without a command, as a person would.
func firstRunOf(t *testing.T, w, h int, args ...string) *analyst {
	t.Helper()
	return onScreen(t, w, h, func(ctx context.Context, a *app) error {
		// Of nil cobra would make the arguments of the test.
		if code := a.execute(ctx, append([]string{}, args...)); code != exitDone {
			return fmt.Errorf("exit code %d", code)
		}
		return nil
	})
}

// cloudOf puts the lab's cloud, which is in no table of regions, into the answers of a first run.
func cloudOf(t *testing.T, l *lab.Lab) {
	t.Helper()
	info := l.Info()
	d := draft{name: firstDraft}
	if err := d.write(map[string]string{"iroh-url": info.CTRURL, "intel-url": info.IntelURL, "topology": "standalone"}); err != nil {
		t.Fatal(err)
	}
}

// The first run asks for a profile, tries the answers out on real servers, pins their keys after
// questions, survives being left in the middle, and ends in an app that verifies.
func TestTheFirstRunEndsVerified(t *testing.T) {
	home := ownFolders(t)
	keyring.MockInit()
	l, err := lab.Start(t.Context(), lab.Config{Messages: 20, Delay: -1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	cloudOf(t, l)
	info := l.Info()

	s := firstRunOf(t, 80, 24)
	s.sees("Welcome to Ctrace")
	s.types(enter)
	s.sees("Which appliances do you have?")
	s.types(enter)
	s.sees("Where does the test message go in?")
	s.types("127.0.0.1:1", enter, enter)
	s.sees("ctrl+n")
	s.types(up, up, up)
	for range len("127.0.0.1:1") {
		s.types("\x7f")
	}
	s.types(info.SMTP, enter, enter)
	s.sees("Trust the certificate of 127.0.0.1?", "sha256:")
	s.types("y")
	s.sees("Where is message tracking?", "the certificate is trusted")
	s.types(info.ESAURL, enter)
	s.sees("Trust the certificate of 127.0.0.1?")
	s.types("y")
	s.sees("Who may read message tracking?")
	s.types(info.User, enter, "not the passphrase", enter)
	s.sees("ctrl+n")
	s.types("\x03") // leave in the middle
	s.ends()
	noFileHolds(t, home, "not the passphrase")

	s = firstRunOf(t, 140, 40)
	s.sees("Who may read message tracking?", info.User)
	s.types(enter, info.Passphrase, enter)
	s.sees("Which API client asks Threat Response?", "privileges, message tracking among them")
	s.types(info.ClientID, enter, info.ClientSecret, enter)
	s.sees("Trust the certificate of 127.0.0.1")
	s.types("y")
	s.sees("From whom to whom is the test message?", "scopes")
	s.types(info.Sender, enter, info.Recipient, enter)
	s.sees("What is the profile called", "would take it from")
	s.types(enter, enter)
	s.sees("Verification", "nothing has run yet")
	s.types(enter)
	s.sees("Send a test email?")
	s.types("y")
	s.sees("VERIFIED")

	// What is noted in the set-up panel is kept, but for the token.
	const token = "5f2d9c1e7a3b4d6f8091a2b3c4d5e6f7"
	s.types("s", " ", "t", enter, enter, enter, token, enter)
	s.sees("It looks like a token. It was not kept.")
	s.types(back)

	// The profile is changed from there.
	s.choose("Change the profile", 1)
	s.sees("Which appliances do you have?")
	s.types(enter)
	s.sees(info.SMTP)
	s.types(esc, esc)
	s.sees("Verification", "nothing has run yet")
	s.types("q")
	s.ends()

	p := profileOf(t, "default")
	if len(p.Gateway.PinSHA256) != 1 || len(p.Tracker.PinSHA256) != 1 || len(p.ThreatResponse.PinSHA256) != 1 {
		t.Errorf("the pinned keys are %v, %v, %v", p.Gateway.PinSHA256, p.Tracker.PinSHA256, p.ThreatResponse.PinSHA256)
	}
	if secret, err := p.Secret(t.Context(), config.Passphrase); err != nil || secret.Reveal() != info.Passphrase {
		t.Errorf("the passphrase is not in the keyring: %v", err)
	}
	if _, err := os.Stat(setup.ProgressPath(stateDir(), firstDraft)); err == nil {
		t.Error("the draft is still there")
	}
	progress, err := setup.LoadProgress(setup.ProgressPath(stateDir(), "default"), "default")
	if err != nil || !progress.Steps["open"].Done || progress.Token == nil || len(progress.Draft) > 0 {
		t.Errorf("the progress is %+v, error %v", progress, err)
	}
	noFileHolds(t, home, token, info.Passphrase, info.ClientSecret, "not the passphrase")
}

func profileOf(t *testing.T, name string) config.Profile {
	t.Helper()
	c, err := config.Load(config.Path())
	if err != nil {
		t.Fatal(err)
	}
	p, err := c.Profile(name)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// Without a keyring the guide says so, and takes what the person chooses instead.
func TestAMissingKeyringIsSaid(t *testing.T) {
	home := ownFolders(t)
	keyring.MockInitWithError(errors.New("no secret service"))
	t.Cleanup(keyring.MockInit)
	test := &answerTester{session: &session{}}
	a := setup.Answers{
		"topology": "standalone", "region": "us", "gateway": "esa.example.com", "tls": "starttls", "tracker": "https://esa.example.com:6443", "user": "u",
		"client-id": "c", "sender": "a@example.com", "recipient": "b@example.com", "name": "site", "keep": setup.KeepKeyring,
		"passphrase": "planted-passphrase", "client-secret": "planted-secret",
	}
	found := test.Save(t.Context(), a)
	if found.State != setup.Fail || !strings.Contains(found.Evidence.EN, "CTRACE_SITE_PASSPHRASE") {
		t.Errorf("it says %+v", found)
	}
	if _, err := os.Stat(config.Path()); err == nil {
		t.Error("a profile was written although its secrets were not kept")
	}
	a["keep"] = setup.KeepVariable
	if found := test.Save(t.Context(), a); found.State != setup.Pass {
		t.Errorf("it says %+v", found)
	}
	p := profileOf(t, "site")
	if secret, err := test.session.lookup(p)(t.Context(), config.Passphrase); err != nil || secret.Reveal() != "planted-passphrase" {
		t.Errorf("the session does not know the passphrase: %v", err)
	}
	noFileHolds(t, home, "planted-passphrase", "planted-secret")
}

// config init asks the same questions by lines, with the same tests, and goes on where it was left.
func TestAProfileIsMadeByLines(t *testing.T) {
	home := ownFolders(t)
	keyring.MockInit()
	l, err := lab.Start(t.Context(), lab.Config{Messages: 20, Delay: -1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	info := l.Info()
	flags := []string{"config", "init", "--lang", "ko", "--iroh-url", info.CTRURL, "--intel-url", info.IntelURL}

	s := onScreen(t, 100, 60, func(ctx context.Context, a *app) error {
		if code := a.execute(ctx, flags); code != exitUsage {
			return fmt.Errorf("exit code %d, want %d", code, exitUsage)
		}
		return nil
	})
	s.sees("토폴로지 [standalone]:")
	s.types(enter)
	s.sees("게이트웨이:")
	s.types("no host"+enter, info.SMTP+enter, "1"+enter)
	s.sees("형식으로 입력하십시오", "이 키를 고정하시겠습니까?")
	s.types("y" + enter)
	s.sees("API 주소:")
	s.types("nonsense" + enter) // refused: it is not proposed the next time
	s.sees("https://esa.example.com:6443")
	s.types("\x04") // the end of the input
	s.ends()

	s = onScreen(t, 100, 60, func(ctx context.Context, a *app) error {
		if code := a.execute(ctx, flags); code != exitDone {
			return fmt.Errorf("exit code %d", code)
		}
		return nil
	})
	s.sees("토폴로지 [standalone]:")
	s.types(enter)
	s.sees("게이트웨이 [" + info.SMTP + "]:")
	s.types(enter, enter)
	s.sees("API 주소:")
	s.types(info.ESAURL + enter)
	s.sees("[y/N]")
	s.types("y" + enter)
	s.sees("API 사용자:")
	s.types(info.User + enter)
	s.sees("암호:")
	s.types(info.Passphrase + enter)
	s.sees("클라이언트 ID:")
	s.types(info.ClientID + enter)
	s.sees("클라이언트 비밀 값:")
	s.types(info.ClientSecret + enter)
	s.sees("Subject")
	s.types("y" + enter)
	s.sees("발신자:")
	s.types(info.Sender + enter)
	s.sees("수신자:")
	s.types(info.Recipient + enter)
	s.sees("프로파일 이름 [default]:")
	s.types("site"+enter, enter)
	s.sees("ctrace verify")
	s.ends()
	if p := profileOf(t, "site"); len(p.Tracker.PinSHA256) != 1 || p.Sender != info.Sender {
		t.Errorf("the profile is %+v", p)
	}
	if text := s.text(); strings.Contains(text, info.Passphrase) || strings.Contains(text, info.ClientSecret) {
		t.Errorf("a secret can be read:\n%s", text)
	}
	noFileHolds(t, home, info.Passphrase, info.ClientSecret)
}
