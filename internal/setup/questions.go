package setup

import "ctrace/internal/config"

// Where secrets are kept.
const (
	KeepKeyring  = "keyring"
	KeepVariable = "variable"
	KeepCommand  = "command"
)

// Option is one answer that can be chosen.
type Option struct {
	Value       string
	Label, Note Text
}

// Question is one value of a profile.
type Question struct {
	Key     string // also the name of its flag
	Ask     Text
	Hint    Text
	Wrong   Text     // what a right answer looks like
	Options []Option // empty: it is typed
	Secret  config.Kind
	// Default is taken for no answer; empty when there must be one.
	Default string

	optional bool
	when     func(Answers) bool
}

// Asked tells whether the question makes sense after the answers so far.
func (q Question) Asked(a Answers) bool { return q.when == nil || q.when(a) }

// Optional tells whether no answer is one, too.
func (q Question) Optional(a Answers) bool { return q.optional || !q.Asked(a) }

// Chapter is some questions that belong together and are tested together.
type Chapter struct {
	ID        string
	Title     Text
	Text      Text
	Questions []Question
	Tested    bool // the answers are tried out before the next chapter
}

// Questions returns every question, in the order in which they are asked.
func Questions() []Question {
	var all []Question
	for _, c := range Chapters() {
		all = append(all, c.Questions...)
	}
	return all
}

// Chapters returns the questions of a profile.
func Chapters() []Chapter {
	return []Chapter{topologyChapter(), regionChapter(), gatewayChapter(), trackerChapter(), userChapter(), clientChapter(), mailChapter(), keepChapter()}
}

func topologyChapter() Chapter {
	return Chapter{
		ID: "topology", Title: Text{"Which appliances do you have?", "어떤 구성을 사용합니까?"},
		Text: Text{
			"It decides which appliance is asked for messages, and which one is registered with Threat Response.",
			"메시지를 조회할 어플라이언스와 Threat Response에 등록할 어플라이언스가 이 선택에 따라 결정됩니다.",
		},
		Questions: []Question{{
			Key: "topology", Ask: Text{"Topology", "토폴로지"}, Default: string(config.Standalone),
			Wrong: Text{"choose standalone, sma or cloud", "standalone, sma, cloud 중에서 선택하십시오"},
			Options: []Option{
				{string(config.Standalone), Text{"Standalone ESA", "독립형 ESA"}, Text{"The ESA tracks its own messages and is registered itself. AsyncOS 13.0 or later.", "ESA가 메시지를 직접 추적하고 직접 등록됩니다. AsyncOS 13.0 이상."}},
				{string(config.SMA), Text{"ESAs managed by an SMA", "SMA로 관리하는 ESA"}, Text{"Tracking is centralized; only the SMA is registered. AsyncOS 12.5 or later.", "추적이 중앙 집중화되고 SMA만 등록됩니다. AsyncOS 12.5 이상."}},
				{string(config.Cloud), Text{"Cloud gateway (CES)", "클라우드 게이트웨이(CES)"}, Text{"Like an SMA; Cisco has to enable its API first.", "SMA와 같으며, 먼저 Cisco에서 API를 활성화해야 합니다."}},
			},
		}},
	}
}

func regionChapter() Chapter {
	var options []Option
	for _, r := range Regions() {
		note := "SSE: " + r.SSEHost + " · API: " + hostOf(r.IROH)
		options = append(options, Option{r.Name, Text{r.Title.EN + " (" + r.Name + ")", r.Title.KO + "(" + r.Name + ")"}, Text{note, note}})
	}
	return Chapter{
		ID: "region", Title: Text{"Which region is your Threat Response in?", "Threat Response의 지역은 어디입니까?"},
		Text: Text{
			"It is the same for the appliance's server, the portal that makes tokens, and the API. Mind the names: the API says apjc where Security Services Exchange (SSE) says apj.",
			"어플라이언스의 서버, 토큰을 생성하는 포털, API의 지역이 모두 같아야 합니다. 이름에 주의하십시오. API에서는 apjc, SSE(Security Services Exchange)에서는 apj입니다.",
		},
		Questions: []Question{{
			Key: "region", Ask: Text{"Region", "지역"}, Options: options,
			Wrong: Text{"choose us, eu or apjc", "us, eu, apjc 중에서 선택하십시오"},
			when:  func(a Answers) bool { return a["iroh-url"] == "" },
		}},
	}
}

