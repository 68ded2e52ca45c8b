package esatest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
)

// object is a JSON object.
type object = map[string]any

// explanations are the fixed texts of the status codes.
var explanations = map[int]string{
	http.StatusBadRequest:          "Bad request syntax or unsupported method.",
	http.StatusUnauthorized:        "No permission -- see authorization schemes.",
	http.StatusForbidden:           "Request forbidden -- authorization will not help.",
	http.StatusNotFound:            "Nothing matches the given URI.",
	http.StatusMethodNotAllowed:    "Specified method is invalid for this resource.",
	http.StatusNotAcceptable:       "URI not available in preferred format.",
	http.StatusRequestURITooLong:   "URI is too long.",
	http.StatusInternalServerError: "Server got itself in trouble.",
}

// apiError is an answer that is not 200.
type apiError struct {
	status  int
	message string
}

func (e *apiError) Error() string { return e.message }

// Refusals of a query string.
func unexpected(what string) *apiError {
	return &apiError{http.StatusNotFound, "Unexpected attribute - " + what + "."}
}

func missing(what string) *apiError {
	return &apiError{http.StatusNotFound, "Missing attribute - " + what + "."}
}

// answer writes a JSON answer.
func (w *webServer) answer(rw http.ResponseWriter, status int, body any) {
	data, err := json.Marshal(body)
	if err != nil {
		http.Error(rw, err.Error(), http.StatusInternalServerError)
		return
	}
	rw.Header().Set("Content-Type", "application/json")
	rw.Header().Set("Content-Length", strconv.Itoa(len(data)))
	rw.WriteHeader(status)
	if w.a.on("api-truncated") {
		data = data[:len(data)/2]
	}
	_, _ = rw.Write(data) // a client that went away does not matter
}

// refuse writes an error in the appliance's form: the code is a string and the explanation repeats it.
func (w *webServer) refuse(rw http.ResponseWriter, e *apiError) {
	code := strconv.Itoa(e.status)
	w.answer(rw, e.status, object{"error": object{
		"message": e.message, "code": code, "explanation": fmt.Sprintf("%s = %s", code, explanations[e.status]),
	}})
}
