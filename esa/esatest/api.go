package esatest

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// route answers one call of the API. A nil body with a nil error means that it was answered already.
type route func(w *webServer, r *http.Request) (body any, err *apiError)

// routes are the calls after the base path, by method and path.
var routes = map[string]route{
	"GET login/privileges":                     (*webServer).privileges,
	"GET message-tracking/messages":            (*webServer).trackingMessages,
	"GET message-tracking/details":             (*webServer).trackingDetails,
	"GET message-tracking/connection-details":  (*webServer).trackingConnection,
	"GET message-tracking/amp-details":         (*webServer).trackingAMP,
	"GET message-tracking/dlp-details":         (*webServer).trackingDLP,
	"GET message-tracking/url-details":         (*webServer).trackingURL,
	"GET message-tracking/remediation-details": (*webServer).trackingRemediation,
	"GET quarantine/messages":                  (*webServer).quarantineSearch,
	"GET quarantine/messages/details":          (*webServer).quarantineDetails,
	"POST quarantine/messages":                 (*webServer).quarantineAct,
	"DELETE quarantine/messages":               (*webServer).quarantineDelete,
	"GET health":                               (*webServer).health,
	"GET config/system_time":                   (*webServer).systemTime,
	"GET config/appliances":                    (*webServer).appliances,
	"GET config/logs/subscriptions":            (*webServer).logSubscriptions,
}

// handle answers every request.
func (w *webServer) handle(rw http.ResponseWriter, r *http.Request) {
	rw.Header().Set("Connection", "close")
	if w.a.on("api-malformed-header") {
		w.malformed(rw)
		return
	}
	if w.a.on("api-500") {
		w.refuse(rw, &apiError{http.StatusInternalServerError, "Internal Server Error."})
		return
	}
	if r.URL.Path == "/xml/status" {
		w.xmlStatus(rw, r)
		return
	}
	path, ok := strings.CutPrefix(r.URL.Path, "/"+w.a.cfg.Flavour+"/api/v2.0/")
	switch {
	case !ok:
		w.refuse(rw, &apiError{http.StatusNotFound, "Not Found."})
	case len(r.RequestURI) > 8192:
		w.refuse(rw, &apiError{http.StatusRequestURITooLong, "Request-URI Too Long."})
	case !acceptsJSON(r.Header.Get("Accept")):
		w.refuse(rw, &apiError{http.StatusNotAcceptable, "Not Acceptable."})
	case path == "login":
		w.login(rw, r)
	default:
		w.call(rw, r, path)
	}
}

// call answers an authenticated call.
func (w *webServer) call(rw http.ResponseWriter, r *http.Request, path string) {
	renewed, refusal := w.authenticate(r)
	if refusal != nil {
		w.refuse(rw, refusal)
		return
	}
	if renewed != "" {
		rw.Header().Set("jwtToken", renewed)
	}
	do, ok := routes[r.Method+" "+path]
	switch {
	case !ok && routeExists(path):
		w.refuse(rw, &apiError{http.StatusMethodNotAllowed, "Method Not Allowed."})
		return
	case !ok:
		w.refuse(rw, &apiError{http.StatusNotFound, "Not Found."})
		return
	case strings.HasPrefix(path, "message-tracking/") && w.deniesTracking():
		w.refuse(rw, &apiError{http.StatusForbidden, "Forbidden."})
		return
	case (strings.HasPrefix(path, "message-tracking/") || strings.HasPrefix(path, "quarantine/")) && w.fails(rw, r):
		return
	}
	body, refusal := do(w, r)
	if refusal != nil {
		w.refuse(rw, refusal)
		return
	}
	w.answer(rw, http.StatusOK, body)
}

// fails applies the faults of questions about messages, and tells whether it answered.
func (w *webServer) fails(rw http.ResponseWriter, r *http.Request) bool {
	if w.a.on("api-slow") && !w.a.pause(w.a.cfg.Slow) {
		return true
	}
	count, failing := &w.others, int64(0)
	if strings.HasSuffix(r.URL.Path, "/messages") {
		count, failing = &w.searches, 1 // the first search fails, of other questions the second
	}
	if n := count.Add(1); w.a.on("api-502-html") && n%2 == failing && r.Method == http.MethodGet {
		rw.Header().Set("Content-Type", "text/html")
		rw.WriteHeader(http.StatusBadGateway)
		fmt.Fprint(rw, "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body><center><h1>502 Bad Gateway</h1></center></body>\r\n</html>\r\n")
		return true
	}
	return false
}

