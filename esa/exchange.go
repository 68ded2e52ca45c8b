package esa

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/go-resty/resty/v2"
)

// call is one request to the API.
type call struct {
	op        string // for errors: what is being done
	method    string // GET when empty
	path      string // after the API's base path
	query     url.Values
	body      []byte // JSON
	anonymous bool   // without credentials: the login itself
	optional  bool   // 404 means that the resource is absent, not that the query is wrong
	web       bool   // a page of the web interface, with Basic authentication
}

// changes reports whether the request changes something on the appliance.
func (c call) changes() bool { return c.method != "" && !c.anonymous }

// read sends a reading request: it logs in when there is no session, and once
// more, silently, when the appliance says that the session is over.
func (c *Client) read(ctx context.Context, call call) ([]byte, error) {
	if err := c.take(ctx); err != nil {
		return nil, c.failure(call, err)
	}
	defer c.give()
	if err := c.ensureSession(ctx, call); err != nil {
		return nil, err
	}
	body, err := c.exchange(ctx, call)
	if KindOf(err) != KindSession {
		return body, err
	}
	if err := c.login(ctx); err != nil {
		return nil, err
	}
	return c.exchange(ctx, call)
}

// write sends a request that changes something, exactly once. The session is
// proved with a harmless request first, so that its end cannot be the reason
// for the change to fail.
func (c *Client) write(ctx context.Context, call call) ([]byte, error) {
	if c.config.Auth == AuthJWT {
		// An answer that is not about the session proves the session too.
		_, err := c.Privileges(ctx)
		if kind := KindOf(err); err != nil && kind != KindAbsent && kind != KindRole {
			return nil, err
		}
	}
	if err := c.take(ctx); err != nil {
		return nil, c.failure(call, err)
	}
	defer c.give()
	return c.exchange(ctx, call)
}

func (c *Client) ensureSession(ctx context.Context, call call) error {
	if c.config.Auth != AuthJWT || c.session.token != "" || call.web {
		return nil
	}
	return c.login(ctx)
}

// exchange sends one request once and returns the body of a good JSON answer.
// The caller holds the turn.
func (c *Client) exchange(ctx context.Context, call call) ([]byte, error) {
	limited, cancel := context.WithTimeout(ctx, c.config.Timeout)
	defer cancel()
	var progress progress
	limited = progress.watch(limited)
	request := c.rest.R().SetContext(limited).SetHeader("Accept", "application/json")
	if call.body != nil {
		request.SetHeader("Content-Type", "application/json").SetBody(call.body)
	}
	c.authorize(request, call)
	method := call.method
	if method == "" {
		method = http.MethodGet
	}
	response, err := request.Execute(method, c.target(call))
	if err != nil {
		return nil, c.broken(ctx, call, &progress, err)
	}
	if response.StatusCode() != http.StatusUnauthorized && !call.web {
		if token := response.Header().Get("jwtToken"); token != "" {
			c.session.token = token // renewed on the way, whatever became of the call; only the newest one counts
		}
	}
	return c.judge(call, response)
}

func (c *Client) authorize(request *resty.Request, call call) {
	switch {
	case call.anonymous:
	case call.web:
		request.SetHeader("Accept", "*/*")
		request.SetBasicAuth(c.config.Username, c.config.Passphrase)
	case c.config.Auth == AuthBasic:
		request.SetBasicAuth(c.config.Username, c.config.Passphrase)
	default:
		request.Header["jwtToken"] = []string{c.session.token} // spelled as the appliance spells it
	}
}

func (c *Client) target(call call) string {
	u := c.base.String() + apiPath(c.config.Flavour) + "/" + call.path
	if call.web {
		u = c.web.String() + "/" + call.path
	}
	if len(call.query) > 0 {
		u += "?" + encode(call.query)
	}
	return u
}

// encode writes a query string as AsyncOS wants it: a blank as %20 (a plus is
// taken for a plus), the colons of time stamps and the commas of lists raw, as
// everyone sends them who is known to be understood. A literal plus is %2B already
// when the replacing starts.
func encode(v url.Values) string {
	return strings.NewReplacer("+", "%20", "%3A", ":", "%2C", ",").Replace(v.Encode())
}

