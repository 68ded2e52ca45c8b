package setup

// InWords returns what a problem of a verification means, by its code; en is the sentence that came with
// it, which names hosts and modules. Of a code that has no words in Korean, both are en.
func InWords(code, en string) Text {
	if ko, ok := problemsKO[code]; ok {
		return Text{EN: en, KO: ko}
	}
	return Text{EN: en, KO: en}
}

// problemsKO are the problems of package verify in Korean, by code.
var problemsKO = map[string]string{
	"smtp_auth":              "게이트웨이가 인증을 요구하거나 자격 증명을 거부했습니다.",
	"smtp_cancelled":         "메시지를 전달하기 전에 중지되었습니다.",
	"smtp_certificate":       "게이트웨이의 인증서를 신뢰할 수 없습니다.",
	"smtp_connect":           "게이트웨이에 연결할 수 없습니다.",
	"smtp_dns":               "게이트웨이의 호스트 이름을 확인할 수 없습니다.",
	"smtp_failed":            "테스트 메시지를 게이트웨이에 전달할 수 없습니다.",
	"smtp_invalid":           "메시지 또는 게이트웨이 설정이 올바르지 않아 아무것도 보내지 않았습니다.",
	"smtp_no_starttls":       "게이트웨이가 STARTTLS를 제공하지 않습니다.",
	"smtp_protocol":          "게이트웨이의 응답이 SMTP 규격에 맞지 않습니다.",
	"smtp_refused":           "게이트웨이가 테스트 메시지를 거부했습니다.",
	"smtp_refused_banner":    "게이트웨이가 이 컴퓨터의 연결을 거부했습니다.",
	"smtp_refused_content":   "게이트웨이가 메시지 내용을 거부했습니다.",
	"smtp_refused_recipient": "게이트웨이가 수신자를 거부했습니다.",
	"smtp_refused_relay":     "게이트웨이가 이 도메인으로의 릴레이를 거부했습니다.",
	"smtp_refused_sender":    "게이트웨이가 발신자를 거부했습니다.",
	"smtp_refused_size":      "메시지가 게이트웨이의 크기 제한보다 큽니다.",
	"smtp_starttls_required": "게이트웨이가 STARTTLS를 요구합니다.",
	"smtp_temporary":         "게이트웨이가 메시지를 일시적으로 받지 않습니다.",
	"smtp_timeout":           "게이트웨이가 제한 시간 안에 응답하지 않았습니다.",
	"smtp_tls":               "게이트웨이와 TLS 연결을 맺을 수 없습니다.",
	"smtp_unknown_outcome":   "메시지를 전달한 직후 연결이 끊어져 게이트웨이가 받았는지 알 수 없습니다.",

	"tracking_absent":           "어플라이언스의 API가 메시지 추적을 제공하지 않습니다.",
	"tracking_answer":           "어플라이언스 API의 응답을 해석할 수 없습니다.",
	"tracking_cancelled":        "메시지 추적 조회가 중지되었습니다.",
	"tracking_certificate":      "어플라이언스 API의 인증서를 신뢰할 수 없거나 TLS 연결이 아닙니다.",
	"tracking_credentials":      "어플라이언스가 API 사용자의 이름 또는 암호를 거부했습니다.",
	"tracking_empty":            "최근 하루 동안 메시지 추적에 아무 메시지도 없습니다. 비활성화되었거나 SMA로 중앙 집중화되어 있습니다.",
	"tracking_failed":           "메시지 추적을 읽을 수 없습니다.",
	"tracking_invalid":          "메시지 추적 조회의 설정이 올바르지 않습니다.",
	"tracking_malformed_header": "어플라이언스 API의 응답 헤더가 HTTP 규격에 맞지 않습니다.",
	"tracking_not_found":        "메시지가 아직 메시지 추적에 나타나지 않았습니다.",
	"tracking_proxy_html":       "API 대신 웹 페이지가 응답했습니다. 프록시이거나 어플라이언스가 재시작 중입니다.",
	"tracking_query":            "어플라이언스가 검색 조건을 해석하지 못했습니다.",
	"tracking_rate_limited":     "어플라이언스가 호출 빈도를 제한하고 있습니다.",
	"tracking_redirect":         "API 호출이 다른 주소로 리디렉션되었습니다.",
	"tracking_role":             "API 사용자의 역할로는 메시지 추적을 읽을 수 없습니다.",
	"tracking_server":           "어플라이언스 API에서 서버 오류가 발생했습니다.",
	"tracking_session":          "어플라이언스가 API 세션을 반복해서 종료했습니다.",
	"tracking_timeout":          "어플라이언스 API가 제한 시간 안에 응답하지 않았습니다.",
	"tracking_tls":              "어플라이언스 API와 TLS 연결을 맺을 수 없습니다.",
	"tracking_too_large":        "요청 또는 응답이 크기 제한을 초과했습니다.",
	"tracking_two_factor":       "API 사용자에게 이중 인증이 요구되어 API를 사용할 수 없습니다.",
	"tracking_unreachable":      "어플라이언스 API에 연결할 수 없습니다.",

	"mid_missing":         "SMTP 응답에 MID가 없습니다. ESA가 아닌 다른 서버가 응답했을 수 있습니다.",
	"mid_changed":         "메시지가 처리되는 동안 새 MID를 받았습니다.",
	"mid_missed":          "SMTP 응답의 MID로 메시지를 찾을 수 없습니다.",
	"message_id_missed":   "Message-ID로 메시지를 찾을 수 없습니다.",
	"subject_not_logged":  "제목으로 메시지를 찾을 수 없습니다. 어플라이언스가 Subject 헤더를 기록하지 않습니다.",
	"subject_changed":     "정책에 의해 메시지 제목에 태그가 추가되었습니다.",
	"status_not_final":    "어플라이언스가 아직 메시지를 처리하고 있습니다.",
	"message_dropped":     "정책에 의해 메시지가 삭제(drop)되었습니다.",
	"message_quarantined": "메시지가 격리 보관되어 있습니다.",
	"message_bounced":     "메시지가 반송되었습니다.",
	"message_aborted":     "메시지 처리가 중단되었습니다.",
	"details_failed":      "메시지의 세부 정보를 읽을 수 없어 검색 결과만 사용합니다.",

	"module_missing":           "Threat Response에 어플라이언스의 모듈이 없습니다.",
	"module_disabled":          "Threat Response에서 어플라이언스의 모듈이 비활성화되어 있습니다.",
	"module_error":             "Threat Response의 어플라이언스 모듈에 오류가 있습니다.",
	"module_rate_limited":      "어플라이언스 모듈의 호출 빈도가 제한되었습니다.",
	"no_sighting":              "어플라이언스 모듈이 응답했지만 이 메시지의 목격 정보(sighting)가 없습니다.",
	"ctr_answer":               "Threat Response의 응답을 해석할 수 없습니다.",
	"ctr_certificate":          "Threat Response의 인증서를 신뢰할 수 없습니다.",
	"ctr_credentials":          "Threat Response가 API 클라이언트의 ID 또는 비밀 값을 거부했습니다.",
	"ctr_no_integration_scope": "API 클라이언트에 integration 범위가 없어 모듈 목록을 볼 수 없습니다.",
	"ctr_rate_limited":         "Threat Response의 호출 빈도 제한에 도달했습니다.",
	"ctr_region":               "API 클라이언트가 다른 지역에 속해 있습니다.",
	"ctr_scope":                "API 클라이언트에 필요한 범위(scope)가 없습니다.",
	"ctr_server":               "Threat Response에서 서버 오류가 발생했습니다.",
	"ctr_session":              "Threat Response가 새 토큰도 거부했습니다(401).",
	"ctr_timeout":              "Threat Response가 제한 시간 안에 응답하지 않았습니다.",
	"ctr_unreachable":          "Threat Response에 연결할 수 없습니다.",
	"deadline":                 "다음 단계를 수행하기 전에 제한 시간이 끝났습니다.",
}
