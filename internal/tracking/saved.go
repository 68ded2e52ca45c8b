package tracking

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// Saved is a search that was given a name.
type Saved struct {
	Name string `json:"name"`
	Line string `json:"line"`
}

// Searches are the saved searches in one file, which only its owner can read: what an analyst looks for
// is nobody else's business. Its methods may be called from several goroutines.
type Searches struct {
	path string
	mu   sync.Mutex
}

// OpenSearches names the file; it is made when the first search is saved.
func OpenSearches(path string) *Searches { return &Searches{path: path} }

type savedFile struct {
	Schema   string  `json:"schema"`
	Searches []Saved `json:"searches"`
}

// List gives the saved searches by name.
func (s *Searches) List() ([]Saved, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.read()
}

// Get gives the search of a name; ok is false when there is none.
func (s *Searches) Get(name string) (line string, ok bool, err error) {
	all, err := s.List()
	if err != nil {
		return "", false, err
	}
	if i := slices.IndexFunc(all, func(x Saved) bool { return x.Name == name }); i >= 0 {
		return all[i].Line, true, nil
	}
	return "", false, nil
}

// Put saves a search, in the place of one that has the name already.
func (s *Searches) Put(name, line string) error {
	if name = strings.TrimSpace(name); name == "" {
		return errors.New("a saved search needs a name")
	}
	return s.change(func(all []Saved) []Saved {
		all = slices.DeleteFunc(all, func(x Saved) bool { return x.Name == name })
		return append(all, Saved{name, line})
	})
}

// Delete forgets a search.
func (s *Searches) Delete(name string) error {
	return s.change(func(all []Saved) []Saved {
		return slices.DeleteFunc(all, func(x Saved) bool { return x.Name == name })
	})
}

func (s *Searches) read() ([]Saved, error) {
	data, err := os.ReadFile(s.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("the saved searches: %w", err)
	}
	var f savedFile
	if err := json.Unmarshal(data, &f); err != nil {
		return nil, fmt.Errorf("the saved searches in %s cannot be read: %w; mend or remove the file", s.path, err)
	}
	slices.SortFunc(f.Searches, func(a, b Saved) int { return strings.Compare(a.Name, b.Name) })
	return f.Searches, nil
}

// change rewrites the file as a whole, so that a crash leaves the old one.
func (s *Searches) change(edit func([]Saved) []Saved) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	all, err := s.read()
	if err != nil {
		return err
	}
	data, err := json.MarshalIndent(savedFile{"ctrace/searches/1", edit(all)}, "", "  ")
	if err != nil {
		return fmt.Errorf("the saved searches: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(s.path), 0o700); err != nil {
		return fmt.Errorf("the saved searches: %w", err)
	}
	tmp, err := os.CreateTemp(filepath.Dir(s.path), ".searches-*") // mode 0600
	if err != nil {
		return fmt.Errorf("the saved searches: %w", err)
	}
	_, err = tmp.Write(append(data, '\n'))
	if err = errors.Join(err, tmp.Close()); err == nil {
		err = os.Rename(tmp.Name(), s.path)
	}
	if err != nil {
		_ = os.Remove(tmp.Name())
		return fmt.Errorf("the saved searches: %w", err)
	}
	return nil
}
