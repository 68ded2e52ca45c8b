package investigatescreen

import (
	"context"
	"fmt"
	"testing"
	"time"

	"ctrace/ctr"
	"ctrace/ctr/ctrtest"
	"ctrace/ctr/observable"
	"ctrace/tui/viewtest"
)

// many is a gateway that has seen every domain five times.
func many() ctrtest.Module {
	answer := func(_ context.Context, obs []observable.Observable) ctrtest.Answer {
		var sightings []ctrtest.Doc
		for i, o := range obs {
			for hour := range 5 {
				seen := ctrtest.Doc{"start_time": noon.Add(-time.Duration(hour*37+len(o.Value)*i) * time.Hour).Format(time.RFC3339)}
				user := []ctrtest.Doc{{"type": "email", "value": fmt.Sprintf("user%d@example.com", (i*7+hour)%500)}}
				sightings = append(sightings, ctrtest.Doc{
					"id": fmt.Sprintf("transient:%s-%d", o.Value, hour), "type": "sighting", "schema_version": "1.3.30", "count": 1, "confidence": "High",
					"observed_time": seen, "title": "Message delivered", "resolution": "allowed", "severity": "Info",
					"observables": []ctrtest.Doc{{"type": string(o.Type), "value": o.Value}},
					"targets":     []ctrtest.Doc{{"type": "email", "observables": user, "observed_time": seen}},
					"relations": []ctrtest.Doc{
						{"origin": "g", "relation": "Sent", "source": ctrtest.Doc{"type": "email", "value": "a@" + o.Value}, "related": ctrtest.Doc{"type": string(o.Type), "value": o.Value}},
						{"origin": "g", "relation": "Sent_To", "source": ctrtest.Doc{"type": string(o.Type), "value": o.Value}, "related": user[0]},
					},
				})
			}
		}
		return ctrtest.Answer{Data: map[string][]ctrtest.Doc{"sightings": sightings}}
	}
	return ctrtest.Module{Name: "Gateway", Type: ctrtest.ModuleType{Title: "Secure Email Appliance", Capabilities: []string{"observe"}}, Backend: ctrtest.ObserveFunc(answer)}
}

// BenchmarkKeys is what a key costs at 120x40 with 10,000 observables and 50,000 sightings: in the list,
// and in each tab about all of them and about one.
func BenchmarkKeys(b *testing.B) {
	_, client := cloud(b, many())
	var obs []observable.Observable
	for i := range 10_000 {
		obs = append(obs, observable.Observable{Type: observable.Domain, Value: fmt.Sprintf("d%d.example.com", i)})
	}
	s := newScreen(b, plainTheme(), client, 118, 34)
	s.visit = newVisit(obs, noon)
	inv, err := client.Investigate(b.Context(), ctr.InvestigateRequest{Observables: obs}, nil)
	if err != nil || len(inv.Sightings) != 50_000 {
		b.Fatalf("%d sightings, %v", len(inv.Sightings), err)
	}
	s.visit.inv = inv
	s.enter(observable.Observable{}, false)
	keys := func(name string) {
		down, up := viewtest.Key("down"), viewtest.Key("up")
		b.Run(name, func(b *testing.B) {
			for n := 0; b.Loop(); n++ {
				if n%2 == 0 {
					s.Update(down)
				} else {
					s.Update(up)
				}
				_ = s.View()
			}
		})
	}
	s.refresh(true)
	s.Update(viewtest.Key("down"))
	keys("list")
	for _, about := range []string{"all", "one"} {
		s.inDetail = false
		s.Update(viewtest.Key("home"))
		if about == "one" {
			s.Update(viewtest.Key("down"))
		}
		s.Update(viewtest.Key("right"))
		for tab := range tabs {
			keys(about + "/" + tabNames[tab])
			s.Update(viewtest.Key("]"))
		}
	}
}

// BenchmarkRefresh is what making the lists anew costs while answers stream in.
func BenchmarkRefresh(b *testing.B) {
	_, client := cloud(b, many())
	var obs []observable.Observable
	for i := range 10_000 {
		obs = append(obs, observable.Observable{Type: observable.Domain, Value: fmt.Sprintf("d%d.example.com", i)})
	}
	s := newScreen(b, plainTheme(), client, 118, 34)
	s.visit = newVisit(obs, noon)
	inv, err := client.Investigate(b.Context(), ctr.InvestigateRequest{Observables: obs}, nil)
	if err != nil {
		b.Fatal(err)
	}
	s.visit.inv = inv
	s.enter(observable.Observable{}, false)
	for tab := range tabs {
		s.detail.tab = tab
		s.refresh(true)
		b.Run(tabNames[tab], func(b *testing.B) {
			for b.Loop() {
				s.version++
				s.refresh(true)
				s.layout()
			}
		})
	}
}
