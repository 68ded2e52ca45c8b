package observable

import (
	"slices"
	"testing"
)

// The vocabulary is closed at 63 names (CTIM observable-type-identifier).
func TestTypesAreTheVocabulary(t *testing.T) {
	var names []string
	for _, ti := range Types() {
		names = append(names, string(ti.Type))
		if ti.Label == "" {
			t.Errorf("%s has no label", ti.Type)
		}
		if got, ok := ti.Type.Info(); !ok || got.Type != ti.Type {
			t.Errorf("%s.Info() = %v, %v", ti.Type, got, ok)
		}
	}
	if len(names) != 63 || !slices.IsSorted(names) || len(slices.Compact(slices.Clone(names))) != 63 {
		t.Errorf("%d names, sorted %v: %v", len(names), slices.IsSorted(names), names)
	}
}

func TestAliasesAreUnambiguous(t *testing.T) {
	seen := map[string]Type{}
	for _, ti := range Types() {
		for _, n := range append([]string{string(ti.Type)}, ti.Aliases...) {
			f := foldName(n)
			if other, dup := seen[f]; dup {
				t.Errorf("%q names %s and %s", n, other, ti.Type)
			}
			seen[f] = ti.Type
		}
	}
}

func TestLookup(t *testing.T) {
	for name, want := range map[string]Type{
		"email_subject": EmailSubject, "Subject": EmailSubject, "MID": CiscoMID, "from": Email, "sender": Email,
		"Message-ID": EmailMessageID, "msgid": EmailMessageID, "messageid": EmailMessageID, "hash": SHA256,
		"IPv4": IP, "mac": MACAddress, "filename": FileName, "file name": FileName, "ua": UserAgent,
	} {
		if got, ok := Lookup(name); !ok || got.Type != want {
			t.Errorf("Lookup(%q) = %v, %v; want %s", name, got.Type, ok, want)
		}
	}
	for _, name := range []string{"", "sha512", "cidr", "email_subjct"} {
		if got, ok := Lookup(name); ok {
			t.Errorf("Lookup(%q) = %v; want none", name, got.Type)
		}
	}
	if _, ok := Type("subject").Info(); ok {
		t.Error(`Type("subject").Info() is known; an alias is not a type`)
	}
}
