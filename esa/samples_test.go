package esa

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"ctrace/esa/esatest/published"
)

// Published answers decode, and every value in them is in what we made of them.
func TestPublishedAnswersLoseNothing(t *testing.T) {
	dir := published.Path(t, "samples", "esa")
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		name := filepath.Base(file)
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if why := notDecoded(name); why != "" {
			t.Logf("%s: not decoded: %s", name, why)
			continue
		}
		t.Run(name, func(t *testing.T) {
			decoded, err := decodeSample(t, name, body)
			if err != nil {
				t.Fatal(err)
			}
			have := map[string]bool{}
			var generic any
			if err := json.Unmarshal([]byte(dump(t, decoded)), &generic); err != nil {
				t.Fatal(err)
			}
			leaves(generic, "", func(_, value string) { have[value] = true })
			if err := json.Unmarshal(body, &generic); err != nil {
				t.Fatal(err)
			}
			leaves(generic, "", func(path, value string) {
				value = strings.TrimSuffix(value, " (verified)")
				if !shown(path) || value == "" || value == "N/A" || have[value] {
					return
				}
				t.Errorf("%s = %q is lost", path, value)
			})
		})
	}
}

// notDecoded says why a file holds nothing that the client reads.
func notDecoded(name string) string {
	for part, why := range map[string]string{
		"query_params":       "a connector's table, not an answer",
		"_lists_":            "safelist and blocklist",
		"list_entry":         "safelist and blocklist",
		"url_list":           "configuration",
		"file_hash_list":     "configuration",
		"user_entry":         "configuration",
		"added_successfully": "configuration",
		"pvo_quarantine":     "quarantine rules",
		"report_get":         "reporting",
	} {
		if strings.Contains(name, part) {
			return why
		}
	}
	return ""
}

// shown is false for members that are told another way or say nothing to a person.
func shown(path string) bool {
	for _, part := range []string{
		"/_note", "/meta/", "showSummaryTimeBox", "showAMPDetails", "showDLPDetails", "showURLDetails",
		"is2FactorRedirectRequired", "/error/code", "b_init_time", "delivered_at", "msg_read",
	} {
		if strings.Contains(path, part) {
			return false
		}
	}
	// Flags and completeness become booleans, of which a set of values says nothing.
	return !strings.HasSuffix(path, "lastEvent") && !strings.Contains(path, "/show") && !strings.HasSuffix(path, "isCompleteData")
}

// decodeSample decodes with the decoder that the client uses for such an answer.
func decodeSample(t *testing.T, name string, body []byte) (any, error) {
	has := func(parts ...string) bool {
		return slices.ContainsFunc(parts, func(p string) bool { return strings.Contains(name, p) })
	}
	switch {
	case has("spam_quarantine_message_search"):
		return decodeQuarantinePage(body)
	case has("spam_quarantine_message_get"):
		return decodeQuarantineDetails(body)
	case has("message_release", "message_delete"):
		d := newDevice(t, reply(string(body)))
		return d.client(t).ReleaseQuarantined(t.Context(), QuarantineSelection{Type: SpamQuarantine, MIDs: []int64{1}})
	case has("remediation"):
		return decodeRemediation(body)
	case has("message_search", "search_messages", "messages_dropped", "search_context"):
		p, err := decodePage(body, 20)
		for _, m := range p.Messages {
			if m.Time.IsZero() || len(m.MIDs) == 0 || m.Serial == "" || m.Status() == StatusOther {
				t.Errorf("row without time, MID, serial number or status: %+v", m)
			}
		}
		return p, err
	case has("privileges"):
		d := newDevice(t, reply(string(body)))
		return d.client(t).Privileges(t.Context())
	case has("login"):
		d := newDevice(t, nil)
		d.Config.Handler = http.HandlerFunc(reply(string(body)))
		c := d.client(t)
		account, err := c.Login(t.Context())
		return []any{account, c.session.token}, err
	case has("error_401"):
		message, explanation := serverWords(body)
		return []string{message, explanation}, nil
	case has("details"):
		w, err := decodeDetails(body)
		if err != nil {
			return nil, err
		}
		d := w.details(w.Summary)
		for _, e := range slices.Concat(d.Events, w.AMP.events(), w.URL.events()) {
			if e.Time.IsZero() || e.Description == "" {
				t.Errorf("event without time or text: %+v", e)
			}
		}
		dlp := w.dlp()
		var matched []string
		for _, m := range dlp.Matches {
			for _, s := range m.Texts {
				matched = append(matched, s.Reveal())
			}
		}
		return []any{d, w.AMP.events(), w.URL.events(), dlp, matched}, nil
	}
	return nil, fmt.Errorf("nobody decodes %s", name)
}

func dump(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// leaves visits every key that is a number and every value but null.
func leaves(v any, path string, visit func(path, value string)) {
	switch v := v.(type) {
	case map[string]any:
		for key, member := range v {
			if _, ok := parseNumber(key); ok {
				visit(path, key)
			}
			leaves(member, path+"/"+key, visit)
		}
	case []any:
		for _, member := range v {
			leaves(member, path, visit)
		}
	case float64:
		visit(path, fmt.Sprintf("%.0f", v))
	case nil:
	default:
		visit(path, fmt.Sprint(v))
	}
}
