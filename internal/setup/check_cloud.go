package setup

import (
	"context"
	"time"

	"ctrace/ctr"
	"ctrace/ctr/observable"
)

var noCloud = notSetUp("the profile names no Threat Response client", "프로파일에 Threat Response 클라이언트가 없습니다")

// neededScopes are what this program's features need; the last ones only matter later.
var neededScopes = []string{"enrich:read", "inspect:read", "integration:read"}

func checkClient(ctx context.Context, s *Scene) finding {
	if s.Cloud == nil {
		return noCloud
	}
	token, err := s.Cloud.Token(ctx)
	if err != nil {
		f := failing(err)
		if ctr.IsBadCredentials(err) {
			f = f.with(Problem("ctr_credentials"))
		}
		return f
	}
	var missing []string
	for _, scope := range neededScopes {
		if !token.Has(scope) {
			missing = append(missing, scope)
		}
	}
	if len(missing) > 0 {
		return found(Fail, "the client lacks %s", "클라이언트에 %s 범위가 없음", joined(missing)).with(Problem("ctr_scope"))
	}
	// A token alone proves little: one of another region is refused by the first call that uses it.
	if _, err := s.Cloud.ModuleTypes(ctx); err != nil {
		return failing(err)
	}
	return found(Pass, "%d scopes", "범위 %d개", len(token.Scopes))
}

// emailModules returns the instances whose type is an email gateway's, with the types.
func emailModules(ctx context.Context, cloud Cloud) ([]ctr.ModuleInstance, map[string]ctr.ModuleType, error) {
	types, err := cloud.ModuleTypes(ctx)
	if err != nil {
		return nil, nil, err
	}
	byID := map[string]ctr.ModuleType{}
	for _, t := range types {
		if t.IsEmail() {
			byID[t.ID] = t
		}
	}
	instances, err := cloud.ModuleInstances(ctx)
	if err != nil {
		return nil, nil, err
	}
	var email []ctr.ModuleInstance
	for _, m := range instances {
		if _, ok := byID[m.TypeID]; ok {
			email = append(email, m)
		}
	}
	return email, byID, nil
}

func checkModule(ctx context.Context, s *Scene) finding {
	if s.Cloud == nil {
		return noCloud
	}
	email, _, err := emailModules(ctx, s.Cloud)
	switch {
	case err != nil:
		return couldNotList(err)
	case len(email) == 0:
		return found(Fail, "no module of an email appliance is configured", "이메일 어플라이언스 모듈이 구성되지 않음").with(Problem("module_missing"))
	}
	for _, m := range email {
		if m.Enabled {
			return found(Pass, "%s", "%s", m.Name)
		}
	}
	return found(Fail, "%s is disabled", "%s 모듈이 비활성화됨", email[0].Name).with(Fact("module_disabled"))
}

// couldNotList is the finding when the modules cannot be read at all: that says nothing about them.
func couldNotList(err error) finding {
	f := found(Skip, "the modules cannot be listed", "모듈 목록을 읽을 수 없음").because(err)
	if ctr.IsMissingScope(err) {
		return f.with(Problem("ctr_scope"))
	}
	return f
}

// restricted is the state of a module instance that works within limits only.
const restricted = "restricted"

func checkHealth(ctx context.Context, s *Scene) finding {
	if s.Cloud == nil {
		return noCloud
	}
	email, _, err := emailModules(ctx, s.Cloud)
	if err != nil || len(email) == 0 {
		return found(Skip, "there is no module to ask", "확인할 모듈이 없음")
	}
	var firstBad finding
	for _, m := range email {
		if !m.Enabled {
			continue
		}
		status, err := s.Cloud.HealthOf(ctx, m.ID)
		switch {
		case err != nil:
			firstBad = found(Fail, "%s", "%s", m.Name).because(err)
		case status.Status == "ok" && (status.State == restricted || m.State == restricted):
			firstBad = found(Warn, "%s: ok, but its state is %s", "%s: 정상이지만 상태가 %s임", m.Name, restricted)
		case status.Status == "ok":
			return found(Pass, "%s: ok. Health is not data: only a verification proves that.", "%s: 정상. 상태는 데이터를 보장하지 않으며 확인만이 증명합니다.", m.Name)
		case status.Status == "error":
			firstBad = found(Fail, "%s: error", "%s: 오류", m.Name)
		default:
			firstBad = found(Warn, "%s: %s", "%s: %s", m.Name, status.Status).with(Fact("health_unknown"))
		}
	}
	if firstBad.state == "" {
		return found(Skip, "no module is enabled", "활성화된 모듈이 없음")
	}
	return firstBad
}

