package testmail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/textproto"
	"strings"
	"syscall"
)

// classify turns what went wrong at a stage into an *Error. Codes decide first; texts are only a
// hint, because every mail-flow policy can change them.
func classify(stage Stage, host string, err error) *Error {
	if own, ok := errors.AsType[*Error](err); ok {
		located := *own
		located.Stage, located.Host = stage, host
		return &located
	}
	e := &Error{Stage: stage, Host: host, Err: err}
	if refusal, ok := errors.AsType[*textproto.Error](err); ok {
		e.Code, e.Text, e.EnhancedCode = refusal.Code, refusal.Msg, enhancedCode(refusal.Msg)
		e.Class = refusalClass(stage, refusal.Code, refusal.Msg)
		return e
	}
	e.Class = lineClass(err)
	return e
}

// refusalClass is the class of an answer with a code.
func refusalClass(stage Stage, code int, text string) Class {
	switch {
	case code == 530 && strings.Contains(strings.ToUpper(text), "STARTTLS"), code == 538:
		return ClassTLS
	case code == 530, code == 534, code == 535:
		return ClassAuth
	case stage == StageStartTLS: // also 454, which waiting does not mend
		return ClassTLS
	case code >= 400 && code < 500:
		return ClassTemporary
	case stage == StageAuth:
		return ClassAuth
	case code >= 500 && code < 600:
		return ClassRefused
	default:
		return ClassProtocol
	}
}

// lineClass is the class of a failure without an answer.
func lineClass(err error) Class {
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return ClassTimeout
	case errors.Is(err, context.Canceled):
		return ClassCancelled
	case isCertificate(err):
		return ClassCertificate
	case errors.Is(err, errAnswerTooLong):
		return ClassProtocol
	}
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		if dns.IsTimeout {
			return ClassTimeout
		}
		return ClassDNS
	}
	if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() {
		return ClassTimeout
	}
	if isTLS(err) {
		return ClassTLS
	}
	if _, ok := errors.AsType[textproto.ProtocolError](err); ok {
		return ClassProtocol
	}
	return ClassConnect
}

// isCertificate tells whether the server's certificate was not trusted.
func isCertificate(err error) bool {
	if untrusted(err) != nil {
		return true
	}
	if _, ok := errors.AsType[*certificateError](err); ok {
		return true
	}
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		return true
	}
	if _, ok := errors.AsType[x509.HostnameError](err); ok {
		return true
	}
	_, ok := errors.AsType[x509.CertificateInvalidError](err)
	return ok
}

// isTLS tells whether a handshake failed for another reason than the certificate or the line.
func isTLS(err error) bool {
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		return true
	}
	if _, ok := errors.AsType[tls.AlertError](err); ok {
		return true
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) {
		return false
	}
	return strings.HasPrefix(err.Error(), "tls: ") || strings.HasPrefix(err.Error(), "remote error: tls: ")
}