// judge turns an answer into its body or into an *Error.
func (c *Client) judge(call call, response *resty.Response) ([]byte, error) {
	body, status := response.Body(), response.StatusCode()
	e := &Error{Host: c.hostOf(call), Op: call.op, Status: status, Uncertain: call.changes() && (status < 300 || status >= 500)}
	html := isHTML(response.Header().Get("Content-Type"), body)
	if status < 300 {
		switch {
		case call.web:
			return body, nil
		case html:
			e.Kind, e.Message = KindProxyHTML, c.redact(pageTitle(body))
		case len(bytes.TrimSpace(body)) == 0:
			e.Kind, e.Message = KindAnswer, "the answer is empty"
		default:
			return body, nil
		}
		return nil, e
	}
	e.Message, e.Explanation = serverWords(body)
	e.Message, e.Explanation = c.redact(e.Message), c.redact(e.Explanation)
	e.RetryAfter = c.retryAfter(response.Header().Get("Retry-After"))
	e.Kind = kindOfStatus(status, call, c.config.Auth)
	switch {
	case status < 400:
		e.Message = "sent to " + redirectTarget(response.Header().Get("Location"))
	case html:
		e.Message = c.redact(pageTitle(body))
		// A page is never the API's own word: not on a missing path, nor on a failing backend.
		if e.Kind == KindServer || e.Kind == KindQuery {
			e.Kind = KindProxyHTML
		}
	}
	if call.anonymous && status == http.StatusBadRequest && strings.HasPrefix(e.Message, "Invalid credentials") {
		e.Kind = KindCredentials // what AsyncOS 15 says where it gives tokens to the configuration API
	}
	if e.Kind == KindQuery {
		e.Query = encode(call.query)
	}
	return nil, e
}

func kindOfStatus(status int, call call, auth AuthMethod) ErrorKind {
	switch {
	case status < 400:
		return KindRedirect
	case status == http.StatusUnauthorized && (call.anonymous || call.web || auth == AuthBasic):
		return KindCredentials
	case status == http.StatusUnauthorized:
		return KindSession
	case status == http.StatusForbidden:
		return KindRole
	case status == http.StatusNotFound && (call.optional || call.anonymous || call.web):
		return KindAbsent
	case status == http.StatusRequestEntityTooLarge, status == http.StatusRequestURITooLong:
		return KindTooLarge
	case status == http.StatusTooManyRequests:
		return KindRateLimited
	case status == http.StatusNotImplemented:
		return KindAbsent
	case status >= 500:
		return KindServer
	}
	return KindQuery // 404 is the appliance's word for a wrong query string; so are 400 and 406 of us
}

// serverWords reads {"error":{"message","code","explanation"}}.
func serverWords(body []byte) (message, explanation string) {
	var in struct {
		Error record[struct {
			Message     text `json:"message"`
			Explanation text `json:"explanation"`
		}] `json:"error"`
	}
	if json.Unmarshal(body, &in) != nil {
		return "", ""
	}
	return string(in.Error.value.Message), string(in.Error.value.Explanation)
}

// progress is how far a request came. Its hooks may still run when the request
// was given up.
type progress struct {
	untrusted atomic.Bool // the TLS handshake failed, and not because the line was lost
	sent      atomic.Bool // the appliance may have seen the request
}

// lineLost tells that the other side broke the connection off: a matter of the network, which may pass.
func lineLost(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET)
}

func (p *progress) watch(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		TLSHandshakeDone: func(_ tls.ConnectionState, err error) { p.untrusted.Store(err != nil && !lineLost(err)) },
		WroteHeaders:     func() { p.sent.Store(true) },
	})
}

