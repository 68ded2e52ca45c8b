package setup

// applianceBranches are the symptoms on the appliance and in Security Services Exchange, D1 to D5.
func applianceBranches() []Branch {
	return []Branch{
		{
			ID:      "D1",
			Symptom: Text{"The appliance shows no field for the registration token", "어플라이언스에 등록 토큰 입력란이 없음"},
			Opens:   []Signal{Seen("D1"), Fact("no_token_field")},
			Causes: []Cause{
				{
					ID: "not-committed", Step: 4,
					Title: Text{"The change was submitted but not committed", "변경 사항을 제출했지만 커밋하지 않음"},
					How:   Text{"The appliance shows pending changes: the Commit Changes button is highlighted.", "어플라이언스에 보류 중인 변경 사항이 표시됩니다. Commit Changes 버튼이 강조되어 있습니다."},
					Fix:   Text{"Click Commit Changes, then refresh the page.", "Commit Changes(변경 사항 커밋)를 클릭한 다음 페이지를 새로 고칩니다."},
					Proof: []Signal{Fact("pending_changes")},
				},
				{
					ID: "feature-disabled", Step: 3,
					Title: Text{"Threat Response is not enabled", "Threat Response가 활성화되지 않음"},
					How:   Text{"The Threat Response Status reads Disabled.", "Threat Response Status가 Disabled로 표시됩니다."},
					Fix:   Text{"Edit Settings, tick Enable, choose the server, submit and commit.", "Edit Settings에서 Enable을 선택하고 서버를 선택한 다음 제출하고 커밋합니다."},
					Proof: []Signal{Fact("status_disabled")},
				},
				{
					ID: "already-registered", Step: 7,
					Title: Text{"The appliance is registered already", "어플라이언스가 이미 등록됨"},
					How:   Text{"A Deregister button is visible.", "Deregister(등록 취소) 버튼이 표시됩니다."},
					Fix:   Text{"Nothing to do here: go on with the module.", "추가로 할 작업이 없습니다. 모듈 단계로 진행합니다."},
					Proof: []Signal{Fact("deregister_button")},
				},
				{
					ID: "cluster-mode", Step: 1,
					Title: Text{"The page is in cluster or group mode", "페이지가 클러스터 또는 그룹 모드임"},
					How:   Text{"The mode selector at the top does not say Machine.", "상단의 모드 선택기가 Machine이 아닙니다."},
					Fix:   Text{"Change to machine mode of the appliance that you are logged in to; only it can be registered.", "로그인한 어플라이언스의 머신 모드로 변경합니다. 해당 어플라이언스만 등록할 수 있습니다."},
					Proof: []Signal{Fact("cluster_mode")},
				},
				versionTooOld(), managedBySMA(),
			},
		},
		{
			ID:      "D2",
			Symptom: Text{"Registration failed because of an invalid or expired token", "유효하지 않거나 만료된 토큰으로 인해 등록이 실패함"},
			Opens:   []Signal{Seen("D2"), Fact("token_refused")},
			Causes: []Cause{
				{
					ID: "token-wrong-cloud", Step: 5,
					Title:   Text{"The token comes from another region's portal", "토큰이 다른 지역의 포털에서 생성됨"},
					How:     Text{"Compare the portal's address with the Threat Response Server on the appliance.", "포털 주소와 어플라이언스의 Threat Response Server를 비교합니다."},
					Fix:     Text{"Generate a token in the portal of the appliance's region: admin.sse.itd.cisco.com for Americas, admin.eu.sse.itd.cisco.com for Europe.", "어플라이언스 지역의 포털에서 토큰을 생성합니다. 북미: admin.sse.itd.cisco.com, 유럽: admin.eu.sse.itd.cisco.com."},
					Proof:   []Signal{Fact("token_portal_differs")},
					Hints:   []Signal{Failed("A5")},
					Against: []Signal{Passed("A5")},
				},
				{
					ID: "token-expired", Step: 5,
					Title:   Text{"The token expired", "토큰이 만료됨"},
					How:     Text{"The token timer in this panel is at zero.", "이 패널의 토큰 타이머가 0입니다."},
					Fix:     Text{"Generate a new token and choose a longer expiry.", "새 토큰을 생성하고 더 긴 만료 시간을 선택합니다."},
					Proof:   []Signal{Failed("A17"), Fact("token_expired")},
					Against: []Signal{Passed("A17")},
				},
				{
					ID: "token-miscopied", Step: 6,
					Title:   Text{"The token was copied with blanks or not whole", "토큰이 공백과 함께 또는 불완전하게 복사됨"},
					How:     Text{"The shape of the token is unusual: inner blanks, quotes, or a length far from 32.", "토큰의 형태가 이상합니다. 공백, 따옴표가 있거나 길이가 32자와 크게 다릅니다."},
					Fix:     Text{"Copy it again with Copy to Clipboard.", "Copy to Clipboard로 다시 복사합니다."},
					Proof:   []Signal{Failed("A18"), Fact("token_miscopied")},
					Against: []Signal{Passed("A18")},
				},
				{
					ID: "token-used-up", Step: 5,
					Title: Text{"The token's number of devices is used up", "토큰의 디바이스 수가 모두 사용됨"},
					How:   Text{"As many appliances were registered with it as were chosen when it was generated.", "생성할 때 선택한 수만큼의 어플라이언스가 이미 등록되었습니다."},
					Fix:   Text{"Generate a new token.", "새 토큰을 생성합니다."},
					Proof: []Signal{Fact("token_used_up")},
				},
				applianceClock(),
			},
		},
		{
			ID:      "D3",
			Symptom: Text{"Registration stays in progress", "등록이 계속 진행 중 상태임"},
			Opens:   []Signal{Seen("D3"), Fact("registration_in_progress")},
			Causes: []Cause{
				{
					ID: "sse-unreachable", Step: 6,
					Title: Text{"The appliance cannot reach Security Services Exchange", "어플라이언스가 SSE에 연결할 수 없음"},
					How:   Text{"On the appliance's command line: nslookup and telnet HOST 443 for the SSE host of the region.", "어플라이언스 CLI에서 해당 지역의 SSE 호스트에 대해 nslookup, telnet 호스트 443을 실행합니다."},
					Fix:   Text{"Let the appliance out on port 443 to the SSE host: firewall, proxy, DNS.", "방화벽, 프록시, DNS에서 SSE 호스트에 대한 443 포트 아웃바운드를 허용합니다."},
					Proof: []Signal{Fact("appliance_cannot_reach_sse")},
					Hints: []Signal{Failed("A1"), Failed("A2")},
				},
				{
					ID: "tls-inspected", Step: 6, Outside: "the lab stands behind no inspecting proxy",
					Title: Text{"A proxy inspects the TLS connection", "프록시가 TLS 연결을 검사함"},
					How:   Text{"The issuer of the SSE host's certificate is not a public authority (seen from this computer).", "SSE 호스트 인증서의 발급자가 공인 기관이 아닙니다(이 컴퓨터에서 확인)."},
					Fix:   Text{"Exempt the SSE host from inspection.", "SSE 호스트를 TLS 검사에서 제외합니다."},
					Proof: []Signal{Problem("ctr_certificate")},
					Hints: []Signal{Failed("A3")},
				},
				{
					ID: "old-ca-bundle", Step: 1,
					Title: Text{"The AsyncOS version lacks the cloud's new root certificate (FN72113)", "AsyncOS 버전에 클라우드의 새 루트 인증서가 없음(FN72113)"},
					How:   Text{"The version is in the affected range: 11.x, 12.0, 12.1, 12.5.0, 13.0.0 to 13.0.3, 13.5.1, 13.5.2.", "버전이 영향을 받는 범위에 있습니다: 11.x, 12.0, 12.1, 12.5.0, 13.0.0~13.0.3, 13.5.1, 13.5.2."},
					Fix:   Text{"Upgrade AsyncOS.", "AsyncOS를 업그레이드합니다."},
					Proof: []Signal{Fact("fn72113")},
				},
				applianceClock(),
			},
		},
		{
			ID:      "D4",
			Symptom: Text{"Registered on the appliance, absent in the portal", "어플라이언스에는 등록되었지만 포털에 없음"},
			Opens:   []Signal{Seen("D4"), Fact("device_not_listed")},
			Causes: []Cause{
				{
					ID: "portal-other-region", Step: 7,
					Title: Text{"The portal of another region is open", "다른 지역의 포털을 열었음"},
					How:   Text{"Compare the portal's address with the server on the appliance.", "포털 주소와 어플라이언스의 서버를 비교합니다."},
					Fix:   Text{"Open the portal of the appliance's region.", "어플라이언스 지역의 포털을 엽니다."},
					Proof: []Signal{Fact("portal_region_differs")},
					Hints: []Signal{Failed("A5")},
				},
				{
					ID: "portal-other-organisation", Step: 7, Outside: "the lab has one organisation",
					Title: Text{"The portal shows another organisation", "포털이 다른 조직을 표시함"},
					How:   Text{"Compare the organisation's name in the portal with the one of the token.", "포털의 조직 이름과 토큰의 조직을 비교합니다."},
					Fix:   Text{"Log in to the right organisation; accounts are regional.", "올바른 조직으로 로그인합니다. 계정은 지역별로 다릅니다."},
				},
				{
					ID: "deregistered-in-cloud", Step: 6,
					Title: Text{"The device was removed in the portal only", "포털에서만 디바이스가 삭제됨"},
					How:   Text{"The appliance says registered, the portal does not list it.", "어플라이언스에는 등록됨으로 표시되지만 포털 목록에는 없습니다."},
					Fix:   Text{"Deregister on the appliance, then register again with a new token.", "어플라이언스에서 등록을 취소한 다음 새 토큰으로 다시 등록합니다."},
					Proof: []Signal{Fact("device_removed")},
				},
			},
		},
		{
			ID:      "D5",
			Symptom: Text{"The list Registered Device is empty or lacks the appliance", "Registered Device 목록이 비어 있거나 어플라이언스가 없음"},
			Opens:   []Signal{Seen("D5"), Fact("device_list_empty")},
			Causes: []Cause{
				{
					ID: "ctr-not-enabled-in-sse", Step: 8,
					Title: Text{"Threat Response is not enabled in Security Services Exchange", "SSE에서 Threat Response가 활성화되지 않음"},
					How:   Text{"In the SSE portal, Cloud Services shows Cisco Threat Response as disabled.", "SSE 포털의 Cloud Services에서 Cisco Threat Response가 비활성화되어 있습니다."},
					Fix:   Text{"Manage Devices, then Cloud Services in the SSE portal: enable Cisco Threat Response.", "Manage Devices에서 SSE 포털의 Cloud Services로 이동하여 Cisco Threat Response를 활성화합니다."},
					Proof: []Signal{Fact("ctr_off_in_sse")},
				},
				{
					ID: "device-not-in-sse", Step: 7,
					Title: Text{"The appliance is not in Security Services Exchange yet", "어플라이언스가 아직 SSE에 없음"},
					How:   Text{"Search for it in the SSE portal.", "SSE 포털에서 검색합니다."},
					Fix:   Text{"Finish the registration first; it takes some minutes.", "먼저 등록을 완료합니다. 몇 분이 걸립니다."},
					Proof: []Signal{Fact("device_not_in_sse")},
				},
				{
					ID: "organisation-mismatch", Step: 5, Outside: "the lab has one organisation",
					Title: Text{"The portal and the token belong to different organisations", "포털과 토큰의 조직이 다름"},
					How:   Text{"Compare the organisation's name in both portals.", "두 포털의 조직 이름을 비교합니다."},
					Fix:   Text{"Generate the token in the organisation that Threat Response uses.", "Threat Response가 사용하는 조직에서 토큰을 생성합니다."},
				},
				moduleWrongType(),
			},
		},
	}
}

