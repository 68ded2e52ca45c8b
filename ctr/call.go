package ctr

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/go-resty/resty/v2"
)

const (
	userAgent = "ctrace"

	// Nothing is published about time-outs. A call to observe takes as long as its slowest
	// module.
	shortCall = 30 * time.Second
	longCall  = 2 * time.Minute

	// maxBody bounds what an answer may make this program hold.
	maxBody = 64 << 20
)

// call is one request.
type call struct {
	service *service
	method  string
	path    string // escaped, below service.base
	query   url.Values
	body    any // sent as JSON; nil sends an empty body
	timeout time.Duration
	changes bool // changes state: never sent twice

	pay func() error // is called before each attempt, which its error prevents; nil for no budget but the organisation's
}

// newRESTClient makes the resty client. It works on a copy of the HTTP client, because resty
// writes into the one that it is given.
func newRESTClient(given *http.Client) *resty.Client {
	client := *given
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return resty.NewWithClient(&client).
		SetLogger(silence{}).
		SetDisableWarn(true).
		SetAuthScheme("Bearer"). // the server's match is case-sensitive, and token_type says "bearer"
		SetHeader("Accept", "application/json").
		SetHeader("Content-Type", "application/json").
		SetHeader("User-Agent", userAgent).
		SetContentLength(true). // else a POST without a body is sent in chunks
		SetResponseBodyLimit(maxBody)
}

// silence keeps resty from writing to standard error.
type silence struct{}

func (silence) Errorf(string, ...any) {}
func (silence) Warnf(string, ...any)  {}
func (silence) Debugf(string, ...any) {}

// answerTo sends a call and gives the body of its success. A 401 is answered with one new
// token and one more try, unless the call changes state. A 429 is returned at once, and
// further calls are refused until it is over.
func (c *Client) answerTo(ctx context.Context, call call) ([]byte, error) {
	body, token, err := c.send(ctx, call)
	if token == "" || !IsUnauthorized(err) {
		return body, err
	}
	c.tokens.drop(ctx, token)
	if call.changes {
		return nil, err
	}
	body, _, err = c.send(ctx, call)
	return body, err
}

// send makes one attempt. The token that it used is given back as well, "" when it came to
// none.
func (c *Client) send(ctx context.Context, call call) ([]byte, string, error) {
	fail := func(e *Error, token string) error {
		e.Host, e.Method, e.Path = call.service.host, call.method, call.path
		e.redact(token, c.config.ClientSecret)
		return e
	}
	if err := ctx.Err(); err != nil {
		return nil, "", fail(&Error{Err: err}, "")
	}
	token, _, err := c.tokens.get(ctx)
	if err != nil {
		return nil, "", err
	}
	if call.pay != nil {
		if err := call.pay(); err != nil {
			return nil, "", err
		}
	}
	if held := call.service.budget.admit(c.config.Now()); held != nil {
		return nil, "", fail(held, token)
	}
	ctx, cancel := context.WithTimeout(ctx, call.timeout)
	defer cancel()
	request := c.http.R().SetContext(ctx).SetAuthToken(token)
	if call.body != nil {
		encoded, err := encodeBody(call.body)
		if err != nil {
			return nil, "", fmt.Errorf("ctr: %s %s: %w", call.method, call.path, err)
		}
		request.SetBody(encoded)
	}
	answer, err := request.Execute(call.method, call.url())
	if err != nil {
		e := transportError(err)
		if errors.Is(err, resty.ErrResponseBodyTooLarge) {
			e.Description = fmt.Sprintf("the answer is larger than %d MB: ask about fewer observables at once", maxBody>>20)
		}
		return nil, token, fail(e, token)
	}
	now, header := c.config.Now(), answer.Header()
	if status := answer.StatusCode(); status < 200 || status > 299 {
		e := refusal(status, header, answer.Body(), now)
		call.service.budget.note(header, e, now)
		return nil, token, fail(e, token)
	}
	call.service.budget.note(header, nil, now)
	if isHTML(header, string(bytes.TrimSpace(answer.Body()[:min(64, len(answer.Body()))]))) {
		return nil, token, fail(refusal(answer.StatusCode(), header, answer.Body(), now), token)
	}
	return answer.Body(), token, nil
}

func (c call) url() string {
	if len(c.query) == 0 {
		return c.service.base + c.path
	}
	return c.service.base + c.path + "?" + c.query.Encode()
}

// encodeBody writes JSON without escaping <, > and &.
func encodeBody(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// decode sends a call and reads its answer into out, a pointer.
func (c *Client) decode(ctx context.Context, call call, out any) error {
	body, err := c.answerTo(ctx, call)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(body, out); err != nil {
		return c.unreadable(call, body, err)
	}
	return nil
}

// unreadable is a success whose body is not what the route promises; an error object inside a
// success is told as that error.
func (c *Client) unreadable(call call, body []byte, cause error) error {
	e := refusal(http.StatusOK, http.Header{}, body, c.config.Now())
	if e.Code == "" || e.Code == CodeHTML {
		e = &Error{Status: http.StatusOK, Code: CodeUnreadable, Description: shorten(cause.Error())}
	}
	e.Host, e.Method, e.Path = call.service.host, call.method, call.path
	e.redact(c.config.ClientSecret)
	return e
}

// get and post make calls to the platform.
func (c *Client) get(path string, query url.Values) call {
	return call{service: c.iroh, method: http.MethodGet, path: path, query: query, timeout: shortCall}
}

func (c *Client) post(path string, body any) call {
	return call{service: c.iroh, method: http.MethodPost, path: path, body: body, timeout: shortCall}
}

// segment escapes a value for one segment of a path, slashes included.
func segment(value string) string {
	escaped := url.PathEscape(value)
	if strings.Trim(escaped, ".") == "" {
		return strings.ReplaceAll(escaped, ".", "%2E")
	}
	return escaped
}
