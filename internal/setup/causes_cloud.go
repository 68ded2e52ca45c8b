package setup

// registrationCauses are the causes of D1 to D5: without a registered device there is no module.
func registrationCauses() []string {
	var ids []string
	for _, b := range applianceBranches() {
		for _, c := range b.Causes {
			ids = append(ids, c.ID)
		}
	}
	return ids
}

// cloudBranches are the symptoms in Threat Response: D6, D10 and D11.
func cloudBranches() []Branch {
	return []Branch{investigationBranch(), healthBranch(), nothingShownBranch()}
}

func investigationBranch() Branch {
	return Branch{
		ID:      "D6",
		Symptom: Text{"An investigation shows nothing from the appliance's module", "조사에 어플라이언스 모듈의 결과가 없음"},
		Opens:   []Signal{Seen("D6"), Problem("no_sighting")},
		Causes: []Cause{
			{
				ID: "observable-syntax", Step: 0, Outside: "this program writes the query itself",
				Title: Text{"The query's syntax or type is wrong", "쿼리 구문 또는 유형이 잘못됨"},
				How:   Text{"The form is type:\"value\", such as email_messageid:\"…\" or cisco_mid:\"…\".", "형식은 type:\"value\"이며 예를 들어 email_messageid:\"…\" 또는 cisco_mid:\"…\"입니다."},
				Fix:   Text{"Correct the observable; `ctrace observables` checks it.", "관찰 가능 항목을 수정합니다. `ctrace observables`로 확인합니다."},
				Proof: []Signal{Failed("A19")}, Against: []Signal{Problem("no_sighting")},
			},
			{
				ID: "subject-as-pivot", Step: 0, Outside: "a verification asks the exact keys first",
				Title:   Text{"The subject was used as the pivot", "제목을 피벗으로 사용함"},
				How:     Text{"email_subject is not in the list of observables that the module can be asked about.", "email_subject는 모듈이 조회할 수 있는 관찰 가능 항목 목록에 없습니다."},
				Fix:     Text{"Pivot by email_messageid or cisco_mid.", "email_messageid 또는 cisco_mid로 조회합니다."},
				Against: []Signal{Problem("no_sighting")},
			},
			wrongRegion(),
			{
				ID: "module-missing", Step: 8,
				Title:       Text{"No module of the appliance is in Threat Response", "Threat Response에 어플라이언스 모듈이 없음"},
				How:         Text{"The list of modules has none of the type Email Security Appliance or SMA Email.", "모듈 목록에 Email Security Appliance 또는 SMA Email 유형이 없습니다."},
				Fix:         Text{"Add the module: step 8.", "모듈을 추가합니다: 8단계."},
				Proof:       []Signal{Problem("module_missing")},
				Against:     []Signal{Passed("A14"), Problem("module_disabled"), Fact("module_disabled")},
				ExplainedBy: registrationCauses(),
			},
			{
				ID: "module-disabled", Step: 8,
				Title: Text{"The appliance's module is disabled", "어플라이언스 모듈이 비활성화됨"},
				How:   Text{"The module is in the list and not enabled.", "모듈이 목록에 있지만 활성화되어 있지 않습니다."},
				Fix:   Text{"Enable it in Threat Response's list of modules.", "Threat Response 모듈 목록에서 활성화합니다."},
				Proof: []Signal{Problem("module_disabled"), Fact("module_disabled")},
			},
			{
				ID: "timeframe-too-short", Step: 8,
				Title: Text{"The module's Request Timeframe is shorter than the message is old", "모듈의 Request Timeframe이 메시지의 경과 시간보다 짧음"},
				How:   Text{"Compare the module's days with the age of the message.", "모듈의 일수와 메시지의 경과 시간을 비교합니다."},
				Fix:   Text{"Edit the module: more days in Request Timeframe.", "모듈을 수정하여 Request Timeframe의 일수를 늘립니다."},
				Proof: []Signal{Failed("A16")}, Against: []Signal{Passed("A16")},
			},
			moduleWrongType(),
			{
				ID: "too-early", Step: 0,
				Title: Text{"It is just too early", "조회하기에 아직 이른 시점임"},
				How:   Text{"The module is healthy and the message is in tracking; ask again.", "모듈이 정상이고 메시지가 추적에 있습니다. 다시 조회합니다."},
				Fix:   Text{"Wait some minutes, then resume with the token.", "몇 분 기다린 후 토큰으로 다시 시작합니다."},
				Hints: []Signal{Passed("A15")}, Against: []Signal{Fact("asked_for_long")},
			},
			{
				ID: "module-no-data", Step: 8,
				Title: Text{"The module is healthy and has no data: its device link is stale", "모듈은 정상이지만 데이터가 없음: 디바이스 연결이 오래됨"},
				How:   Text{"Health is ok, the message is in tracking, and the module finds nothing for minutes.", "상태는 정상이고 메시지가 추적에 있지만 몇 분 동안 모듈이 아무것도 찾지 못합니다."},
				Fix:   Text{"Edit the module and choose the Registered Device again; register the appliance anew if that does not help.", "모듈을 수정하여 Registered Device를 다시 선택합니다. 해결되지 않으면 어플라이언스를 다시 등록합니다."},
				Hints: []Signal{Fact("asked_for_long"), Passed("A15")},
			},
			managedBySMA(),
		},
	}
}

