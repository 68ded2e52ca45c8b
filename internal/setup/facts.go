package setup

import "strings"

// facts are the words of the facts that speak for causes.
var facts = map[string]Text{
	"appliance_cannot_reach_sse": {"the appliance cannot reach SSE", "어플라이언스가 SSE에 연결할 수 없음"},
	"asked_for_long":             {"it was asked for a long time", "오랫동안 조회함"},
	"cluster_mode":               {"the page is in cluster mode", "페이지가 클러스터 모드임"},
	"ctr_off_in_sse":             {"Threat Response is off in SSE", "SSE에서 Threat Response가 꺼져 있음"},
	"deregister_button":          {"a Deregister button is visible", "Deregister 버튼이 표시됨"},
	"device_gone":                {"the module's device is gone", "모듈의 디바이스가 없어짐"},
	"device_list_empty":          {"the list of devices is empty", "디바이스 목록이 비어 있음"},
	"device_not_in_sse":          {"the appliance is not in SSE", "어플라이언스가 SSE에 없음"},
	"device_not_listed":          {"the portal does not list the appliance", "포털에 어플라이언스가 없음"},
	"device_removed":             {"the appliance was removed in the portal", "포털에서 어플라이언스가 제거됨"},
	"fn72113":                    {"the version is in the range of FN72113", "버전이 FN72113 범위에 있음"},
	"health_unknown":             {"the module's health is unknown", "모듈 상태를 알 수 없음"},
	"managed_by_sma":             {"an SMA manages the appliance", "SMA가 어플라이언스를 관리함"},
	"module_disabled":            {"the module is disabled", "모듈이 비활성화됨"},
	"module_type_differs":        {"the module's type is not the device's", "모듈 유형이 디바이스와 다름"},
	"no_token_field":             {"there is no field for the token", "토큰 입력란이 없음"},
	"pending_changes":            {"changes are pending", "보류 중인 변경 사항이 있음"},
	"portal_region_differs":      {"the portal is of another region", "포털의 지역이 다름"},
	"registration_in_progress":   {"the registration is in progress", "등록이 진행 중임"},
	"role_lacks_tracking":        {"the role lacks message tracking", "역할에 메시지 추적 권한이 없음"},
	"status_disabled":            {"the status reads Disabled", "상태가 Disabled임"},
	"token_expired":              {"the token's time is over", "토큰의 유효 기간이 지남"},
	"token_miscopied":            {"what was pasted is not the token", "붙여넣은 값이 토큰과 다름"},
	"token_portal_differs":       {"the token is of another region's portal", "다른 지역 포털의 토큰임"},
	"token_refused":              {"the token was refused", "토큰이 거부됨"},
	"token_used_up":              {"the token's devices are used up", "토큰의 디바이스 수가 모두 사용됨"},
	"topology_cloud":             {"it is a cloud gateway", "클라우드 게이트웨이임"},
	"tracking_centralized":       {"tracking is centralized", "추적이 중앙 집중화됨"},
	"tracking_empty":             {"tracking has no rows at all", "추적에 행이 전혀 없음"},
	"tracking_has_rows":          {"tracking has rows of other mail", "추적에 다른 메일의 행이 있음"},
}

// Words puts a signal into words for people; empty for a verification's problem, which has words of
// its own.
func (s Signal) Words() Text {
	source, name, _ := strings.Cut(string(s), ":")
	switch source {
	case "failed":
		return Text{"check " + name + " failed", name + " 점검 실패"}
	case "passed":
		return Text{"check " + name + " passed", name + " 점검 통과"}
	case "seen":
		return Text{"you see it", "직접 확인한 증상"}
	case "fact":
		if words, known := facts[name]; known {
			return words
		}
		plain := strings.ReplaceAll(name, "_", " ")
		return Text{plain, plain}
	}
	return Text{}
}
