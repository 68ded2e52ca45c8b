package main

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"time"

	"ctrace/ctr"
	"ctrace/esa"
	"ctrace/esa/testmail"
	"ctrace/internal/config"
	"ctrace/internal/connect"
	"ctrace/internal/dial"
	"ctrace/internal/setup"
	"ctrace/tui/guide"
)

// answerTester tries the answers of a profile's guide out and writes the profile. The guide in the app
// and `config init` use the same one.
type answerTester struct {
	base     config.Profile // what is changed; zero for a new one
	existing bool
	session  *session
	trace    *slog.Logger
	saved    string // the profile that was written
}

// profile is the one of the answers, as far as they go.
func (t *answerTester) profile(a setup.Answers) (config.Profile, error) {
	p, err := a.Profile(t.base)
	p.Name = cmp.Or(p.Name, t.base.Name, "new")
	if err == nil {
		err = p.Validate()
	}
	return p, err
}

// secrets finds those that were typed now, then those of the session, then the profile's.
func (t *answerTester) secrets(a setup.Answers, p config.Profile) config.Lookup {
	typed := a.Secrets()
	rest := t.session.lookup(p)
	return func(ctx context.Context, kind config.Kind) (config.Secret, error) {
		if value := typed[kind]; value != "" {
			return config.NewSecret(value), nil
		}
		return rest(ctx, kind)
	}
}

// Try implements guide.Tester.
func (t *answerTester) Try(ctx context.Context, chapter string, a setup.Answers) guide.Found {
	p, err := t.profile(a)
	if err != nil {
		return failed(err)
	}
	switch chapter {
	case "gateway":
		return t.tryGateway(ctx, a, p)
	case "tracker":
		return t.tryTracker(ctx, p)
	case "user":
		return t.tryUser(ctx, a, p)
	case "client":
		return t.tryClient(ctx, a, p)
	case "mail":
		return t.tryMail(ctx, a, p)
	}
	return guide.Found{State: setup.Skip}
}

// open makes one client. A secret that is nowhere is no failure: it can be put there later.
func (t *answerTester) open(ctx context.Context, a setup.Answers, p config.Profile, need connect.Need) (*connect.Clients, *guide.Found) {
	clients, err := connect.Open(ctx, p, t.secrets(a, p), connect.Options{Need: need, Trace: t.trace})
	if err == nil {
		return clients, nil
	}
	found := failed(err)
	if missing, ok := errors.AsType[*config.MissingSecretError](err); ok {
		found = guide.Found{State: setup.Skip, Evidence: setup.Text{
			EN: "not tried: " + missing.Error(),
			KO: fmt.Sprintf("확인하지 않음: 비밀 값이 없습니다. 변수 %s 또는 %s을(를) 설정하십시오", missing.Variable, missing.CommandKey),
		}}
	}
	return nil, &found
}

// tryGateway talks to the listener up to the end of TLS.
func (t *answerTester) tryGateway(ctx context.Context, a setup.Answers, p config.Profile) guide.Found {
	stop := testmail.StageEHLO
	if p.Gateway.TLS == string(testmail.TLSStartTLS) {
		stop = testmail.StageStartTLS
	}
	p.Gateway.Auth, p.Gateway.Username = "none", ""
	// Nobody is named before the addresses are tried, but the dialogue needs a domain to greet with.
	return t.dialogue(ctx, a, p, "probe@localhost", "probe@localhost", stop)
}

// tryMail asks the gateway whether it would take the message.
func (t *answerTester) tryMail(ctx context.Context, a setup.Answers, p config.Profile) guide.Found {
	return t.dialogue(ctx, a, p, p.Sender, p.Recipient, testmail.StageRcpt)
}

func (t *answerTester) dialogue(ctx context.Context, a setup.Answers, p config.Profile, from, to string, stop testmail.Stage) guide.Found {
	clients, problem := t.open(ctx, a, p, connect.Gateway)
	if problem != nil {
		return *problem
	}
	defer clients.Close()
	now := time.Now()
	m, err := testmail.New(testmail.NewToken(now), from, to, now)
	if err != nil {
		return failed(err)
	}
	receipt, err := testmail.Probe(ctx, clients.SMTP, m, stop)
	if err != nil {
		return t.smtpFailure(p, err)
	}
	addr := net.JoinHostPort(p.Gateway.Host, fmt.Sprint(p.Gateway.Port))
	switch {
	case stop == testmail.StageRcpt:
		return passed(setup.Pass, "%s would take it from %s to %s", "%s: %s에서 %s(으)로 보내는 메시지를 받을 수 있음", addr, from, to)
	case receipt.TLS == nil:
		return passed(setup.Warn, "%s answers, without encryption", "%s 응답, 암호화 없음", addr)
	}
	return passed(setup.Pass, "%s answers, %s, the certificate is trusted", "%s 응답, %s, 신뢰할 수 있는 인증서", addr, receipt.TLS.Version)
}

