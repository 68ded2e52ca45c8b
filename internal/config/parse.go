package config

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"

	"ctrace/internal/spelling"
)

// FileError is one thing that is wrong with the configuration file.
type FileError struct {
	Path         string
	Line, Column int    // from 1; 0 when the place is not known
	Key          string // such as profiles.lab.gateway.port; may be empty
	Problem      string // what is wrong and what is allowed
}

// Error implements error.
func (e *FileError) Error() string {
	where := e.Path
	if e.Line > 0 {
		where = fmt.Sprintf("%s:%d:%d", e.Path, e.Line, e.Column)
	}
	if e.Key == "" {
		return where + ": " + e.Problem
	}
	return where + ": " + e.Key + ": " + e.Problem
}

// parse decodes and checks a document. The errors never quote the document,
// because somebody may have put a secret into it.
func parse(path string, doc []byte) (Config, error) {
	var c Config
	decoder := toml.NewDecoder(bytes.NewReader(doc))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&c); err != nil {
		return Config{}, fileErrors(path, err)
	}
	positions := keyPositions(doc)
	problems := validate(c)
	for _, p := range problems {
		p.Path = path
		at := positions[p.Key]
		p.Line, p.Column = at.line, at.column
	}
	if len(problems) > 0 {
		slices.SortStableFunc(problems, func(a, b *FileError) int { return cmp.Compare(a.Line, b.Line) })
		errs := make([]error, len(problems))
		for i, p := range problems {
			errs[i] = p
		}
		return Config{}, errors.Join(errs...)
	}
	for name, p := range c.Profiles {
		p.Name = name
		p.Gateway.CAFile = relativeTo(path, p.Gateway.CAFile)
		p.Tracker.CAFile = relativeTo(path, p.Tracker.CAFile)
		for more, a := range p.Tracker.More {
			a.CAFile = relativeTo(path, a.CAFile)
			p.Tracker.More[more] = a
		}
		p.ThreatResponse.CAFile = relativeTo(path, p.ThreatResponse.CAFile)
		c.Profiles[name] = p.WithDefaults()
	}
	return c, nil
}

// relativeTo reads a file name as the configuration file means it: from its own
// folder on.
func relativeTo(path, name string) string {
	if name == "" || filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(filepath.Dir(path), name)
}

// fileErrors turns the decoder's errors into ours.
func fileErrors(path string, err error) error {
	if strict, ok := errors.AsType[*toml.StrictMissingError](err); ok {
		errs := make([]error, 0, len(strict.Errors))
		for i := range strict.Errors {
			e := &strict.Errors[i]
			line, column := e.Position()
			errs = append(errs, &FileError{
				Path: path, Line: line, Column: column,
				Key: strings.Join(e.Key(), "."), Problem: unknownKey(e.Key()),
			})
		}
		return errors.Join(errs...)
	}
	if decode, ok := errors.AsType[*toml.DecodeError](err); ok {
		line, column := decode.Position()
		key := strings.Join(decode.Key(), ".")
		return &FileError{Path: path, Line: line, Column: column, Key: key, Problem: wrongValue(decode)}
	}
	return &FileError{Path: path, Problem: "it cannot be read as TOML"}
}

// wrongValue says what is expected where the decoder failed. Its own words are
// not used: they may repeat a part of the value.
func wrongValue(e *toml.DecodeError) string {
	key := e.Key()
	if len(key) == 0 {
		return "this is not valid TOML"
	}
	if problem, ok := secretKey(key[len(key)-1]); ok {
		return problem
	}
	if strings.Contains(e.Error(), "already") {
		return "it stands in the file twice"
	}
	switch key[len(key)-1] {
	case "port":
		return "a whole number is needed, from 1 to 65535"
	case "deadline":
		return `a duration in quotes is needed, such as "5m" or "90s"`
	case "pin_sha256":
		return `a list of strings is needed, such as ["sha256:…"]`
	case "gateway", "tracker", "threat_response", "profiles":
		return "this is a table, not a value"
	}
	return "a string in double quotes is needed"
}

