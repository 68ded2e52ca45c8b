package verify

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"ctrace/internal/safetext"
)

// EventSchema names the JSON form of an event.
const EventSchema = "ctrace/verify-event/1"

// errUnknownEvent says that an event is of a kind that this version does not know.
var errUnknownEvent = errors.New("unknown kind of event")

// MarshalEvent writes an event as one JSON object on one line, with the members "schema" and "event"
// (its kind) first. Times are RFC 3339 in UTC, durations in seconds.
func MarshalEvent(e Event) ([]byte, error) {
	body, err := marshal(e)
	if err != nil {
		return nil, fmt.Errorf("verify: write the event %s: %w", e.Kind(), err)
	}
	line := fmt.Appendf(nil, `{"schema":%q,"event":%q,`, EventSchema, e.Kind())
	return append(line, body[1:]...), nil
}

// marshal is json.Marshal without the escaping of <, > and &, which Message-IDs are full of, and with
// that of what would act on a terminal.
func marshal(v any) ([]byte, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return safetext.JSON(bytes.TrimRight(buf.Bytes(), "\n")), nil
}

// UnmarshalEvent reads what MarshalEvent wrote.
func UnmarshalEvent(line []byte) (Event, error) {
	var head struct {
		Schema string `json:"schema"`
		Event  string `json:"event"`
	}
	if err := json.Unmarshal(line, &head); err != nil {
		return nil, fmt.Errorf("verify: read an event: %w", err)
	}
	if head.Schema != EventSchema {
		return nil, fmt.Errorf("verify: read an event: the schema is %q, not %q", head.Schema, EventSchema)
	}
	read, ok := readers[head.Event]
	if !ok {
		return nil, fmt.Errorf("verify: %w: %q", errUnknownEvent, head.Event)
	}
	e, err := read(line)
	if err != nil {
		return nil, fmt.Errorf("verify: read the event %s: %w", head.Event, err)
	}
	return e, nil
}

// readers decode events by kind.
var readers = map[string]func([]byte) (Event, error){
	Started{}.Kind():        reader[Started](nil),
	StageStarted{}.Kind():   reader[StageStarted](nil),
	StageEnded{}.Kind():     reader(func(e *StageEnded) { e.Elapsed = seconds(e.Seconds) }),
	SMTPProgress{}.Kind():   reader[SMTPProgress](nil),
	SMTPLine{}.Kind():       reader[SMTPLine](nil),
	Sending{}.Kind():        reader[Sending](nil),
	Sent{}.Kind():           reader[Sent](nil),
	Polled{}.Kind():         reader[Polled](nil),
	Found{}.Kind():          reader(func(e *Found) { e.Lag = seconds(e.Seconds) }),
	DetailsRead{}.Kind():    reader[DetailsRead](nil),
	ModulesListed{}.Kind():  reader[ModulesListed](nil),
	Asked{}.Kind():          reader[Asked](nil),
	ModuleAnswered{}.Kind(): reader[ModuleAnswered](nil),
	Waiting{}.Kind():        reader[Waiting](nil),
	Ended{}.Kind():          reader[Ended](nil),
}

// reader decodes one type of event; finish fills in what is not in the JSON.
func reader[E Event](finish func(*E)) func([]byte) (Event, error) {
	return func(line []byte) (Event, error) {
		var e E
		if err := json.Unmarshal(line, &e); err != nil {
			return nil, err
		}
		if finish != nil {
			finish(&e)
		}
		return e, nil
	}
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
