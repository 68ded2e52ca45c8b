package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"ctrace/ctr"
	reports "ctrace/internal/report"
)

// journalSchema names the format of the file that --resume keeps.
const journalSchema = "ctrace/investigate-state/2"

// journalHead is the first line of the file. Answers of one profile are never shown as another's.
type journalHead struct {
	Schema  string `json:"schema"`
	Profile string `json:"profile"`
}

// journal is the file of --resume: a line for each answered call, written when it comes, so that an
// interruption of any kind loses nothing that was answered.
type journal struct {
	path string
	file *os.File
}

// openJournal opens the file, or begins it, and hands over what it has. A last line that was cut is
// dropped.
func openJournal(path, profile string, take func(ctr.CallRecord)) (*journal, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("--resume: %w", err)
	}
	j := &journal{path, f}
	if err := j.read(profile, take); err != nil {
		return nil, errors.Join(fmt.Errorf("--resume: %w", err), f.Close())
	}
	return j, nil
}

func (j *journal) read(profile string, take func(ctr.CallRecord)) error {
	lines := json.NewDecoder(j.file)
	var head journalHead
	switch err := lines.Decode(&head); {
	case errors.Is(err, io.EOF):
		return j.write(journalHead{journalSchema, profile})
	case err != nil || head.Schema != journalSchema:
		return fmt.Errorf("%s is no state of an investigation by this version: name a new file", j.path)
	case head.Profile != profile:
		return fmt.Errorf("%s has answers of profile %q, not of %q: name another file", j.path, head.Profile, profile)
	}
	for {
		var record ctr.CallRecord
		end := lines.InputOffset()
		err := lines.Decode(&record)
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return j.goOnAt(end)
		}
		if err != nil {
			return fmt.Errorf("%s is damaged behind byte %d (%w): name a new file", j.path, end, err)
		}
		take(record)
	}
}

// goOnAt makes the next line begin behind the last whole one.
func (j *journal) goOnAt(end int64) error {
	if err := j.file.Truncate(end); err != nil {
		return err
	}
	_, err := j.file.WriteAt([]byte{'\n'}, end)
	if err == nil {
		_, err = j.file.Seek(0, io.SeekEnd)
	}
	return err
}

// add keeps answered calls. A journal of nothing keeps nothing.
func (j *journal) add(records []ctr.CallRecord) error {
	if j == nil {
		return nil
	}
	for _, r := range records {
		if err := j.write(r); err != nil {
			return fmt.Errorf("--resume: %w", err)
		}
	}
	return nil
}

func (j *journal) write(v any) error {
	line, err := reports.EncodeJSON(v)
	if err == nil {
		_, err = j.file.Write(line)
	}
	return err
}

func (j *journal) close() error {
	if j == nil {
		return nil
	}
	return j.file.Close()
}

// spool keeps on disk the answers that are too many to be held, until they are printed. The zero value
// is empty.
type spool struct{ file *os.File }

func (s *spool) add(record ctr.CallRecord) error {
	if s.file == nil {
		f, err := os.CreateTemp("", "ctrace-answers-*")
		if err != nil {
			return fmt.Errorf("keeping answers: %w", err)
		}
		s.file = f
	}
	for _, answer := range record.Raw() {
		line, err := reports.EncodeJSON(reports.NewRaw(answer))
		if err == nil {
			_, err = s.file.Write(line)
		}
		if err != nil {
			return fmt.Errorf("keeping answers in %s: %w", s.file.Name(), err)
		}
	}
	return nil
}

// lines gives what is in it, nil when that is nothing.
func (s *spool) lines() (io.Reader, error) {
	if s.file == nil {
		return nil, nil
	}
	_, err := s.file.Seek(0, io.SeekStart)
	return s.file, err
}

func (s *spool) close() error {
	if s.file == nil {
		return nil
	}
	err := errors.Join(s.file.Close(), os.Remove(s.file.Name()))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
