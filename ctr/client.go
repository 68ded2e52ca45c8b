package ctr

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/go-resty/resty/v2"
)

// Config says which cloud to talk to and as whom.
type Config struct {
	IROHURL  string // what goes before /iroh, e.g. Region.IROH
	IntelURL string // what goes before /ctia, e.g. Region.Intel; only casebooks need it

	ClientID     string
	ClientSecret string

	// HTTPClient carries the calls; nil means one with the system's trust. Its transport is
	// used as it is; its redirect policy is replaced, because no answer of these services is a
	// redirect and a token must not follow one.
	HTTPClient *http.Client

	// Now is the clock for token life, rate budget and cache; nil means time.Now.
	Now func() time.Time

	// CacheFor is how long answers of Investigate are reused; 0 means 5 minutes.
	CacheFor time.Duration
}

// Client talks to one region as one API client. It is safe for concurrent use.
type Client struct {
	config Config
	http   *resty.Client
	tokens tokenCache
	iroh   *service
	intel  *service
	cache  *answerCache

	modulesMu sync.Mutex
	modules   moduleList
}

// New checks the configuration and makes a client. It does not call out.
func New(config Config) (*Client, error) {
	iroh, err := newService(config.IROHURL)
	if err != nil {
		return nil, fmt.Errorf("ctr: IROH address: %w", err)
	}
	var intel *service
	if config.IntelURL != "" {
		if intel, err = newService(config.IntelURL); err != nil {
			return nil, fmt.Errorf("ctr: intelligence address: %w", err)
		}
	}
	if config.ClientID == "" || config.ClientSecret == "" {
		return nil, errors.New("ctr: client id and client secret are needed: create an API client in the console")
	}
	if config.HTTPClient == nil {
		config.HTTPClient = &http.Client{}
	}
	if config.Now == nil {
		config.Now = time.Now
	}
	if config.CacheFor == 0 {
		config.CacheFor = 5 * time.Minute
	}
	c := &Client{config: config, iroh: iroh, intel: intel, cache: newAnswerCache(config.CacheFor)}
	c.http = newRESTClient(config.HTTPClient)
	c.tokens.init(c)
	return c, nil
}

// service is one of the two hosts, with its own rate budget.
type service struct {
	base   string // scheme and host, and a path prefix if any, without a slash at the end
	host   string
	budget budget
}

func newService(base string) (*service, error) {
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return nil, fmt.Errorf("%q is not an http(s) address", base)
	}
	if u.User != nil {
		return nil, fmt.Errorf("the address of %s must not hold credentials", u.Host)
	}
	return &service{base: strings.TrimRight(base, "/"), host: u.Host}, nil
}