func wrongRegion() Cause {
	return Cause{
		ID: "wrong-region", Step: 3,
		Title:   Text{"Appliance, portal and API client are not of one region", "어플라이언스, 포털, API 클라이언트의 지역이 다름"},
		How:     Text{"Compare the Threat Response Server on the appliance, the portal's address and the profile's region.", "어플라이언스의 Threat Response Server, 포털 주소, 프로파일의 지역을 비교합니다."},
		Fix:     Text{"Use one region everywhere. Mind the spelling: apj in the SSE names, apjc in the API names.", "모두 같은 지역을 사용합니다. SSE 이름은 apj, API 이름은 apjc입니다."},
		Proof:   []Signal{Failed("A5"), Problem("ctr_region")},
		Against: []Signal{Passed("A5")},
	}
}

func healthBranch() Branch {
	return Branch{
		ID:      "D10",
		Symptom: Text{"The module's health is error or unknown", "모듈 상태가 오류이거나 알 수 없음"},
		Opens:   []Signal{Seen("D10"), Problem("module_error"), Failed("A15")},
		Causes: []Cause{
			{
				ID: "module-error", Step: 8,
				Title:       Text{"The module cannot reach its device", "모듈이 디바이스에 연결할 수 없음"},
				How:         Text{"The module's health or answer holds a fatal error: read its message.", "모듈 상태 또는 응답에 치명적 오류가 있습니다. 메시지를 확인합니다."},
				Fix:         Text{"Check the registration (steps 6 and 7), then edit the module and choose its device again.", "등록(6, 7단계)을 확인한 후 모듈을 수정하여 디바이스를 다시 선택합니다."},
				Proof:       []Signal{Problem("module_error")},
				Against:     []Signal{Passed("A15")},
				ExplainedBy: []string{"device-deregistered", "module-wrong-type", "deregistered-in-cloud"},
			},
			{
				ID: "device-deregistered", Step: 6,
				Title: Text{"The device was deregistered", "디바이스 등록이 취소됨"},
				How:   Text{"The SSE portal does not list it; the module's error says that the device is not found.", "SSE 포털 목록에 없고, 모듈 오류에 디바이스를 찾을 수 없다고 표시됩니다."},
				Fix:   Text{"Register the appliance again, then edit the module.", "어플라이언스를 다시 등록한 후 모듈을 수정합니다."},
				Proof: []Signal{Fact("device_gone")},
			},
			{
				ID: "module-health-unknown", Step: 8,
				Title: Text{"The module offers no health probe", "모듈이 상태 점검을 제공하지 않음"},
				How:   Text{"Its health reads unknown, without an error.", "오류 없이 상태가 unknown입니다."},
				Fix:   Text{"Nothing to mend: rely on the verification itself.", "수정할 것이 없습니다. 확인 결과를 신뢰합니다."},
				Proof: []Signal{Fact("health_unknown")},
			},
			{
				ID: "ctr-forbidden", Step: 8,
				Title: Text{"The API client lacks a scope", "API 클라이언트에 범위(scope)가 없음"},
				How:   Text{"403 with missing-scopes: the client was created without it.", "403과 missing-scopes: 클라이언트가 해당 범위 없이 생성되었습니다."},
				Fix:   Text{"Create a client with the scopes Integration, Enrich, Inspect, Private Intelligence, Response and Casebook.", "Integration, Enrich, Inspect, Private Intelligence, Response, Casebook 범위로 클라이언트를 생성합니다."},
				Proof: []Signal{Problem("ctr_scope")},
			},
			{
				ID: "token-400", Step: 8,
				Title: Text{"Threat Response refuses the API client", "Threat Response가 API 클라이언트를 거부함"},
				How:   Text{"The token endpoint answers 400 invalid_client (unknown id, or another region's) or wrong_client_creds (wrong secret).", "토큰 엔드포인트가 400 invalid_client(알 수 없는 ID 또는 다른 지역) 또는 wrong_client_creds(잘못된 비밀 값)로 응답합니다."},
				Fix:   Text{"Check client_id and region in the profile and store the secret again: ctrace config set-secret client-secret.", "프로파일의 client_id와 지역을 확인하고 비밀 값을 다시 저장합니다: ctrace config set-secret client-secret."},
				Proof: []Signal{Problem("ctr_credentials")},
				Hints: []Signal{Failed("A13")},
			},
			{
				ID: "ctr-401-always", Step: 8, Outside: "in the lab the same answer as wrong-region",
				Title: Text{"Threat Response refuses its own token", "Threat Response가 자신의 토큰을 거부함"},
				How:   Text{"401 also with a new token: the client was revoked, or the clocks differ.", "새 토큰으로도 401입니다. 클라이언트가 폐기되었거나 시계가 다릅니다."},
				Fix:   Text{"Look at the API client in the portal, and at this computer's clock.", "포털의 API 클라이언트와 이 컴퓨터의 시계를 확인합니다."},
				Proof: []Signal{Problem("ctr_session")},
			},
			{
				ID: "ctr-500", Step: 0,
				Title: Text{"Threat Response has a fault of its own", "Threat Response 자체에 장애가 있음"},
				How:   Text{"5xx answers; look at status.tdr.cisco.com.", "5xx 응답입니다. status.tdr.cisco.com을 확인합니다."},
				Fix:   Text{"Wait, resume with the token, and give the trace id to TAC.", "기다린 후 토큰으로 다시 시작하고 TAC에 trace id를 전달합니다."},
				Proof: []Signal{Problem("ctr_server"), Problem("ctr_unreachable"), Problem("ctr_timeout"), Problem("ctr_answer")},
			},
		},
	}
}

func nothingShownBranch() Branch {
	return Branch{
		ID:      "D11",
		Symptom: Text{"Everything is green, but the analyst sees nothing", "모두 정상이지만 분석가에게 아무것도 보이지 않음"},
		Opens:   []Signal{Seen("D11")},
		Causes: []Cause{{
			ID: "other-organisation-login", Step: 0, Outside: "the lab has one organisation and no browser",
			Title: Text{"The analyst is logged in to another organisation or region", "분석가가 다른 조직 또는 지역에 로그인함"},
			How:   Text{"Compare the organisation's id of the module with the one of the portal (whoami).", "모듈의 조직 ID와 포털의 조직 ID(whoami)를 비교합니다."},
			Fix:   Text{"Log in to the organisation and region that the module belongs to.", "모듈이 속한 조직과 지역으로 로그인합니다."},
		}},
	}
}
