package ctrtest

import (
	"context"
	"sync/atomic"
	"time"

	"ctrace/ctr/observable"
)

// relay makes the type of a third-party module that is reached through a relay.
func relay(title, short string) ModuleType {
	return ModuleType{
		Title: title, Short: short, Categories: []string{"threat-intel"}, Capabilities: []string{"health", "observe"},
		Configuration: []ConfigField{{Key: "custom_api_key", Type: "api_key", Label: "API Key", Required: true}},
	}
}

// Slow is a module that answers after d with a verdict of disposition unknown
// for every observable. Every n-th question it refuses at once, because there
// were too many; 0 is never.
func Slow(d time.Duration, n int) Module {
	var asked atomic.Int64
	return Module{
		Name: "Slow Sandbox", Type: relay("Slow Sandbox", "Takes its time."),
		Settings: map[string]any{"custom_api_key": "lab-module-key-never-print"},
		Backend: ObserveFunc(func(ctx context.Context, obs []observable.Observable) Answer {
			if count := asked.Add(1); n > 0 && count%int64(n) == 0 {
				return tooManyQuestions("Slow Sandbox")
			}
			if pause(ctx, d) != nil {
				return Answer{Absent: true}
			}
			var verdicts []Doc
			for _, o := range obs {
				verdicts = append(verdicts, verdict(o, Unknown, time.Now()))
			}
			return Answer{Data: map[string][]Doc{"verdicts": verdicts}}
		}),
	}
}

// RateLimited is a module that answers every n-th question and otherwise says
// that there were too many.
func RateLimited(n int) Module {
	var asked atomic.Int64
	return Module{
		Name: "Busy Reputation", Type: relay("Busy Reputation", "Rate-limited by its provider."),
		Settings: map[string]any{"custom_api_key": "lab-module-key-never-print"},
		Backend: ObserveFunc(func(context.Context, []observable.Observable) Answer {
			if asked.Add(1)%int64(n) == 0 {
				return Answer{Data: map[string][]Doc{"verdicts": {}}}
			}
			return tooManyQuestions("Busy Reputation")
		}),
	}
}

func tooManyQuestions(module string) Answer {
	return Answer{Errors: []ModuleError{{"fatal", "too many requests", "Too many requests to " + module + ". Please try again later."}}}
}

// Partial is a module that returns a sighting for the first observable only,
// and a warning: it is in data[] and in errors[].
func Partial(now func() time.Time) Module {
	if now == nil {
		now = time.Now
	}
	return Module{
		Name: "Partial Log Search", Type: relay("Partial Log Search", "Stops before its search is done."),
		Settings: map[string]any{"custom_api_key": "lab-module-key-never-print"},
		Backend: ObserveFunc(func(_ context.Context, obs []observable.Observable) Answer {
			a := Answer{Errors: []ModuleError{{"warning", "search job did not finish", "The search job did not finish in the time required."}}}
			if len(obs) > 0 {
				a.Data = map[string][]Doc{"sightings": {{
					"id": transient("sighting", "partial"+obs[0].Value), "type": "sighting", "schema_version": ctimVersion,
					"source": "Partial Log Search", "title": "Found in log", "count": 1, "confidence": "Medium", "internal": true,
					"observed_time": Doc{"start_time": formatTime(now().Add(-time.Hour))}, "observables": []Doc{observableDoc(obs[0])},
				}}}
			}
			return a
		}),
	}
}

// Broken is a module whose documents do not follow the schema: wrong types,
// missing and unknown members, an unknown kind of entity, a relation and a
// sensor that no vocabulary has.
func Broken() Module {
	return Module{
		Name: "Broken Feed", Type: relay("Broken Feed", "Sends what no schema allows."),
		Settings: map[string]any{"custom_api_key": "lab-module-key-never-print"},
		Backend: ObserveFunc(func(_ context.Context, obs []observable.Observable) Answer {
			a := Answer{Data: map[string][]Doc{
				"premonitions": {{"id": "transient:premonition-1", "type": "premonition", "mood": "bad"}},
			}}
			for _, o := range obs {
				a.Data["sightings"] = append(a.Data["sightings"], Doc{
					"id": 42, "type": "sighting", "count": "many", "observed_time": "yesterday", "sensor": "crystal.ball",
					"relations": []any{Doc{"relation": "Dreamt_Of", "source": observableDoc(o), "related": "nobody"}, nil},
					"targets":   Doc{}, "observables": []any{o.Value, observableDoc(o)},
				})
				a.Data["verdicts"] = append(a.Data["verdicts"], Doc{
					"type": "verdict", "disposition": 9, "observable": observableDoc(o), "valid_time": nil,
				})
			}
			return a
		}),
	}
}
