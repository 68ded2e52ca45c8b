package esatest

// What the seeded day is made of. Organisations are under .example, addresses from the ranges
// reserved for documentation.
var (
	firstNames = []string{"Anna", "Ben", "Carla", "David", "Eun", "Farid", "Greta", "Hugo", "Ines", "Jonas", "Kim", "Lena", "Marco", "Nadia", "Olga", "Pavel"}
	lastNames  = []string{"Albers", "Brown", "Choi", "Dubois", "Ericsson", "Fischer", "Garcia", "Haas", "Ito", "Jensen", "Kowalski", "Lee"}
	companies  = []string{
		"acme", "borealis", "cobalt", "delta-freight", "evergreen", "fjord", "granite", "helios", "inkwell", "juniper-law", "kestrel", "lumen",
		"meridian", "northwind", "orchid", "pinnacle", "quarry", "riverbank", "sable", "tundra", "umbra", "vertex", "westgate", "yarrow", "zenith",
	}
	countries     = []string{"Germany", "United States", "Netherlands", "France", "Korea, Republic of", "Poland", "Brazil", "Japan", "India", "Sweden"}
	subjectTopics = []string{
		"Meeting notes", "Purchase order", "Quarterly report", "Invoice", "Offer for consulting", "Travel plans", "Contract draft", "Delivery schedule",
		"Project status", "Minutes of the call", "Question about the order", "Updated price list", "Training dates", "Maintenance window",
		"Application documents", "Budget 2027", "Workshop agenda", "Access request", "Feedback on the slides", "Lunch on Thursday?",
		"견적서 송부드립니다", "Rückfrage zur Bestellung", "Réunion de lundi", "会議の資料",
	}
	spamSubjects = []string{
		"You have won", "Cheap watches for you", "Work from home and earn", "Your loan is approved", "Lose weight in a week", "SEO offer for your website",
		"Last chance: 80% off", "Meet singles tonight", "Crypto doubles every day", "Unclaimed inheritance",
	}
	officeFiles = []Attachment{
		{"minutes.pdf", "application/pdf", 182_344, "0f1d2c3b4a5968778695a4b3c2d1e0f00112233445566778899aabbccddeeff0", "CLEAN", ""},
		{"order.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", 48_120, "1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7f809", "FILE UNKNOWN", ""},
		{"figures.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", 96_004, "2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7f8091a", "CLEAN", ""},
		{"site.jpg", "image/jpeg", 325_663, "3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7f8091a2b", "CLEAN", ""},
	}
	// hostileSubjects and hostileFiles are what an attacker writes to confuse who looks: controls of a
	// terminal, text that runs backwards, letters of no width.
	hostileSubjects = []string{
		"Payment advice \x1b]0;paid\x07\x1b[2J", "Statement \u202Efdp.exe", "Pay\u200bment con\u200dfirmed \u0085 today",
	}
	hostileFiles = []Attachment{
		{"statement_\u202Excod.scr", "application/octet-stream", 12_804, "4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c", "CLEAN", ""},
	}
	unknownLinks = []URL{{"https://docs-preview.example/view/q3-forecast", 0.2, "Uncategorized"}}
	officeLinks  = []URL{
		{"https://www.acme.example/catalogue", 4.2, "Business and Industry"},
		{"https://calendar.borealis.example/e/5541", 3.1, "Web-based Email"},
		{"https://files.helios.example/d/report", 1.8, "File Transfer Services"},
	}
)

// relaySender is the domain's own mail server.
var relaySender = &Sender{
	SenderIP: "10.20.0.25", SenderHost: "exchange.lab.example", Helo: "exchange.lab.example", SenderDomain: "N/A",
	SenderGroup: "RELAYLIST", SBRS: "None", Country: "not enabled", TLS: "TLSv1.2 cipher ECDHE-RSA-AES256-GCM-SHA384",
}

