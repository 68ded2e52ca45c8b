package esa

import (
	"context"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // the appliance's zone must be known on machines without zone files too
)

// SystemTime is the appliance's clock.
type SystemTime struct {
	Time    time.Time // zero when Text cannot be read
	Text    string    // "Thu Apr 12 23:38:05 2018 IST"
	Zone    string    // "Asia/Kolkata"
	Assumed bool      // Zone is not known here, so Time is only right if the appliance runs on UTC
	AskedAt time.Time // our own clock, halfway between question and answer
}

// Skew is how far the appliance's clock is ahead of ours; to be trusted to the
// second, and not at all when Assumed is set.
func (s SystemTime) Skew() time.Duration {
	if s.Time.IsZero() {
		return 0
	}
	return s.Time.Sub(s.AskedAt).Round(time.Second)
}

// SystemTime asks for the appliance's clock and time zone.
func (c *Client) SystemTime(ctx context.Context) (SystemTime, error) {
	call := call{op: "read the system time", path: "config/system_time", query: c.deviceType(), optional: true}
	before := c.config.Now()
	body, err := c.read(ctx, call)
	if err != nil {
		return SystemTime{}, err
	}
	var in struct {
		Data record[struct {
			Time word `json:"time"`
			Zone word `json:"timezone"`
		}] `json:"data"`
	}
	if err := json.Unmarshal(body, &in); err != nil {
		return SystemTime{}, c.undecodable(call, err)
	}
	s := parseSystemTime(string(in.Data.value.Time), string(in.Data.value.Zone))
	s.AskedAt = before.Add(c.config.Now().Sub(before) / 2)
	return s, nil
}

// parseSystemTime reads the clock in the zone named beside it. The abbreviation
// at the end of the text is of no use: Go reads one that it does not know as
// offset zero, which would make a wrong clock out of a right one.
func parseSystemTime(text, zone string) SystemTime {
	s := SystemTime{Text: text, Zone: zone}
	location := time.UTC
	if loc, err := time.LoadLocation(zone); err == nil && zone != "" && zone != "Local" {
		location = loc
	} else {
		s.Assumed = true
	}
	words := strings.Fields(text)
	if len(words) == 6 {
		words = words[:5]
	}
	t, err := time.ParseInLocation("Mon Jan 2 15:04:05 2006", strings.Join(words, " "), location)
	if err == nil {
		s.Time = t
	}
	return s
}

// Health is what the appliance says about its load, by the names it uses, such
// as "percentage_ram_utilization".
type Health struct {
	Values map[string]string
}

// Health asks for the appliance's load: the simplest proof that it is alive. An
// appliance that does not offer it gives an *Error of KindAbsent.
func (c *Client) Health(ctx context.Context) (Health, error) {
	call := call{op: "read the health", path: "health", optional: true}
	body, err := c.read(ctx, call)
	if err != nil {
		return Health{}, err
	}
	members, ok := object(body)
	if !ok {
		return Health{}, c.undecodable(call, nil)
	}
	if inner, ok := object(members["data"]); ok {
		members = inner
	}
	h := Health{Values: make(map[string]string, len(members))}
	for name, value := range members {
		h.Values[name] = anyText(value)
	}
	return h, nil
}

// Appliance is a device known to an SMA, or the ESA itself.
type Appliance struct {
	Serial    string
	HostName  string
	IPAddress string
	Product   string
}

// Appliances lists the devices by serial number: on an SMA the gateways that it manages.
func (c *Client) Appliances(ctx context.Context) ([]Appliance, error) {
	call := call{op: "list the appliances", path: "config/appliances", query: c.deviceType(), optional: true}
	body, err := c.read(ctx, call)
	if err != nil {
		return nil, err
	}
	list, err := decodeAppliances(body)
	if err != nil {
		return nil, c.undecodable(call, err)
	}
	return list, nil
}

// decodeAppliances takes an object keyed by serial number, with or without a
// name around it, or a list of objects that hold theirs.
func decodeAppliances(body []byte) ([]Appliance, error) {
	type wire struct {
		Serial  word `json:"serial_number"`
		Serial2 word `json:"serialNumber"`
		Host    word `json:"host_name"`
		IP      word `json:"ip_address"`
		Product word `json:"product_type"`
	}
	var in struct {
		Data json.RawMessage `json:"data"`
	}
	if err := json.Unmarshal(body, &in); err != nil {
		return nil, err
	}
	var out []Appliance
	collect := func(serial string, raw json.RawMessage) bool {
		var w wire
		if !isObject(raw) || json.Unmarshal(raw, &w) != nil || w.Host+w.IP+w.Product == "" {
			return false
		}
		for _, s := range []string{string(w.Serial), string(w.Serial2)} {
			if s != "" {
				serial = s
			}
		}
		out = append(out, Appliance{serial, string(w.Host), string(w.IP), string(w.Product)})
		return true
	}
	var walk func(raw json.RawMessage, depth int)
	walk = func(raw json.RawMessage, depth int) {
		if depth == 0 {
			return
		}
		if members, ok := object(raw); ok {
			for serial, member := range members {
				if !collect(serial, member) {
					walk(member, depth-1)
				}
			}
			return
		}
		for _, item := range items(raw) {
			if !collect("", item) {
				walk(item, depth-1)
			}
		}
	}
	walk(in.Data, 3)
	slices.SortFunc(out, func(a, b Appliance) int { return strings.Compare(a.Serial, b.Serial) })
	return out, nil
}

// LogSubscription is a log that the appliance keeps.
type LogSubscription struct {
	Name            string
	Type            string
	RetrievalMethod string
}

// LogSubscriptions lists the logs; retrieval narrows it to a retrieval method
// when not empty. On an SMA this is a cheap call to see whether it answers.
func (c *Client) LogSubscriptions(ctx context.Context, retrieval string) ([]LogSubscription, error) {
	call := call{op: "list the log subscriptions", path: "config/logs/subscriptions", optional: true}
	if retrieval != "" {
		call.query = url.Values{"retrievalMethod": {retrieval}}
	}
	body, err := c.read(ctx, call)
	if err != nil {
		return nil, err
	}
	var in struct {
		Data json.RawMessage `json:"data"`
	}
	if err := json.Unmarshal(body, &in); err != nil {
		return nil, c.undecodable(call, err)
	}
	return decodeSubscriptions(in.Data), nil
}

// decodeSubscriptions takes a list, or an object that holds one.
func decodeSubscriptions(data json.RawMessage) []LogSubscription {
	var list records[struct {
		Name       word `json:"name"`
		Type       word `json:"type"`
		Retrieval  word `json:"retrieval_method"`
		Retrieval2 word `json:"retrievalMethod"`
	}]
	_ = list.UnmarshalJSON(data)
	if members, ok := object(data); ok && members["name"] == nil {
		for _, member := range members {
			if len(member) > 0 && member[0] == '[' {
				_ = list.UnmarshalJSON(member)
			}
		}
	}
	var out []LogSubscription
	for _, s := range list.list {
		if s.Name != "" {
			out = append(out, LogSubscription{string(s.Name), string(s.Type), string(s.Retrieval + s.Retrieval2)})
		}
	}
	return out
}

func (c *Client) deviceType() url.Values {
	return url.Values{"device_type": {string(c.config.Flavour)}}
}