// secretKeys are the names under which people put secrets into files, and what
// takes their place.
var secretKeys = map[string]Kind{
	"passphrase": Passphrase, "password": Passphrase, "pass": Passphrase, "jwt": Passphrase,
	"client_secret": ClientSecret, "secret": ClientSecret, "client_password": ClientSecret,
	"token": ClientSecret, "access_token": ClientSecret, "refresh_token": ClientSecret, "api_key": ClientSecret,
	"smtp_password": SMTPPassword, "smtp_passphrase": SMTPPassword,
}

func secretKey(name string) (problem string, ok bool) {
	kind, ok := secretKeys[strings.ToLower(strings.ReplaceAll(name, "-", "_"))]
	if !ok {
		return "", false
	}
	key, _ := Profile{}.command(kind)
	return fmt.Sprintf("secrets do not belong into this file: remove it, and run ctrace config set-secret %s, or set %s in the profile, or the variable CTRACE_%s",
		kind, key, kind.variable()), true
}

func unknownKey(key []string) string {
	if len(key) == 0 {
		return "unknown key"
	}
	last := key[len(key)-1]
	if problem, ok := secretKey(last); ok {
		return problem
	}
	allowed := keysAt(key[:len(key)-1])
	if len(allowed) == 0 {
		return "unknown key"
	}
	if near := spelling.Nearest(last, allowed); near != "" {
		return "unknown key; did you mean " + near + "?"
	}
	return "unknown key; allowed here: " + strings.Join(allowed, ", ")
}

// keysAt lists the keys that a table may have.
func keysAt(table []string) []string {
	trust := []string{"ca_file", "pin_sha256"}
	switch {
	case len(table) == 0:
		return []string{"default", "profiles"}
	case table[0] != "profiles":
		return nil
	case len(table) == 2:
		return []string{
			"topology", "sender", "recipient", "deadline", "timezone", "passphrase_command",
			"client_secret_command", "smtp_password_command", "gateway", "tracker", "threat_response",
		}
	case len(table) == 3 && table[2] == "gateway":
		return append([]string{"host", "port", "tls", "helo", "auth", "username"}, trust...)
	case len(table) == 3 && table[2] == "tracker":
		return append([]string{"url", "flavour", "auth", "username"}, trust...)
	case len(table) == 3 && table[2] == "threat_response":
		return append([]string{"region", "client_id", "iroh_url", "intel_url"}, trust...)
	}
	return nil
}

type position struct{ line, column int }

// keyPositions finds where each key and table header stands.
func keyPositions(doc []byte) map[string]position {
	positions := map[string]position{}
	var parser unstable.Parser
	parser.Reset(doc)
	var table []string
	for parser.NextExpression() {
		switch node := parser.Expression(); node.Kind {
		case unstable.Table, unstable.ArrayTable:
			table = recordKey(&parser, positions, nil, node)
		case unstable.KeyValue:
			recordValue(&parser, positions, table, node)
		}
	}
	return positions
}

func recordValue(parser *unstable.Parser, positions map[string]position, table []string, node *unstable.Node) {
	key := recordKey(parser, positions, table, node)
	value := node.Value()
	if value.Kind != unstable.InlineTable {
		return
	}
	for it := value.Children(); it.Next(); {
		recordValue(parser, positions, key, it.Node())
	}
}

// recordKey notes the place of a node's key and of each of its dotted parts.
func recordKey(parser *unstable.Parser, positions map[string]position, table []string, node *unstable.Node) []string {
	key := slices.Clone(table)
	for it := node.Key(); it.Next(); {
		key = append(key, string(it.Node().Data))
		name := strings.Join(key, ".")
		start := parser.Shape(it.Node().Raw).Start
		if _, known := positions[name]; !known || it.IsLast() {
			positions[name] = position{start.Line, start.Column}
		}
	}
	return key
}
