package esa

import (
	"encoding/json"
	"fmt"
	"runtime"
	"strings"
	"testing"
)

// pageOf makes a page of believable rows with different texts.
func pageOf(first, rows int) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, `{"meta":{"num_bad_records":0,"totalCount":%d},"data":[`, rows)
	for i := range rows {
		n := first + i
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"attributes":{"mid":[%[1]d],"icid":%[1]d,"allIcid":[%[1]d],"dcid":[%[1]d],"hostName":"esa1.example.com","serialNumber":"EC2A11-4D1B",`+
			`"direction":"incoming","timestamp":"29 Aug 2026 10:00:48 (GMT +00:00)","sender":"bounce+%[1]d@mailer.example.net","friendly_from":["sales%[1]d@example.net"],`+
			`"replyTo":"N/A","recipient":["user%[1]d@example.com"],"recipientMap":{"%[1]d":["user%[1]d@example.com"]},"subject":"Your order number %[1]d has been shipped",`+
			`"finalSubject":{"%[1]d":"[EXTERNAL] Your order number %[1]d has been shipped"},"messageID":{"%[1]d":"<%[1]d.7f3a9c@probe.example.org>"},`+
			`"messageStatus":{"%[1]d":"Delivered"},"verdictChart":{"%[1]d":"01101110"},"senderIp":"192.0.2.7","senderDomain":"mailer.example.net",`+
			`"senderGroup":"UNKNOWNLIST","sbrs":"3.5","mailPolicy":["DEFAULT"],"isCompleteData":"N/A","morDetails":{},"morInfo":{"midVsState":{"%[1]d":"Delivered"}}}}`, n)
	}
	b.WriteString("]}")
	return []byte(b.String())
}

func BenchmarkDecodePage(b *testing.B) {
	body := pageOf(1, MaxLimit)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if p, err := decodePage(body, MaxLimit); err != nil || len(p.Messages) != MaxLimit {
			b.Fatal(len(p.Messages), err)
		}
	}
}

// BenchmarkMessagesInMemory reports what 100,000 rows take when they are kept.
func BenchmarkMessagesInMemory(b *testing.B) {
	const rows = 100_000
	for b.Loop() {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		messages := make([]Message, 0, rows)
		for first := 1; first <= rows; first += MaxLimit {
			p, err := decodePage(pageOf(first, MaxLimit), MaxLimit)
			if err != nil {
				b.Fatal(err)
			}
			messages = append(messages, p.Messages...)
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/(1<<20), "MB")
		runtime.KeepAlive(messages)
	}
}

func BenchmarkTimeline(b *testing.B) {
	w, err := decodeDetails(fixture(b, "details_lifecycle.json"))
	if err != nil {
		b.Fatal(err)
	}
	d := w.details(w.Summary)
	b.ReportAllocs()
	for b.Loop() {
		d.Timeline()
	}
}

func BenchmarkDecodeDetails(b *testing.B) {
	body := fixture(b, "details_lifecycle.json")
	if !json.Valid(body) {
		b.Fatal("the fixture is no JSON")
	}
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if _, err := decodeDetails(body); err != nil {
			b.Fatal(err)
		}
	}
}
