package setup

// The places of the guide. The current names of the cloud side are XDR's.
var (
	cloudServices = Place{
		Classic: "ESA: Network > Cloud Service Settings",
		Current: "Secure Email Gateway: Network > Cloud Service Settings",
		SMA:     "SMA: Network > Cloud Service Settings",
	}
	manageDevices = Place{
		Classic: "CTR: Modules > Devices > Manage Devices",
		Current: "XDR: Administration > On-Premises Appliances",
		SMA:     "XDR: Administration > On-Premises Appliances",
	}
	modules = Place{
		Classic: "CTR: Modules > Add New Module",
		Current: "XDR: Administration > Integrations > Secure Email and Web Manager",
		SMA:     "XDR: Administration > Integrations > Secure Email and Web Manager",
	}
	tracking = Place{
		Classic: "ESA: Monitor > Message Tracking",
		Current: "Secure Email Gateway: Monitor > Message Tracking",
		SMA:     "SMA: Email > Message Tracking > Message Tracking",
	}
	investigate = Place{Classic: "CTR: Investigate", Current: "XDR: Investigate", SMA: "XDR: Investigate"}
)

// Steps returns the eight steps of the integration, in order.
func Steps() []Step {
	return []Step{
		stepOpen(), stepEdit(), stepEnable(), stepCommit(),
		stepToken(), stepRegister(), stepDevice(), stepModule(),
	}
}

func stepOpen() Step {
	return Step{
		Number: 1, Item: 5, ID: "open", Actor: Person,
		Title: Text{"Open the Cloud Service Settings", "클라우드 서비스 설정 열기"},
		Do: []SubStep{{
			Do: Text{
				"Log in to the appliance and open the Cloud Service Settings. The page shows the present Threat Response Status.",
				"어플라이언스에 로그인하여 클라우드 서비스 설정을 엽니다. 이 페이지에 현재 Threat Response Status가 표시됩니다.",
			},
			Where: cloudServices,
		}},
		Expected: Text{
			"The Threat Response Status reads Disabled or Enabled.",
			"Threat Response Status가 Disabled(비활성화) 또는 Enabled(활성화)로 표시됩니다.",
		},
		Checks: []string{"A6", "A7", "A9"},
	}
}

func stepEdit() Step {
	return Step{
		Number: 2, Item: 6, ID: "edit", Actor: Person,
		Title: Text{"Edit the settings", "설정 수정"},
		Do: []SubStep{{
			Do: Text{
				"Click Edit Settings. Up to here the Threat Response feature is disabled; this is how it gets enabled.",
				"Edit Settings(설정 수정)를 클릭합니다. 지금까지는 Threat Response 기능이 비활성화되어 있으며, 여기에서 활성화합니다.",
			},
			Where: Place{
				Classic: "ESA: Network > Cloud Service Settings > Edit Settings",
				Current: "Secure Email Gateway: Network > Cloud Service Settings > Edit Global Settings",
				SMA:     "SMA: Network > Cloud Service Settings > Edit Settings",
			},
		}},
		Expected: Text{"The settings can be changed.", "설정을 변경할 수 있는 상태가 됩니다."},
	}
}

func stepEnable() Step {
	return Step{
		Number: 3, Item: 7, ID: "enable", Actor: Person,
		Title: Text{"Enable Threat Response and choose the server", "Threat Response 활성화 및 서버 선택"},
		Do: []SubStep{
			{Do: Text{"Tick Enable.", "Enable(활성화) 확인란을 선택합니다."}},
			{
				Do: Text{
					"Choose the Threat Response Server of your region.",
					"해당 지역의 Threat Response Server(위협 응답 서버)를 선택합니다.",
				},
				copy: []string{"{appliance_choice}"},
			},
		},
		Remarks: []Remark{{
			Item: 8, Kind: Note,
			Text: Text{
				"The default server is AMERICAS (api-sse.cisco.com). A European business opens the drop-down list and chooses EUROPE (api.eu.sse.itd.cisco.com).",
				"기본 서버는 AMERICAS(api-sse.cisco.com)입니다. 유럽 사업장의 경우 드롭다운 메뉴에서 EUROPE(api.eu.sse.itd.cisco.com)을 선택합니다.",
			},
		}},
		Expected: Text{
			"Enable is ticked and the server is the one of your region.",
			"Enable이 선택되어 있고 서버가 해당 지역의 것입니다.",
		},
		Checks: []string{"A1", "A2", "A3", "A5"},
	}
}

func stepCommit() Step {
	return Step{
		Number: 4, Item: 9, ID: "commit", Actor: Person,
		Title: Text{"Submit and commit the changes", "변경 사항 제출 및 커밋"},
		Do: []SubStep{
			{Do: Text{"Click Submit.", "Submit(제출)을 클릭합니다."}},
			{Do: Text{
				"Click Commit Changes. Both are needed to save and to apply the change.",
				"Commit Changes(변경 사항 커밋)를 클릭합니다. 변경 사항을 저장하고 적용하려면 두 작업이 모두 필요합니다.",
			}},
			{Do: Text{
				"Refresh the page: the appliance now asks for a registration token.",
				"페이지를 새로 고칩니다. 이제 어플라이언스가 등록 토큰을 요청합니다.",
			}},
		},
		Remarks: []Remark{{
			Item: 10, Kind: Note,
			Text: Text{
				"A success message is shown: Your changes have been committed.",
				"성공 메시지가 표시됩니다. 변경 내용이 커밋되었습니다.",
			},
		}},
		Expected: Text{
			"“Your changes have been committed”, and a field for the registration token.",
			"“Your changes have been committed” 메시지와 등록 토큰 입력란이 표시됩니다.",
		},
	}
}