func gatewayChapter() Chapter {
	return Chapter{
		ID: "gateway", Tested: true, Title: Text{"Where does the test message go in?", "테스트 메시지를 어디로 보냅니까?"},
		Text: Text{
			"The listener of the appliance that takes mail from this computer. Its certificate is looked at, and nothing is mailed yet.",
			"이 컴퓨터에서 메일을 받는 어플라이언스의 리스너입니다. 인증서만 확인하며 아직 메일을 보내지 않습니다.",
		},
		Questions: []Question{
			{
				Key: "gateway", Ask: Text{"Gateway", "게이트웨이"}, Hint: Text{"host or host:port, such as esa.example.com:25", "호스트 또는 호스트:포트, 예: esa.example.com:25"},
				Wrong: Text{"write it like esa.example.com or esa.example.com:25", "esa.example.com 또는 esa.example.com:25 형식으로 입력하십시오"},
			},
			{
				Key: "tls", Ask: Text{"Encryption", "암호화"}, Default: "starttls", Wrong: Text{"choose starttls, implicit or none", "starttls, implicit, none 중에서 선택하십시오"},
				Options: []Option{
					{"starttls", Text{"STARTTLS", "STARTTLS"}, Text{"the usual one, port 25", "일반적인 방식, 25번 포트"}},
					{"implicit", Text{"TLS from the start", "처음부터 TLS"}, Text{"port 465", "465번 포트"}},
					{"none", Text{"None", "없음"}, Text{"everything goes in the clear", "모든 내용이 평문으로 전송됩니다"}},
				},
			},
		},
	}
}

func trackerChapter() Chapter {
	return Chapter{
		ID: "tracker", Tested: true, Title: Text{"Where is message tracking?", "메시지 추적은 어디에 있습니까?"},
		Text: Text{
			"The API of the appliance that tracks messages: the ESA, or the SMA. It listens on 6443 unless the administrator chose another port; cloud gateways use 443.",
			"메시지를 추적하는 어플라이언스(ESA 또는 SMA)의 API입니다. 관리자가 변경하지 않았다면 6443 포트이며, 클라우드 게이트웨이는 443 포트를 사용합니다.",
		},
		Questions: []Question{{
			Key: "tracker", Ask: Text{"Address of the API", "API 주소"}, Hint: Text{"with its port, such as https://esa.example.com:6443", "포트 포함, 예: https://esa.example.com:6443"},
			Wrong: Text{"write it like https://esa.example.com:6443: https, a host and a port, nothing else", "https://esa.example.com:6443 형식으로 https, 호스트, 포트만 입력하십시오"},
		}},
	}
}

func userChapter() Chapter {
	return Chapter{
		ID: "user", Tested: true, Title: Text{"Who may read message tracking?", "메시지 추적을 조회할 사용자"},
		Text: Text{"A user of the appliance whose role may read message tracking. The passphrase is never written to a file.", "메시지 추적 권한이 있는 어플라이언스 사용자입니다. 암호는 파일에 저장하지 않습니다."},
		Questions: []Question{
			{Key: "user", Ask: Text{"API user", "API 사용자"}, Wrong: Text{"no control characters are allowed", "제어 문자는 사용할 수 없습니다"}},
			{Key: "passphrase", Ask: Text{"Passphrase", "암호"}, Secret: config.Passphrase, optional: true},
		},
	}
}

