package setup

import "slices"

// mailBranches are the symptoms of sending and tracking, D7 to D9.
func mailBranches() []Branch {
	return []Branch{trackingBranch(), smtpBranch(), apiBranch()}
}

func trackingBranch() Branch {
	return Branch{
		ID:      "D7",
		Symptom: Text{"Message tracking does not find the test message", "메시지 추적에서 테스트 메시지를 찾을 수 없음"},
		Opens:   []Signal{Seen("D7"), Problem("tracking_not_found"), Problem("tracking_empty")},
		Causes: []Cause{
			{
				ID: "tracking-delayed", Step: 0,
				Title:   Text{"Tracking is late", "추적이 지연됨"},
				How:     Text{"Look again: an ESA needs seconds to three minutes, an SMA three to six minutes and more.", "다시 확인합니다. ESA는 몇 초에서 3분, SMA는 3~6분 이상 걸립니다."},
				Fix:     Text{"Wait, and resume the verification with its token; a longer --timeout helps on an SMA.", "기다린 후 토큰으로 확인을 다시 시작합니다. SMA에서는 --timeout을 늘립니다."},
				Hints:   []Signal{Problem("tracking_not_found")},
				Against: []Signal{Fact("tracking_empty"), Problem("tracking_empty")},
			},
			{
				ID: "subject-not-logged", Step: 0,
				Title: Text{"The appliance does not log subjects", "어플라이언스가 제목을 기록하지 않음"},
				How:   Text{"Recent rows of message tracking all read “(No Subject)”; the message was found by Message-ID or MID but not by its subject.", "메시지 추적의 최근 행이 모두 “(No Subject)”입니다. Message-ID 또는 MID로는 찾았지만 제목으로는 찾지 못했습니다."},
				Fix:   Text{"System Administration > Log Subscriptions > Global Settings: log the Subject header. Look by Message-ID until then.", "System Administration > Log Subscriptions > Global Settings에서 Subject 헤더를 기록합니다. 그때까지는 Message-ID로 검색합니다."},
				Proof: []Signal{Failed("A11"), Problem("subject_not_logged")},
			},
			{
				ID: "tracking-centralized", Step: 0,
				Title: Text{"Tracking is centralized on an SMA", "추적이 SMA에 중앙 집중화됨"},
				How:   Text{"The ESA's tracking answers but is always empty; the SMA has the rows.", "ESA의 추적은 응답하지만 항상 비어 있고 SMA에 행이 있습니다."},
				Fix:   Text{"Use the SMA as the tracker of this profile: url and flavour = \"sma\".", "이 프로파일의 추적 장치로 SMA를 사용합니다: url, flavour = \"sma\"."},
				Proof: []Signal{Fact("tracking_centralized")},
				Hints: []Signal{Fact("tracking_empty"), Problem("tracking_empty")},
			},
			{
				ID: "tracking-disabled", Step: 0,
				Title:       Text{"Message Tracking is disabled", "메시지 추적이 비활성화됨"},
				How:         Text{"Security Services > Message Tracking shows it as disabled; tracking has no row at all.", "Security Services > Message Tracking에 비활성화로 표시되며 추적에 행이 없습니다."},
				Fix:         Text{"Enable it and send again: only mail handled afterwards is recorded.", "활성화한 후 다시 보냅니다. 이후에 처리된 메일만 기록됩니다."},
				Proof:       []Signal{Fact("tracking_empty"), Problem("tracking_empty")},
				ExplainedBy: []string{"tracking-centralized", "managed-by-sma"},
			},
			{
				ID: "subject-prefixed", Step: 0,
				Title: Text{"The subject was changed, such as by a [SPAM] prefix", "[SPAM] 접두사 등으로 제목이 변경됨"},
				How:   Text{"The row's subject holds more than what was sent.", "행의 제목에 보낸 것보다 더 많은 내용이 있습니다."},
				Fix:   Text{"Search with “contains” and the token alone.", "“contains”와 토큰만으로 검색합니다."},
				Proof: []Signal{Problem("subject_changed")},
			},
			{
				ID: "mid-rewritten", Step: 0,
				Title: Text{"A filter or engine gave the message a new MID", "필터 또는 엔진이 메시지에 새 MID를 부여함"},
				How:   Text{"The row shows two MIDs, or the MID of the 250 answer finds nothing while the Message-ID does.", "행에 두 개의 MID가 있거나, 250 응답의 MID로는 찾지 못하고 Message-ID로는 찾습니다."},
				Fix:   Text{"Use the newest MID, or the Message-ID.", "가장 새로운 MID 또는 Message-ID를 사용합니다."},
				Proof: []Signal{Problem("mid_changed"), Problem("mid_missed")},
			},
			{
				ID: "smtp-no-mid", Step: 0,
				Title: Text{"The 250 answer came from another hop, not from the appliance", "250 응답이 어플라이언스가 아닌 다른 홉에서 옴"},
				How:   Text{"The answer names no MID: “Message NNN accepted” is the appliance's wording.", "응답에 MID가 없습니다. “Message NNN accepted”가 어플라이언스의 문구입니다."},
				Fix:   Text{"Send to the appliance's own listener.", "어플라이언스의 리스너로 직접 보냅니다."},
				Proof: []Signal{Problem("mid_missing")},
			},
			{
				ID: "time-window", Step: 0,
				Title: Text{"The clocks or time zones differ", "시계 또는 시간대가 다름"},
				How:   Text{"The clock check shows a difference of an hour or more.", "시계 검사에서 한 시간 이상의 차이가 나타납니다."},
				Fix:   Text{"Set up NTP and the time zone on the appliance.", "어플라이언스에 NTP와 시간대를 설정합니다."},
				Hints: []Signal{Failed("A8")}, Against: []Signal{Passed("A8")},
				Outside: "the same planted fault as clock-skew",
			},
			{
				ID: "message-dropped", Step: 0,
				Title: Text{"The message was dropped by a policy", "정책에 의해 메시지가 삭제됨"},
				How:   Text{"Its status in tracking is Dropped.", "추적의 상태가 Dropped입니다."},
				Fix:   Text{"Read the message's events for the engine or filter that dropped it.", "메시지 이벤트에서 삭제한 엔진 또는 필터를 확인합니다."},
				Proof: []Signal{Problem("message_dropped")},
			},
			{
				ID: "message-quarantined", Step: 0,
				Title: Text{"The message is in a quarantine", "메시지가 격리됨"},
				How:   Text{"Its status in tracking begins with Quarantined.", "추적의 상태가 Quarantined로 시작합니다."},
				Fix:   Text{"Look in the quarantine, and exempt the test sender.", "격리를 확인하고 테스트 발신자를 예외로 지정합니다."},
				Proof: []Signal{Problem("message_quarantined")},
			},
		},
	}
}

