package mailfile

import (
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"ctrace/ctr/observable"
)

const (
	maxLinkText   = 500 // bytes of a link's text that are kept
	maxAttributes = 100 // of one tag
)

// Browsers drop tabs and line ends inside an address, read a backslash as a slash
// and encode a blank.
var (
	dropped  = strings.NewReplacer("\t", "", "\n", "", "\r", "")
	repaired = strings.NewReplacer(`\`, "/", " ", "%20")
)

// linkAttributes are those that a browser or mail program fetches or opens.
var linkAttributes = map[string]bool{
	"href": true, "src": true, "action": true, "formaction": true, "background": true, "data": true, "poster": true, "ping": true,
}

// page collects what a reader sees of an HTML part, and where it leads.
type page struct {
	p    *parser
	path string
	base *url.URL // of <base href>

	visible strings.Builder
	script  strings.Builder
	hidden  atom.Atom // the script or style that we are in
	link    int       // the <a> that we are in, an index into the report's links; -1 outside
	text    strings.Builder
}

// html reads an HTML part: its links first, then its visible text and scripts.
func (p *parser) html(content, path string) {
	g := page{p: p, path: path, link: -1}
	z := html.NewTokenizer(strings.NewReader(content))
	for tokens := 0; ; tokens++ {
		if tokens%1024 == 0 && p.ctx.Err() != nil {
			return
		}
		switch z.Next() {
		case html.ErrorToken:
			g.closeLink()
			p.extract(g.visible.String(), Source{Part: path, Offset: -1, Note: "visible text"})
			p.extract(g.script.String(), Source{Part: path, Offset: -1, Note: "script"})
			return
		case html.TextToken:
			g.readText(string(z.Text()))
		case html.StartTagToken, html.SelfClosingTagToken:
			g.open(z)
		case html.EndTagToken:
			name, _ := z.TagName()
			g.close(atom.Lookup(name))
		case html.CommentToken, html.DoctypeToken:
		}
	}
}

func (g *page) readText(text string) {
	switch g.hidden {
	case atom.Script:
		g.script.WriteString(text + "\n")
		return
	case atom.Style:
		return
	}
	g.visible.WriteString(text)
	if g.link >= 0 && g.text.Len() < maxLinkText {
		g.text.WriteString(text)
	}
}

func (g *page) open(z *html.Tokenizer) {
	name, more := z.TagName()
	tag := atom.Lookup(name)
	tagName := string(name)
	if breaksText(tag) {
		g.visible.WriteString("\n")
	}
	switch tag {
	case atom.Script, atom.Style:
		g.hidden = tag
	case atom.A:
		g.closeLink()
	}
	attributes := readAttributes(z, more)
	if tag == atom.Base && g.base == nil {
		g.base, _ = url.Parse(strings.TrimSpace(attributes.get("href")))
	}
	if tag == atom.Meta && strings.EqualFold(attributes.get("http-equiv"), "refresh") {
		if _, target, ok := strings.Cut(attributes.get("content"), "="); ok {
			g.target(tagName, strings.Trim(target, `"' `))
		}
	}
	for _, a := range attributes {
		if !linkAttributes[a.key] {
			continue
		}
		link := g.target(tagName, a.value)
		if tag == atom.A && a.key == "href" {
			g.link = link
		}
	}
	for candidate := range strings.SplitSeq(attributes.get("srcset"), ",") {
		if fields := strings.Fields(candidate); len(fields) > 0 {
			g.target(tagName, fields[0])
		}
	}
}

type attribute struct{ key, value string }

type attributes []attribute

func (list attributes) get(key string) string {
	for _, a := range list {
		if a.key == key {
			return a.value
		}
	}
	return ""
}

// readAttributes gives the attributes of a tag, the first of each name, as
// browsers take them.
func readAttributes(z *html.Tokenizer, more bool) attributes {
	var list attributes
	for more && len(list) < maxAttributes {
		var key, value []byte
		key, value, more = z.TagAttr()
		if !slices.ContainsFunc(list, func(a attribute) bool { return a.key == string(key) }) {
			list = append(list, attribute{string(key), string(value)})
		}
	}
	return list
}

