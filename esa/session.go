package esa

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
)

// session is what the client knows about being logged in. Only the holder of the
// client's turn may touch it.
type session struct {
	token   string
	account Account
}

// Account is who the appliance takes us for.
type Account struct {
	Username string
	Role     string // such as "Administrator" or "HelpDeskUser"; "" when the appliance did not say
	Email    []string
}

// Login makes a new session, whatever the state of the old one, and says as whom.
// With AuthBasic there are no sessions: the credentials are tried on a cheap call.
// It need not be called before other methods, which log in when they must.
func (c *Client) Login(ctx context.Context) (Account, error) {
	if c.config.Auth == AuthBasic {
		if _, err := c.Privileges(ctx); err != nil {
			return Account{}, err
		}
		return Account{Username: c.config.Username}, nil
	}
	if err := c.take(ctx); err != nil {
		return Account{}, c.failure(call{op: opLogin}, err)
	}
	defer c.give()
	if err := c.login(ctx); err != nil {
		return Account{}, err
	}
	return c.session.account, nil
}

// Privileges lists what the account may call, such as
// "e_message_tracking_messages". One cheap call that proves URL, credentials and
// the right to message tracking.
func (c *Client) Privileges(ctx context.Context) ([]string, error) {
	call := call{op: "read the account's privileges", path: "login/privileges", optional: true}
	body, err := c.read(ctx, call)
	if err != nil {
		return nil, err
	}
	var in struct {
		Data texts `json:"data"`
	}
	if err := json.Unmarshal(body, &in); err != nil {
		return nil, c.undecodable(call, err)
	}
	return in.Data, nil
}

const opLogin = "log in"

// login asks for a token. The caller holds the turn.
func (c *Client) login(ctx context.Context) error {
	c.session = session{}
	// Encoded, not protected: AsyncOS wants both in base64.
	body, err := json.Marshal(map[string]any{"data": map[string]string{
		"userName":   base64.StdEncoding.EncodeToString([]byte(c.config.Username)),
		"passphrase": base64.StdEncoding.EncodeToString([]byte(c.config.Passphrase)),
	}})
	if err != nil {
		return c.failure(call{op: opLogin}, err)
	}
	call := call{op: opLogin, method: http.MethodPost, path: "login", body: body, anonymous: true}
	reply, err := c.exchange(ctx, call)
	if err != nil {
		return err
	}
	var in struct {
		Data record[struct {
			UserName  word   `json:"userName"`
			TwoFactor answer `json:"is2FactorRedirectRequired"`
			Role      word   `json:"role"`
			Email     texts  `json:"email"`
			Token     word   `json:"jwtToken"`
		}] `json:"data"`
	}
	if err := json.Unmarshal(reply, &in); err != nil {
		return c.undecodable(call, err)
	}
	data := in.Data.value
	if data.TwoFactor.isTrue() {
		c.session = session{}
		return &Error{
			Host: c.Host(), Op: opLogin, Kind: KindTwoFactor, Status: http.StatusOK,
			Message: "the account is set to two-factor authentication",
		}
	}
	// A token in the response header is already stored, and is the same or newer.
	if c.session.token == "" {
		c.session.token = string(data.Token)
	}
	if c.session.token == "" {
		return &Error{
			Host: c.Host(), Op: opLogin, Kind: KindAnswer, Status: http.StatusOK,
			Message: "the appliance accepted the login but sent no token",
		}
	}
	c.session.account = Account{Username: string(data.UserName), Role: string(data.Role), Email: data.Email}
	return nil
}