// smtpRefusal is a cause of D8 that one problem code proves.
func smtpRefusal(id, code string, title, how, fix Text) Cause {
	return Cause{ID: id, Title: title, How: how, Fix: fix, Proof: []Signal{Problem(code)}}
}

func smtpBranch() Branch {
	return Branch{
		ID:      "D8",
		Symptom: Text{"The gateway refuses the test message, or cannot be talked to", "게이트웨이가 테스트 메시지를 거부하거나 연결할 수 없음"},
		Opens:   []Signal{Seen("D8"), Failed("A20")},
		Causes:  slices.Concat(smtpPolicyCauses(), smtpConnectionCauses()),
	}
}

func smtpPolicyCauses() []Cause {
	return []Cause{
		smtpRefusal("smtp-refuse-banner", "smtp_refused_banner",
			Text{"The gateway rejects this computer's address", "게이트웨이가 이 컴퓨터의 주소를 거부함"},
			Text{"554 in the banner: the sender group of this address rejects, often by reputation.", "배너의 554: 이 주소의 발신자 그룹이 거부합니다(평판 기반인 경우가 많음)."},
			Text{"Mail Policies > HAT Overview: put this address in an allowed sender group, or send from another host.", "Mail Policies > HAT Overview에서 이 주소를 허용 발신자 그룹에 추가하거나 다른 호스트에서 보냅니다."}),
		smtpRefusal("smtp-tempfail", "smtp_temporary",
			Text{"The gateway is busy or limits the rate", "게이트웨이가 바쁘거나 속도를 제한함"},
			Text{"A 4xx answer: too many sessions or messages, a full queue, scarce resources, or greylisting.", "4xx 응답: 세션 또는 메시지가 너무 많거나, 대기열이 가득 찼거나, 리소스가 부족하거나, 그레이리스팅입니다."},
			Text{"Wait some minutes and send again; look at the appliance's health.", "몇 분 기다린 후 다시 보냅니다. 어플라이언스 상태를 확인합니다."}),
		smtpRefusal("smtp-refuse-rcpt", "smtp_refused_recipient",
			Text{"The gateway does not accept the recipient", "게이트웨이가 수신자를 허용하지 않음"},
			Text{"550 #5.1.0 Address rejected: the address is not in the Recipient Access Table, or LDAP does not know it.", "550 #5.1.0 Address rejected: 주소가 RAT(수신자 액세스 테이블)에 없거나 LDAP에 없습니다."},
			Text{"Choose a recipient that the appliance serves, or add its domain: Mail Policies > Recipient Access Table.", "어플라이언스가 처리하는 수신자를 선택하거나 Mail Policies > Recipient Access Table에 도메인을 추가합니다."}),
		smtpRefusal("smtp-refuse-relay", "smtp_refused_relay",
			Text{"The gateway does not relay to this domain", "게이트웨이가 이 도메인으로 릴레이하지 않음"},
			Text{"550 #5.7.1: the recipient's domain is not served and this address is not in a RELAY sender group.", "550 #5.7.1: 수신자 도메인이 처리 대상이 아니고 이 주소가 RELAY 발신자 그룹에 없습니다."},
			Text{"Choose a recipient of a served domain, or use the private listener.", "처리 대상 도메인의 수신자를 선택하거나 전용 리스너를 사용합니다."}),
		smtpRefusal("smtp-refuse-sender", "smtp_refused_sender",
			Text{"The gateway does not accept the sender", "게이트웨이가 발신자를 허용하지 않음"},
			Text{"553 #5.1.8 or another refusal of MAIL FROM: the sender's domain does not exist or is not allowed.", "553 #5.1.8 또는 MAIL FROM 거부: 발신자 도메인이 없거나 허용되지 않습니다."},
			Text{"Use a sender of a real domain.", "실제 도메인의 발신자를 사용합니다."}),
		smtpRefusal("smtp-refuse-size", "smtp_refused_size",
			Text{"The message is too large", "메시지가 너무 큼"},
			Text{"552: compare the size with SIZE in the EHLO answer.", "552: EHLO 응답의 SIZE와 크기를 비교합니다."},
			Text{"Send a smaller message.", "더 작은 메시지를 보냅니다."}),
		smtpRefusal("smtp-refuse-data", "smtp_refused_content",
			Text{"The gateway refused the content", "게이트웨이가 내용을 거부함"},
			Text{"A 5xx answer after the final dot.", "마지막 점 이후의 5xx 응답입니다."},
			Text{"Read the answer, and exempt the test sender from the filter that it names.", "응답을 읽고 해당 필터에서 테스트 발신자를 예외로 지정합니다."}),
		smtpRefusal("smtp-auth-required", "smtp_auth",
			Text{"The listener wants credentials, or refuses these", "리스너가 자격 증명을 요구하거나 거부함"},
			Text{"530 Authentication required, or 535.", "530 Authentication required 또는 535입니다."},
			Text{"Give the profile a username and password for the gateway, or use another listener.", "프로파일에 게이트웨이 사용자 이름과 비밀번호를 설정하거나 다른 리스너를 사용합니다."}),
		{
			ID: "smtp-starttls-required", Outside: "the demo's profile encrypts always",
			Title: Text{"The gateway wants STARTTLS", "게이트웨이가 STARTTLS를 요구함"},
			How:   Text{"530 Must issue a STARTTLS command first.", "530 Must issue a STARTTLS command first입니다."},
			Fix:   Text{"Set tls = \"starttls\" in the profile.", "프로파일에 tls = \"starttls\"를 설정합니다."},
			Proof: []Signal{Problem("smtp_starttls_required")},
		},
	}
}

