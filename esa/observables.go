package esa

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Observables is what a message gives to look up elsewhere, as plain texts by
// kind, each once and in the order found. MIDs mean something only together with
// the serial number of their appliance.
type Observables struct {
	IPs        []string
	Addresses  []string // senders first, then recipients
	Domains    []string
	Subjects   []string
	MessageIDs []string // without angle brackets
	MIDs       []string
	URLs       []string
	SHA256s    []string // lower case
	FileNames  []string
}

// Observables of a row of message tracking.
func (m Message) Observables() Observables {
	var o Observables
	o.IPs = add(o.IPs, m.SenderIP)
	o.Addresses = add(o.Addresses, m.Sender)
	o.Addresses = add(o.Addresses, m.FriendlyFrom...)
	o.Addresses = add(o.Addresses, m.ReplyTo)
	o.Addresses = add(o.Addresses, m.Recipients...)
	o.Domains = add(o.Domains, m.SenderDomain)
	o.Subjects = add(o.Subjects, m.Subject)
	for _, s := range m.FinalSubjects {
		o.Subjects = add(o.Subjects, s.Value)
	}
	for _, id := range m.MessageIDs {
		o.MessageIDs = add(o.MessageIDs, bareMessageID(id.Value))
	}
	o.MIDs = addMIDs(o.MIDs, m.MIDs)
	return o
}

// Observables of a message's details, its history included.
func (d Details) Observables() Observables {
	var o Observables
	o.IPs = add(o.IPs, d.SenderIP)
	o.Addresses = add(o.Addresses, d.Sender, d.HeaderFrom)
	o.Addresses = add(o.Addresses, d.Recipients...)
	o.Domains = add(o.Domains, d.ReverseDNS)
	o.Subjects = add(o.Subjects, d.Subject)
	o.MessageIDs = add(o.MessageIDs, bareMessageID(d.MessageIDHeader))
	o.MIDs = addMIDs(o.MIDs, d.MIDs)
	o.FileNames = add(o.FileNames, d.Attachments...)
	return o.Merge(observablesOf(d.Events))
}

// Observables of what AMP found.
func (a AMP) Observables() Observables {
	return a.Message.Observables().Merge(observablesOf(a.Events))
}

// Observables of what URL filtering found.
func (u URLs) Observables() Observables {
	return u.Message.Observables().Merge(observablesOf(u.Events))
}

// Merge adds what other has and o has not.
func (o Observables) Merge(other Observables) Observables {
	return Observables{
		IPs:        add(slices.Clone(o.IPs), other.IPs...),
		Addresses:  add(slices.Clone(o.Addresses), other.Addresses...),
		Domains:    add(slices.Clone(o.Domains), other.Domains...),
		Subjects:   add(slices.Clone(o.Subjects), other.Subjects...),
		MessageIDs: add(slices.Clone(o.MessageIDs), other.MessageIDs...),
		MIDs:       add(slices.Clone(o.MIDs), other.MIDs...),
		URLs:       add(slices.Clone(o.URLs), other.URLs...),
		SHA256s:    add(slices.Clone(o.SHA256s), other.SHA256s...),
		FileNames:  add(slices.Clone(o.FileNames), other.FileNames...),
	}
}

// What an event text gives away. An SMA puts a blank before the comma after a
// URL and an ESA does not; rewritten URLs are written as Python 2 does.
var (
	urlReputation = regexp.MustCompile(`URL: (\S+?)\s*,\s*URL reputation`)
	rewrittenURL  = regexp.MustCompile(`rewritten URL u?'([^']+)'`)
	sha256Text    = regexp.MustCompile(`(?i)\bsha256\b[\s=\[(:]*([0-9a-f]{64})\b`)
	fileNameText  = regexp.MustCompile(`File Name = (.+?), MID = `)
	attachment    = regexp.MustCompile(`(?:contains )?attachment ?'(.+?)' ?(?:\(SHA256|scanned by)`)
)

func observablesOf(events []Event) Observables {
	var o Observables
	for _, e := range events {
		for _, pattern := range []*regexp.Regexp{urlReputation, rewrittenURL} {
			for _, m := range pattern.FindAllStringSubmatch(e.Description, -1) {
				o.URLs = add(o.URLs, m[1])
				o.Domains = add(o.Domains, domainOf(m[1]))
			}
		}
		for _, m := range sha256Text.FindAllStringSubmatch(e.Description, -1) {
			o.SHA256s = add(o.SHA256s, strings.ToLower(m[1]))
		}
		for _, pattern := range []*regexp.Regexp{fileNameText, attachment} {
			for _, m := range pattern.FindAllStringSubmatch(e.Description, -1) {
				o.FileNames = add(o.FileNames, m[1])
			}
		}
	}
	return o
}

// domainOf is the host of a URL unless it is an address or a bare name.
func domainOf(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return ""
	}
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	last := host[strings.LastIndexByte(host, '.')+1:]
	if last == host || strings.Contains(host, ":") || strings.Trim(last, "0123456789") == "" {
		return ""
	}
	return host
}

func bareMessageID(s string) string {
	return strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(s), "<"), ">")
}

// add appends the texts that are not empty and not there yet.
func add(list []string, more ...string) []string {
	for _, s := range more {
		if strings.TrimSpace(s) != "" && !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	return list
}

func addMIDs(list []string, mids []int64) []string {
	for _, mid := range mids {
		list = add(list, strconv.FormatInt(mid, 10))
	}
	return list
}
