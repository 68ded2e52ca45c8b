package esatest

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strings"
	"sync"
	"time"
)

// tokens makes and checks the API's HS256 tokens.
type tokens struct {
	mu  sync.Mutex
	key []byte
}

// claims are what a token says.
type claims struct {
	UserName   string `json:"userName"`
	TwoFactor  string `json:"is2FactorCheckRequired"`
	SessionEnd int64  `json:"sessionEndTime"`
	Role       string `json:"role"`
	Expires    int64  `json:"exp"`
}

// secret is the signing key of this run.
func (t *tokens) secret() []byte {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.key == nil {
		t.key = []byte(rand.Text())
	}
	return t.key
}

// forget makes every token invalid, as a restart does.
func (t *tokens) forget() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.key = nil
}

// make issues a token that lives until expires.
func (t *tokens) make(user, role string, expires time.Time) string {
	payload, err := json.Marshal(claims{UserName: user, TwoFactor: "false", Role: role, SessionEnd: expires.Unix(), Expires: expires.Unix()})
	if err != nil {
		panic("esatest: claims are not JSON: " + err.Error()) // a struct of strings and numbers always is
	}
	head := encode([]byte(`{"typ":"JWT","alg":"HS256"}`)) + "." + encode(payload)
	return head + "." + encode(sign(t.secret(), head))
}

// check reads a token. The refusals are the appliance's.
func (t *tokens) check(token string, now time.Time) (expires time.Time, refusal string) {
	at := strings.LastIndexByte(token, '.')
	if at < 0 {
		return time.Time{}, invalidToken
	}
	signature, err := base64.RawURLEncoding.DecodeString(token[at+1:])
	if err != nil || !hmac.Equal(signature, sign(t.secret(), token[:at])) {
		return time.Time{}, invalidToken
	}
	_, payload64, _ := strings.Cut(token[:at], ".")
	payload, err := base64.RawURLEncoding.DecodeString(payload64)
	var c claims
	if err != nil || json.Unmarshal(payload, &c) != nil {
		return time.Time{}, invalidToken
	}
	expires = time.Unix(c.Expires, 0)
	if !now.Before(expires) {
		return expires, expiredToken
	}
	return expires, ""
}

// The refusals of a token.
const (
	invalidToken = "InvalidTokenError."
	expiredToken = "ExpiredSignatureError."
)

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func sign(key []byte, text string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(text))
	return mac.Sum(nil)
}
