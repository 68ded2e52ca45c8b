package esa

import (
	"cmp"
	"fmt"
	"regexp"
	"strconv"
)

// Version is a version of AsyncOS, such as 13.0.0-392.
type Version struct {
	Major, Minor, Patch, Build int
}

var versionText = regexp.MustCompile(`(\d{1,4})\.(\d{1,4})(?:\.(\d{1,4}))?(?:-(\d{1,6}))?`)

// ParseVersion finds the first version in a text such as "phoebe 13.0.0-392".
func ParseVersion(s string) (Version, bool) {
	m := versionText.FindStringSubmatch(s)
	if m == nil {
		return Version{}, false
	}
	var n [4]int
	for i := range n {
		n[i], _ = strconv.Atoi(m[i+1]) // a missing part is 0
	}
	return Version{n[0], n[1], n[2], n[3]}, true
}

// Compare orders versions by number, not as text: 9.1 is before 13.0.
func (v Version) Compare(o Version) int {
	return cmp.Or(cmp.Compare(v.Major, o.Major), cmp.Compare(v.Minor, o.Minor),
		cmp.Compare(v.Patch, o.Patch), cmp.Compare(v.Build, o.Build))
}

// AtLeast reports whether v is o or later.
func (v Version) AtLeast(o Version) bool { return v.Compare(o) >= 0 }

// String writes 7.6.2-014, as AsyncOS does, without the build when there is none.
func (v Version) String() string {
	s := fmt.Sprintf("%d.%d.%d", v.Major, v.Minor, v.Patch)
	if v.Build != 0 {
		s += fmt.Sprintf("-%03d", v.Build)
	}
	return s
}
