package observable

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
)

// textGen writes text of the kind that a mail analyst handles: mail headers,
// mail logs of an appliance, JSON and syslog lines, HTML, base64 parts, prose
// and lists of defanged indicators. The same seed gives the same bytes.
type textGen struct {
	r *rand.Rand
	b bytes.Buffer
}

func newTextGen(seed uint64) *textGen { return &textGen{r: rand.New(rand.NewPCG(seed, 1))} }

// generate gives at least n bytes, cut to n.
func generate(seed uint64, n int) string {
	g := newTextGen(seed)
	for g.b.Len() < n {
		g.block()
	}
	return g.b.String()[:n]
}

// Read makes the generator an endless stream.
func (g *textGen) Read(p []byte) (int, error) {
	for g.b.Len() < len(p) {
		g.block()
	}
	return g.b.Read(p)
}

var _ io.Reader = (*textGen)(nil)

var (
	genWords = strings.Fields(`the of and to in is you that it was for on are as with his they at be this have from or had by hot word but what some we can out other were all there
		when up use your how said an each she which do their time if will way about many then them write would like so these her long make thing see him two has look more day could go come
		account invoice payment please attached document security update password verify delivery customer service team meeting report quarter budget review deadline project message server`)
	genNames = strings.Fields(`alice bob carol dave erin frank grace heidi ivan judy mallory niaj olivia peggy rupert sybil trent victor walter kim.minsu lee.jiwoo park_s choi info billing no-reply support`)
	genTLDs  = strings.Fields(`com com com com net org ru info biz top xyz co.uk de io co.kr com.br online cn`)
	genExts  = strings.Fields(`pdf exe docx xlsm zip js vbs html iso lnk png hwp`)
)

func (g *textGen) pick(list []string) string { return list[g.r.IntN(len(list))] }

func (g *textGen) label() string {
	b := make([]byte, 4+g.r.IntN(9))
	for i := range b {
		b[i] = "abcdefghijklmnopqrstuvwxyz0123456789"[g.r.IntN(36)]
	}
	b[0] = 'a' + byte(g.r.IntN(26))
	return string(b)
}

func (g *textGen) domain() string {
	d := g.label() + "." + g.pick(genTLDs)
	if g.r.IntN(2) == 0 {
		d = g.label() + "." + d
	}
	return d
}

func (g *textGen) ip() string {
	return fmt.Sprintf("%d.%d.%d.%d", 1+g.r.IntN(223), g.r.IntN(256), g.r.IntN(256), 1+g.r.IntN(254))
}

func (g *textGen) hex(n int) string {
	b := make([]byte, n/2)
	for i := range b {
		b[i] = byte(g.r.Uint32())
	}
	return hex.EncodeToString(b)
}

func (g *textGen) email() string { return g.pick(genNames) + "@" + g.domain() }

func (g *textGen) url() string {
	return fmt.Sprintf("http%s://%s/%s/%s.%s?id=%d", g.pick([]string{"", "s"}), g.domain(), g.label(), g.label(), g.pick([]string{"php", "html", "aspx"}), g.r.IntN(1e6))
}

func (g *textGen) words(n int) string {
	w := make([]string, n)
	for i := range w {
		w[i] = g.pick(genWords)
	}
	return strings.Join(w, " ")
}

func (g *textGen) clock() string {
	return fmt.Sprintf("%02d:%02d:%02d", g.r.IntN(24), g.r.IntN(60), g.r.IntN(60))
}

func (g *textGen) block() {
	switch n := g.r.IntN(100); {
	case n < 18:
		g.header()
	case n < 50:
		g.mailLog()
	case n < 62:
		g.syslog()
	case n < 74:
		g.json()
	case n < 82:
		g.html()
	case n < 87:
		g.base64()
	case n < 94:
		g.prose()
	default:
		g.defanged()
	}
}

func (g *textGen) header() {
	from := g.domain()
	fmt.Fprintf(&g.b, "Received: from mail.%s (mail.%s [%s])\r\n\tby mx1.corp.example.net (Postfix) with ESMTPS id %s\r\n\tfor <%s>; Mon, 23 Nov 2026 %s +0900 (KST)\r\n",
		from, from, g.ip(), strings.ToUpper(g.hex(10)), g.email(), g.clock())
	if g.r.IntN(4) == 0 {
		fmt.Fprintf(&g.b, "Received: from mx.%s ([IPv6:2001:db8:%s::%s])\r\n", from, g.hex(4), g.hex(4))
	}
	fmt.Fprintf(&g.b, "Authentication-Results: mx1.corp.example.net; spf=pass smtp.mailfrom=%s;\r\n dkim=pass header.d=%s; dmarc=pass\r\n", g.email(), from)
	fmt.Fprintf(&g.b, "From: \"%s\" <%s>\r\nTo: %s\r\nSubject: %s\r\nMessage-ID: <%s.%s@%s>\r\nDate: Mon, 23 Nov 2026 %s +0900\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"----=_Part_%s\"\r\n",
		g.words(2), g.email(), g.email(), g.words(3+g.r.IntN(5)), g.hex(8), g.label(), from, g.clock(), g.hex(12))
	fmt.Fprintf(&g.b, "X-Spam-Status: No, score=-%d.%d required=5.0 tests=[BAYES_00=-1.9, DKIM_SIGNED=0.1, HTML_MESSAGE=0.001]\r\n\r\n", g.r.IntN(5), g.r.IntN(10))
}

