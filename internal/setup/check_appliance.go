package setup

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"ctrace/esa"
	"ctrace/internal/config"
)

var noTracker = notSetUp("the profile names no appliance with an API", "프로파일에 API가 있는 어플라이언스가 없습니다")

// recently is the window in which rows count as recent, and the start of a minute that the API needs.
const recently = time.Hour

func checkVersion(ctx context.Context, s *Scene) finding {
	text := s.ApplianceBuild
	if s.Tracker != nil {
		if status, err := s.Tracker.XMLStatus(ctx); err == nil && status.Build != "" {
			text = status.Build
		}
	}
	v, ok := esa.ParseVersion(text)
	switch {
	case !ok:
		return found(Skip, "the appliance does not tell its version; type it in the set-up panel", "어플라이언스가 버전을 알려주지 않습니다. 설정 패널에 입력하십시오")
	case !v.AtLeast(minimumVersion(s.sma())):
		return found(Fail, "%s is older than %s", "%s은(는) %s보다 낮음", v, minimumVersion(s.sma()))
	case losesCloudConnections(v):
		return found(Warn, "%s is in the range of FN72113: it may lose its cloud connections", "%s은(는) FN72113 범위에 있어 클라우드 연결이 끊길 수 있음", v).with(Fact("fn72113"))
	}
	return found(Pass, "%s", "%s", v)
}

func checkTopology(_ context.Context, s *Scene) finding {
	if s.Tracker == nil {
		return noTracker
	}
	host, flavour := s.Tracker.Host(), s.Tracker.Flavour()
	switch {
	case strings.HasSuffix(hostOnly(host), ".iphmx.com") && s.Topology != config.Cloud:
		return found(Fail, "%s is a cloud gateway's, the profile says %s", "%s은(는) 클라우드 게이트웨이이지만 프로파일은 %s임", host, s.Topology)
	case s.sma() && flavour != esa.SMA:
		return found(Fail, "the topology %s needs an SMA as tracker; the profile has an ESA", "%s 토폴로지에는 추적 장치로 SMA가 필요하지만 프로파일에는 ESA가 있음", s.Topology)
	case !s.sma() && flavour == esa.SMA:
		return found(Fail, "tracking is on an SMA: the topology is not standalone, the SMA is what must be integrated", "추적이 SMA에 있습니다. 토폴로지가 standalone이 아니며 SMA를 통합해야 합니다")
	}
	return found(Pass, "%s, tracker %s", "%s, 추적 장치 %s", s.Topology, strings.ToUpper(string(flavour)))
}

// hostOnly cuts the port off.
func hostOnly(hostport string) string {
	host, _, _ := strings.Cut(strings.ToLower(hostport), ":")
	return host
}

func checkClocks(ctx context.Context, s *Scene) finding {
	var en, ko []string
	worst := time.Duration(0)
	note := func(party Text, c Clock) {
		skew := c.Skew()
		if c.Assumed {
			en, ko = append(en, party.EN+": zone not told"), append(ko, party.KO+": 시간대를 알려주지 않음")
			return
		}
		en, ko = append(en, party.EN+" "+signed(skew)), append(ko, party.KO+" "+signed(skew))
		if skew.Abs() > worst.Abs() {
			worst = skew
		}
	}
	if s.Tracker != nil {
		if t, err := s.Tracker.SystemTime(ctx); err == nil && !t.Time.IsZero() {
			note(Text{"appliance", "어플라이언스"}, Clock{Says: t.Time, Asked: t.AskedAt, Assumed: t.Assumed, Margin: 2 * time.Second})
		}
	}
	if c, ok := cloudClock(ctx, s); ok {
		note(Text{"cloud", "클라우드"}, c)
	}
	evidence := Text{joined(en) + " against this computer", "이 컴퓨터 기준 " + joined(ko)}
	switch {
	case len(en) == 0:
		return found(Skip, "neither appliance nor cloud told its time", "어플라이언스와 클라우드 모두 시간을 알려주지 않음")
	case worst.Abs() > skewFails:
		return finding{state: Fail, evidence: evidence}
	case worst.Abs() > skewWarns:
		return finding{state: Warn, evidence: evidence}
	}
	return finding{state: Pass, evidence: evidence}
}

// signed prints a difference with its sign.
func signed(d time.Duration) string {
	if d >= 0 {
		return "+" + d.String()
	}
	return d.String()
}

