package testmail

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"

	"github.com/wneessen/go-mail/smtp"
)

// mechanisms are the names on the wire.
var mechanisms = map[AuthMethod]string{
	AuthPlain: "PLAIN", AuthLogin: "LOGIN", AuthCRAMMD5: "CRAM-MD5",
	AuthSCRAMSHA1: "SCRAM-SHA-1", AuthSCRAMSHA256: "SCRAM-SHA-256",
}

// preferred is the order in which AuthAuto chooses: those that do not show the password first.
var preferred = []AuthMethod{AuthSCRAMSHA256, AuthSCRAMSHA1, AuthCRAMMD5, AuthPlain, AuthLogin}

// auth proves who we are.
func (d *dialogue) auth(context.Context) error {
	method, err := d.chooseAuth()
	if err != nil {
		return &Error{Class: ClassAuth, Err: err}
	}
	d.receipt.AuthUsed = method
	d.rec.authenticating(mechanisms[method])
	defer d.rec.authenticated()
	return d.client.Auth(d.mechanism(method))
}

// chooseAuth picks a mechanism that is wanted, offered and safe on this connection.
func (d *dialogue) chooseAuth() (AuthMethod, error) {
	offered := d.receipt.Features.Auth
	if len(offered) == 0 {
		return "", errors.New("AUTH is not offered on this connection")
	}
	if method := d.server.Auth; method != AuthAuto {
		if !slices.Contains(offered, mechanisms[method]) {
			return "", fmt.Errorf("AUTH %s is not offered, only %s", mechanisms[method], strings.Join(offered, ", "))
		}
		if d.showsPassword(method) {
			return "", fmt.Errorf("AUTH %s would send the password in clear text", mechanisms[method])
		}
		return method, nil
	}
	for _, method := range preferred {
		if slices.Contains(offered, mechanisms[method]) && !d.showsPassword(method) {
			return method, nil
		}
	}
	return "", fmt.Errorf("none of the offered mechanisms %s can be used on this connection", strings.Join(offered, ", "))
}

// showsPassword tells whether someone on the way could read the password.
func (d *dialogue) showsPassword(method AuthMethod) bool {
	if method != AuthPlain && method != AuthLogin || d.receipt.TLS != nil {
		return false
	}
	host, _, _ := net.SplitHostPort(d.receipt.RemoteAddr)
	ip := net.ParseIP(host)
	return ip == nil || !ip.IsLoopback()
}

// mechanism is the client's side of a method. Whether the password may be shown was decided before.
func (d *dialogue) mechanism(method AuthMethod) smtp.Auth {
	user, password := d.server.Username, d.server.Password
	switch method {
	case AuthLogin:
		return smtp.LoginAuth(user, password, d.server.Host, true)
	case AuthCRAMMD5:
		return smtp.CRAMMD5Auth(user, password)
	case AuthSCRAMSHA1:
		return smtp.ScramSHA1Auth(user, password)
	case AuthSCRAMSHA256:
		return smtp.ScramSHA256Auth(user, password)
	default:
		return smtp.PlainAuth("", user, password, d.server.Host, true)
	}
}
