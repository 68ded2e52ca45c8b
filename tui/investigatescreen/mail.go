package investigatescreen

import (
	"slices"
	"strings"

	"ctrace/ctr/ctim"
	"ctrace/ctr/observable"
)

// mail is a sighting read as a message: who sent what to whom. Relations have an open list of names, so
// that only the words of CTIM's own list are read here; what is not understood is just not there.
type mail struct {
	from    []observable.Observable
	to      []observable.Observable
	subject []observable.Observable
	id      []observable.Observable // MID and Message-ID
	hosts   []observable.Observable
	files   []observable.Observable // names and hashes
	urls    []observable.Observable
}

// isMail tells that the sighting is about a message that went from somebody to somebody.
func (m mail) isMail() bool { return len(m.from) > 0 || len(m.to) > 0 && len(m.id) > 0 }

// readMail reads a sighting as a message.
func readMail(s *ctim.Sighting) mail {
	var m mail
	for _, r := range s.Relations {
		relation := strings.ToLower(r.Relation)
		switch {
		case relation == "sent" && r.Source.Type == observable.Email:
			add(&m.from, r.Source)
		case relation == "sent_by" && r.Related.Type == observable.Email:
			add(&m.from, r.Related)
		case (relation == "sent_to" || relation == "received_by") && r.Related.Type == observable.Email:
			add(&m.to, r.Related)
		case relation == "received" && r.Source.Type == observable.Email:
			add(&m.to, r.Source)
		}
		m.sort(r.Source)
		m.sort(r.Related)
	}
	for _, o := range s.Observables {
		m.sort(o)
	}
	if len(m.to) == 0 && len(m.from) > 0 {
		for _, t := range s.Targets {
			for _, o := range t.Observables {
				if o.Type == observable.Email {
					add(&m.to, o)
				}
			}
		}
	}
	return m
}

// sort puts an observable where it belongs by its type alone.
func (m *mail) sort(o observable.Observable) {
	switch o.Type {
	case observable.EmailSubject:
		add(&m.subject, o)
	case observable.CiscoMID, observable.EmailMessageID:
		add(&m.id, o)
	case observable.IP, observable.IPv6:
		add(&m.hosts, o)
	case observable.FileName, observable.SHA256, observable.SHA1, observable.MD5:
		add(&m.files, o)
	case observable.URL:
		add(&m.urls, o)
	}
}

func add(list *[]observable.Observable, o observable.Observable) {
	if o.Value != "" && !slices.Contains(*list, o) {
		*list = append(*list, o)
	}
}

// short writes a list of addresses as the first one, cut when it is long, and how many more there are.
func short(obs []observable.Observable) string {
	if len(obs) == 0 {
		return "?"
	}
	const most = 30
	first := observable.Defang(obs[0])
	if r := []rune(first); len(r) > most {
		first = string(r[:most-1]) + "…"
	}
	if len(obs) > 1 {
		first += " +" + number(len(obs)-1)
	}
	return first
}

// headline is the message in one line: "sender → recipients  subject".
func (m mail) headline(arrow string) string {
	line := short(m.from) + " " + arrow + " " + short(m.to)
	if len(m.subject) > 0 {
		line += "  " + m.subject[0].Value
	}
	return line
}