func checkLookBack(ctx context.Context, s *Scene) finding {
	if s.Cloud == nil {
		return noCloud
	}
	email, types, err := emailModules(ctx, s.Cloud)
	if err != nil || len(email) == 0 {
		return found(Skip, "there is no module to look at", "확인할 모듈이 없음")
	}
	for _, m := range email {
		days, ok := m.LookBack(types[m.TypeID])
		if !ok {
			continue
		}
		if time.Duration(days)*24*time.Hour <= s.MessageAge || days < 1 {
			return found(Fail, "%s looks back %d days, the message is %s old", "%s의 조회 기간은 %d일이고 메시지는 %s 경과함", m.Name, days, s.MessageAge.Round(time.Minute))
		}
		return found(Pass, "%s looks back %d days", "%s의 조회 기간: %d일", m.Name, days)
	}
	return found(Skip, "the module does not tell its Request Timeframe", "모듈이 Request Timeframe을 알려주지 않음")
}

func checkTokenTime(_ context.Context, s *Scene) finding {
	if s.Token == nil {
		return notSetUp("no token was noted in the set-up panel", "설정 패널에 기록된 토큰이 없습니다")
	}
	left := s.Token.Left(s.Now()).Round(time.Minute)
	switch {
	case left <= 0:
		return found(Fail, "it ran out %s ago", "%s 전에 만료됨", -left)
	case left < 30*time.Minute:
		return found(Warn, "%s left", "%s 남음", left)
	}
	return found(Pass, "%s left", "%s 남음", left)
}

func checkTokenShape(_ context.Context, s *Scene) finding {
	if !s.TokenPasted {
		return notSetUp("no token was pasted in the set-up panel", "설정 패널에 붙여넣은 토큰이 없습니다")
	}
	if len(s.TokenDoubts) > 0 {
		return finding{state: Fail, evidence: s.TokenDoubts[0]}
	}
	return found(Pass, "it looks like a token", "토큰 형태가 정상임")
}

func checkSyntax(_ context.Context, s *Scene) finding {
	if len(s.Observables) == 0 {
		return notSetUp("nothing was asked yet", "아직 조회한 항목이 없습니다")
	}
	for _, o := range s.Observables {
		if err := o.Validate(); err != nil {
			return found(Fail, "%s: %v", "%s: %v", observable.Format([]observable.Observable{o}), err)
		}
	}
	return found(Pass, "%d observables are well formed", "관찰 가능 항목 %d개의 구문이 올바름", len(s.Observables))
}

func checkListener(ctx context.Context, s *Scene) finding {
	if s.Gateway == nil {
		return notSetUp("the profile names no gateway", "프로파일에 게이트웨이가 없습니다")
	}
	receipt, err := s.Gateway(ctx)
	if err != nil {
		return failing(err)
	}
	if receipt.TLS == nil {
		return found(Warn, "%s answers, without encryption", "%s이(가) 암호화 없이 응답함", s.GatewayHost)
	}
	return found(Pass, "%s answers, %s", "%s 응답, %s", s.GatewayHost, receipt.TLS.Version)
}

func checkProof(_ context.Context, s *Scene) finding {
	switch {
	case s.Last == nil:
		return found(Skip, "no verification is on record: run ctrace verify", "기록된 확인이 없습니다. ctrace verify를 실행하십시오")
	case s.Last.Verdict == "verified":
		return found(Pass, "verified %s ago (%s)", "%s 전에 확인됨(%s)", s.Now().Sub(s.Last.At).Round(time.Minute), s.Last.Token)
	}
	return found(Fail, "the last verification ended %s (%s)", "마지막 확인의 결과: %s(%s)", s.Last.Verdict, s.Last.Token)
}
