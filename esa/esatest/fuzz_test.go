package esatest

import (
	"bufio"
	"bytes"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

func FuzzCommand(f *testing.F) {
	f.Add("MAIL FROM:<a@b.example> SIZE=100 BODY=8BITMIME")
	f.Add("rcpt to: <\"a b\"@[192.0.2.1]>")
	f.Add("MAIL FROM:<>")
	f.Add("EHLO [IPv6:2001:db8::1]")
	f.Add("\x00\xff \t")
	f.Fuzz(func(t *testing.T, line string) {
		verb, rest := parseCommand(line)
		if strings.ContainsAny(verb, " \r\n") && !strings.ContainsAny(line, "\r\n") {
			t.Errorf("verb %q of %q", verb, line)
		}
		for _, prefix := range []string{"FROM:", "TO:"} {
			address, parameters, ok := parsePath(rest, prefix)
			if !ok {
				continue
			}
			if strings.ContainsAny(address, "\r\n<>") || address != "" && !strings.Contains(address, "@") {
				t.Errorf("address %q of %q", address, line)
			}
			for name := range parameters {
				if name != strings.ToUpper(name) || strings.ContainsAny(name, " \r\n") {
					t.Errorf("parameter %q of %q", name, line)
				}
			}
		}
	})
}

func FuzzContent(f *testing.F) {
	f.Add([]byte("Subject: =?utf-8?q?x=C3=BC?=\r\nFrom: a <a@b.example>\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Disposition: attachment; filename=\"a.pdf\"\r\n\r\nx\r\n--b--\r\n"))
	f.Add([]byte("no header at all"))
	f.Add([]byte("Content-Type: text/plain; charset=x-unknown\r\n\r\nhttps://a.example/b.\r\n"))
	f.Add([]byte("Content-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\nhttp://b.example"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		c := readContent(raw)
		if strings.ContainsAny(c.subject, "\r\n") {
			t.Errorf("subject %q", c.subject)
		}
		if len(c.urls) > maxURLs {
			t.Errorf("%d links", len(c.urls))
		}
		for _, a := range c.attachments {
			if a.Name == "" || len(a.SHA256) != 64 {
				t.Errorf("attachment %+v", a)
			}
		}
	})
}

func FuzzData(f *testing.F) {
	f.Add([]byte("a\r\n..b\r\n.\r\n"))
	f.Add([]byte("a\n.\nb\r\n.\r\n"))
	f.Add(bytes.Repeat([]byte("x"), 3000))
	f.Fuzz(func(t *testing.T, stream []byte) {
		r := bufio.NewReaderSize(bytes.NewReader(stream), maxCommandLine)
		content, complaint, err := readData(r, 2500, func() error { return nil })
		if err != nil {
			return
		}
		if complaint == "" && (bytes.Contains(content, []byte("\n.\r\n")) && !bytes.Contains(stream, []byte("\n..\r\n"))) {
			t.Errorf("%q was read past its end as %q", stream, content)
		}
		if complaint == "" && strings.ContainsAny(strings.ReplaceAll(string(content), "\r\n", ""), "\r\n") {
			t.Errorf("bare line ends in %q", content)
		}
		if len(content) > 2500 {
			t.Errorf("%d bytes", len(content))
		}
	})
}

func FuzzQuery(f *testing.F) {
	f.Add("startDate=2026-11-22T00:00:00.000Z&endDate=2026-11-25T00:00:00.000Z&offset=0&limit=25&subjectfilterOperator=contains&subjectfilterValue=a%20b")
	f.Add("startDate=2026-11-22T00:00:05.000Z&endDate=x&limit=-1&&=&a=%zz")
	f.Add("startDate=2026-11-22T00:00:00.000Z&endDate=2026-11-25T00:00:00.000Z&spamPositive=True&deliveryStatus=DELIVERED,DROPPED")
	a := &Appliance{cfg: Config{}.normal()}
	off := map[string]bool{}
	a.active.Store(&off)
	record := &Record{MIDs: []int64{1}, Gateway: &Gateway{}, Sender: &Sender{}, Verdicts: &cleanVerdicts}
	f.Fuzz(func(t *testing.T, text string) {
		request := httptest.NewRequest("GET", "/", nil)
		request.URL.RawQuery = text
		values, refusal := parameters(request)
		if refusal != nil {
			return
		}
		q, refusal := a.parseQuery(values)
		if refusal != nil {
			if refusal.status != 404 || refusal.message == "" {
				t.Errorf("%q: %+v", text, refusal)
			}
			return
		}
		if q.limit < 1 || q.limit > maxLimit || q.offset < 0 {
			t.Errorf("%q: page %d, %d", text, q.offset, q.limit)
		}
		q.matches(record)
	})
}

func TestPlusIsNotABlank(t *testing.T) {
	request := httptest.NewRequest("GET", "/?x=a+b%20c%2Bd", nil)
	values, refusal := parameters(request)
	want := url.Values{"x": {"a+b c+d"}}
	if refusal != nil || values.Get("x") != want.Get("x") {
		t.Errorf("got %q, %v", values, refusal)
	}
}
