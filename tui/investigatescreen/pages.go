package investigatescreen

import (
	"maps"
	"slices"
	"strings"

	"ctrace/ctr"
	"ctrace/ctr/ctim"
	"ctrace/ctr/observable"
	"ctrace/tui/investigatescreen/card"
)

// facts collects the facts of a page. What is empty is left out, and a heading without facts with it.
type facts struct{ items []card.Item }

func (f *facts) heading(label, text string) {
	f.prune()
	f.items = append(f.items, card.Item{Heading: true, Label: label, Text: text})
}

// prune takes a heading away that nothing followed.
func (f *facts) prune() {
	if n := len(f.items); n > 0 && f.items[n-1].Heading {
		f.items = f.items[:n-1]
	}
}

func (f *facts) text(label, text string) {
	if text != "" {
		f.items = append(f.items, card.Item{Label: label, Text: text})
	}
}

// paragraphs adds a text of several lines.
func (f *facts) paragraphs(label, text string) {
	for i, line := range strings.Split(strings.TrimSpace(text), "\n") {
		if i > 0 {
			label = ""
		}
		if i == 40 {
			f.text("", "(the rest is left out: y on the raw answer copies it)")
			return
		}
		f.text(label, strings.TrimRight(line, "\r "))
	}
}

func (f *facts) observable(label string, o observable.Observable) {
	if o.Value != "" {
		f.items = append(f.items, observableItem(label, o))
	}
}

// observableItem is an observable that opens.
func observableItem(label string, o observable.Observable) card.Item {
	return card.Item{Label: label, Text: observable.Defang(o), Observable: o}
}

// observables lists some, and says how many are left out.
func (f *facts) observables(label string, obs []observable.Observable, most int) {
	for i, o := range obs {
		if i == most && len(obs) > most+1 {
			f.items = append(f.items, card.Item{Text: "and " + number(len(obs)-i) + " more", Tone: card.Quiet})
			return
		}
		if i > 0 {
			label = ""
		}
		f.observable(label, o)
	}
}

func (f *facts) link(label, url string) {
	if url != "" {
		f.items = append(f.items, card.Item{Label: label, Text: url, Link: url})
	}
}

func (f *facts) page(title string, whole any) card.Page {
	f.prune()
	return card.Page{Title: title, Items: f.items, JSON: whole}
}

// extra adds what the data model has no name for.
func (f *facts) extra(e ctim.Extra) {
	f.heading("Also said", "")
	for _, name := range slices.Sorted(maps.Keys(e)) {
		f.text(name, ctim.CellText(e[name]))
	}
}

func (f *facts) references(refs []ctim.Reference) {
	for _, r := range refs {
		label := "Reference"
		f.text(label, strings.TrimSpace(r.SourceName+" "+r.ExternalID))
		f.link("", r.URL)
	}
}

// sightingPage is a sighting in full: for mail first who sent what to whom.
func sightingPage(s *Screen, module ctr.ModuleRef, x *ctim.Sighting) card.Page {
	f := &facts{}
	if m := readMail(x); m.isMail() {
		f.heading("Message", "")
		f.observables("From", m.from, 3)
		f.observables("To", m.to, 20)
		f.observables("Subject", m.subject, 3)
		f.observables("Message", m.id, 5)
		f.observables("Sent through", m.hosts, 5)
		f.observables("File", m.files, 10)
		f.observables("Link", m.urls, 10)
	}
	f.heading("Sighting", module.Name)
	f.text("Seen", stamp(x.ObservedTime.Start.Time, s.o.Zone))
	if !x.ObservedTime.End.IsZero() {
		f.text("Until", x.ObservedTime.End.String())
	}
	f.text("Title", x.Title)
	f.text("", x.ShortDescription)
	f.paragraphs("Description", x.Description)
	f.text("Outcome", x.Resolution)
	f.text("Severity", x.Severity)
	f.text("Confidence", x.Confidence)
	f.text("Sensor", x.Sensor)
	f.text("Times", number(x.Count))
	f.text("Source", x.Source)
	f.link("In the product", x.SourceURI)
	f.references(x.ExternalReferences)
	if x.Data != nil {
		f.table(x.Data)
	}
	f.heading("Observables", "")
	for _, o := range x.Observables {
		f.observable(typeLabel(o.Type), o)
	}
	if c := x.SensorCoordinates; c != nil {
		f.heading("Reported by", c.Type)
		for _, o := range c.Observables {
			f.observable(typeLabel(o.Type), o)
		}
	}
	f.heading("Relations", "")
	for _, r := range x.Relations {
		f.observable(ctim.RelationLabel(r.Relation), r.Source)
		f.observable("   "+s.o.Theme.Marks.Arrow, r.Related)
	}
	f.extra(x.Extra)
	return f.page("Sighting of "+stamp(x.ObservedTime.Start.Time, s.o.Zone), x)
}

