package esatest

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"time"
)

// only refuses attributes that a call does not take.
func only(r *http.Request, names ...string) *apiError {
	values, refusal := parameters(r)
	if refusal != nil {
		return refusal
	}
	for name := range values {
		known := false
		for _, n := range names {
			known = known || n == name
		}
		if !known {
			return unexpected(name)
		}
	}
	return nil
}

// forDevice refuses a call that is not for this kind of appliance.
func (w *webServer) forDevice(r *http.Request) *apiError {
	if refusal := only(r, "device_type"); refusal != nil {
		return refusal
	}
	switch device := r.URL.Query().Get("device_type"); device {
	case w.a.cfg.Flavour:
		return nil
	case "":
		return missing("device_type")
	default:
		return unexpected(device)
	}
}

// health answers with how the appliance does.
func (w *webServer) health(r *http.Request) (any, *apiError) {
	if refusal := only(r); refusal != nil {
		return nil, refusal
	}
	return object{"data": object{
		"percentage_ram_utilization": 41, "percentage_diskio": 7, "percentage_swap_usage": 0, "percentage_queue_utilization": 0,
		"resource_conservation_mode": "0", "messages_in_workqueue": 0,
	}}, nil
}

// zone is the appliance's time zone as its settings name it.
func (a *Appliance) zone() (name string, continent []string) {
	if a.on("zone-seoul") {
		return "Asia/Seoul", []string{"Asia"}
	}
	if a.cfg.Location == time.UTC {
		return "Etc/GMT", []string{"Etc"}
	}
	name = a.cfg.Location.String()
	return name, []string{name}
}

// systemTime answers with the appliance's clock.
func (w *webServer) systemTime(r *http.Request) (any, *apiError) {
	if refusal := w.forDevice(r); refusal != nil {
		return nil, refusal
	}
	zone, continent := w.a.zone()
	local := w.a.now().In(w.a.location())
	return object{"data": object{"continent": continent, "time": local.Format("Mon Jan _2 15:04:05 2006 MST"), "timezone": zone}}, nil
}

// appliances answers with the gateways, keyed by serial number.
func (w *webServer) appliances(r *http.Request) (any, *apiError) {
	if refusal := w.forDevice(r); refusal != nil {
		return nil, refusal
	}
	data := object{}
	for _, g := range w.a.gateways {
		data[g.Serial] = object{"host_name": g.Host, "ip_address": g.HostIP, "product_type": "ESA"}
	}
	return object{"data": data}, nil
}

// logSubscriptions answers with the logs that the appliance keeps.
func (w *webServer) logSubscriptions(r *http.Request) (any, *apiError) {
	if refusal := only(r, "retrievalMethod"); refusal != nil {
		return nil, refusal
	}
	var data []object
	for _, log := range []struct{ name, kind string }{
		{"mail_logs", "IronPort Text Mail Logs"}, {"ctr_logs", "CTR Logs"}, {"api_logs", "API Logs"}, {"amp", "AMP Engine Logs"}, {"trackerd_logs", "Tracking Logs"},
	} {
		data = append(data, object{"name": log.name, "type": log.kind, "retrieval_method": "manual"})
	}
	return object{"data": data}, nil
}

// status is the body of /xml/status.
type status struct {
	XMLName   xml.Name  `xml:"status"`
	Build     string    `xml:"build,attr"`
	Hostname  string    `xml:"hostname,attr"`
	Timestamp string    `xml:"timestamp,attr"`
	Birth     timed     `xml:"birth_time"`
	Reset     timed     `xml:"last_counter_reset"`
	Oldest    oldest    `xml:"oldest_message"`
	System    system    `xml:"system"`
	Features  []feature `xml:"features>feature"`
	Counters  []counter `xml:"counters>counter"`
	Current   currentID `xml:"current_ids"`
	Gauges    []gauge   `xml:"gauges>gauge"`
}

type timed struct {
	Timestamp string `xml:"timestamp,attr"`
}

type oldest struct {
	Seconds int64 `xml:"secs,attr"`
	MID     int64 `xml:"mid,attr"`
}

type system struct {
	Status string `xml:"status,attr"`
}

type feature struct {
	Name      string `xml:"name,attr"`
	Remaining int64  `xml:"time_remaining,attr"`
}

type counter struct {
	Name     string `xml:"name,attr"`
	Reset    int64  `xml:"reset,attr"`
	Uptime   int64  `xml:"uptime,attr"`
	Lifetime int64  `xml:"lifetime,attr"`
}

type currentID struct {
	MessageID       int64 `xml:"message_id,attr"`
	InjectionConnID int64 `xml:"injection_conn_id,attr"`
	DeliveryConnID  int64 `xml:"delivery_conn_id,attr"`
}

type gauge struct {
	Name    string `xml:"name,attr"`
	Current int64  `xml:"current,attr"`
}

// xmlStatus answers GET /xml/status, which knows only Basic authentication.
func (w *webServer) xmlStatus(rw http.ResponseWriter, r *http.Request) {
	if w.a.on("xml-status-missing") {
		http.NotFound(rw, r)
		return
	}
	user, passphrase, _ := r.BasicAuth()
	if !w.knows(user, passphrase) {
		rw.Header().Set("WWW-Authenticate", `Basic realm="IronPort Web Interface"`)
		http.Error(rw, "Unauthorized", http.StatusUnauthorized)
		return
	}
	const layout = "20060102150405"
	now := w.a.now().In(w.a.location())
	mid, icid, dcid := w.a.store.counters()
	received := int64(w.a.Received())
	data, err := xml.MarshalIndent(status{
		Build: "phoebe " + w.a.Version(), Hostname: w.a.cfg.Hostname, Timestamp: now.Format(layout),
		Birth: timed{now.Add(-72 * time.Hour).Format(layout)}, Reset: timed{now.Add(-24 * time.Hour).Format(layout)},
		Oldest:   oldest{0, mid},
		System:   system{"online"},
		Features: []feature{{"Bounce Verification", 8_640_000}, {"File Reputation", 8_640_000}, {"IronPort Anti-Spam", 8_640_000}, {"Sophos", 8_640_000}},
		Counters: []counter{{"inj_msgs", received, received, received}, {"inj_recips", received, received, received}},
		Current:  currentID{mid, icid, dcid},
		Gauges:   []gauge{{"ram_utilization", 41}, {"total_utilization", 7}, {"work_queue_msgs", 0}, {"quarantine_size", 0}},
	}, "", "  ")
	if err != nil {
		http.Error(rw, err.Error(), http.StatusInternalServerError)
		return
	}
	rw.Header().Set("Content-Type", "text/xml")
	fmt.Fprintf(rw, "%s<!DOCTYPE status SYSTEM \"/xml/status.dtd\">\n%s\n", xml.Header, data)
}

// Version is the AsyncOS version in effect.
func (a *Appliance) Version() string {
	switch {
	case a.on("version-old"):
		return "12.0.0-419"
	case a.on("fn72113"):
		return "13.0.0-392"
	}
	return a.cfg.Build
}
