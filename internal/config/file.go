package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/adrg/xdg"
)

const maxFile = 1 << 20

// Path is where the configuration file is: config.toml in CTRACE_CONFIG_DIR when
// that is set, else in the folder ctrace of the XDG configuration place.
func Path() string {
	dir := os.Getenv("CTRACE_CONFIG_DIR")
	if dir == "" {
		dir = filepath.Join(xdg.ConfigHome, "ctrace")
	}
	return filepath.Join(dir, "config.toml")
}

// Load reads and checks the file. When there is none, the error is one for
// errors.Is with fs.ErrNotExist. Everything wrong with its content is reported
// at once, each thing as a *FileError.
func Load(path string) (Config, error) {
	doc, err := read(path)
	if errors.Is(err, fs.ErrNotExist) {
		return Config{}, fmt.Errorf("there is no configuration yet: %w; make one with: ctrace config init", err)
	}
	if err != nil {
		return Config{}, err
	}
	return parse(path, doc)
}

func read(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if err := checkMode(path, info); err != nil {
		return nil, err
	}
	doc, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, err
	}
	if len(doc) > maxFile {
		return nil, fmt.Errorf("%s is larger than %d bytes", path, maxFile)
	}
	return doc, nil
}

// checkMode refuses a file that others can change: it names the commands that we
// run and the keys that we trust.
func checkMode(path string, info fs.FileInfo) error {
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%s is not a regular file", path)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o022 != 0 {
		return fmt.Errorf("%s can be changed by other users (mode %04o): run: chmod 600 %s", path, info.Mode().Perm(), path)
	}
	return nil
}

// Profile gives a profile by name. Without a name it is the default one, or the
// only one.
func (c Config) Profile(name string) (Profile, error) {
	if name == "" {
		name = c.Default
	}
	if name == "" && len(c.Profiles) == 1 {
		name = c.Names()[0]
	}
	if p, ok := c.Profiles[name]; ok {
		p.Name = name
		return p.WithDefaults(), nil
	}
	switch {
	case len(c.Profiles) == 0:
		return Profile{}, errors.New("no profile is configured: make one with: ctrace config init")
	case name == "":
		return Profile{}, fmt.Errorf("several profiles and no default: choose with --profile or CTRACE_PROFILE, or set default in the file: %s", c.list())
	}
	return Profile{}, fmt.Errorf("there is no profile %q: use one of %s", name, c.list())
}

// Names lists the profiles in alphabetical order.
func (c Config) Names() []string {
	names := make([]string, 0, len(c.Profiles))
	for name := range c.Profiles {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func (c Config) list() string { return strings.Join(c.Names(), ", ") }

// writeFile replaces the file in one step, with mode 0600 in a folder of mode
// 0700 when it has to be made. A symbolic link stays one: its target is replaced.
func writeFile(path string, doc []byte) (err error) {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, ".config-*.toml") // mode 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = f.Close()
			_ = os.Remove(f.Name())
		}
	}()
	if _, err = f.Write(doc); err != nil {
		return err
	}
	if err = f.Sync(); err != nil {
		return err
	}
	if err = f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
