package ctrtest

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"ctrace/ctr/observable"
)

// inspect finds observables in text by a simple detector of its own, which has
// faults of the real one: a file name like "make_atom.py" counts as a domain.
// Its 400 mirrors the parameters without a wrapper.
func (c *Cloud) inspect(r *http.Request) reply {
	var body map[string]any
	if err := jsonBody(r, &body); err != nil {
		return malformed()
	}
	fault := disallowed(body, "content")
	content, isText := body["content"].(string)
	switch value, there := body["content"]; {
	case !there:
		fault["content"] = missingKey
	case !isText:
		fault["content"] = fmt.Sprintf("(not (instance? java.lang.String %s))", encode(value))
	}
	if len(fault) > 0 {
		return reply{status: http.StatusBadRequest, body: fault}
	}
	return ok(detect(content))
}

// detectors are tried in this order; what one took, the next does not see.
var detectors = []struct {
	kind    observable.Type
	pattern *regexp.Regexp
}{
	{"url", regexp.MustCompile(`(?i)\b(?:https?|ftp)://[^\s<>"']+[^\s<>"'.,;:!?)\]}]`)},
	{"email", regexp.MustCompile(`(?i)\b[a-z0-9._%+-]+@(?:[a-z0-9-]+\.)+[a-z]{2,}\b`)},
	{"sha256", regexp.MustCompile(`(?i)\b[0-9a-f]{64}\b`)},
	{"sha1", regexp.MustCompile(`(?i)\b[0-9a-f]{40}\b`)},
	{"md5", regexp.MustCompile(`(?i)\b[0-9a-f]{32}\b`)},
	{"ip", regexp.MustCompile(`\b(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)\b`)},
	{"ipv6", regexp.MustCompile(`(?i)\b(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}\b|\b(?:[0-9a-f]{1,4}:){1,6}(?::[0-9a-f]{1,4}){1,6}\b`)},
	{"domain", regexp.MustCompile(`(?i)\b(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.)+(?:com|net|org|edu|gov|int|mil|info|biz|example|test|io|de|eu|uk|kr|jp|fr|pl|py|sh|ru|cn|us)\b`)},
}

var unfang = strings.NewReplacer("hxxp", "http", "hXXp", "http", "[.]", ".", "(.)", ".", "[@]", "@")

func detect(text string) []observable.Observable {
	text = unfang.Replace(text)
	found := []observable.Observable{}
	for _, d := range detectors {
		for _, value := range d.pattern.FindAllString(text, -1) {
			if o := (observable.Observable{Type: d.kind, Value: value}); !slices.Contains(found, o) {
				found = append(found, o)
			}
		}
		text = d.pattern.ReplaceAllString(text, " ")
	}
	return found
}