// cloudClock reads the Date header of an anonymous page of the API.
func cloudClock(ctx context.Context, s *Scene) (Clock, bool) {
	if s.HTTP == nil || s.Region.IROH == "" {
		return Clock{}, false
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.Region.IROH+"/.well-known/openid-configuration", nil)
	if err != nil {
		return Clock{}, false
	}
	before := s.Now()
	response, err := s.HTTP.Do(request)
	if err != nil {
		return Clock{}, false
	}
	defer response.Body.Close()
	after := s.Now()
	says, err := http.ParseTime(response.Header.Get("Date"))
	return Clock{Says: says, Asked: before.Add(after.Sub(before) / 2), Margin: time.Second + after.Sub(before)}, err == nil
}

func checkPrivileges(ctx context.Context, s *Scene) finding {
	if s.Tracker == nil {
		return noTracker
	}
	privileges, err := s.Tracker.Privileges(ctx)
	if err != nil {
		return failing(err)
	}
	for _, needed := range []string{"e_message_tracking_messages", "e_message_tracking_detail"} {
		if !slices.ContainsFunc(privileges, func(p string) bool { return strings.HasPrefix(p, needed) }) {
			return found(Fail, "the role lacks %s", "역할에 %s 권한이 없음", needed).with(Fact("role_lacks_tracking"))
		}
	}
	return found(Pass, "%d privileges, message tracking among them", "메시지 추적을 포함한 권한 %d개", len(privileges))
}

// recentRows reads the newest rows of tracking of the last hours.
func recentRows(ctx context.Context, s *Scene, window time.Duration) ([]esa.Message, error) {
	now := s.Now()
	page, err := s.Tracker.Search(ctx, esa.Query{Start: now.Add(-window), End: now.Add(recently), Limit: 25})
	return page.Messages, err
}

func checkTracking(ctx context.Context, s *Scene) finding {
	if s.Tracker == nil {
		return noTracker
	}
	rows, err := recentRows(ctx, s, 24*recently)
	switch {
	case err != nil:
		return failing(err)
	case len(rows) == 0 && s.Tracker.Flavour() == esa.ESA:
		return found(Fail, "tracking answers, but has no row of the last 24 hours: is it disabled, or centralized on an SMA?",
			"추적이 응답하지만 최근 24시간의 데이터가 없습니다. 비활성화되었거나 SMA에 중앙 집중화되었습니까?").with(Fact("tracking_empty"))
	case len(rows) == 0:
		return found(Fail, "tracking answers, but has no row of the last 24 hours: is it disabled?", "추적이 응답하지만 최근 24시간의 데이터가 없습니다. 비활성화되었습니까?").with(Fact("tracking_empty"))
	}
	return found(Pass, "newest row %s ago", "가장 최근 행: %s 전", s.Now().Sub(rows[0].Time).Round(time.Second)).with(Fact("tracking_has_rows"))
}

// noSubject is what tracking shows in place of a subject that was not logged.
const noSubject = "(no subject)"

func checkSubjects(ctx context.Context, s *Scene) finding {
	if s.Tracker == nil {
		return noTracker
	}
	rows, err := recentRows(ctx, s, recently)
	if err == nil && len(rows) == 0 { // at night
		rows, err = recentRows(ctx, s, 24*recently)
	}
	if err != nil || len(rows) == 0 {
		return found(Skip, "no rows of the last 24 hours to look at", "확인할 최근 24시간의 데이터가 없음")
	}
	without := 0
	for _, m := range rows {
		if subject := strings.ToLower(strings.TrimSpace(m.Subject)); subject == "" || subject == noSubject {
			without++
		}
	}
	if without == len(rows) {
		return found(Fail, "all of the newest rows, %d, read “(No Subject)”: the logs do not record the Subject header",
			"가장 최근 %d개 행이 모두 “(No Subject)”입니다. 로그에 Subject 헤더가 기록되지 않습니다", len(rows))
	}
	return found(Pass, "%d of the %d newest rows have a subject", "가장 최근 행 %[2]d개 중 %[1]d개에 제목이 있음", len(rows)-without, len(rows))
}

func checkLogs(ctx context.Context, s *Scene) finding {
	if s.Tracker == nil {
		return noTracker
	}
	subscriptions, err := s.Tracker.LogSubscriptions(ctx, "")
	if err != nil {
		return found(Skip, "the appliance does not list its logs", "어플라이언스가 로그 목록을 제공하지 않음").because(err)
	}
	var names []string
	for _, l := range subscriptions {
		if kind := strings.ToLower(l.Type + " " + l.Name); strings.Contains(kind, "ctr") || strings.Contains(kind, "api") {
			names = append(names, l.Name)
		}
	}
	if len(names) == 0 {
		return found(Warn, "neither CTR Logs nor API Logs are among the log subscriptions: add them before you debug", "로그 구독에 CTR Logs와 API Logs가 없습니다. 디버깅 전에 추가하십시오")
	}
	return found(Pass, "%s", "%s", joined(names))
}