func versionTooOld() Cause {
	return Cause{
		ID: "version-too-old", Step: 1,
		Title:   Text{"The AsyncOS version is too old", "AsyncOS 버전이 너무 낮음"},
		How:     Text{"The version is below 13.0 on an ESA, or below 12.5 on an SMA.", "ESA는 13.0 미만, SMA는 12.5 미만입니다."},
		Fix:     Text{"Upgrade: ESA 13.0 or later, SMA 12.5 or later.", "업그레이드합니다: ESA 13.0 이상, SMA 12.5 이상."},
		Proof:   []Signal{Failed("A6")},
		Against: []Signal{Passed("A6")},
	}
}

func managedBySMA() Cause {
	return Cause{
		ID: "managed-by-sma", Step: 1,
		Title: Text{"An SMA manages this appliance, or it is a cloud gateway", "SMA가 관리하는 어플라이언스이거나 클라우드 게이트웨이임"},
		How:   Text{"The profile's topology is standalone, but tracking is centralized or the host is under iphmx.com.", "프로파일의 토폴로지는 standalone이지만 추적이 중앙 집중식이거나 호스트가 iphmx.com에 있습니다."},
		Fix:   Text{"Do the integration on the SMA, and choose its topology in the profile.", "SMA에서 통합을 수행하고 프로파일에서 해당 토폴로지를 선택합니다."},
		Proof: []Signal{Failed("A7"), Fact("managed_by_sma")},
	}
}