func clientChapter() Chapter {
	return Chapter{
		ID: "client", Tested: true, Title: Text{"Which API client asks Threat Response?", "Threat Response API 클라이언트"},
		Text: Text{
			"Made in Threat Response under Settings > API Clients (XDR: Administration > API Clients) with the scopes Enrich, Inspect, Integration, Casebook, Private Intelligence and Response.",
			"Threat Response의 Settings > API Clients(XDR: Administration > API Clients)에서 Enrich, Inspect, Integration, Casebook, Private Intelligence, Response 범위로 생성합니다.",
		},
		Questions: []Question{
			{Key: "client-id", Ask: Text{"Client id", "클라이언트 ID"}, Hint: Text{"it begins with client-", "client-로 시작합니다"}, Wrong: Text{"no control characters are allowed", "제어 문자는 사용할 수 없습니다"}},
			{Key: "client-secret", Ask: Text{"Client secret", "클라이언트 비밀 값"}, Secret: config.ClientSecret, optional: true},
		},
	}
}

func mailChapter() Chapter {
	wrong := Text{"write a plain address such as soc@example.com", "soc@example.com 형식으로 입력하십시오"}
	return Chapter{
		ID: "mail", Tested: true, Title: Text{"From whom to whom is the test message?", "테스트 메시지의 발신자와 수신자"},
		Text: Text{
			"A mailbox behind the gateway, best one of your own. The gateway is asked whether it would take the message; nothing is mailed yet.",
			"게이트웨이 뒤의 메일함(가급적 본인 메일함)입니다. 게이트웨이가 메시지를 받을지만 확인하며 아직 메일을 보내지 않습니다.",
		},
		Questions: []Question{
			{Key: "sender", Ask: Text{"Sender", "발신자"}, Wrong: wrong},
			{Key: "recipient", Ask: Text{"Recipient", "수신자"}, Wrong: wrong},
		},
	}
}

func keepChapter() Chapter {
	command := func(a Answers) bool { return a["keep"] == KeepCommand }
	return Chapter{
		ID: "keep", Title: Text{"What is the profile called, and where are its secrets?", "프로파일 이름과 비밀 값의 보관 위치"},
		Text: Text{"Everything can be changed later in the set-up panel.", "모든 항목은 나중에 설정 패널에서 변경할 수 있습니다."},
		Questions: []Question{
			{
				Key: "name", Ask: Text{"Name of the profile", "프로파일 이름"}, Default: "default",
				Wrong: Text{"letters, digits, _ and -, at most 64 of them", "영문자, 숫자, _, -를 최대 64자까지 사용할 수 있습니다"},
			},
			{
				Key: "keep", Ask: Text{"Secrets", "비밀 값"}, Default: KeepKeyring, Wrong: Text{"choose keyring, variable or command", "keyring, variable, command 중에서 선택하십시오"},
				Options: []Option{
					{KeepKeyring, Text{"in the system's keyring", "시스템 키링에 저장"}, Text{"it needs a desktop session or another secret service", "데스크톱 세션 또는 시크릿 서비스가 필요합니다"}},
					{KeepVariable, Text{"in variables of the environment", "환경 변수 사용"}, Text{"CTRACE_PASSPHRASE and CTRACE_CLIENT_SECRET, set before ctrace starts", "ctrace 실행 전에 CTRACE_PASSPHRASE, CTRACE_CLIENT_SECRET 설정"}},
					{KeepCommand, Text{"printed by commands of yours", "명령으로 출력"}, Text{"such as: pass show esa", "예: pass show esa"}},
				},
			},
			{Key: "passphrase-command", Ask: Text{"Command that prints the passphrase", "암호를 출력하는 명령"}, optional: true, when: command},
			{Key: "client-secret-command", Ask: Text{"Command that prints the client secret", "클라이언트 비밀 값을 출력하는 명령"}, optional: true, when: command},
		},
	}
}

func hostOf(raw string) string {
	return hostOnly(hostPort(raw))
}
