package ctrtest

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
)

// reply is what a handler answers. A body of type json.RawMessage is sent as it is.
type reply struct {
	status int
	body   any
	header map[string]string
}

func ok(body any) reply { return reply{status: http.StatusOK, body: body} }

// object is a JSON object of an answer.
type object = map[string]any

// traceID is the kind of id that IROH puts into its errors and that support asks for.
func traceID() string { return "ctx-" + newUUID() }

func unauthorized(code, description string) reply {
	return reply{status: http.StatusUnauthorized, body: object{
		"error": code, "error_description": description, "trace_id": traceID(),
	}}
}

// invalid is IROH's answer to input that does not fit: an object that mirrors
// the offending parameters under "errors".
func invalid(mirror any) reply {
	return reply{status: http.StatusBadRequest, body: object{"errors": mirror}}
}

func notFound(code string) reply {
	return reply{status: http.StatusNotFound, body: object{"error": code}}
}

func serverFault() reply {
	return reply{status: http.StatusInternalServerError, body: object{
		"error":             "unknown-exception",
		"error_description": "This exception has been logged for further inspection.",
		"trace_id":          newUUID(),
	}}
}

func (r reply) write(w http.ResponseWriter) {
	for name, value := range r.header {
		w.Header().Set(name, value)
	}
	if r.body == nil {
		w.WriteHeader(r.status)
		return
	}
	raw, isRaw := r.body.(json.RawMessage)
	if !isRaw {
		raw = encode(r.body)
	}
	if w.Header().Get("Content-Type") == "" {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
	}
	w.WriteHeader(r.status)
	_, _ = w.Write(raw)
}

// encode marshals without escaping <, > and &, as the services do.
func encode(v any) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return []byte(`{"error":"unknown-exception"}`)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// acceptsJSON says whether an Accept header allows JSON. The services also
// speak YAML, EDN and Transit; this one does not.
func acceptsJSON(accept string) bool {
	if accept == "" {
		return true
	}
	for part := range strings.SplitSeq(accept, ",") {
		kind, _, _ := strings.Cut(strings.TrimSpace(part), ";")
		switch strings.TrimSpace(kind) {
		case "application/json", "application/*", "*/*":
			return true
		}
	}
	return false
}