// table adds the rows of a sighting's table, a fact for each cell.
func (f *facts) table(d *ctim.DataTable) {
	f.heading("Table", "")
	for i, row := range d.Cells() {
		if i == 20 {
			f.text("", "and "+number(len(d.Cells())-i)+" more rows")
			return
		}
		for at, cell := range row {
			label := number(at + 1)
			if at < len(d.Columns) {
				label = d.Columns[at].Name
			}
			f.text(label, cell)
		}
	}
}

func verdictPage(s *Screen, r *verdictRow, whole any) card.Page {
	f := &facts{}
	f.items = append(f.items, card.Item{Label: "Disposition", Judged: true, Disposition: r.disposition, Text: r.what()})
	f.observable(typeLabel(r.about.Type), r.about)
	f.text("Module", r.module.Name)
	f.text("Valid until", until(r.valid, s.o.Zone))
	f.text("Reason", r.reason)
	if j := r.judgement; j != nil {
		f.link("", j.ReasonURI)
		f.text("Severity", j.Severity)
		f.text("Confidence", j.Confidence)
		f.text("Priority", number(j.Priority))
		f.text("Source", j.Source)
		f.link("In the product", j.SourceURI)
		f.text("TLP", j.TLP)
		f.references(j.ExternalReferences)
		f.extra(j.Extra)
	}
	return f.page("Verdict of "+r.module.Name, whole)
}

func targetPage(s *Screen, t *ctr.Target) card.Page {
	f := &facts{}
	f.text("Kind", t.Type)
	f.text("System", t.OS)
	f.text("First seen", stamp(t.First, s.o.Zone))
	f.text("Last seen", stamp(t.Last, s.o.Zone))
	f.text("Sightings", number(t.Sightings))
	f.text("Modules", moduleNames(t.Modules))
	f.heading("Observables", "")
	for _, o := range t.Observables {
		f.observable(typeLabel(o.Type), o)
	}
	return f.page("Target", t)
}

func indicatorPage(s *Screen, i *ctr.IndicatorHit) card.Page {
	x := i.Indicator
	f := &facts{}
	f.text("Title", x.Title)
	f.text("Kind", strings.Join(x.IndicatorType, ", "))
	f.text("", x.ShortDescription)
	f.paragraphs("Description", x.Description)
	f.text("Severity", x.Severity)
	f.text("Confidence", x.Confidence)
	f.text("Impact", x.LikelyImpact)
	f.text("Producer", x.Producer)
	f.text("Module", i.Module.Name)
	f.text("Valid until", until(x.ValidTime, s.o.Zone))
	f.text("Tags", strings.Join(x.Tags, ", "))
	for _, k := range x.KillChainPhases {
		f.text("Kill chain", k.KillChainName+": "+k.PhaseName)
	}
	f.link("In the product", x.SourceURI)
	f.references(x.ExternalReferences)
	f.heading("Belongs to it", "")
	for _, o := range i.Observables {
		f.observable(typeLabel(o.Type), o)
	}
	f.heading("Leads to", "")
	for _, r := range i.Related {
		f.text(r.Relationship, strings.TrimSpace(strings.TrimSuffix(r.Kind, "s")+" "+r.Document.Title))
	}
	f.extra(x.Extra)
	return f.page("Indicator", x)
}

func modulePage(s *Screen, m *ctr.ModuleStatus) card.Page {
	_, word, _ := moduleState(s, m)
	f := &facts{}
	f.text("Module", m.Module.Name)
	f.text("State", word)
	f.text("Instance", m.Module.InstanceID)
	f.text("Type", m.Module.TypeID)
	f.text("Calls", number(m.Answered)+" of "+number(m.Asked)+", "+number(m.Failed)+" failed")
	f.text("Slowest", took(m).String())
	f.text("Documents", number(m.Documents))
	f.text("Remarks", remarks(m))
	f.heading("What went wrong", "")
	for _, p := range m.Problems {
		tone := card.Bad
		if p.Type == "warning" || rateLimit(p) {
			tone = card.Warn
		}
		f.items = append(f.items, card.Item{Label: p.Type, Text: problemText(p), Tone: tone})
		if p.Err != nil {
			f.text("", p.Err.Error())
		}
	}
	return f.page(m.Module.Name, m)
}
