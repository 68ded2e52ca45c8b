package esatest

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

// The appliance's words for what became of a message.
const (
	statusDelivered  = "Delivered"
	statusVirus      = "Dropped By Anti-Virus"
	statusDLP        = "Dropped by DLP"
	statusSpam       = "Quarantined by Anti-Spam/Graymail"
	statusContent    = "Quarantined by Content Filters"
	statusEngines    = "Quarantined by Multiple Engines"
	statusFile       = "Quarantined by Advanced Malware Protection"
	statusRetracted  = "Remediated" // in the mailbox, as midVsState has it
	statusBounced    = "Bounced"
	statusAborted    = "Aborted"
	statusProcessing = "Processing" // not final yet
)

// The quarantines.
const (
	quarantineSpam     = "Spam"
	quarantinePolicy   = "Policy"
	quarantineVirus    = "Virus"
	quarantineOutbreak = "Outbreak"
	quarantineFile     = "File Analysis"
)

// maliciousURL is the reputation from which down a link counts as malicious.
const maliciousURL = -6.0

// eicarSHA256 is the hash of the EICAR anti-virus test file.
const eicarSHA256 = "275a021bbfb6489e54d471899f7db9d1663fc695ec2fe2a2c4538aabf651fd0f"

// cleanVerdicts is what the engines say about a harmless message without attachment.
var cleanVerdicts = Verdicts{
	AntiSpam: "Negative", AntiVirus: "Negative", AMP: "SKIPPED", Outbreak: "Negative",
	SPF: "None", DKIM: "None", DMARC: "None",
}

// threatOf names the malware of a file, empty when it is not known to be any.
func threatOf(sha256 string) string {
	if sha256 == eicarSHA256 {
		return "EICAR-AV-Test"
	}
	for _, c := range campaigns {
		if c.SHA256 == sha256 && c.Malicious {
			return c.Threat
		}
	}
	return ""
}

// rateURL gives a link its reputation and category.
func rateURL(link string) URL {
	u, err := url.Parse(link)
	if err != nil {
		return URL{URL: link, Category: "Uncategorized"}
	}
	host := strings.ToLower(u.Hostname())
	for _, c := range campaigns {
		if bad, err := url.Parse(c.URL); c.Malicious && err == nil && bad.Hostname() == host {
			return URL{URL: link, Reputation: -8.6, Category: "Malware Sites"}
		}
	}
	tenths, _ := strconv.ParseInt(digest(0, host)[:4], 16, 64)
	return URL{URL: link, Reputation: float64(tenths%60) / 10, Category: "Business and Industry"}
}

// chartOf writes verdicts as the eight digits of verdictChart. Their meaning is not published: here
// each is 1 for harmless and higher for worse.
func chartOf(v Verdicts) string {
	digit := func(s string) string {
		switch s {
		case "Negative", "Pass", "CLEAN":
			return "1"
		case "Suspect", "Marketing", "UNKNOWN":
			return "3"
		case "Positive", "Fail", "MALICIOUS":
			return "5"
		}
		return "0"
	}
	dlp := "0"
	if v.DLPPolicy != "" {
		dlp = "5"
	}
	return digit(v.AntiSpam) + digit(v.AntiVirus) + digit(v.AMP) + digit(v.Outbreak) + dlp + digit(v.SPF) + digit(v.DKIM) + digit(v.DMARC)
}

// delivered tells whether a message goes, or tries to go, to the next server.
func (r *Record) delivered() bool { return r.Status == statusDelivered || r.Status == statusBounced }

// dropped tells whether a message was thrown away before the engines were through.
func (r *Record) dropped() bool { return r.Status == statusVirus }

// mid is the number under which a message ended.
func (r *Record) mid() int64 { return r.MIDs[len(r.MIDs)-1] }

// serialToID is the local part of a Message-ID that the appliance adds itself.
func serialToID(serial string, mid int64) string {
	return fmt.Sprintf("%s.%d", strings.ToLower(strings.ReplaceAll(serial, "-", "")), mid)
}
