package setup

// Frame returns what the integration document says before its steps: purpose, prior knowledge,
// components and disclaimer.
func Frame() []Section {
	return []Section{
		{Item: 1, Title: Text{"Purpose", "소개"}, Text: Text{
			"Integrate Cisco Threat Response (CTR) with an Email Security Appliance (ESA), and verify the integration so that CTR investigations can be run.",
			"Cisco CTR(Threat Response)을 ESA(Email Security Appliance)와 통합하고, CTR 조사를 수행할 수 있도록 통합을 확인합니다.",
		}},
		{Item: 2, Title: Text{"Useful prior knowledge", "요구 사항"}, Text: Text{
			"Cisco Threat Response; Email Security Appliance.",
			"Cisco 위협 대응(Threat Response), Email Security Appliance에 대한 지식이 있으면 유용합니다.",
		}},
		{Item: 3, Title: Text{"Components used", "사용되는 구성 요소"}, Text: Text{
			"A CTR account; Cisco Security Services Exchange; an ESA C100V that runs software 13.0.0-392.",
			"CTR 계정, Cisco Security Services Exchange, 소프트웨어 버전 13.0.0-392의 ESA C100V.",
		}},
		{Item: 4, Title: Text{"Before you start", "시작하기 전에"}, Text: Text{
			"The document was written from devices of one lab that started from a cleared (default) configuration. In a live network, understand the possible effect of every command.",
			"이 정보는 초기화된(기본) 컨피그레이션으로 시작한 특정 랩 환경의 디바이스를 토대로 작성되었습니다. 운영 중인 네트워크에서는 모든 명령의 잠재적인 영향을 이해해야 합니다.",
		}},
	}
}

// Verification returns how the document proves the integration. `ctrace verify` does these items.
func Verification() []Section {
	return []Section{
		{Item: 17, Title: Text{"Send a test email", "테스트 이메일 보내기"}, Text: Text{
			"Send a test email that the appliance will see.",
			"어플라이언스를 거치는 테스트 이메일을 보냅니다.",
		}},
		{Item: 18, Title: Text{"Find it in Message Tracking", "메시지 추적에서 찾기"}, Where: tracking, Text: Text{
			"Find the test email, filtered by its subject.",
			"이메일 제목으로 필터링하여 테스트 이메일을 찾습니다.",
		}},
		{Item: 19, Title: Text{"Investigate it", "조사"}, Where: investigate, Text: Text{
			"Investigate some of the message's observables.",
			"메시지의 이메일 관찰 가능 항목으로 조사를 수행합니다.",
		}},
		{Item: 20, Title: Text{"Other observables", "다른 관찰 가능 항목"}, Tip: true, Text: Text{
			`The same syntax serves other email observables: email:"…", email_messageid:"…", cisco_mid:"…", sha256:"…", file_name:"…", ip:"…", domain:"…".`,
			`다른 이메일 관찰 가능 항목에도 같은 구문을 사용할 수 있습니다: email:"…", email_messageid:"…", cisco_mid:"…", sha256:"…", file_name:"…", ip:"…", domain:"…".`,
		}},
	}
}

// Related returns where the document's content can be seen elsewhere.
func Related() Section {
	return Section{Item: 27, Title: Text{"Related information", "관련 정보"}, Text: Text{
		"The same content as a video: https://video.cisco.com/video/6159336218001. Technical support and documentation: https://www.cisco.com/c/en/us/support/index.html",
		"같은 내용의 비디오: https://video.cisco.com/video/6159336218001. 기술 지원 및 문서: https://www.cisco.com/c/ko_kr/support/index.html",
	}}
}

// Troubles returns the document's troubleshooting list.
func Troubles() []Trouble {
	return []Trouble{
		{
			Item: 21, ID: "T1",
			Symptom: Text{"Cloud gateways (CES), or appliances that an SMA manages", "CES 고객이거나 SMA로 ESA를 관리하는 경우"},
			Fix: Text{
				"They connect to Threat Response only through the SMA, which must run AsyncOS 12.5 or later. An ESA that no SMA manages is integrated directly and must run 13.0 or later.",
				"SMA를 통해서만 Threat Response에 연결할 수 있으며 SMA는 AsyncOS 12.5 이상이어야 합니다. SMA로 관리하지 않는 ESA는 직접 통합하며 AsyncOS 13.0 이상이어야 합니다.",
			},
			Step: 1,
		},
		{
			Item: 22, ID: "T2",
			Symptom: Text{"The appliance is not shown in the portal: the Registered Device list lacks it", "CTR 포털에 ESA 디바이스가 표시되지 않음: Registered Device 목록에 없음"},
			Fix: Text{
				"Make sure that Threat Response is enabled in Security Services Exchange: Manage Devices, then Cloud Services in the SSE portal, and enable Cisco Threat Response.",
				"SSE에서 CTR을 활성화했는지 확인합니다. Manage Devices(디바이스 관리)에서 SSE 포털로 이동하여 Cloud Services(클라우드 서비스)에서 Cisco Threat Response를 활성화합니다.",
			},
			Step: 8,
		},
		{
			Item: 23, ID: "T3",
			Symptom: Text{"An investigation shows no data from the appliance", "CTR 조사 결과에 ESA의 데이터가 표시되지 않음"},
			Fix: Text{
				"Check that the syntax of the investigation is right, and that the Threat Response Server is of the right cloud (Americas or Europe).",
				"조사 구문이 올바른지, 적절한 Threat Response Server 또는 클라우드(Americas/Europe)를 선택했는지 확인합니다.",
			},
			Step: 3,
		},
		{
			Item: 24, ID: "T4",
			Symptom: Text{"The appliance does not ask for the registration token", "ESA에서 등록 토큰을 요청하지 않음"},
			Fix: Text{
				"After Threat Response is enabled the change must be committed; otherwise the Threat Response section does not change.",
				"Threat Response를 활성화한 후 변경 사항을 커밋해야 합니다. 그렇지 않으면 Threat Response 섹션에 변경 사항이 적용되지 않습니다.",
			},
			Step: 4,
		},
		{
			Item: 25, ID: "T5",
			Symptom: Text{"Registration failed because of an invalid or expired token", "유효하지 않거나 만료된 토큰으로 인해 등록이 실패함"},
			Fix: Text{
				"The token must come from the right cloud. Appliance on the EU cloud: https://admin.eu.sse.itd.cisco.com/. Appliance on the Americas (NAM) cloud: https://admin.sse.itd.cisco.com/.",
				"토큰이 올바른 클라우드에서 생성되었는지 확인합니다. 유럽(EU) 클라우드: https://admin.eu.sse.itd.cisco.com/. NAM(Americas) 클라우드: https://admin.sse.itd.cisco.com/.",
			},
			Step: 5,
		},
		{
			Item: 26, ID: "T5b",
			Symptom: Text{"The registration token expired", "등록 토큰이 만료됨"},
			Fix: Text{
				"Tokens expire: choose the expiry that leaves time to finish the integration.",
				"등록 토큰에는 만료 시간이 있습니다. 통합을 완료하기에 충분한 시간을 선택합니다.",
			},
			Step: 5,
		},
	}
}
