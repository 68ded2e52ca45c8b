package mailfile

import (
	"errors"
	"net/netip"
	"slices"
	"strings"

	"ctrace/ctr/observable"
)

// maxSources bounds the places that are listed for one observable.
const maxSources = 20

// extract takes every observable of a text. The offset of the source is that of
// the text's beginning when it has no Note, else that of the field it is from.
func (p *parser) extract(text string, at Source) {
	// As a stream, because a hostile text can hold millions.
	err := observable.ExtractReader(p.ctx, strings.NewReader(text), p.options.Observables, func(m observable.Match) error {
		source := at
		if source.Offset >= 0 && source.Note == "" {
			source.Offset += m.Start
		}
		return p.record(m.Observable, source)
	})
	if err != nil && !errors.Is(err, errFull) && p.ctx.Err() == nil {
		p.problem(at.Part, "the text could not be read to its end")
	}
}

var errFull = errors.New("enough observables")

// add takes a value whose type is known from its place, when the options want
// it and it is valid.
func (p *parser) add(t observable.Type, value string, at Source) {
	value = strings.TrimSpace(value)
	if value == "" {
		return
	}
	o := observable.Observable{Type: t, Value: value}
	if o.Validate() != nil || !p.wanted(o) {
		return
	}
	_ = p.record(o, at) // when it is full, the next part is not taken
}

func (p *parser) addIP(ip netip.Addr, at Source) {
	t := observable.IP
	if ip.Is6() {
		t = observable.IPv6
	}
	p.add(t, ip.String(), at)
}

// wanted applies the options to a value that was not found by Extract, which
// applies them itself.
func (p *parser) wanted(o observable.Observable) bool {
	options := p.options.Observables
	if len(options.Types) > 0 && !slices.Contains(options.Types, o.Type) {
		return false
	}
	info, _ := o.Type.Info()
	if !info.FreeText || options.IncludePrivate && len(options.AllowList) == 0 {
		return true
	}
	// Left out are the values that Extract finds without the options and does
	// not find with them.
	only := []observable.Type{o.Type}
	open := observable.Options{Types: only, IncludePrivate: true}
	options.Types = only
	return len(observable.Extract(o.Value, options)) > 0 || len(observable.Extract(o.Value, open)) == 0
}

// record lists an observable with a place. It gives errFull for a new one when
// there are too many.
func (p *parser) record(o observable.Observable, at Source) error {
	o = o.Normal()
	i, known := p.index[o]
	if !known {
		if i = len(p.report.Observables); i >= p.options.MaxObservables {
			if !p.full {
				p.full = true
				p.problem("", "more than %d observables; the rest was left out", p.options.MaxObservables)
			}
			return errFull
		}
		o.Value = strings.Clone(o.Value) // it may be a part of a large text
		p.index[o] = i
		p.report.Observables = append(p.report.Observables, Observable{Observable: o})
	}
	found := &p.report.Observables[i]
	found.Count++
	if len(found.Sources) < maxSources && !slices.Contains(found.Sources, at) {
		found.Sources = append(found.Sources, at)
	}
	return nil
}
