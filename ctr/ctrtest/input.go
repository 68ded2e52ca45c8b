package ctrtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"

	"ctrace/ctr/observable"
)

// Words of the services' input check.
const (
	missingKey    = "missing-required-key"
	disallowedKey = "disallowed-key"
)

// jsonBody decodes a JSON body into v, keeping numbers as they are written. A
// body without the JSON content type is not parsed and counts as absent.
func jsonBody(r *http.Request, v any) error {
	kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	if strings.TrimSpace(kind) != "application/json" {
		return fmt.Errorf("the content type is %q", kind)
	}
	raw, err := readBody(r)
	if err != nil {
		return err
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	if err := dec.Decode(v); err != nil {
		return err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("there is more after the JSON value")
	}
	return nil
}

// malformed is the answer to a body that is no JSON.
func malformed() reply {
	return reply{status: http.StatusBadRequest, body: object{
		"error": "malformed-request", "error_description": "Malformed application/json request.", "trace_id": traceID(),
	}}
}

// observablesBody decodes a bare array of observables. One that does not fit
// the schema refuses the whole request.
func observablesBody(r *http.Request) ([]observable.Observable, *reply) {
	var body any
	if err := jsonBody(r, &body); err != nil {
		refusal := malformed()
		return nil, &refusal
	}
	obs, mirror := checkObservables(body)
	if mirror != nil {
		refusal := invalid(mirror)
		return nil, &refusal
	}
	return obs, nil
}

// checkObservables returns the observables of a decoded JSON value, each once,
// or a mirror of it that says what is wrong: null where an element is right.
func checkObservables(body any) ([]observable.Observable, any) {
	list, isList := body.([]any)
	if !isList {
		return nil, fmt.Sprintf("(not (sequential? %s))", encode(body))
	}
	obs := make([]observable.Observable, 0, len(list))
	seen := make(map[observable.Observable]bool, len(list))
	mirror := make([]any, len(list))
	wrong := false
	for i, element := range list {
		o, fault := checkObservable(element)
		if fault != nil {
			mirror[i], wrong = fault, true
		}
		if !seen[o] {
			obs, seen[o] = append(obs, o), true
		}
	}
	if wrong {
		return nil, mirror
	}
	return obs, nil
}

// checkObservable checks one {type, value} against the closed list of types.
func checkObservable(element any) (observable.Observable, any) {
	m, isObject := element.(map[string]any)
	if !isObject {
		return observable.Observable{}, fmt.Sprintf("(not (map? %s))", encode(element))
	}
	fault := object{}
	for _, key := range []string{"type", "value"} {
		value, there := m[key]
		text, isText := value.(string)
		_, known := observable.Type(text).Info()
		switch {
		case !there:
			fault[key] = missingKey
		case !isText:
			fault[key] = fmt.Sprintf("(not (instance? java.lang.String %s))", encode(value))
		case key == "type" && !known:
			fault[key] = fmt.Sprintf("(not (contains? observable-types %q))", text)
		}
	}
	for key := range m {
		if key != "type" && key != "value" {
			fault[key] = disallowedKey
		}
	}
	if len(fault) > 0 {
		return observable.Observable{}, fault
	}
	return observable.Observable{Type: observable.Type(m["type"].(string)), Value: m["value"].(string)}, nil
}

// disallowed names the members of an object that are not among the allowed.
func disallowed(m map[string]any, allowed ...string) object {
	fault := object{}
	for _, key := range slices.Sorted(maps.Keys(m)) {
		if !slices.Contains(allowed, key) {
			fault[key] = disallowedKey
		}
	}
	return fault
}