func stepToken() Step {
	return Step{
		Number: 5, Item: 11, ID: "token", Actor: Person,
		Title: Text{"Generate the registration token", "등록 토큰 생성"},
		Do: []SubStep{
			{
				Do:    Text{"Log in to the portal and open Manage Devices.", "포털에 로그인하여 Manage Devices(디바이스 관리)를 엽니다."},
				Where: manageDevices,
				copy:  []string{"{console}"},
			},
			{
				Do: Text{
					"Manage Devices redirects to Security Services Exchange (SSE). Click the icon Add Devices and Generate Tokens.",
					"Manage Devices를 클릭하면 SSE(Security Services Exchange)로 리디렉션됩니다. Add Devices and Generate Tokens(디바이스 추가 및 토큰 생성) 아이콘을 클릭합니다.",
				},
				Where: Place{Classic: "SSE: Devices > +"},
				copy:  []string{"{sse_portal}"},
			},
			{Do: Text{
				"Continue generates the token; then Copy to Clipboard.",
				"Continue(계속)를 클릭하여 토큰을 생성한 다음 Copy to Clipboard(클립보드에 복사)를 클릭합니다.",
			}},
		},
		Remarks: []Remark{{
			Item: 12, Kind: Tip,
			Text: Text{
				"Choose the number of devices, 1 to 100, and when the token expires: 1, 2, 4, 6, 8 or 12 hours, or 1, 2, 3, 4 or 5 days.",
				"추가할 디바이스 수(1~100)와 토큰 만료 시간(1, 2, 4, 6, 8, 12시간 또는 1, 2, 3, 4, 5일)을 선택할 수 있습니다.",
			},
		}},
		Expected: Text{"A registration token is in the clipboard.", "등록 토큰이 클립보드에 복사되어 있습니다."},
		Checks:   []string{"A5", "A17", "A18"},
	}
}

func stepRegister() Step {
	return Step{
		Number: 6, Item: 13, ID: "register", Actor: Person,
		Title: Text{"Paste the token and register", "토큰 붙여넣기 및 등록"},
		Do: []SubStep{
			{
				Do:    Text{"Paste the token in the Cloud Services Settings section.", "Cloud Services Settings(클라우드 서비스 설정) 섹션에 토큰을 붙여넣습니다."},
				Where: cloudServices,
			},
			{Do: Text{"Click Register.", "Register(등록)를 클릭합니다."}},
		},
		Remarks: []Remark{{
			Item: 14, Kind: Note,
			Text: Text{
				"A success message is shown: a request to register the appliance with the Cisco Threat Response portal is initiated. Come back to this page after some time to check the appliance status.",
				"성공 메시지가 표시됩니다. Cisco Threat Response 포털에 어플라이언스를 등록하라는 요청이 시작됩니다. 잠시 후 이 페이지로 돌아와 어플라이언스 상태를 확인합니다.",
			},
		}},
		Expected: Text{
			"After some minutes the page shows the appliance as registered, with a Deregister button.",
			"몇 분 후 어플라이언스가 등록된 상태로 표시되고 Deregister(등록 취소) 버튼이 나타납니다.",
		},
		Checks: []string{"A8", "A12"},
	}
}

func stepDevice() Step {
	return Step{
		Number: 7, Item: 15, ID: "device", Actor: Person,
		Title: Text{"See the appliance in the SSE portal", "SSE 포털에서 어플라이언스 확인"},
		Do: []SubStep{{
			Do: Text{
				"Open Manage Devices and find the appliance in the Search tab.",
				"Manage Devices(디바이스 관리)를 열고 Search(검색) 탭에서 어플라이언스를 찾습니다.",
			},
			Where: manageDevices,
			copy:  []string{"{sse_portal}"},
		}},
		Expected: Text{"The appliance is listed as registered.", "어플라이언스가 등록된 디바이스로 표시됩니다."},
	}
}

func stepModule() Step {
	return Step{
		Number: 8, Item: 16, ID: "module", Actor: Person,
		Title: Text{"Add the module", "모듈 추가"},
		Do: []SubStep{
			{Do: Text{"Open Add New Module.", "Add New Module(새 모듈 추가)을 엽니다."}, Where: modules},
			{
				Do:   Text{"Choose the module type: Email Security Appliance for an ESA, SMA Email for an SMA.", "모듈 유형을 선택합니다. ESA의 경우 Email Security Appliance, SMA의 경우 SMA Email입니다."},
				copy: []string{"{module_type}"},
			},
			{Do: Text{
				"Fill in Module Name, Registered Device (the appliance registered above) and Request Timeframe (days); then Save.",
				"Module Name(모듈 이름), Registered Device(앞서 등록한 디바이스), Request Timeframe(기간(일))을 입력하고 Save(저장)를 클릭합니다.",
			}},
		},
		Expected: Text{"The module is listed and its health is ok.", "모듈이 목록에 표시되고 상태가 정상입니다."},
		Checks:   []string{"A14", "A15"},
		Provable: true,
	}
}
