package ctr

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"ctrace/ctr/ctim"
)

// conclude builds a finding's opinions out of its verdicts and judgements.
func (f *Finding) conclude(now time.Time) {
	f.Opinions = f.Opinions[:0:0]
	spoken := make(map[ModuleRef]bool)
	for key, valid := range f.verdicts {
		spoken[key.module] = true
		f.Opinions = append(f.Opinions, Opinion{
			Module: key.module, Disposition: key.disposition, ValidTime: valid, Reasons: f.reasons(key.module, key.disposition),
		})
	}
	for _, j := range f.Judgements {
		if spoken[j.Module] {
			continue
		}
		spoken[j.Module] = true
		if best := f.decisive(j.Module, now); best != nil {
			f.Opinions = append(f.Opinions, Opinion{
				Module: j.Module, Disposition: best.Disposition, ValidTime: best.ValidTime,
				Reasons: f.reasons(j.Module, best.Disposition), Derived: true,
			})
		}
	}
	slices.SortFunc(f.Opinions, func(a, b Opinion) int {
		return cmp.Or(a.Disposition.Compare(b.Disposition), a.Module.compare(b.Module), cmp.Compare(a.Disposition, b.Disposition))
	})
	f.Disposition, f.Disagree = 0, false
	var first ctim.Disposition
	for _, o := range f.Opinions {
		f.Disposition = ctim.Worse(f.Disposition, o.Disposition)
		if o.Disposition == ctim.Unknown {
			continue
		}
		f.Disagree = f.Disagree || first != 0 && first != o.Disposition
		first = o.Disposition
	}
}

// reasons collects a module's reasons for a disposition, those of the highest priority first.
func (f *Finding) reasons(module ModuleRef, disposition ctim.Disposition) []string {
	var behind []Judged
	for _, j := range f.Judgements {
		if j.Module == module && j.Judgement.Disposition == disposition && j.Judgement.Reason != "" {
			behind = append(behind, j)
		}
	}
	slices.SortStableFunc(behind, func(a, b Judged) int {
		return cmp.Or(cmp.Compare(b.Judgement.Priority, a.Judgement.Priority), strings.Compare(a.Judgement.Reason, b.Judgement.Reason))
	})
	var reasons []string
	for _, j := range behind {
		if !slices.Contains(reasons, j.Judgement.Reason) {
			reasons = append(reasons, j.Judgement.Reason)
		}
	}
	return reasons
}

// decisive gives the judgement that makes a module's verdict by the rule of CTIA: of those
// that have not expired the one with the highest priority, and of equals the lowest
// disposition number.
func (f *Finding) decisive(module ModuleRef, now time.Time) *ctim.Judgement {
	var best *ctim.Judgement
	for _, j := range f.Judgements {
		if j.Module != module || j.Judgement.Disposition == 0 || j.Judgement.ValidTime.Expired(now) {
			continue
		}
		if best == nil || cmp.Or(cmp.Compare(j.Judgement.Priority, best.Priority), cmp.Compare(best.Disposition, j.Judgement.Disposition)) > 0 {
			best = j.Judgement
		}
	}
	return best
}