func (g *textGen) mailLog() {
	mid, icid := 100000+g.r.IntN(900000), 100000+g.r.IntN(900000)
	at := "Mon Nov 23 " + g.clock() + " 2026 Info: "
	fmt.Fprintf(&g.b, "%sNew SMTP ICID %d interface Data1 (10.10.20.5) address %s reverse dns host mail.%s verified yes\n", at, icid, g.ip(), g.domain())
	fmt.Fprintf(&g.b, "%sICID %d ACCEPT SG UNKNOWNLIST match sbrs[-1.0:10.0] SBRS %d.%d country South Korea\n", at, icid, g.r.IntN(10), g.r.IntN(10))
	fmt.Fprintf(&g.b, "%sStart MID %d ICID %d\n%sMID %d ICID %d From: <%s>\n%sMID %d ICID %d RID 0 To: <%s>\n", at, mid, icid, at, mid, icid, g.email(), at, mid, icid, g.email())
	fmt.Fprintf(&g.b, "%sMID %d Message-ID '<%s@%s>'\n%sMID %d Subject '%s'\n", at, mid, g.hex(16), g.domain(), at, mid, g.words(4))
	fmt.Fprintf(&g.b, "%sMID %d ready %d bytes from <%s>\n%sMID %d matched all recipients for per-recipient policy DEFAULT in the inbound table\n", at, mid, g.r.IntN(1e6), g.email(), at, mid)
	fmt.Fprintf(&g.b, "%sMID %d interim verdict using engine: CASE spam negative\n%sMID %d using engine: CASE spam negative\n%sMID %d antivirus negative\n", at, mid, at, mid, at, mid)
	if g.r.IntN(3) == 0 {
		fmt.Fprintf(&g.b, "%sFile reputation query initiating. File Name = '%s.%s', MID = %d, File Size = %d bytes, SHA256 = %s\n", at, g.label(), g.pick(genExts), mid, g.r.IntN(1e6), g.hex(64))
	}
	fmt.Fprintf(&g.b, "%sMID %d queued for delivery\n%sDelivery start DCID %d MID %d to RID [0]\n%sMessage finished MID %d done\n", at, mid, at, icid+1, mid, at, mid)
}

func (g *textGen) syslog() {
	for range 4 {
		fmt.Fprintf(&g.b, "<22>Nov 23 %s mx1 postfix/smtpd[%d]: connect from mail.%s[%s]\n", g.clock(), g.r.IntN(30000), g.domain(), g.ip())
		fmt.Fprintf(&g.b, "<22>Nov 23 %s mx1 kernel: [%d.%06d] usb 1-1: new high-speed USB device number %d using xhci_hcd\n", g.clock(), g.r.IntN(99999), g.r.IntN(999999), g.r.IntN(99))
		fmt.Fprintf(&g.b, "<30>Nov 23 %s dhcp1 dhcpd: DHCPACK on %s to 00:1b:44:%02x:%02x:%02x via eth0\n", g.clock(), g.ip(), g.r.IntN(256), g.r.IntN(256), g.r.IntN(256))
	}
}

func (g *textGen) json() {
	for range 4 {
		fmt.Fprintf(&g.b, `{"timestamp":"2026-11-23T%s.%03dZ","level":"info","event":"file_scanned","host":"ep-%04d","file":{"name":"%s.%s","md5":"%s","sha1":"%s","size":%d},"src_ip":"%s","url":"%s","user":"%s","verdict":"%s"}`+"\n",
			g.clock(), g.r.IntN(1000), g.r.IntN(10000), g.label(), g.pick(genExts), g.hex(32), g.hex(40), g.r.IntN(1e7), g.ip(), g.url(), g.pick(genNames), g.pick(genWords))
	}
}

func (g *textGen) html() {
	for range 5 {
		fmt.Fprintf(&g.b, "<tr><td style=\"padding:4px 8px; font-family:Arial,sans-serif; color:#333333\"><p>%s</p><a href=\"%s\">%s</a></td></tr>\n", g.words(8), g.url(), g.words(2))
	}
}

func (g *textGen) base64() {
	raw := make([]byte, 57)
	for range 20 + g.r.IntN(40) {
		for i := range raw {
			raw[i] = byte(g.r.Uint32())
		}
		g.b.WriteString(base64.StdEncoding.EncodeToString(raw))
		g.b.WriteString("\r\n")
	}
}

func (g *textGen) prose() {
	for range 6 {
		fmt.Fprintf(&g.b, "%s. %s, %s; %s.\n", g.words(10), g.words(7), g.words(5), g.words(8))
	}
}

func (g *textGen) defanged() {
	fang := func(s string) string {
		return strings.ReplaceAll(s, ".", g.pick([]string{"[.]", "[.]", "[.]", "(.)", "[dot]", "{.}"}))
	}
	for range 3 {
		fmt.Fprintf(&g.b, "%s\n%s\n%s\n", fang(g.domain()), fang(g.ip()), fang(g.domain()))
		fmt.Fprintf(&g.b, "hxxp://%s/%s.php\n%s[@]%s\n%s\n", fang(g.domain()), g.label(), g.pick(genNames), fang(g.domain()), g.hex(64))
	}
}
