package setup

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"
)

// State is the result of a check.
type State string

// The states. Skipped means that the check could not be made, with the reason as its evidence; it
// proves nothing either way.
const (
	Pass State = "pass"
	Warn State = "warn"
	Fail State = "fail"
	Skip State = "skip"
)

// Check is one thing that a program can test by itself.
type Check struct {
	ID       string // A1 to A21
	Title    Text
	FromHere bool // what it sees is this computer's view, not the appliance's
	run      func(context.Context, *Scene) finding
}

// finding is what a check found.
type finding struct {
	state    State
	evidence Text
	facts    []Signal // what diagnoses can use beyond pass and fail
}

// Result is what a check found, and when.
type Result struct {
	Check    Check
	State    State
	Evidence Text // may hold foreign text: to be cleaned where it is drawn
	Facts    []Signal
	At       time.Time
	Elapsed  time.Duration
}

// CheckTimeout bounds each check.
const CheckTimeout = 20 * time.Second

// Checks returns every check, by number.
func Checks() []Check {
	return []Check{
		{"A1", Text{"Names of the cloud's hosts resolve", "클라우드 호스트 이름 확인"}, true, checkDNS},
		{"A2", Text{"The cloud's hosts answer on port 443", "클라우드 호스트의 443 포트 연결"}, true, checkTCP},
		{"A3", Text{"TLS to the cloud's hosts, and who issued the certificates", "클라우드 호스트의 TLS 및 인증서 발급자"}, true, checkTLS},
		{"A4", Text{"Proxy of this computer", "이 컴퓨터의 프록시"}, true, checkProxy},
		{"A5", Text{"Appliance, token portal and API are of one region", "어플라이언스, 토큰 포털, API의 지역 일치"}, false, checkRegions},
		{"A6", Text{"AsyncOS version", "AsyncOS 버전"}, false, checkVersion},
		{"A7", Text{"Topology", "토폴로지"}, false, checkTopology},
		{"A8", Text{"Clocks of appliance, cloud and this computer", "어플라이언스, 클라우드, 이 컴퓨터의 시계"}, false, checkClocks},
		{"A9", Text{"The API user may read message tracking", "API 사용자의 메시지 추적 권한"}, false, checkPrivileges},
		{"A10", Text{"Message tracking has recent rows", "메시지 추적에 최근 데이터가 있음"}, false, checkTracking},
		{"A11", Text{"Subjects are logged", "제목이 기록됨"}, false, checkSubjects},
		{"A12", Text{"CTR Logs and API Logs are kept", "CTR 로그 및 API 로그 구독"}, false, checkLogs},
		{"A13", Text{"The Threat Response client works and has its scopes", "Threat Response 클라이언트 및 범위"}, false, checkClient},
		{"A14", Text{"The appliance's module exists and is enabled", "어플라이언스 모듈이 있고 활성화됨"}, false, checkModule},
		{"A15", Text{"The module's health", "모듈 상태"}, false, checkHealth},
		{"A16", Text{"The module looks back far enough", "모듈의 조회 기간"}, false, checkLookBack},
		{"A17", Text{"The registration token has time left", "등록 토큰의 남은 시간"}, true, checkTokenTime},
		{"A18", Text{"Shape of the registration token", "등록 토큰의 형태"}, true, checkTokenShape},
		{"A19", Text{"Syntax of the observables", "관찰 가능 항목의 구문"}, true, checkSyntax},
		{"A20", Text{"The gateway's SMTP listener", "게이트웨이의 SMTP 리스너"}, true, checkListener},
		{"A21", Text{"A test message was sent, tracked and investigated", "테스트 메시지 전송, 추적, 조사"}, false, checkProof},
	}
}

// Run makes every check side by side, each within CheckTimeout, and returns the results by number.
// emit, which may be nil, gets each result as it comes, one at a time.
func Run(ctx context.Context, scene *Scene, emit func(Result)) []Result {
	checks := Checks()
	results := make([]Result, len(checks))
	var group sync.WaitGroup
	var emitting sync.Mutex
	for i, c := range checks {
		group.Go(func() {
			results[i] = c.Make(ctx, scene)
			if emit != nil {
				emitting.Lock()
				defer emitting.Unlock()
				emit(results[i])
			}
		})
	}
	group.Wait()
	return results
}

// Make makes one check within CheckTimeout.
func (c Check) Make(ctx context.Context, scene *Scene) Result {
	ctx, cancel := context.WithTimeout(ctx, CheckTimeout)
	defer cancel()
	started := scene.Now()
	f := c.run(ctx, scene)
	return Result{
		Check: c, State: f.state, Evidence: f.evidence, Facts: f.facts,
		At: started.UTC(), Elapsed: scene.Now().Sub(started),
	}
}

// Signals turns results into what diagnoses weigh.
func Signals(results []Result) []Signal {
	var signals []Signal
	for _, r := range results {
		switch r.State {
		case Pass:
			signals = append(signals, Passed(r.Check.ID))
		case Fail:
			signals = append(signals, Failed(r.Check.ID))
		case Warn, Skip:
		}
		signals = append(signals, r.Facts...)
	}
	return signals
}

// found makes a finding with evidence in both languages; the values stand in both.
func found(s State, en, ko string, values ...any) finding {
	return finding{state: s, evidence: Text{fmt.Sprintf(en, values...), fmt.Sprintf(ko, values...)}}
}

// failing is the finding of a check that an error answers.
func failing(err error) finding { return finding{state: Fail, evidence: failure(err)} }

// because adds the error that is behind a finding.
func (f finding) because(err error) finding {
	why := failure(err)
	f.evidence = Text{f.evidence.EN + ": " + why.EN, f.evidence.KO + ": " + why.KO}
	return f
}

// with adds facts to a finding.
func (f finding) with(facts ...Signal) finding {
	f.facts = append(f.facts, facts...)
	return f
}

// notSetUp is the finding of a check whose part of the profile is missing.
func notSetUp(en, ko string) finding {
	return finding{state: Skip, evidence: Text{"not set up: " + en, "설정되지 않음: " + ko}}
}

// joined lists words for evidence.
func joined(words []string) string { return strings.Join(words, ", ") }