func applianceClock() Cause {
	return Cause{
		ID: "clock-skew", Step: 6,
		Title:   Text{"The appliance's clock is wrong", "어플라이언스의 시계가 맞지 않음"},
		How:     Text{"The clocks of appliance, cloud and this computer differ by more than five minutes.", "어플라이언스, 클라우드, 이 컴퓨터의 시계가 5분 이상 차이가 납니다."},
		Fix:     Text{"Set up NTP on the appliance: System Administration > Time Settings, or ntpconfig.", "어플라이언스에 NTP를 설정합니다: System Administration > Time Settings 또는 ntpconfig."},
		Proof:   []Signal{Failed("A8")},
		Against: []Signal{Passed("A8")},
	}
}

func moduleWrongType() Cause {
	return Cause{
		ID: "module-wrong-type", Step: 8,
		Title: Text{"The module's type does not fit the appliance", "모듈 유형이 어플라이언스와 맞지 않음"},
		How:   Text{"An SMA needs the SMA Email module, an ESA the Email Security Appliance module.", "SMA에는 SMA Email 모듈, ESA에는 Email Security Appliance 모듈이 필요합니다."},
		Fix:   Text{"Delete the module and add one of the type that fits.", "모듈을 삭제하고 맞는 유형의 모듈을 추가합니다."},
		Proof: []Signal{Fact("module_type_differs")},
	}
}
