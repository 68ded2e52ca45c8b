package testmail

import (
	"encoding/json"
	"math"
	"time"
)

// stageTimeJSON and lineJSON are the forms of StageTime and Line in JSON: durations are seconds.
type stageTimeJSON struct {
	Stage   Stage   `json:"stage"`
	Seconds float64 `json:"seconds"`
}

type lineJSON struct {
	At        float64   `json:"at"`
	Direction Direction `json:"direction"`
	Text      string    `json:"text"`
	TLS       bool      `json:"tls,omitempty"`
}

// MarshalJSON writes the duration in seconds.
func (t StageTime) MarshalJSON() ([]byte, error) {
	return json.Marshal(stageTimeJSON{t.Stage, t.Duration.Seconds()})
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (t *StageTime) UnmarshalJSON(data []byte) error {
	var in stageTimeJSON
	if err := json.Unmarshal(data, &in); err != nil {
		return err
	}
	*t = StageTime{in.Stage, seconds(in.Seconds)}
	return nil
}

// MarshalJSON writes the time since the start in seconds.
func (l Line) MarshalJSON() ([]byte, error) {
	return json.Marshal(lineJSON{l.At.Seconds(), l.Direction, l.Text, l.TLS})
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (l *Line) UnmarshalJSON(data []byte) error {
	var in lineJSON
	if err := json.Unmarshal(data, &in); err != nil {
		return err
	}
	*l = Line{seconds(in.At), in.Direction, in.Text, in.TLS}
	return nil
}

// seconds is a duration to the nanosecond.
func seconds(s float64) time.Duration {
	return time.Duration(math.Round(s * float64(time.Second)))
}
