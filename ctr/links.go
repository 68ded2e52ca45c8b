package ctr

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"ctrace/ctr/observable"
)

// linkDigest is a link into a product and the asked observable that it is for.
type linkDigest struct {
	link    Reference
	subject observable.Observable // zero when that cannot be told
}

// newLinksDigest prepares the answer to one call of refer. Links do not say which observable
// they are for: it is the one whose value stands in the id or in the address, the longest if
// there are several, or the only one that was asked about.
func newLinksDigest(links []Reference, batch []observable.Observable) *digest {
	d := &digest{}
	for _, o := range batch {
		d.batch = append(d.batch, o.Normal())
	}
	for _, link := range links {
		d.links = append(d.links, linkDigest{link, subject(link, batch).Normal()})
	}
	return d
}

// linksModule stands for all modules where they are asked for links.
var linksModule = ModuleRef{Name: "links"}

func subject(link Reference, batch []observable.Observable) observable.Observable {
	if len(batch) == 1 {
		return batch[0]
	}
	var best observable.Observable
	for _, o := range batch {
		if len(o.Value) > len(best.Value) && mentions(link, o) {
			best = o
		}
	}
	return best
}

func mentions(link Reference, o observable.Observable) bool {
	if strings.HasSuffix(link.ID, "-"+o.Value) {
		return true
	}
	address, err := url.QueryUnescape(link.URL)
	if err != nil {
		address = link.URL
	}
	return strings.Contains(link.URL, o.Value) || strings.Contains(address, o.Value)
}

func (inv *Investigation) addLinks(d *digest, whole bool, touched map[*Finding]bool) {
	for _, l := range d.links {
		f := inv.model.findings[l.subject]
		switch {
		case f != nil && f.Asked:
			f.Links = insertUnique(f.Links, l.link, compareLinks)
			touched[f] = true
		case whole:
			inv.Links = insertUnique(inv.Links, l.link, compareLinks)
		}
	}
}

func compareLinks(a, b Reference) int {
	return cmp.Or(
		cmp.Compare(a.Module, b.Module), cmp.Compare(a.Title, b.Title), cmp.Compare(a.URL, b.URL),
		cmp.Compare(a.InstanceID, b.InstanceID), cmp.Compare(a.ID, b.ID), slices.Compare(a.Categories, b.Categories),
	)
}
