package report

import (
	"encoding/json"

	"ctrace/ctr"
)

// NewInvestigation makes the JSON form of an investigation.
func NewInvestigation(inv *ctr.Investigation, about About) Investigation {
	rows := Rows(inv)
	out := Investigation{
		Title: about.Title, Profile: about.Profile, Service: about.Service, Query: about.Query,
		StartedAt: inv.Started.UTC(), Seconds: inv.Progress.Elapsed.Seconds(), Complete: about.Failure == nil,
		Calls: inv.Progress.CallsDone, FromCache: inv.Progress.FromCache, AllInOne: inv.AllInOne, Summary: summarize(inv, rows),
		Observables: make([]Finding, 0, len(inv.Findings)), Sightings: make([]Seen, 0, len(inv.Sightings)),
		Targets: []Target{}, Relations: []Edge{}, Indicators: []Indicator{}, Modules: []Module{},
	}
	if about.Failure != nil {
		out.Error = about.Failure.Error()
	}
	for _, r := range rows {
		out.Observables = append(out.Observables, NewFinding(r.finding, r.Indicators, about.Finders))
	}
	for _, s := range inv.Sightings {
		out.Sightings = append(out.Sightings, NewSeen(s))
	}
	for _, t := range inv.Targets {
		out.Targets = append(out.Targets, Target{
			Type: t.Type, OS: t.OS, Observables: t.Observables, First: t.First, Last: t.Last, Sightings: t.Sightings, Modules: moduleRefs(t.Modules),
		})
	}
	for _, e := range inv.Graph().Edges {
		out.Relations = append(out.Relations, Edge{e.Source, e.Relation, e.Related, e.Count, e.Origins, moduleRefs(e.Modules)})
	}
	for _, hit := range inv.Indicators {
		out.Indicators = append(out.Indicators, newIndicator(hit))
	}
	out.Links = newLinks(inv.Links)
	for _, o := range inv.Others {
		out.Others = append(out.Others, Other{moduleRef(o.Module), o.Kind, rawOf(o.Raw)})
	}
	for _, m := range inv.Modules {
		out.Modules = append(out.Modules, NewModule(m))
	}
	for _, s := range inv.Skipped {
		out.Skipped = append(out.Skipped, Skipped{s.Observable, s.Reason})
	}
	for _, r := range inv.Raw {
		out.Raw = append(out.Raw, NewRaw(r))
	}
	out.RawLeftOut = inv.RawLeftOut > 0
	return out
}

// NewFinding makes the JSON form of one observable's finding.
func NewFinding(f *ctr.Finding, indicators []string, finders Finders) Finding {
	out := Finding{
		Observable: f.Observable, Asked: f.Asked, Done: f.Done, Standing: standingKey(f.Standing()), Shortfall: f.Shortfall(),
		Disposition: dispositionKey(f.Disposition), Disagree: f.Disagree,
		OnlyFoundBy: finders.Only(f.Observable), Indicators: indicators, Links: newLinks(f.Links),
	}
	if len(f.Unanswered) > 0 {
		out.Unanswered = moduleRefs(f.Unanswered)
	}
	for _, o := range f.Opinions {
		out.Opinions = append(out.Opinions, Opinion{moduleRef(o.Module), dispositionKey(o.Disposition), o.ValidTime, o.Reasons, o.Derived})
	}
	for _, j := range f.Judgements {
		out.Judgements = append(out.Judgements, Judged{moduleRef(j.Module), j.Judgement})
	}
	if len(f.Sightings) > 0 {
		figures := &SightingFigures{Documents: len(f.Sightings)}
		for _, s := range f.Sightings {
			figures.Count += occurrences(s)
		}
		figures.First, figures.Last = span(f.Sightings)
		out.Sightings = figures
	}
	return out
}

// NewModule makes the JSON form of a module's status.
func NewModule(m *ctr.ModuleStatus) Module {
	out := Module{
		ModuleRef: moduleRef(m.Module), State: m.State, Email: m.Email, Done: m.Done, Calls: m.Asked, Answered: m.Answered,
		Failed: m.Failed, NotAskable: m.NotAskable, Unasked: m.Unasked, FromCache: m.FromCache, CacheAge: m.Age.Seconds(),
		Documents: m.Documents, RateLimited: m.RateLimited, Truncated: m.Truncated,
		Seconds: m.Elapsed.Seconds(), Slowest: m.Slowest.Seconds(),
	}
	for _, p := range m.Problems {
		problem := Problem{Type: p.Type, Code: p.Code, Message: p.Message, Count: p.Count}
		if p.Err != nil {
			problem.Error = p.Err.Error()
		}
		out.Problems = append(out.Problems, problem)
	}
	return out
}

// NewRaw makes the JSON form of an answer as it came.
func NewRaw(r ctr.RawAnswer) Raw {
	return Raw{moduleRef(r.Module), r.Route, r.Observables, r.Fetched.UTC(), r.JSON}
}

func newIndicator(hit *ctr.IndicatorHit) Indicator {
	out := Indicator{
		Module: moduleRef(hit.Module), Indicator: hit.Indicator, Observables: hit.Observables,
		Judgements: hit.Judgements, Sightings: hit.Sightings,
	}
	for _, r := range hit.Related {
		out.Related = append(out.Related, Related{r.Relationship, r.Kind, r.Document})
	}
	return out
}

func newLinks(links []ctr.Reference) []Link {
	var out []Link
	for _, l := range links {
		out = append(out, Link{l.ID, l.Title, l.Description, l.URL, l.Categories, ModuleRef{l.InstanceID, l.Module, l.TypeID}})
	}
	return out
}

func moduleRef(m ctr.ModuleRef) ModuleRef { return ModuleRef{m.InstanceID, m.Name, m.TypeID} }

func moduleRefs(list []ctr.ModuleRef) []ModuleRef {
	out := make([]ModuleRef, 0, len(list))
	for _, m := range list {
		out = append(out, moduleRef(m))
	}
	return out
}

// rawOf keeps foreign JSON as it is; what is none becomes a string.
func rawOf(text []byte) json.RawMessage {
	if json.Valid(text) {
		return text
	}
	quoted, _ := json.Marshal(string(text)) // a string always can
	return quoted
}

// NewSeen makes the JSON form of a sighting.
func NewSeen(s *ctr.Seen) Seen { return Seen{moduleRef(s.Module), s.About, s.Sighting} }