// broken classifies an exchange that brought no answer.
func (c *Client) broken(ctx context.Context, call call, progress *progress, err error) *Error {
	if ctx.Err() != nil {
		e := c.failure(call, ctx.Err())
		e.Uncertain = call.changes() && progress.sent.Load()
		return e
	}
	e := &Error{Host: c.hostOf(call), Op: call.op, Err: err, Uncertain: call.changes() && progress.sent.Load()}
	// The URL that Go puts before the cause says nothing new and may be long.
	if u, ok := errors.AsType[*url.Error](err); ok {
		e.Err = u.Err
	}
	var protocol textproto.ProtocolError
	var timeout net.Error
	var dialling *net.OpError
	switch {
	case errors.As(err, &dialling) && dialling.Op == "dial": // whatever became of it, nobody was there to be slow
		e.Kind = KindNetwork
	case errors.Is(err, resty.ErrResponseBodyTooLarge):
		e.Kind, e.Err, e.Message = KindTooLarge, nil, fmt.Sprintf("the answer is over %d bytes", c.config.MaxBody)
	case errors.As(err, &protocol), strings.Contains(err.Error(), "malformed HTTP"):
		// Go's error repeats the broken line, which may be the one with the token.
		e.Kind, e.Err, e.Message = KindMalformedHeader, nil, "the appliance sent a malformed header"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		e.Kind, e.Message, e.Err = KindTimeout, fmt.Sprintf("no answer within %s", c.config.Timeout), context.DeadlineExceeded
	case progress.untrusted.Load(), strings.Contains(err.Error(), "HTTP response to HTTPS client"):
		e.Kind = KindTLS
	default:
		e.Kind = KindNetwork
	}
	return e
}

// failure is the error of a call that a context ended, or that failed before it was sent.
func (c *Client) failure(call call, err error) *Error {
	e := &Error{Host: c.hostOf(call), Op: call.op, Err: err}
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		e.Kind = KindTimeout
	case errors.Is(err, context.Canceled):
		e.Kind = KindCancelled
	default:
		e.Kind = KindInvalid
		if own, ok := errors.AsType[*Error](err); ok {
			e.Kind, e.Message, e.Err = own.Kind, own.Message, own.Err
		}
	}
	return e
}

// undecodable is the error of an answer that is no JSON of the expected form.
// The cause is left out: Go's decoder may quote the answer.
func (c *Client) undecodable(call call, err error) *Error {
	e := &Error{
		Host: c.hostOf(call), Op: call.op, Kind: KindAnswer, Status: http.StatusOK, Uncertain: call.changes(),
		Message: "the answer is not the JSON that was expected",
	}
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		e.Message = "the answer is not JSON: it breaks off or goes wrong at byte " + strconv.FormatInt(syntax.Offset, 10)
	}
	return e
}

func (c *Client) hostOf(call call) string {
	if call.web {
		return c.web.Host
	}
	return c.base.Host
}

// redact takes the client's secrets out of foreign words, should a server echo them.
func (c *Client) redact(s string) string {
	if s == "" {
		return s
	}
	pair := c.config.Username + ":" + c.config.Passphrase
	for _, secret := range []string{
		c.session.token,
		base64.StdEncoding.EncodeToString([]byte(pair)),
		base64.StdEncoding.EncodeToString([]byte(c.config.Passphrase)),
		c.config.Passphrase,
	} {
		if secret != "" {
			s = strings.ReplaceAll(s, secret, "[secret]")
		}
	}
	return s
}

// retryAfter reads seconds or an HTTP date.
func (c *Client) retryAfter(header string) time.Duration {
	if seconds, err := strconv.ParseUint(header, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if at, err := http.ParseTime(header); err == nil {
		return max(0, at.Sub(c.config.Now()))
	}
	return 0
}

func isHTML(contentType string, body []byte) bool {
	if strings.Contains(strings.ToLower(contentType), "html") {
		return true
	}
	return bytes.HasPrefix(bytes.TrimSpace(body), []byte("<"))
}

// pageTitle is the title of a web page, shortened, or a word that it is one.
func pageTitle(body []byte) string {
	const limit = 120
	lower := bytes.ToLower(body)
	if _, rest, ok := bytes.Cut(lower, []byte("<title>")); ok && len(lower) == len(body) {
		start := len(body) - len(rest)
		if length := bytes.Index(rest, []byte("</title")); length > 0 {
			title := strings.Join(strings.Fields(string(body[start:start+length])), " ")
			if len(title) > limit {
				title = strings.ToValidUTF8(title[:limit], "") + "…"
			}
			return title
		}
	}
	return "a web page came instead of an answer"
}

// redirectTarget is a Location without path and query, where tokens could be.
func redirectTarget(location string) string {
	u, err := url.Parse(location)
	if err != nil || u.Host == "" {
		return "another place on the same host"
	}
	return u.Scheme + "://" + u.Host
}
