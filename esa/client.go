package esa

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/go-resty/resty/v2"
)

// Flavour is the kind of appliance; its API's path depends on it.
type Flavour string

// The flavours.
const (
	ESA Flavour = "esa" // Email Security Appliance, Secure Email Gateway
	SMA Flavour = "sma" // Security Management Appliance, Secure Email and Web Manager
)

// AuthMethod is how the client proves who it is.
type AuthMethod string

// The methods.
const (
	AuthJWT   AuthMethod = "jwt"   // log in once, then send the token; the default
	AuthBasic AuthMethod = "basic" // send name and passphrase with every request
)

// Limits that Config can change.
const (
	DefaultTimeout = 90 * time.Second // one request; searches on a busy appliance take a minute and more
	DefaultMaxBody = 16 << 20         // bytes of one answer
)

// Config says how to reach one appliance. BaseURL, Username and Passphrase are
// required.
type Config struct {
	BaseURL    string     // scheme, host and port: what goes before /esa/api/v2.0
	Flavour    Flavour    // ESA when empty
	Auth       AuthMethod // AuthJWT when empty
	Username   string
	Passphrase string

	// HTTPClient brings transport and trust; nil is the system's. It is copied: its
	// cookie jar and redirects are never used, because a stale cookie of the
	// appliance can spoil a new token and a redirect would carry the token away; its
	// timeout gives way to Timeout.
	HTTPClient *http.Client
	Timeout    time.Duration    // of one request; DefaultTimeout when 0
	MaxBody    int              // bytes of one answer; DefaultMaxBody when 0
	Now        func() time.Time // time.Now when nil
	StatusURL  string           // the web interface, for /xml/status; BaseURL when empty
	UserAgent  string           // "ctrace" when empty
}

// String names the appliance and the user, never the passphrase.
func (c Config) String() string {
	return string(c.Flavour) + " " + c.Username + " at " + hostOfURL(c.BaseURL)
}

// GoString is String: %#v must not show the passphrase either.
func (c Config) GoString() string { return c.String() }

// Client talks to one appliance. It sends one request at a time, whoever asks:
// share one Client among all users of an appliance. Its methods may be called
// from several goroutines; waiting for one's turn ends with the context.
type Client struct {
	config Config
	base   *url.URL // of the API
	web    *url.URL // of the web interface
	rest   *resty.Client
	turn   chan struct{} // holds one token: whoever has it may talk, and may use session

	session session
}

// New checks a configuration and makes a client. It sends nothing.
func New(config Config) (*Client, error) {
	config.Flavour = cmp.Or(config.Flavour, ESA)
	config.Auth = cmp.Or(config.Auth, AuthJWT)
	config.Timeout = cmp.Or(config.Timeout, DefaultTimeout)
	config.MaxBody = cmp.Or(config.MaxBody, DefaultMaxBody)
	config.UserAgent = cmp.Or(config.UserAgent, "ctrace")
	if config.Now == nil {
		config.Now = time.Now
	}
	base, err := parseBase(config.BaseURL)
	if err != nil {
		return nil, err
	}
	web, err := parseBase(cmp.Or(config.StatusURL, config.BaseURL))
	if err != nil {
		return nil, err
	}
	if config.Flavour != ESA && config.Flavour != SMA {
		return nil, misconfigured(base.Host, "flavour is neither "+string(ESA)+" nor "+string(SMA))
	}
	if config.Auth != AuthJWT && config.Auth != AuthBasic {
		return nil, misconfigured(base.Host, "authentication is neither "+string(AuthJWT)+" nor "+string(AuthBasic))
	}
	if config.Username == "" || config.Passphrase == "" {
		return nil, misconfigured(base.Host, "a user name and a passphrase are needed")
	}
	c := &Client{config: config, base: base, web: web, rest: newREST(config), turn: make(chan struct{}, 1)}
	c.turn <- struct{}{}
	return c, nil
}

// Host is the appliance's host and port, for messages.
func (c *Client) Host() string { return c.base.Host }

// Flavour is the kind of appliance that the client was made for.
func (c *Client) Flavour() Flavour { return c.config.Flavour }

// String names the appliance and the user; nothing else of a Client may be printed.
func (c *Client) String() string { return c.config.String() }

// GoString is String.
func (c *Client) GoString() string { return c.config.String() }

// CloseIdleConnections closes connections that wait to be used again.
func (c *Client) CloseIdleConnections() { c.rest.GetClient().CloseIdleConnections() }

// newREST prepares resty: silent, because its logger writes request details to
// the standard error; without retries, jar and redirects; with a body limit.
func newREST(config Config) *resty.Client {
	h := http.Client{}
	if config.HTTPClient != nil {
		h = *config.HTTPClient
	}
	if h.Transport == nil {
		h.Transport = http.DefaultTransport
	}
	h.Jar = nil
	h.Timeout = 0 // Config.Timeout counts
	h.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	rest := resty.NewWithClient(&h)
	rest.SetLogger(silent{})
	rest.SetDisableWarn(true)
	rest.SetResponseBodyLimit(config.MaxBody)
	rest.SetHeader("User-Agent", config.UserAgent)
	return rest
}

// silent swallows resty's log.
type silent struct{}

func (silent) Errorf(string, ...any) {}
func (silent) Warnf(string, ...any)  {}
func (silent) Debugf(string, ...any) {}

// parseBase accepts the base URL with or without the API's own path and a
// trailing slash, and refuses what would be sent or shown by mistake.
func parseBase(raw string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimSpace(raw))
	if err != nil {
		// The parser's error repeats the URL, and that may hold a passphrase.
		return nil, misconfigured("", "the base URL cannot be read; write it like https://esa.example.com:6443")
	}
	switch {
	case u.User != nil:
		return nil, misconfigured(u.Host, "the base URL must not hold a user name or passphrase")
	case u.Scheme != "https" && u.Scheme != "http", u.Host == "":
		return nil, misconfigured(u.Host, "the base URL needs http or https and a host; write it like https://esa.example.com:6443")
	case u.RawQuery != "", u.Fragment != "":
		return nil, misconfigured(u.Host, "the base URL must end before any ? or #")
	}
	path := strings.TrimRight(u.Path, "/")
	for _, f := range []Flavour{ESA, SMA} {
		path = strings.TrimSuffix(path, apiPath(f))
	}
	return &url.URL{Scheme: u.Scheme, Host: u.Host, Path: path}, nil
}

// hostOfURL is the host of a URL that nobody has checked yet.
func hostOfURL(raw string) string {
	if u, err := url.Parse(raw); err == nil {
		return u.Host
	}
	return ""
}

func misconfigured(host, message string) *Error {
	return &Error{Host: host, Op: "prepare the client", Kind: KindInvalid, Message: message}
}

func apiPath(f Flavour) string { return "/" + string(f) + "/api/v2.0" }

// take waits for the client's turn. The caller must give it back.
func (c *Client) take(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	default:
	}
	select {
	case <-c.turn:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (c *Client) give() { c.turn <- struct{}{} }