// malformed sends a header with a carriage return in the middle of its value.
func (w *webServer) malformed(rw http.ResponseWriter) {
	conn, buffered, err := rw.(http.Hijacker).Hijack()
	if err != nil {
		return
	}
	defer conn.Close()
	fmt.Fprint(buffered, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-Content: broken\rvalue\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
	_ = buffered.Flush() // a client that went away does not matter
}

// routeExists tells whether a path is known with another method.
func routeExists(path string) bool {
	for _, method := range []string{"GET", "POST", "DELETE"} {
		if _, ok := routes[method+" "+path]; ok {
			return true
		}
	}
	return false
}

// acceptsJSON tells whether a client takes application/json.
func acceptsJSON(accept string) bool {
	return accept == "" || strings.Contains(accept, "*/*") || strings.Contains(accept, "application/json") || strings.Contains(accept, "application/*")
}

// login answers POST login with a token.
func (w *webServer) login(rw http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.refuse(rw, &apiError{http.StatusMethodNotAllowed, "Method Not Allowed."})
		return
	}
	var body struct {
		Data struct {
			UserName   string `json:"userName"`
			Passphrase string `json:"passphrase"`
		} `json:"data"`
	}
	if err := json.NewDecoder(io.LimitReader(r.Body, 64<<10)).Decode(&body); err != nil {
		w.refuse(rw, &apiError{http.StatusBadRequest, "Bad Request."})
		return
	}
	user, userErr := base64.StdEncoding.DecodeString(body.Data.UserName)
	passphrase, passErr := base64.StdEncoding.DecodeString(body.Data.Passphrase)
	if userErr != nil || passErr != nil || !w.knows(string(user), string(passphrase)) {
		w.refuse(rw, errBadLogin)
		return
	}
	data := object{"userName": w.a.cfg.Username, "is2FactorRedirectRequired": "false", "role": w.a.cfg.Role, "email": []string{}, "jwtToken": w.newToken()}
	if w.a.on("api-two-factor") {
		data["is2FactorRedirectRequired"] = "true"
		delete(data, "jwtToken")
	}
	w.answer(rw, http.StatusOK, object{"data": data})
}

var errBadLogin = &apiError{http.StatusUnauthorized, "Invalid username or passphrase."}

// knows checks a user name and passphrase.
func (w *webServer) knows(user, passphrase string) bool {
	return user == w.a.cfg.Username && passphrase == w.a.cfg.Passphrase && !w.a.on("api-401")
}

// tokenLife is how long a token lives now.
func (w *webServer) tokenLife() time.Duration {
	if w.a.on("jwt-expires") {
		return time.Second
	}
	return w.a.cfg.TokenLife
}

func (w *webServer) newToken() string {
	return w.a.tokens.make(w.a.cfg.Username, w.a.cfg.Role, w.a.cfg.Now().Add(w.tokenLife()))
}

// authenticate checks the token or the Basic credentials. A token that is half used up is renewed.
func (w *webServer) authenticate(r *http.Request) (renewed string, refusal *apiError) {
	if user, passphrase, ok := r.BasicAuth(); ok {
		if !w.knows(user, passphrase) {
			return "", errBadLogin
		}
		return "", nil
	}
	token := r.Header.Get("jwtToken")
	if token == "" {
		return "", &apiError{http.StatusUnauthorized, "Unauthorized."}
	}
	if w.a.on("api-401") {
		return "", &apiError{http.StatusUnauthorized, invalidToken}
	}
	now := w.a.cfg.Now()
	expires, words := w.a.tokens.check(token, now)
	if words != "" {
		return "", &apiError{http.StatusUnauthorized, words}
	}
	if !w.a.on("jwt-expires") && expires.Sub(now) < w.tokenLife()/2 {
		renewed = w.newToken()
	}
	return renewed, nil
}

// trackingPrivileges are the calls that a role with message tracking may make.
var trackingPrivileges = []string{
	"e_message_tracking_messages", "e_message_tracking_detail", "e_message_tracking_availability", "e_message_tracking_amp_details",
	"e_message_tracking_connection_details", "e_message_tracking_dlp_details", "e_message_tracking_url_details", "e_message_tracking_remediation_details",
}

// deniesTracking tells whether the user's role may not read message tracking.
func (w *webServer) deniesTracking() bool { return w.a.on("api-403") || w.a.cfg.Role == "Guest" }

func (w *webServer) privileges(*http.Request) (any, *apiError) {
	if w.deniesTracking() {
		return object{"data": []string{}}, nil
	}
	return object{"data": trackingPrivileges}, nil
}

// parameters reads a query string as the appliance does: a plus is a plus, a blank is %20.
func parameters(r *http.Request) (url.Values, *apiError) {
	values := url.Values{}
	for pair := range strings.SplitSeq(r.URL.RawQuery, "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		name, nameErr := url.PathUnescape(name)
		value, valueErr := url.PathUnescape(value)
		if nameErr != nil || valueErr != nil {
			return nil, &apiError{http.StatusBadRequest, "Bad Request."}
		}
		values[name] = append(values[name], value)
	}
	return values, nil
}
