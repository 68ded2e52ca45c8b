package testmail

import (
	"strings"
	"testing"
)

// FuzzAnswers reads whatever a server may say.
func FuzzAnswers(f *testing.F) {
	f.Add("ok:  Message 56754911 accepted")
	f.Add("#5.1.0 Address rejected.")
	f.Add("esa1.example.test\n8BITMIME\nSIZE 31457280\nAUTH PLAIN LOGIN\nSTARTTLS")
	f.Add("220-two\r\n220 lines\r\n")
	f.Add("Message 99999999999999999999999 accepted")
	f.Fuzz(func(t *testing.T, text string) {
		r := Receipt{Accepted: true}
		r.answered(250, text)
		if r.MID < 0 || r.MID > 0 && !strings.Contains(strings.ToLower(text), "accepted") {
			t.Errorf("MID %d in %q", r.MID, text)
		}
		if r.EnhancedCode != "" && !strings.Contains(text, r.EnhancedCode) {
			t.Errorf("enhanced code %q in %q", r.EnhancedCode, text)
		}
		features := parseFeatures(text)
		for _, line := range features.Lines {
			if !strings.Contains(text, line) {
				t.Errorf("feature %q in %q", line, text)
			}
		}
		bannerText([]byte(text))
		rec := newRecorder(Server{Username: "u", Password: "secret"})
		rec.received(250, text+" secret")
		for _, line := range rec.lines {
			if strings.Contains(line.Text, "secret") || len(line.Text) > maxText+100 {
				t.Errorf("line %q", line.Text)
			}
		}
	})
}

func TestMIDPattern(t *testing.T) {
	for text, mid := range map[string]int64{
		"ok:  Message 56754911 accepted": 56754911, "Ok: Message 120 accepted": 120, "Message 7 accepted": 7, "ok:  Message 7 acceptedly": 0,
		"2.0.0 Ok: queued as 4F1A2": 0, "not ok: Message 7 accepted": 0, "ok: Message 99999999999999999999999 accepted": 0, "": 0,
	} {
		r := Receipt{Accepted: true}
		if r.answered(250, text); r.MID != mid {
			t.Errorf("%q: MID %d, want %d", text, r.MID, mid)
		}
	}
	for text, code := range map[string]string{
		"#5.1.0 Address rejected.": "5.1.0", "5.7.1 no": "5.7.1", "#4.x.2 Too many": "", "host 10.5.1.0 refused": "", "version 5.1.0.2": "5.1.0",
	} {
		if got := enhancedCode(text); got != code {
			t.Errorf("%q: enhanced code %q, want %q", text, got, code)
		}
	}
}
