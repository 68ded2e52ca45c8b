package trackscreen

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ctrace/esa"
	"ctrace/internal/tracking"
	"ctrace/tui/intent"
	"ctrace/tui/viewtest"
)

// full is a screen with all messages of the appliance loaded.
func full(b *testing.B, f *fake, w, h int) *Screen {
	b.Helper()
	s := New(b.Context(), options(f))
	b.Cleanup(s.Close)
	s.SetSize(w, h)
	load(s, s.begin())
	load(s, press(s, "L"))
	if !s.search.Complete() {
		b.Fatalf("%d rows", s.table.Total())
	}
	return s
}

// load runs commands that ask, and those that follow, and no timers.
func load(s *Screen, cmd tea.Cmd) {
	queue := []tea.Cmd{cmd}
	for len(queue) > 0 {
		c := queue[0]
		queue = queue[1:]
		if c == nil {
			continue
		}
		switch msg := promptly(c).(type) {
		case tea.BatchMsg:
			queue = append(queue, msg...)
		case answerMsg:
			_, next := s.Update(msg)
			queue = append(queue, next)
		}
	}
}

// promptly runs a command, unless it is one that waits.
func promptly(c tea.Cmd) tea.Msg {
	out := make(chan tea.Msg, 1)
	go func() { out <- c() }()
	select {
	case msg := <-out:
		return msg
	case <-time.After(10 * time.Millisecond):
		return nil
	}
}

func BenchmarkKeyAndView(b *testing.B) {
	for _, n := range []int{1000, 100_000} {
		for _, size := range viewtest.Sizes() {
			b.Run(size.Name+"/"+map[int]string{1000: "1000", 100_000: "100000"}[n], func(b *testing.B) {
				s := full(b, appliance(n), size.W-2, size.H-6)
				keys := []string{"j", "j", "j", "pgdown", "end", "home", "up", " "}
				i := 0
				for b.Loop() {
					s.Update(viewtest.Key(keys[i%len(keys)]))
					_ = s.View()
					i++
				}
			})
		}
	}
}

// longRow is a row as it comes from an appliance whose mail has long texts: subjects of 60 to 250
// characters in several scripts, some of them with tricks, up to twelve recipients, bounce addresses
// and Message-IDs as mailing services make them.
func longRow(n int) string {
	subject := []string{
		"Re: Fwd: Re: Quarterly figures and the minutes of the meeting about the new price list for the southern region, second draft with comments",
		"\u202egnp.ecnavda tnemyap Your account will be closed, confirm the payment details before the end of the day to avoid any interruption",
		"견적서 송부드립니다: 2026년 4분기 공급 계약서 초안과 첨부 자료를 검토해 주시기 바랍니다 (수정본 포함)",
		"Pay\u200bment con\u200dfirmation \u001b[2J for the order placed through our web shop, please keep this message for your records and taxes",
		"Rückfrage zur Bestellung",
	}[n%5]
	subject = fmt.Sprintf("%s #%d %s", subject, n, strings.Repeat("Ω", n%90))
	var to []string
	for i := range 1 + n%12*(n%3/2) {
		to = append(to, fmt.Sprintf("first%d.lastname%d@department-%d.subsidiary.example.com", n+i, i, n%17))
	}
	row := map[string]any{
		"mid": []int{n}, "icid": n, "allIcid": []int{n}, "dcid": []int{n}, "hostName": "esa1.example.com", "serialNumber": "EC2CD1D95C273722A23A-CA0C47E74D1B",
		"direction": "incoming", "timestamp": noon.Add(-time.Duration(n) * time.Millisecond * 800).Format("02 Jan 2006 15:04:05 (GMT)"),
		"sender": fmt.Sprintf("bounces+%d-%x-first%d.lastname=example.com@em%d.mailer.example.net", n, n*7919, n, n%9), "friendly_from": []string{fmt.Sprintf("news%d@brand-%d.example.net", n, n%400)},
		"replyTo": "N/A", "recipient": to, "recipientMap": map[string]any{strconv.Itoa(n): to}, "subject": subject, "finalSubject": map[string]string{strconv.Itoa(n): "[EXTERNAL] " + subject},
		"messageID": map[string]string{strconv.Itoa(n): fmt.Sprintf("<%032x.%d@geopod-ismtpd-%d.mailer.example.net>", n*104729, n, n%50)}, "messageStatus": map[string]string{strconv.Itoa(n): "Delivered"},
		"verdictChart": map[string]string{strconv.Itoa(n): "01101110"}, "senderIp": fmt.Sprintf("198.51.%d.%d", n/256%256, n%256), "senderDomain": fmt.Sprintf("em%d.mailer.example.net", n%9),
		"senderGroup": "UNKNOWNLIST", "sbrs": "3.5", "mailPolicy": []string{"DEFAULT"}, "isCompleteData": "N/A", "morDetails": map[string]any{},
		"morInfo": map[string]any{"midVsState": map[string]string{strconv.Itoa(n): "Delivered"}},
	}
	raw, err := json.Marshal(map[string]any{"attributes": row})
	if err != nil {
		panic(err)
	}
	return string(raw)
}

// longMail is an appliance with so many messages of long texts, which it makes when it is asked.
func longMail(b *testing.B, n int) *esa.Client {
	b.Helper()
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		offset, _ := strconv.Atoi(r.URL.Query().Get("offset"))
		limit, _ := strconv.Atoi(r.URL.Query().Get("limit"))
		var rows []string
		for i := offset; i < min(offset+limit, n); i++ {
			rows = append(rows, longRow(i+1))
		}
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"meta":{"num_bad_records":0,"totalCount":%d},"data":[%s]}`, len(rows), strings.Join(rows, ","))
	}))
	b.Cleanup(server.Close)
	c, err := esa.New(esa.Config{BaseURL: server.URL, Flavour: esa.SMA, Auth: esa.AuthBasic, Username: "u", Passphrase: "p", HTTPClient: server.Client()})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(c.CloseIdleConnections)
	return c
}

// BenchmarkMemory loads 100,000 messages with long texts into the screen and reports what stays on the
// heap for them: as a list, and filtered and sorted besides.
func BenchmarkMemory(b *testing.B) {
	heap := func() float64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return float64(m.HeapAlloc) / (1 << 20)
	}
	for b.Loop() {
		o := options()
		o.Sources = []tracking.Source{{Name: "sma1", Tracker: longMail(b, 100_000)}}
		before := heap()
		s := New(b.Context(), o)
		s.SetSize(118, 34)
		s.line.Set("since:3d")
		p := &pump{s, b.Context(), make(chan tea.Msg)}
		p.until(intent.Shown{}, func() bool { return s.table.Total() > 0 })
		p.until(viewtest.Key("L"), s.search.Complete)
		if n := s.table.Total(); n != 100_000 {
			b.Fatalf("%d rows", n)
		}
		b.ReportMetric(heap()-before, "MB")
		press(s, "/")
		p.until(viewtest.Key("견"), func() bool { return s.table.Len() < 100_000 })
		p.until(viewtest.Key("enter"), func() bool { return true })
		b.ReportMetric(heap()-before, "MB-filtered")
		s.Close()
	}
}
