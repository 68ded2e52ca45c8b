package esatest

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"slices"
	"strings"
	"time"
)

// scramIterations is the work of SCRAM; RFC 7677 asks for at least 4096.
const scramIterations = 4096

// errBadCredentials refuses an authentication; errAuthSyntax is an exchange that makes no sense.
var (
	errBadCredentials = errors.New("bad credentials")
	errAuthSyntax     = errors.New("bad AUTH exchange")
)

// mechanisms are those that EHLO offers.
func (a *Appliance) mechanisms() []string {
	if len(a.cfg.Auth) == 0 && (a.on("smtp-auth-required") || a.on("smtp-auth-refused")) {
		return []string{"PLAIN", "LOGIN"}
	}
	return a.cfg.Auth
}

// auth runs one authentication.
func (s *session) auth(rest string) error {
	offered := s.a.mechanisms()
	mechanism, initial, hasInitial := strings.Cut(rest, " ")
	mechanism = strings.ToUpper(mechanism)
	switch {
	case s.hangs("smtp-silent-auth"):
		return errHangUp
	case len(offered) == 0:
		return s.mistake("503 #5.3.3 AUTH not available")
	case s.user != "":
		return s.mistake("503 #5.5.0 Already authenticated")
	case mechanism == "":
		return s.mistake("501 #5.5.4 Invalid arguments to AUTH command")
	case !slices.Contains(offered, mechanism):
		return s.mistake("504 #5.5.1 AUTH mechanism " + mechanism + " is not available")
	}
	x := &exchange{s: s, initial: initial, hasInitial: hasInitial}
	var err error
	switch mechanism {
	case "PLAIN":
		err = x.plain()
	case "LOGIN":
		err = x.login()
	case "CRAM-MD5":
		err = x.cramMD5()
	case "SCRAM-SHA-1":
		err = x.scram(sha1.New)
	case "SCRAM-SHA-256":
		err = x.scram(sha256.New)
	default:
		return s.mistake("504 #5.5.1 AUTH mechanism " + mechanism + " is not available")
	}
	if err == nil && s.a.on("smtp-auth-refused") {
		err = errBadCredentials
	}
	switch {
	case errors.Is(err, errBadCredentials):
		return s.mistake("535 #5.7.8 Bad username or password")
	case errors.Is(err, errAuthSyntax):
		return s.mistake("501 #5.5.4 Invalid arguments to AUTH command")
	case err != nil:
		return err
	}
	s.user = s.a.cfg.SMTPUsername
	return s.say("235 #2.0.0 OK Authenticated")
}

// exchange is one authentication in progress.
type exchange struct {
	s          *session
	initial    string // initial response of the AUTH command
	hasInitial bool
}

// ask sends a challenge and reads the decoded answer; the initial response answers the first one.
func (x *exchange) ask(challenge string) (string, error) {
	line := x.initial
	if x.hasInitial {
		x.hasInitial = false
		if line == "=" { // an empty initial response, RFC 4954
			line = ""
		}
	} else {
		if err := x.s.say("334 " + base64.StdEncoding.EncodeToString([]byte(challenge))); err != nil {
			return "", err
		}
		var err error
		if line, err = x.s.readLine(); err != nil {
			return "", err
		}
		if line == "*" {
			return "", errAuthSyntax
		}
	}
	answer, err := base64.StdEncoding.DecodeString(line)
	if err != nil {
		return "", errAuthSyntax
	}
	return string(answer), nil
}

// check compares credentials with the appliance's.
func (x *exchange) check(user, password string) error {
	cfg := x.s.a.cfg
	sameUser := hmac.Equal([]byte(user), []byte(cfg.SMTPUsername))
	samePassword := hmac.Equal([]byte(password), []byte(cfg.SMTPPassword))
	if !sameUser || !samePassword {
		return errBadCredentials
	}
	return nil
}

func (x *exchange) plain() error {
	answer, err := x.ask("")
	if err != nil {
		return err
	}
	fields := strings.Split(answer, "\x00")
	if len(fields) != 3 {
		return errAuthSyntax
	}
	return x.check(fields[1], fields[2])
}

func (x *exchange) login() error {
	user, err := x.ask("Username:")
	if err != nil {
		return err
	}
	password, err := x.ask("Password:")
	if err != nil {
		return err
	}
	return x.check(user, password)
}

func (x *exchange) cramMD5() error {
	if x.hasInitial {
		return errAuthSyntax
	}
	challenge := fmt.Sprintf("<%s.%d@%s>", nonce(), time.Now().Unix(), x.s.a.cfg.Hostname)
	answer, err := x.ask(challenge)
	if err != nil {
		return err
	}
	mac := hmac.New(md5.New, []byte(x.s.a.cfg.SMTPPassword))
	mac.Write([]byte(challenge))
	want := x.s.a.cfg.SMTPUsername + " " + hex.EncodeToString(mac.Sum(nil))
	if !hmac.Equal([]byte(answer), []byte(want)) {
		return errBadCredentials
	}
	return nil
}

// scram is the server's side of RFC 5802 without channel binding.
func (x *exchange) scram(newHash func() hash.Hash) error {
	first, err := x.ask("")
	if err != nil {
		return err
	}
	bare, ok := strings.CutPrefix(first, "n,,")
	if !ok {
		return errAuthSyntax
	}
	fields := strings.Split(bare, ",")
	if len(fields) < 2 || !strings.HasPrefix(fields[0], "n=") || !strings.HasPrefix(fields[1], "r=") {
		return errAuthSyntax
	}
	user := strings.NewReplacer("=2C", ",", "=3D", "=").Replace(fields[0][2:])
	both := fields[1][2:] + nonce()
	salt := sha256.Sum256([]byte(x.s.a.cfg.Serial + user))
	challenge := fmt.Sprintf("r=%s,s=%s,i=%d", both, base64.StdEncoding.EncodeToString(salt[:16]), scramIterations)
	final, err := x.ask(challenge)
	if err != nil {
		return err
	}
	withoutProof, proof, ok := strings.Cut(final, ",p=")
	if !ok || withoutProof != "c=biws,r="+both {
		return errAuthSyntax
	}
	key, err := pbkdf2.Key(newHash, x.s.a.cfg.SMTPPassword, salt[:16], scramIterations, newHash().Size())
	if err != nil {
		return err
	}
	message := bare + "," + challenge + "," + withoutProof
	if !validProof(newHash, key, message, proof) || user != x.s.a.cfg.SMTPUsername {
		return errBadCredentials
	}
	signature := keyed(newHash, keyed(newHash, key, "Server Key"), message)
	_, err = x.ask("v=" + base64.StdEncoding.EncodeToString(signature))
	return err
}

// validProof checks that the client's proof was made with the salted password.
func validProof(newHash func() hash.Hash, salted []byte, message, proof64 string) bool {
	clientKey := keyed(newHash, salted, "Client Key")
	proof, err := base64.StdEncoding.DecodeString(proof64)
	if err != nil || len(proof) != len(clientKey) {
		return false
	}
	stored := newHash()
	stored.Write(clientKey)
	signature := keyed(newHash, stored.Sum(nil), message)
	for i := range proof {
		proof[i] ^= signature[i]
	}
	return hmac.Equal(proof, clientKey)
}

// keyed is HMAC.
func keyed(newHash func() hash.Hash, key []byte, message string) []byte {
	mac := hmac.New(newHash, key)
	mac.Write([]byte(message))
	return mac.Sum(nil)
}

// nonce is random text without commas.
func nonce() string { return rand.Text() }
