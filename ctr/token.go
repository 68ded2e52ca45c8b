package ctr

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

const (
	tokenPath = "/iroh/oauth2/token"

	// tokenLife is assumed when the answer states none; all published answers say 600 s.
	tokenLife = 10 * time.Minute

	// renewEarly is how long before its end a token is replaced.
	renewEarly = time.Minute
)

// TokenInfo is what is known about the present token, without the token.
type TokenInfo struct {
	Scopes  []string  // granted; may be fewer than the API client was created with, when its owner lost rights
	Expires time.Time // UTC
}

// Has tells whether the scopes contain one. A coarse scope contains its finer ones (enrich has
// enrich/observables/observe:read), and one without :read or :write has both.
func (t TokenInfo) Has(scope string) bool {
	wanted, access, _ := strings.Cut(scope, ":")
	for _, granted := range t.Scopes {
		base, only, limited := strings.Cut(granted, ":")
		if limited && only != access {
			continue
		}
		if wanted == base || strings.HasPrefix(wanted, base+"/") {
			return true
		}
	}
	return false
}

// tokenCache holds the token of one client: one region and one client id.
type tokenCache struct {
	config clientcredentials.Config
	client *http.Client
	now    func() time.Time
	host   string

	turn     chan struct{} // holds one value while nobody fetches; guards the fields below
	token    string
	info     TokenInfo
	renewAt  time.Time
	failure  *Error        // of the last fetch that was answered
	failures atomic.Uint64 // counts them
}

func (t *tokenCache) init(c *Client) {
	t.config = clientcredentials.Config{
		ClientID:     c.config.ClientID,
		ClientSecret: c.config.ClientSecret,
		TokenURL:     c.iroh.base + tokenPath,
		AuthStyle:    oauth2.AuthStyleInHeader,
	}
	client := *c.http.GetClient()
	client.Transport = tokenTransport{client.Transport, c.config.ClientID, c.config.ClientSecret}
	t.client, t.now, t.host = &client, c.config.Now, c.iroh.host
	t.turn = make(chan struct{}, 1)
	t.turn <- struct{}{}
}

// tokenTransport finishes the token request: x/oauth2 sends no Accept, and writes id and
// secret into the Basic header URL-encoded, while IROH takes them as they are.
type tokenTransport struct {
	base       http.RoundTripper
	id, secret string
}

func (t tokenTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("Accept", "application/json")
	r.Header.Set("User-Agent", userAgent)
	r.SetBasicAuth(t.id, t.secret)
	base := t.base
	if base == nil {
		base = http.DefaultTransport
	}
	return base.RoundTrip(r)
}

// get gives a token that is good for a minute at least (or half its life, if that is short).
// One caller fetches, the others wait for it; they share its answer, also a refusal, so that
// wrong credentials are tried once and not by every caller.
func (t *tokenCache) get(ctx context.Context) (string, TokenInfo, error) {
	failures := t.failures.Load()
	select {
	case <-t.turn:
	case <-ctx.Done():
		return "", TokenInfo{}, ctx.Err()
	}
	defer func() { t.turn <- struct{}{} }()
	if t.token != "" && t.now().Before(t.renewAt) {
		return t.token, t.info, nil
	}
	if t.failures.Load() != failures {
		return "", TokenInfo{}, t.failure
	}
	if err := t.fetch(ctx); err != nil {
		return "", TokenInfo{}, err
	}
	return t.token, t.info, nil
}

// drop forgets a token that was refused, unless another one took its place already.
func (t *tokenCache) drop(ctx context.Context, token string) {
	select {
	case <-t.turn:
	case <-ctx.Done():
		return
	}
	defer func() { t.turn <- struct{}{} }()
	if t.token == token {
		t.token = ""
	}
}

func (t *tokenCache) fetch(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, shortCall)
	defer cancel()
	asked := t.now()
	fresh, err := t.config.Token(context.WithValue(ctx, oauth2.HTTPClient, t.client))
	if err != nil {
		return t.refused(ctx, err)
	}
	life := lifeOf(fresh)
	scope, _ := fresh.Extra("scope").(string)
	t.token = fresh.AccessToken
	t.info = TokenInfo{Scopes: strings.Fields(scope), Expires: asked.Add(life).UTC()}
	t.renewAt = asked.Add(life - min(renewEarly, life/2))
	return nil
}

// lifeOf reads expires_in, which counts from the request by the clock of the configuration,
// not by the wall clock that x/oauth2 uses.
func lifeOf(token *oauth2.Token) time.Duration {
	var seconds float64
	switch v := token.Extra("expires_in").(type) {
	case float64:
		seconds = v
	case string:
		seconds, _ = strconv.ParseFloat(v, 64)
	case json.Number:
		seconds, _ = v.Float64()
	}
	if seconds <= 0 || seconds > 1e6 {
		return tokenLife
	}
	return time.Duration(seconds * float64(time.Second))
}

// refused turns what x/oauth2 says into our error. Its own text would hold the whole body.
func (t *tokenCache) refused(ctx context.Context, err error) *Error {
	e := transportError(err)
	retrieve, answered := errors.AsType[*oauth2.RetrieveError](err)
	switch {
	case answered:
		e = refusal(retrieve.Response.StatusCode, retrieve.Response.Header, retrieve.Body, t.now())
	case ctx.Err() != nil:
		e.Err = ctx.Err()
	case strings.HasPrefix(err.Error(), "oauth2:"):
		e = &Error{Status: http.StatusOK, Code: CodeUnreadable, Description: "the answer holds no token"}
		answered = true
	}
	e.Host, e.Method, e.Path = t.host, http.MethodPost, tokenPath
	e.redact(t.config.ClientSecret)
	if answered {
		t.failure = e
		t.failures.Add(1)
	}
	return e
}

// Token gets a token, or tells about the present one.
func (c *Client) Token(ctx context.Context) (TokenInfo, error) {
	_, info, err := c.tokens.get(ctx)
	return info, err
}
