package esatest

import (
	"errors"
	"regexp"
	"strings"
)

// Limits of the SMTP dialogue.
const (
	maxCommandLine = 2048 // octets with CRLF; RFC 5321 asks for 512, AUTH needs more
	maxRecipients  = 50
	maxBadCommands = 10
	maxMessages    = 10 // per connection
)

// errLineTooLong is a command line over the limit.
var errLineTooLong = errors.New("line too long")

var (
	mailboxPattern = regexp.MustCompile(`^(?:[A-Za-z0-9.!#$%&'*+/=?^_{|}~` + "`" + `-]{1,64}|"[ !#-\[\]-~]{1,62}")@(\[[0-9A-Fa-f.:IPv]+\]|[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?)$`)
	helloPattern   = regexp.MustCompile(`^(?:\[[0-9A-Fa-f.:IPv]+\]|[A-Za-z0-9](?:[A-Za-z0-9._-]{0,252}[A-Za-z0-9])?)$`)
)

// parseCommand splits a command line into its verb in upper case and the rest.
func parseCommand(line string) (verb, rest string) {
	verb, rest, _ = strings.Cut(strings.TrimRight(line, " \t\r\n"), " ")
	return strings.ToUpper(verb), strings.TrimSpace(rest)
}

// parsePath reads the argument of MAIL or RCPT: prefix is FROM: or TO:. The address is empty for the
// null sender; parameters keep their case and are keyed in upper case.
func parsePath(rest, prefix string) (address string, parameters map[string]string, ok bool) {
	if len(rest) < len(prefix) || !strings.EqualFold(rest[:len(prefix)], prefix) {
		return "", nil, false
	}
	rest = strings.TrimLeft(rest[len(prefix):], " ")
	path, rest, closed := strings.Cut(rest, ">")
	address, opened := strings.CutPrefix(path, "<")
	if !opened || !closed {
		return "", nil, false
	}
	if address != "" && !mailboxPattern.MatchString(address) {
		return "", nil, false
	}
	if rest != "" && rest[0] != ' ' {
		return "", nil, false
	}
	parameters = map[string]string{}
	for parameter := range strings.FieldsSeq(rest) {
		name, value, _ := strings.Cut(parameter, "=")
		parameters[strings.ToUpper(name)] = value
	}
	return address, parameters, true
}

// domainOf is the part after the @ in lower case, empty without one.
func domainOf(address string) string {
	_, domain, _ := strings.Cut(address, "@")
	return strings.ToLower(domain)
}
