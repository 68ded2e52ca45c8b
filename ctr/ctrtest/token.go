package ctrtest

import (
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// defaultScopes are those that a person is told to tick for Ctrace's client.
func defaultScopes() []string {
	return []string{
		"casebook", "enrich:read", "global-intel:read", "inspect:read", "integration:read",
		"private-intel", "profile", "response", "sse",
	}
}

// orgID and userID are the lab's organisation and the owner of its client.
const (
	orgID  = "3f2e8b0c-5a64-4f0e-9d57-0c6a1b7d2e11"
	userID = "9a1d6c55-7b0e-4a3f-8f52-6d0e4c9b8a22"
)

type tokenStore struct {
	mu     sync.Mutex
	issued map[string]*accessToken
	count  int // ever issued
}

type accessToken struct {
	number  int
	expires time.Time
	scopes  []string
	uses    int
}

// token answers POST /iroh/oauth2/token: client credentials by Basic
// authentication and a form. Wrong credentials are 400, not 401.
func (c *Cloud) token(r *http.Request) reply {
	kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	if strings.TrimSpace(kind) != "application/x-www-form-urlencoded" {
		return oauthError("invalid_request", "The content type must be application/x-www-form-urlencoded")
	}
	body, err := readBody(r)
	if err != nil {
		return oauthError("invalid_request", "The body could not be read")
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return oauthError("invalid_request", "The body is not a form")
	}
	switch form.Get("grant_type") {
	case "client_credentials":
	case "":
		return oauthError("invalid_request", "grant_type is missing")
	default:
		return oauthError("unsupported_grant_type", "This grant is not supported for this client")
	}
	id, secret, given := r.BasicAuth() // as they are: the service does not undo a form encoding inside
	switch {
	case !given || id != c.cfg.ClientID || c.faults.has(faultTokenUnknownClient):
		return oauthError("invalid_client", "unknown client")
	case secret != c.cfg.ClientSecret || c.faults.has(faultToken400):
		return oauthError("wrong_client_creds", "wrong client credentials")
	}
	return ok(c.issue())
}

func oauthError(code, description string) reply {
	return reply{status: http.StatusBadRequest, body: object{
		"error": code, "error_description": description, "trace_id": traceID(),
	}}
}

// issue makes a token and returns the endpoint's answer.
func (c *Cloud) issue() object {
	now, life := c.cfg.Now(), c.cfg.TokenLife
	if c.faults.has(faultTokenShort) {
		life = 2 * time.Second
	}
	scopes := c.grantedScopes()
	jwt := c.newJWT(now, life, scopes)
	s := &c.tokens
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.issued == nil {
		s.issued = make(map[string]*accessToken)
	}
	for old, t := range s.issued {
		if now.Sub(t.expires) > time.Hour {
			delete(s.issued, old)
		}
	}
	s.count++
	s.issued[jwt] = &accessToken{number: s.count, expires: now.Add(life), scopes: scopes}
	return object{
		"access_token": jwt, "token_type": "bearer", "expires_in": int(life.Seconds()),
		"scope": strings.Join(scopes, " "),
	}
}

func (c *Cloud) grantedScopes() []string {
	drop := func(root string) func(string) bool {
		return func(s string) bool { return s == root || strings.HasPrefix(s, root+":") }
	}
	scopes := slices.Clone(c.cfg.Scopes)
	if c.faults.has(faultForbidden) {
		scopes = slices.DeleteFunc(scopes, drop("enrich"))
	}
	if c.faults.has(faultNoIntegrationScope) {
		scopes = slices.DeleteFunc(scopes, drop("integration"))
	}
	return scopes
}

// issuer is the "iss" of a token, which differs by region.
func (c *Cloud) issuer() string {
	switch c.cfg.Region {
	case "eu":
		return "IROH Auth EU"
	case "apjc":
		return "IROH Auth APJC"
	}
	return "IROH Auth NAM"
}

// newJWT makes a token in the form of the real ones: RS256 by its header, with
// the claims of the published sample. The signature is random bytes: the cloud
// knows its tokens by heart, and clients treat them as opaque.
func (c *Cloud) newJWT(now time.Time, life time.Duration, scopes []string) string {
	const claim = "https://schemas.cisco.com/iroh/identity/claims/"
	claims := object{
		"iss": c.issuer(), "sub": userID, "email": "analyst@lab.example", "jti": newUUID(),
		"iat": now.Unix(), "exp": now.Add(life).Unix(), "nbf": now.Add(-time.Minute).Unix(),
		claim + "scopes": scopes, claim + "oauth/scopes": scopes, claim + "user/scopes": scopes,
		claim + "org/id": orgID, claim + "org/name": "Ctrace Lab",
		claim + "user/id": userID, claim + "user/email": "analyst@lab.example", claim + "user/name": "Lab Analyst",
		claim + "oauth/client/id": c.cfg.ClientID, claim + "oauth/client/name": "ctrace",
		claim + "oauth/grant": "client-creds", claim + "oauth/kind": "access-token", claim + "version": "1",
	}
	var signature [256]byte
	_, _ = rand.Read(signature[:])
	part := base64.RawURLEncoding.EncodeToString
	return part([]byte(`{"alg":"RS256","typ":"JWT"}`)) + "." + part(encode(claims)) + "." + part(signature[:])
}

// authorize checks the Authorization header of a call and returns the scopes
// of its token. The match of "Bearer" is case-sensitive, as in the real one.
func (c *Cloud) authorize(r *http.Request) ([]string, *reply) {
	jwt, isBearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	jwt = strings.TrimSpace(jwt)
	if !isBearer || jwt == "" {
		refusal := unauthorized("invalid_request", "No JWT found in HTTP Authorization header")
		return nil, &refusal
	}
	refuse := func(code, description string) ([]string, *reply) {
		refusal := unauthorized(code, description)
		refusal.body.(object)["token"] = jwt // as the real one may: clients must not log it
		return nil, &refusal
	}
	if c.faults.has(faultUnauthorizedAlways) {
		return refuse("jwt_public_key_not_found", "No public key found for the issuer of this JWT")
	}
	s := &c.tokens
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.issued[jwt]
	if t == nil {
		if strings.Count(jwt, ".") != 2 {
			return refuse("jwt_decode_failed_exception", "JWT decode failed")
		}
		return refuse("jwt_invalid_signature", "Invalid Signature")
	}
	now := c.cfg.Now()
	if late := now.Sub(t.expires); late >= 0 {
		return refuse("jwt_expired", fmt.Sprintf("This JWT max lifetime has expired %ds ago", int(late.Seconds())))
	}
	t.uses++
	if c.faults.has(faultUnauthorized) && t.number == 1 && t.uses > 2 {
		return refuse("jwt_expired", "This JWT max lifetime has expired 0s ago")
	}
	return t.scopes, nil
}

// covers says whether the granted scopes hold the one that a route needs. A
// coarse scope holds every finer one ("enrich" holds
// "enrich/observables/observe:read"); without ":read" or ":write" it holds both.
func covers(granted []string, need string) bool {
	path, access, _ := strings.Cut(need, ":")
	return slices.ContainsFunc(granted, func(g string) bool {
		root, only, limited := strings.Cut(g, ":")
		if limited && only != access {
			return false
		}
		return path == root || strings.HasPrefix(path, root+"/")
	})
}