func smtpConnectionCauses() []Cause {
	return []Cause{
		smtpRefusal("smtp-no-starttls", "smtp_no_starttls",
			Text{"The gateway does not offer STARTTLS", "게이트웨이가 STARTTLS를 제공하지 않음"},
			Text{"EHLO lists no STARTTLS: the listener has no certificate, or its mail flow policy turns TLS off.", "EHLO에 STARTTLS가 없습니다. 리스너에 인증서가 없거나 메일 플로우 정책에서 TLS가 꺼져 있습니다."},
			Text{"Turn TLS on for the listener (Network > Listeners, Mail Flow Policies), or set tls = \"none\" knowingly.", "리스너에서 TLS를 켭니다(Network > Listeners, Mail Flow Policies). 또는 위험을 감수하고 tls = \"none\"을 설정합니다."}),
		smtpRefusal("smtp-starttls-454", "smtp_tls",
			Text{"The gateway's TLS does not work", "게이트웨이의 TLS가 작동하지 않음"},
			Text{"454 TLS not available, or a failed handshake: look at the listener's certificate.", "454 TLS not available 또는 핸드셰이크 실패: 리스너의 인증서를 확인합니다."},
			Text{"Assign a valid certificate to the listener.", "리스너에 유효한 인증서를 할당합니다."}),
		smtpRefusal("smtp-unknown-ca", "smtp_certificate",
			Text{"The gateway's certificate is not trusted", "게이트웨이의 인증서를 신뢰할 수 없음"},
			Text{"Its authority is unknown, its name differs, or it expired.", "인증 기관을 알 수 없거나, 이름이 다르거나, 만료되었습니다."},
			Text{"Check the fingerprint with the appliance's owner, then: ctrace config trust gateway. Or give ca_file in the profile.", "어플라이언스 관리자와 지문을 확인한 후 ctrace config trust gateway를 실행합니다. 또는 프로파일에 ca_file을 지정합니다."}),
		{
			ID:    "smtp-silent",
			Title: Text{"The gateway does not answer", "게이트웨이가 응답하지 않음"},
			How:   Text{"No banner in time, the connection is refused, or the name is unknown.", "시간 내에 배너가 없거나, 연결이 거부되거나, 이름을 알 수 없습니다."},
			Fix:   Text{"Check host and port in the profile, the listener, and the firewall between.", "프로파일의 호스트와 포트, 리스너, 중간 방화벽을 확인합니다."},
			Proof: []Signal{Problem("smtp_timeout"), Problem("smtp_connect"), Problem("smtp_dns")},
		},
		smtpRefusal("smtp-cut-after-dot", "smtp_unknown_outcome",
			Text{"The line was lost after the message was handed over", "메시지 전달 후 연결이 끊어짐"},
			Text{"Nobody knows whether it was accepted: look in message tracking by Message-ID.", "수락 여부를 알 수 없습니다. Message-ID로 메시지 추적을 확인합니다."},
			Text{"Resume the verification with its token; do not send again before.", "토큰으로 확인을 다시 시작합니다. 그 전에 다시 보내지 마십시오."}),
	}
}

