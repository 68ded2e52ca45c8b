package config

import (
	"bytes"
	"fmt"
	"reflect"
	"regexp"
	"strings"
)

// Replace writes a profile anew in the place of the one with its name. The rest of the file stays as it
// is, comments too. Where the file is written in a way that this cannot be done, nothing changes and
// the error says so.
func Replace(path string, p Profile) error {
	doc, err := read(path)
	if err != nil {
		return err
	}
	before, err := parse(path, doc)
	if err != nil {
		return err
	}
	if _, there := before.Profiles[p.Name]; !there {
		return fmt.Errorf("%s has no profile %q", path, p.Name)
	}
	edited := append(withNewline(cutProfile(doc, p.Name)), "\n"+p.render()...)
	after, err := parse(path, edited)
	if err != nil {
		return fmt.Errorf("profile %q could not be changed: %w", p.Name, err)
	}
	delete(before.Profiles, p.Name)
	changed := after.Profiles[p.Name]
	delete(after.Profiles, p.Name)
	if !reflect.DeepEqual(before, after) || changed.Gateway.Host != p.Gateway.Host || changed.Tracker.URL != p.Tracker.URL {
		return fmt.Errorf("%s: profile %q could not be changed without touching others: change it with: ctrace config edit", path, p.Name)
	}
	return writeFile(path, edited)
}

var tableHeader = regexp.MustCompile(`^\s*\[\[?\s*([^\]]+?)\s*\]`)

// cutProfile leaves the tables of a profile out, but not the comment right above what follows them. The
// caller checks that nothing else went with them.
func cutProfile(doc []byte, name string) []byte {
	var out, above bytes.Buffer
	own := false
	for line := range bytes.Lines(doc) {
		if header := tableHeader.FindSubmatch(line); header != nil {
			table := strings.NewReplacer(`"`, "", `'`, "", " ", "").Replace(string(header[1]))
			was := own
			own = table == "profiles."+name || strings.HasPrefix(table, "profiles."+name+".")
			if was && !own {
				out.Write(above.Bytes())
			}
		}
		switch text := bytes.TrimSpace(line); {
		case !own:
			out.Write(line)
		case len(text) == 0:
			above.Reset()
			above.Write(line)
		case text[0] == '#':
			above.Write(line)
		default:
			above.Reset()
		}
	}
	return bytes.TrimRight(out.Bytes(), "\n")
}

// Variable names the environment variable that a secret of this profile alone can come from.
func (p Profile) Variable(kind Kind) string { return p.variable(kind) }
