package config

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// Section is a part of a profile that has a trust of its own.
type Section string

// The sections.
const (
	SectionGateway        Section = "gateway"
	SectionTracker        Section = "tracker"
	SectionThreatResponse Section = "threat_response"
)

// applianceSection is what the sections of further appliances begin with.
const applianceSection = "tracker.more."

// sectionOfAppliance is the section of a further appliance.
func sectionOfAppliance(name string) Section { return Section(applianceSection + name) }

// Appliance is the name of the further appliance whose section it is; ok is false
// for the other sections.
func (s Section) Appliance() (name string, ok bool) {
	return strings.CutPrefix(string(s), applianceSection)
}

// Sections lists the sections of a profile that have a trust of their own.
func (p Profile) Sections() []Section {
	sections := []Section{SectionGateway, SectionTracker}
	for _, name := range p.Tracker.Appliances() {
		sections = append(sections, sectionOfAppliance(name))
	}
	return append(sections, SectionThreatResponse)
}

// Add writes a new profile behind what the file holds, and makes the file when
// there is none. The first profile becomes the default. A name that is taken is
// an error.
func Add(path string, p Profile) error {
	doc, err := read(path)
	if errors.Is(err, fs.ErrNotExist) {
		return save(path, Config{Default: p.Name, Profiles: map[string]Profile{p.Name: p}})
	}
	if err != nil {
		return err
	}
	c, err := parse(path, doc)
	if err != nil {
		return err
	}
	if _, taken := c.Profiles[p.Name]; taken {
		return fmt.Errorf("%s has a profile %q already", path, p.Name)
	}
	return writeChecked(path, append(withNewline(doc), "\n"+p.render()...))
}

// Pin adds a fingerprint to the pinned keys of a profile's section. Everything
// else in the file stays as it is, comments too. Where the section is written in
// a way that cannot be added to, the error says which line to write.
func Pin(path, profile string, section Section, fingerprint string) error {
	pin, err := ParseFingerprint(fingerprint)
	if err != nil {
		return err
	}
	doc, err := read(path)
	if err != nil {
		return err
	}
	c, err := parse(path, doc)
	if err != nil {
		return err
	}
	p, ok := c.Profiles[profile]
	if !ok {
		return fmt.Errorf("%s has no profile %q", path, profile)
	}
	if sections := p.Sections(); !slices.Contains(sections, section) {
		return fmt.Errorf("profile %q has no section %q: use one of %s", profile, string(section), joined(sections))
	}
	if slices.Contains(p.Trust(section).PinSHA256, pin) {
		return nil
	}
	edited := insertPin(doc, "profiles."+profile+"."+string(section), pin)
	if c, err := parse(path, edited); err != nil || !onlyPinned(p, c.Profiles[profile], section, pin) {
		return fmt.Errorf("%s: the key could not be added to profile %q: add it to its %s yourself: pin_sha256 = [%s]; "+
			"a ca_file there has to go", path, profile, section, quote(pin))
	}
	return writeFile(path, edited)
}

// onlyPinned tells that a section got the pin, and none that does not go by it.
func onlyPinned(before, after Profile, section Section, pin string) bool {
	for _, s := range before.Sections() {
		_, inherits := s.Appliance()
		if s != section && (!inherits || section != SectionTracker) && len(before.Trust(s).PinSHA256) != len(after.Trust(s).PinSHA256) {
			return false
		}
	}
	return slices.Contains(after.Trust(section).PinSHA256, pin)
}

func joined(sections []Section) string {
	names := make([]string, len(sections))
	for i, s := range sections {
		names[i] = string(s)
	}
	return strings.Join(names, ", ")
}

// Trust is what is trusted in a section of the profile.
func (p Profile) Trust(section Section) Trust {
	if name, ok := section.Appliance(); ok {
		return p.Tracker.More[name].Trust
	}
	switch section {
	case SectionGateway:
		return p.Gateway.Trust
	case SectionTracker:
		return p.Tracker.Trust
	default:
		return p.ThreatResponse.Trust
	}
}

// insertPin writes the pin into the list that is there, or below the header of
// the section, or into a section of its own at the end. The caller checks that
// the outcome is what was wanted.
func insertPin(doc []byte, table, pin string) []byte {
	positions := keyPositions(doc)
	if at, ok := positions[table+".pin_sha256"]; ok {
		start := lineStart(doc, at.line)
		if bracket := bytes.IndexByte(doc[start:], '['); bracket >= 0 {
			end := start + bracket + 1
			return slices.Concat(doc[:end], []byte(quote(pin)+", "), doc[end:])
		}
	}
	line := []byte("pin_sha256 = [" + quote(pin) + "]\n")
	if at, ok := positions[table]; ok {
		doc = withNewline(doc)
		below := lineStart(doc, at.line+1)
		return slices.Concat(doc[:below], line, doc[below:])
	}
	return slices.Concat(withNewline(doc), []byte("\n["+table+"]\n"), line)
}

func writeChecked(path string, doc []byte) error {
	if _, err := parse(path, doc); err != nil {
		return err
	}
	return writeFile(path, doc)
}

func withNewline(doc []byte) []byte {
	if len(doc) == 0 || strings.HasSuffix(string(doc), "\n") {
		return slices.Clone(doc)
	}
	return append(slices.Clone(doc), '\n')
}

// lineStart gives the offset of a line, counted from 1; the end of the document
// when there are fewer.
func lineStart(doc []byte, line int) int {
	offset := 0
	for range line - 1 {
		next := bytes.IndexByte(doc[offset:], '\n')
		if next < 0 {
			return len(doc)
		}
		offset += next + 1
	}
	return offset
}