// tryTracker looks at the certificate of the API.
func (t *answerTester) tryTracker(ctx context.Context, p config.Profile) guide.Found {
	addr, _ := setup.Address(p, config.SectionTracker)
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return failed(err)
	}
	settings, err := p.Tracker.TLSConfig(host)
	if err != nil {
		return failed(err)
	}
	conn, err := (&tls.Dialer{Config: settings}).DialContext(ctx, "tcp", addr)
	if err = dial.Words(err); err != nil {
		if found, ok := untrusted(host, config.SectionTracker, err); ok {
			return found
		}
		return guide.Found{State: setup.Fail, Evidence: setup.Text{
			EN: fmt.Sprintf("%s does not answer: %v\nThe API listens on 6443 unless the administrator chose another port, and on 443 in the cloud. It has to be enabled on the appliance: Network > IP Interfaces.", addr, err),
			KO: fmt.Sprintf("%s이(가) 응답하지 않습니다: %v\nAPI 포트는 기본 6443이고 클라우드에서는 443입니다. 어플라이언스의 Network > IP Interfaces에서 API를 활성화해야 합니다.", addr, err),
		}}
	}
	_ = conn.Close()
	return passed(setup.Pass, "%s answers, the certificate is trusted", "%s 응답, 신뢰할 수 있는 인증서", addr)
}

// tryUser logs in and looks at what the role may do.
func (t *answerTester) tryUser(ctx context.Context, a setup.Answers, p config.Profile) guide.Found {
	clients, problem := t.open(ctx, a, p, connect.Tracker)
	if problem != nil {
		return *problem
	}
	defer clients.Close()
	return t.check(ctx, "A9", &setup.Scene{Tracker: clients.Tracker, Now: time.Now}, func() error {
		_, err := clients.Tracker.Privileges(ctx)
		return err
	}, p.Tracker.URL, config.SectionTracker)
}

// tryClient asks for a token and looks at its scopes.
func (t *answerTester) tryClient(ctx context.Context, a setup.Answers, p config.Profile) guide.Found {
	clients, problem := t.open(ctx, a, p, connect.ThreatResponse)
	if problem != nil {
		return *problem
	}
	defer clients.Close()
	return t.check(ctx, "A13", &setup.Scene{Cloud: clients.ThreatResponse, Now: time.Now}, func() error {
		_, err := clients.ThreatResponse.Token(ctx)
		return err
	}, clients.Region.IROH, config.SectionThreatResponse)
}

// check makes one of the set-up's checks, after the call that it is about: a certificate that is not
// trusted is to be asked about, and refusals have words of their own.
func (t *answerTester) check(ctx context.Context, id string, scene *setup.Scene, call func() error, url string, section config.Section) guide.Found {
	if err := call(); err != nil {
		if found, ok := untrusted(hostOf(url), section, err); ok {
			return found
		}
		return apiFailure(err)
	}
	checks := setup.Checks()
	i := slices.IndexFunc(checks, func(c setup.Check) bool { return c.ID == id })
	r := checks[i].Make(ctx, scene)
	return guide.Found{State: r.State, Evidence: r.Evidence}
}

// Save implements guide.Tester.
func (t *answerTester) Save(ctx context.Context, a setup.Answers) guide.Found {
	p, err := a.Profile(t.base)
	if err == nil {
		err = p.Validate()
	}
	if err != nil {
		return failed(err)
	}
	secrets := a.Secrets()
	if a["keep"] == setup.KeepKeyring {
		for _, kind := range config.Kinds() {
			if secrets[kind] == "" {
				continue
			}
			if err := config.SetSecret(ctx, p.Name, kind, secrets[kind]); err != nil {
				return guide.Found{State: setup.Fail, Evidence: setup.Text{
					EN: err.Error() + "\nChoose variables or commands above.",
					KO: "이 컴퓨터의 키링을 사용할 수 없습니다. 위에서 환경 변수 또는 명령을 선택하십시오.\n" + err.Error(),
				}}
			}
		}
	}
	if t.existing && p.Name == t.base.Name {
		err = config.Replace(config.Path(), p)
	} else {
		err = config.Add(config.Path(), p)
	}
	if err != nil {
		return failed(err)
	}
	if len(secrets) > 0 {
		t.session.secrets, t.session.keep = secrets, a["keep"]
	}
	t.saved = p.Name
	return passed(setup.Pass, "profile %s is in %s", "프로파일 %s: %s", p.Name, config.Path())
}