func apiBranch() Branch {
	return Branch{
		ID:      "D9",
		Symptom: Text{"The appliance's API or the cloud's API gives no proper answer", "어플라이언스 API 또는 클라우드 API가 올바르게 응답하지 않음"},
		Opens:   []Signal{Seen("D9")},
		Causes: []Cause{
			{
				ID:      "api-401",
				Title:   Text{"The appliance refuses user or passphrase", "어플라이언스가 사용자 또는 암호를 거부함"},
				How:     Text{"401 Invalid username or passphrase.", "401 Invalid username or passphrase입니다."},
				Fix:     Text{"Check the username in the profile and store the passphrase again: ctrace config set-secret passphrase.", "프로파일의 사용자 이름을 확인하고 암호를 다시 저장합니다: ctrace config set-secret passphrase."},
				Proof:   []Signal{Problem("tracking_credentials")},
				Hints:   []Signal{Failed("A9")},
				Against: []Signal{Passed("A9")},
			},
			{
				ID:    "api-403",
				Title: Text{"The user's role may not read message tracking", "사용자 역할에 메시지 추적 읽기 권한이 없음"},
				How:   Text{"403, or login/privileges lacks e_message_tracking_messages.", "403이거나 login/privileges에 e_message_tracking_messages가 없습니다."},
				Fix:   Text{"Give the user the role Help Desk User, or one with tracking rights.", "사용자에게 Help Desk User 또는 추적 권한이 있는 역할을 부여합니다."},
				Proof: []Signal{Problem("tracking_role"), Fact("role_lacks_tracking")},
			},
			{
				ID:    "api-unknown-ca",
				Title: Text{"The appliance's API certificate is not trusted", "어플라이언스 API 인증서를 신뢰할 수 없음"},
				How:   Text{"Appliances come with a self-signed certificate.", "어플라이언스는 자체 서명 인증서를 기본으로 사용합니다."},
				Fix:   Text{"Check the fingerprint with the appliance's owner, then: ctrace config trust tracker.", "어플라이언스 관리자와 지문을 확인한 후 ctrace config trust tracker를 실행합니다."},
				Proof: []Signal{Problem("tracking_certificate")},
			},
			{
				ID:      "wrong-port",
				Title:   Text{"The API does not listen there", "해당 포트에서 API가 수신 대기하지 않음"},
				How:     Text{"The AsyncOS API is on 6443 (https) or 6080 (http); 4431 behind the new web interface; 443 for cloud gateways.", "AsyncOS API는 6443(https) 또는 6080(http), 새 웹 인터페이스는 4431, 클라우드 게이트웨이는 443을 사용합니다."},
				Fix:     Text{"Put the full address with the port in the profile; switch the AsyncOS API on: Network > IP Interfaces.", "프로파일에 포트를 포함한 전체 주소를 입력하고 Network > IP Interfaces에서 AsyncOS API를 켭니다."},
				Proof:   []Signal{Problem("tracking_unreachable"), Problem("tracking_network"), Problem("tracking_timeout")},
				Against: []Signal{Passed("A9")},
			},
			{
				ID:    "api-500",
				Title: Text{"The API fails, or a web page answers in its place", "API에 오류가 있거나 웹 페이지가 API 대신 응답함"},
				How:   Text{"A 5xx answer. Words of the appliance: it failed itself. An HTML page: a proxy or the web interface answered.", "5xx 응답. 어플라이언스의 오류 메시지이면 어플라이언스 자체의 오류이고, HTML 페이지이면 프록시 또는 웹 인터페이스가 응답한 것입니다."},
				Fix:   Text{"Wait and try again; look at the appliance's health. Ask the API port directly; on the appliance, both AsyncOS API HTTP and HTTPS must be on for trailblazer.", "잠시 후 다시 시도하고 어플라이언스의 상태를 확인합니다. API 포트에 직접 연결합니다. 어플라이언스에서 trailblazer를 사용하려면 AsyncOS API HTTP와 HTTPS가 모두 켜져 있어야 합니다."},
				Proof: []Signal{Problem("tracking_server"), Problem("tracking_proxy_html")},
			},
			{
				ID: "ces-api-off", Outside: "the lab has no cloud gateway that Cisco must switch on",
				Title: Text{"The cloud gateway's API is off", "클라우드 게이트웨이의 API가 꺼져 있음"},
				How:   Text{"The host is under iphmx.com and does not answer on 443.", "호스트가 iphmx.com에 있고 443에서 응답하지 않습니다."},
				Fix:   Text{"Only Cisco can enable it: open a TAC case.", "Cisco만 활성화할 수 있습니다. TAC 케이스를 여십시오."},
				Hints: []Signal{Fact("topology_cloud")},
			},
			{
				ID:    "ctr-429",
				Title: Text{"The organisation's hourly request limit is used up", "조직의 시간당 요청 한도를 모두 사용함"},
				How:   Text{"Threat Response answers 429 with Retry-After; 8,000 requests an hour are shared by the whole organisation.", "Threat Response가 Retry-After와 함께 429로 응답합니다. 시간당 8,000개 요청을 조직 전체가 공유합니다."},
				Fix:   Text{"Wait for the time that it names, then resume with the token.", "표시된 시간 동안 기다린 후 토큰으로 다시 시작합니다."},
				Proof: []Signal{Problem("ctr_rate_limited")},
			},
		},
	}
}