// Verdicts that many seeded messages share.
var (
	plainVerdicts         = seededVerdicts(func(*Verdicts) {})
	authenticatedVerdicts = seededVerdicts(func(v *Verdicts) { v.SPF, v.DKIM, v.DMARC = "Pass", "Pass", "Pass" })
	attachmentVerdicts    = seededVerdicts(func(v *Verdicts) { v.AMP, v.SPF, v.DKIM, v.DMARC = "CLEAN", "Pass", "Pass", "Pass" })
	spamVerdicts          = seededVerdicts(func(v *Verdicts) { v.AntiSpam, v.SPF, v.DMARC = "Positive", "Fail", "Fail" })
	unknownFileVerdicts   = seededVerdicts(func(v *Verdicts) { v.AMP, v.SPF, v.DKIM, v.DMARC = "UNKNOWN", "Pass", "Pass", "Pass" })
	retractedVerdicts     = seededVerdicts(func(v *Verdicts) { v.SPF, v.DKIM, v.DMARC = "Pass", "Pass", "Pass" })
	brokenVerdicts        = seededVerdicts(func(v *Verdicts) { v.SPF, v.DKIM, v.DMARC = "SoftFail", "Fail", "Fail" })
	suspectVerdicts       = seededVerdicts(func(v *Verdicts) { v.AntiSpam = "Suspect" })
	dlpVerdicts           = []*Verdicts{
		seededVerdicts(func(v *Verdicts) { v.DLPPolicy, v.DLPSeverity = dlpPolicy, "LOW" }),
		seededVerdicts(func(v *Verdicts) { v.DLPPolicy, v.DLPSeverity = dlpPolicy, "MEDIUM" }),
		seededVerdicts(func(v *Verdicts) { v.DLPPolicy, v.DLPSeverity = dlpPolicy, "HIGH" }),
		seededVerdicts(func(v *Verdicts) { v.DLPPolicy, v.DLPSeverity = dlpPolicy, "CRITICAL" }),
	}
	campaignVerdicts, campaignFiles, campaignLinks = campaignParts()
)

// retractedWave is the campaign whose first messages were delivered and retracted.
const retractedWave = "Shared document"

// unknownFile is the one of officeFiles that file reputation does not know.
const unknownFile = 1

const dlpPolicy = "PCI-DSS (Payment Card Industry Data Security Standard)"

// seededVerdicts makes verdicts that differ from the clean ones by change.
func seededVerdicts(change func(*Verdicts)) *Verdicts {
	v := cleanVerdicts
	change(&v)
	v.Chart = chartOf(v)
	return &v
}

// verdictsFor is what the engines must have said for a status.
func verdictsFor(status string) *Verdicts {
	if status == statusSpam {
		return spamVerdicts
	}
	return plainVerdicts
}

// quarantineFor is where a message of a status is held, empty when it is not.
func quarantineFor(status string) string {
	switch status {
	case statusSpam:
		return quarantineSpam
	case statusContent:
		return quarantinePolicy
	case statusEngines:
		return quarantineOutbreak
	case statusFile:
		return quarantineFile
	}
	return ""
}

// campaignParts makes what the messages of each campaign share.
func campaignParts() (verdicts []*Verdicts, files [][]Attachment, links [][]URL) {
	for _, c := range campaigns {
		verdicts = append(verdicts, seededVerdicts(func(v *Verdicts) {
			switch {
			case c.Status == statusSpam:
				v.AntiSpam = "Positive"
			case c.Name == "Weekly newsletter":
				v.AntiSpam = "Marketing"
			}
			if c.FileName != "" {
				v.AMP = "CLEAN"
			}
			if c.Malicious {
				v.SPF, v.DKIM, v.DMARC = "Fail", "None", "Fail"
			}
			if c.Threat != "" {
				v.AntiVirus, v.AMP, v.Threat = "Positive", "MALICIOUS", c.Threat
			}
			if c.Status == statusEngines {
				v.Outbreak = "Positive"
			}
		}))
		var file []Attachment
		if c.FileName != "" {
			a := Attachment{Name: c.FileName, ContentType: c.FileType, Size: c.FileSize, SHA256: c.SHA256, Disposition: "CLEAN", Threat: c.Threat}
			if c.Malicious {
				a.Disposition = "MALICIOUS"
			}
			file = []Attachment{a}
		}
		files = append(files, file)
		var link []URL
		if c.URL != "" {
			u := URL{URL: c.URL, Reputation: 2.4, Category: "Business and Industry"}
			if c.Malicious {
				u = URL{URL: c.URL, Reputation: -8.6, Category: "Malware Sites"}
			}
			link = []URL{u}
		}
		links = append(links, link)
	}
	return verdicts, files, links
}