func failed(err error) guide.Found {
	return guide.Found{State: setup.Fail, Evidence: setup.Text{EN: err.Error(), KO: err.Error()}}
}

// passed makes a finding; the values stand in both languages.
func passed(s setup.State, en, ko string, values ...any) guide.Found {
	return guide.Found{State: s, Evidence: setup.Text{EN: fmt.Sprintf(en, values...), KO: fmt.Sprintf(ko, values...)}}
}

// untrusted tells whether an error is a certificate to ask about.
func untrusted(host string, section config.Section, err error) (guide.Found, bool) {
	unknown, ok := config.UnknownCertificate(host, err)
	if !ok {
		return guide.Found{}, false
	}
	found := passed(setup.Fail, "The certificate of %s is not trusted yet.", "%s의 인증서를 아직 신뢰하지 않습니다.", host)
	if unknown.Pinned {
		found = passed(setup.Fail, "%s shows another key than the one that was pinned: it was replaced, or somebody is in between.",
			"%s이(가) 고정된 키와 다른 키를 제시합니다. 키가 교체되었거나 중간자 공격일 수 있습니다.", host)
	}
	found.Unknown, found.Section = &unknown.Certificate, section
	return found, true
}

// smtpFailure is what a dialogue with the gateway failed with, and what to do.
func (t *answerTester) smtpFailure(p config.Profile, err error) guide.Found {
	if found, ok := untrusted(p.Gateway.Host, config.SectionGateway, err); ok {
		return found
	}
	refused, ok := errors.AsType[*testmail.Error](err)
	if !ok {
		return failed(err)
	}
	ko := map[testmail.Class]string{
		testmail.ClassDNS:         "호스트 이름을 찾을 수 없습니다. 이름을 확인하십시오.",
		testmail.ClassConnect:     "연결할 수 없습니다. 호스트와 포트, 방화벽을 확인하십시오.",
		testmail.ClassTimeout:     "응답이 없습니다. 호스트와 포트, 방화벽을 확인하십시오.",
		testmail.ClassTLS:         "TLS 연결에 실패했습니다. 암호화 방식을 확인하십시오.",
		testmail.ClassNoSTARTTLS:  "리스너가 STARTTLS를 제공하지 않습니다. 다른 암호화 방식을 선택하거나 어플라이언스에서 활성화하십시오.",
		testmail.ClassTemporary:   "일시적으로 거부되었습니다. 잠시 후 다시 시도하십시오.",
		testmail.ClassRefused:     "리스너가 거부했습니다. 발신자와 수신자, 이 컴퓨터의 발신자 그룹을 확인하십시오.",
		testmail.ClassAuth:        "인증이 필요하거나 실패했습니다. 다른 리스너를 사용하거나 자격 증명을 확인하십시오.",
		testmail.ClassInvalid:     "주소가 올바르지 않습니다.",
		testmail.ClassCertificate: "인증서를 확인할 수 없습니다.",
	}
	return guide.Found{State: setup.Fail, Evidence: setup.Text{
		EN: refused.Cause() + "\n" + refused.Advice(),
		KO: cmp.Or(ko[refused.Class], "실패했습니다.") + "\n" + refused.Cause(),
	}}
}

// apiFailure is what an API refused, and what to do.
func apiFailure(err error) guide.Found {
	ko := "요청이 실패했습니다."
	cloud, ok := errors.AsType[*ctr.Error](err)
	switch kind := esa.KindOf(err); {
	case kind == esa.KindCredentials:
		ko = "사용자 이름 또는 암호가 올바르지 않습니다."
	case kind == esa.KindRole:
		ko = "이 사용자의 역할에 메시지 추적 권한이 없습니다."
	case kind == esa.KindNetwork, kind == esa.KindTimeout, ok && cloud.Status == 0:
		ko = "연결할 수 없습니다. 주소와 방화벽을 확인하십시오."
	case ctr.IsBadCredentials(err):
		ko = "클라이언트 ID 또는 비밀 값이 올바르지 않거나 다른 지역의 클라이언트입니다."
	}
	return guide.Found{State: setup.Fail, Evidence: setup.Text{EN: err.Error(), KO: ko + "\n" + err.Error()}}
}
