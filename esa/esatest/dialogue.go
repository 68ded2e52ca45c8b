package esatest

import (
	"fmt"
	"strconv"
	"strings"
)

// command answers one command line.
func (s *session) command(line string) error {
	verb, rest := parseCommand(line)
	switch verb {
	case "EHLO", "HELO":
		return s.helo(verb, rest)
	case "STARTTLS":
		return s.startTLS(rest)
	case "AUTH":
		return s.auth(rest)
	case "MAIL":
		return s.mail(rest)
	case "RCPT":
		return s.rcpt(rest)
	case "DATA":
		return s.data(rest)
	case "RSET":
		s.forget()
		return s.say("250 reset")
	case "NOOP":
		return s.say("250 ok")
	case "VRFY":
		return s.say("252 #2.5.2 cannot VRFY user, but will accept message")
	case "HELP":
		return s.say("214 see RFC 5321")
	case "QUIT":
		if s.hangs("smtp-silent-quit") {
			return errHangUp
		}
		return s.last("221 " + s.a.gateways[0].Host)
	default:
		return s.mistake("500 #5.5.1 command not recognized")
	}
}

// helo answers EHLO and HELO with what is offered.
func (s *session) helo(verb, name string) error {
	if s.hangs("smtp-silent-ehlo") {
		return errHangUp
	}
	if !helloPattern.MatchString(name) {
		return s.mistake("501 #5.0.0 " + verb + " requires domain address")
	}
	s.hello = name
	s.forget()
	lines := []string{s.a.gateways[0].Host}
	if verb == "EHLO" {
		lines = append(lines, "8BITMIME")
		if mechanisms := s.a.mechanisms(); len(mechanisms) > 0 {
			lines = append(lines, "AUTH "+strings.Join(mechanisms, " "))
		}
		lines = append(lines, "SIZE "+strconv.FormatInt(s.a.maxSize(), 10))
		if s.tls == "" && !s.a.on("smtp-no-starttls") {
			lines = append(lines, "STARTTLS")
		}
	}
	for _, line := range lines[:len(lines)-1] {
		if err := s.say("250-" + line); err != nil {
			return err
		}
	}
	return s.say("250 " + lines[len(lines)-1])
}

// startTLS encrypts the connection.
func (s *session) startTLS(rest string) error {
	switch {
	case s.hangs("smtp-silent-starttls"):
		return errHangUp
	case s.tls != "" || s.a.on("smtp-no-starttls"):
		return s.mistake("500 #5.5.1 command not recognized")
	case rest != "":
		return s.mistake("501 #5.5.2 syntax error")
	case s.a.on("smtp-starttls-454"):
		return s.say("454 TLS not available due to a temporary reason")
	}
	answer := "220 Go ahead with TLS"
	if s.a.on("smtp-starttls-inject") {
		answer += "\r\n250 injected in clear text"
	}
	if err := s.say(answer); err != nil {
		return err
	}
	if s.hangs("smtp-silent-handshake") {
		return errHangUp
	}
	return s.upgrade()
}

// mail takes the sender.
func (s *session) mail(rest string) error {
	from, parameters, ok := parsePath(rest, "FROM:")
	switch {
	case s.hangs("smtp-silent-mail"):
		return errHangUp
	case s.hello == "":
		return s.mistake("503 #5.5.1 EHLO first")
	case s.mailSet:
		return s.mistake("503 #5.5.1 sender already specified")
	case !ok:
		return s.mistake("501 #5.5.2 syntax error")
	case s.tls == "" && s.a.on("smtp-starttls-required"):
		return s.say("530 #5.7.0 Must issue a STARTTLS command first")
	case s.user == "" && (s.a.on("smtp-auth-required") || s.a.on("smtp-auth-refused")):
		return s.say("530 Authentication required")
	case s.messages >= maxMessages:
		return s.last("421 #4.x.2 Too many messages for this session")
	case s.a.on("smtp-refuse-sender"):
		return s.say("553 #5.1.8 Domain of sender address <" + from + "> does not exist")
	}
	for name, value := range parameters {
		switch name {
		case "SIZE":
			size, err := strconv.ParseInt(value, 10, 64)
			if err != nil {
				return s.mistake("501 #5.5.2 syntax error")
			}
			if size > s.a.maxSize() {
				return s.say("552 #5.3.4 message size exceeds limit")
			}
		case "BODY":
		case "AUTH":
		default:
			return s.mistake("501 #5.5.2 syntax error")
		}
	}
	s.mailSet, s.from = true, from
	return s.say("250 sender <" + from + "> ok")
}

// rcpt takes a recipient of the appliance's domain, or any from an authenticated sender.
func (s *session) rcpt(rest string) error {
	to, parameters, ok := parsePath(rest, "TO:")
	switch {
	case s.hangs("smtp-silent-rcpt"):
		return errHangUp
	case !s.mailSet:
		return s.mistake("503 #5.5.1 MAIL first")
	case !ok || to == "" || len(parameters) > 0:
		return s.mistake("501 #5.5.2 syntax error")
	case len(s.to) >= maxRecipients:
		return s.say("452 #4.5.3 Too many recipients")
	case s.a.on("smtp-greylist"):
		return s.say("451 #4.7.1 Greylisting in action, please come back later")
	case s.a.on("smtp-rate-limit"):
		return s.say("452 Too many recipients received this hour")
	case s.a.on("smtp-refuse-relay"):
		return s.say("550 #5.7.1 Your access to submit messages to this e-mail system has been rejected.")
	case s.a.on("smtp-refuse-rcpt"), s.user == "" && domainOf(to) != s.a.cfg.Domain:
		return s.say("550 #5.1.0 Address rejected.")
	}
	s.to = append(s.to, to)
	return s.say("250 recipient <" + to + "> ok")
}

// data takes the message.
func (s *session) data(rest string) error {
	switch {
	case s.hangs("smtp-silent-data"):
		return errHangUp
	case rest != "":
		return s.mistake("501 #5.5.2 syntax error")
	case !s.mailSet:
		return s.mistake("503 #5.5.1 MAIL first")
	case len(s.to) == 0:
		return s.mistake("503 #5.5.1 RCPT first")
	}
	if err := s.say("354 go ahead"); err != nil {
		return err
	}
	content, complaint, err := readData(s.r, s.a.maxSize(), s.keepAlive)
	if err != nil {
		return err
	}
	defer s.forget()
	switch {
	case s.hangs("smtp-silent-dot"):
		return errHangUp
	case complaint != "":
		return s.say(complaint)
	case s.a.on("smtp-refuse-data"):
		return s.say("554 #5.3.0 message refused by policy")
	case s.a.on("smtp-tempfail"):
		return s.say("452 #4.3.1 queue full")
	case s.a.on("smtp-lost-after-dot"):
		return errHangUp
	}
	record := s.a.accept(s, content)
	s.messages++
	switch {
	case s.a.on("smtp-cut-after-dot"):
		return errHangUp
	case s.a.on("smtp-no-mid"):
		return s.say(fmt.Sprintf("250 2.0.0 Ok: queued as %X", 0x40000+record.MIDs[0]))
	default:
		return s.say(fmt.Sprintf("250 ok:  Message %d accepted", record.MIDs[0]))
	}
}
