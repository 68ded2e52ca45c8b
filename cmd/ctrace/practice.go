package main

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"ctrace/internal/config"
	"ctrace/internal/history"
	"ctrace/internal/lab"
	"ctrace/internal/setup"
	"ctrace/internal/verify"
	"ctrace/tui"
	"ctrace/tui/diagnosis"
	"ctrace/tui/setuppanel"
)

// panels gives the app what its set-up and diagnosis panels know and start. The progress of a demo is
// that of its lab, and ends with it.
func (t *target) panels(store *history.Store, o *tui.Options) error {
	o.Check = t.checker(store)
	o.Diagnose = t.diagnoser(store)
	if t.lab != nil {
		o.Practice = hands{practice: t.lab.Practice(), now: time.Now}
		o.Progress = setup.Progress{Profile: t.profile.Name}
		if t.profile.Topology == config.Standalone {
			o.Products = setup.ClassicProducts
		}
		return nil
	}
	path := setup.ProgressPath(stateDir(), t.profile.Name)
	progress, err := setup.LoadProgress(path, t.profile.Name)
	if err != nil {
		return err
	}
	o.Progress, o.EditProfile = progress, true
	o.KeepProgress = func(p setup.Progress) error { return p.Save(path) }
	return nil
}

// checker makes the checks with what the person said in the panel.
func (t *target) checker(store *history.Store) setuppanel.Checker {
	return func(ctx context.Context, said setuppanel.Said, emit func(setup.Result)) {
		scene := t.scene(ctx, said.Progress, store)
		scene.TokenPasted, scene.TokenDoubts = said.TokenPasted, said.TokenDoubts
		setup.Run(ctx, scene, emit)
	}
}

// diagnoser weighs a run, the checks, and what the person sees.
func (t *target) diagnoser(store *history.Store) diagnosis.Diagnose {
	return func(ctx context.Context, a diagnosis.Asked) []setup.Diagnosis {
		result := verify.Result{Verdict: a.Verdict, Problems: a.Problems}
		if len(a.Seen) == 0 {
			return t.diagnose(ctx, result, store)
		}
		ctx, cancel := context.WithTimeout(ctx, checksPatience)
		defer cancel()
		return setup.Diagnose(slices.Concat(a.Seen, t.signals(ctx, result, store)))
	}
}

// hands are the person's on the lab's products.
type hands struct {
	practice *lab.Practice
	now      func() time.Time
}

// Moves implements setuppanel.Practice.
func (h hands) Moves(step int) []setuppanel.Move {
	var moves []setuppanel.Move
	for _, m := range h.practice.Moves(step) {
		move := setuppanel.Move{ID: m.ID, Place: product(m.Place) + ": " + m.Path, Label: m.Label}
		for _, f := range m.Fields {
			field := setuppanel.MoveField{Name: f.Name, Label: f.Label, Default: f.Default, Secret: f.Secret}
			for _, o := range f.Options {
				field.Options = append(field.Options, setuppanel.MoveOption{Value: o, Label: optionLabel(f.Name, o)})
			}
			move.Fields = append(move.Fields, field)
		}
		moves = append(moves, move)
	}
	return moves
}

// optionLabel is how people know an option: a portal by its address.
func optionLabel(field, option string) string {
	if field != "portal" {
		return option
	}
	r, err := setup.RegionByName(option)
	if err != nil {
		return option
	}
	return r.SSEPortal + " (" + r.Title.EN + ")"
}

// product is how people call the place of a move.
func product(place string) string {
	switch place {
	case "appliance":
		return "ESA"
	case "sse":
		return "SSE"
	}
	return "CTR"
}

// Do implements setuppanel.Practice.
func (h hands) Do(ctx context.Context, move string, values map[string]string) (setuppanel.Outcome, error) {
	outcome, err := h.practice.Do(ctx, move, values)
	if refused, ok := errors.AsType[*lab.RefusedError](err); ok {
		return setuppanel.Outcome{Message: refused.Message, Refused: true}, nil
	}
	if err != nil {
		return setuppanel.Outcome{}, err
	}
	said := setuppanel.Outcome{Message: outcome.Message, Token: outcome.Token}
	if outcome.Token != "" {
		said.Timer = &setup.TokenTimer{IssuedAt: h.now().UTC(), Life: expiry(values["expiry"]), Portal: values["portal"]}
	}
	return said, nil
}

// expiry reads a life time as the portal writes it, such as "12 hours" or "1 day"; an hour when it
// cannot be read.
func expiry(label string) time.Duration {
	number, unit, _ := strings.Cut(label, " ")
	n, err := strconv.Atoi(number)
	if err != nil {
		n, unit = 1, "hour"
	}
	if strings.HasPrefix(unit, "day") {
		n *= 24
	}
	return time.Duration(n) * time.Hour
}

// Pages implements setuppanel.Practice.
func (h hands) Pages() setuppanel.Pages {
	v := h.practice.View()
	pages := setuppanel.Pages{Done: v.StepsDone, Region: v.ApplianceRegion, Build: v.Version, Registering: v.Registration == "registering"}
	if v.Registration == "failed" {
		pages.Rejected = v.Message
	}
	show := func(en, ko string, value setup.Text) {
		if value.EN != "" {
			pages.Lines = append(pages.Lines, setuppanel.PageLine{Label: setup.Text{EN: en, KO: ko}, Value: value})
		}
	}
	show("Status", "상태", same(v.Status))
	if v.Status == "Enabled" {
		show("Server", "서버", same(v.Server))
	}
	if v.PendingChanges {
		show("Changes", "변경 사항", setup.Text{EN: "pending: Commit Changes", KO: "대기 중: Commit Changes 필요"})
	}
	if v.TokenField {
		show("Token field", "토큰 입력란", same("[          ]"))
	}
	show("Registration", "등록", registrationWords(v.Registration))
	show("Appliance", "어플라이언스", same(v.Message))
	show("SSE devices", "SSE 디바이스", joinedOrNone(v.Devices))
	show("CTR in SSE", "SSE의 CTR", onOff(v.CTRInSSE))
	show("CTR modules", "CTR 모듈", joinedOrNone(v.Modules))
	return pages
}

// same is what a product writes itself, whatever language it is read in.
func same(words string) setup.Text { return setup.Text{EN: words, KO: words} }

func registrationWords(state string) setup.Text {
	korean := map[string]string{"not registered": "등록되지 않음", "registering": "등록 중", "registered": "등록됨", "failed": "실패"}
	return setup.Text{EN: state, KO: korean[state]}
}

func joinedOrNone(words []string) setup.Text {
	if len(words) == 0 {
		return setup.Text{EN: "none", KO: "없음"}
	}
	return same(strings.Join(words, ", "))
}

func onOff(on bool) setup.Text {
	if on {
		return setup.Text{EN: "enabled", KO: "활성화됨"}
	}
	return setup.Text{EN: "disabled", KO: "비활성화됨"}
}