func (g *page) close(tag atom.Atom) {
	if tag == g.hidden {
		g.hidden = 0
	}
	if tag == atom.A {
		g.closeLink()
	}
	if breaksText(tag) {
		g.visible.WriteString("\n")
	}
}

// breaksText tells whether words on both sides of a tag are apart. Inline tags
// are often put into the middle of a word to hide it from filters.
func breaksText(tag atom.Atom) bool {
	switch tag {
	case atom.A, atom.B, atom.I, atom.U, atom.S, atom.Em, atom.Strong, atom.Span, atom.Font, atom.Small, atom.Big,
		atom.Wbr, atom.Mark, atom.Sub, atom.Sup, atom.Code, atom.Tt, atom.Bdo, atom.Bdi, atom.Abbr, atom.Cite, atom.Ins, atom.Del:
		return false
	}
	return true
}

// target records where an attribute leads, and gives the index of the link when
// it is one to show: not a fragment, not a picture inside the mail. Else it is -1.
func (g *page) target(tag, raw string) int {
	target := strings.TrimSpace(dropped.Replace(raw))
	scheme, rest, hasScheme := strings.Cut(target, ":")
	switch scheme = strings.ToLower(scheme); {
	case target == "" || target[0] == '#':
		return -1
	case hasScheme && scheme == "mailto":
		address, _, _ := strings.Cut(rest, "?")
		if decoded, err := url.PathUnescape(address); err == nil {
			address = decoded
		}
		for one := range strings.SplitSeq(address, ",") {
			g.p.add(observable.Email, one, Source{Part: g.path, Offset: -1, Note: "link target"})
		}
		return -1
	case hasScheme && (scheme == "cid" || scheme == "data" || scheme == "tel" || scheme == "about"):
		return -1
	case hasScheme && (scheme == "javascript" || scheme == "vbscript"):
		g.script.WriteString(rest + "\n")
		return -1
	case strings.HasPrefix(target, "//"), strings.HasPrefix(target, `\\`):
		target = "http:" + target
	case !strings.Contains(target, "://") && g.base != nil:
		if u, err := g.base.Parse(target); err == nil {
			target = u.String()
		}
	}
	target = repaired.Replace(target)
	if !strings.Contains(target, "://") {
		return -1 // relative to nothing: a dead link
	}
	if len(g.p.report.Links) >= g.p.options.MaxObservables {
		return -1
	}
	g.p.add(observable.URL, target, Source{Part: g.path, Offset: -1, Note: "link target"})
	g.p.report.Links = append(g.p.report.Links, Link{URL: target, Tag: tag, Part: g.path})
	return len(g.p.report.Links) - 1
}

// closeLink ends the <a> at hand and compares what it shows with where it leads.
func (g *page) closeLink() {
	index := g.link
	g.link = -1
	text := strings.Join(strings.Fields(g.text.String()), " ")
	g.text.Reset()
	if index < 0 {
		return
	}
	link := &g.p.report.Links[index]
	link.Text = text
	link.ShownHost = shownHost(text)
	link.Deceptive = link.ShownHost != "" && !sameSite(link.ShownHost, hostOf(link.URL))
}

// shownHost gives the host of the first URL or domain in a text.
func shownHost(text string) string {
	for _, m := range observable.Extract(text, observable.Options{IncludePrivate: true}) {
		switch m.Type {
		case observable.URL:
			return hostOf(m.Value)
		case observable.Domain, observable.IP, observable.IPv6:
			return strings.ToLower(m.Value)
		}
	}
	return ""
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		// A broken escape does not hide the host.
		_, rest, _ := strings.Cut(address, "://")
		rest = rest[:len(rest)-len(strings.TrimLeft(rest, "/"))+strings.IndexAny(strings.TrimLeft(rest, "/")+"/", "/?#")]
		rest = rest[strings.LastIndexByte(rest, '@')+1:]
		host, _, _ := strings.Cut(rest, ":")
		return strings.ToLower(host)
	}
	return strings.ToLower(u.Hostname())
}

// sameSite tells whether one host is the other or lies below it.
func sameSite(a, b string) bool {
	a, b = strings.TrimPrefix(a, "www."), strings.TrimPrefix(b, "www.")
	return a == b || strings.HasSuffix(a, "."+b) || strings.HasSuffix(b, "."+a)
}
