package esa

import (
	"bytes"
	"context"
	"encoding/xml"
	"io"
	"strings"
	"time"
)

// XMLStatus is the status page of the web interface. It is the only place where
// the appliance tells its version, and it is not everywhere.
type XMLStatus struct {
	Build    string  // "phoebe 13.0.0-392"
	Version  Version // zero when Build holds none
	HostName string
	System   string // "online"
	Text     string // the time as it came, "20261123150405"
	Current  CurrentIDs
	Features []Feature
}

// CurrentIDs are the last numbers given out. Read before and after a message was
// sent, they bracket its MID, if it was this appliance that took it.
type CurrentIDs struct {
	MID, ICID, DCID int64
}

// Feature is a feature key.
type Feature struct {
	Name      string
	Remaining string // seconds, or "Perpetual"
}

// Time reads the page's time, which carries no zone: give the one of SystemTime.
func (s XMLStatus) Time(zone *time.Location) (time.Time, bool) {
	t, err := time.ParseInLocation("20060102150405", s.Text, zone)
	return t, err == nil
}

// XMLStatus reads the status page at /xml/status of the web interface, always
// with Basic authentication. Many appliances do not offer it (cloud, newer
// versions); that is an *Error of KindAbsent.
func (c *Client) XMLStatus(ctx context.Context) (XMLStatus, error) {
	call := call{op: "read the status page", path: "xml/status", web: true}
	body, err := c.read(ctx, call)
	if KindOf(err) == KindProxyHTML || KindOf(err) == KindRedirect {
		err = &Error{Host: c.web.Host, Op: call.op, Kind: KindAbsent, Message: "the web interface has no such page"}
	}
	if err != nil {
		return XMLStatus{}, err
	}
	s, ok := decodeXMLStatus(body)
	if !ok {
		return XMLStatus{}, &Error{Host: c.web.Host, Op: call.op, Kind: KindAbsent, Message: "what is there is not a status page"}
	}
	return s, nil
}

func decodeXMLStatus(body []byte) (XMLStatus, bool) {
	var in struct {
		XMLName   xml.Name `xml:"status"`
		Build     string   `xml:"build,attr"`
		HostName  string   `xml:"hostname,attr"`
		Timestamp string   `xml:"timestamp,attr"`
		System    struct {
			Status string `xml:"status,attr"`
		} `xml:"system"`
		Current struct {
			MID  string `xml:"message_id,attr"`
			ICID string `xml:"injection_conn_id,attr"`
			DCID string `xml:"delivery_conn_id,attr"`
		} `xml:"current_ids"`
		Features []struct {
			Name      string `xml:"name,attr"`
			Remaining string `xml:"time_remaining,attr"`
		} `xml:"features>feature"`
	}
	decoder := xml.NewDecoder(bytes.NewReader(body))
	decoder.Strict = false
	// Names and numbers of the page are ASCII, whatever encoding it declares.
	decoder.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
	if decoder.Decode(&in) != nil {
		return XMLStatus{}, false
	}
	s := XMLStatus{
		Build: in.Build, HostName: in.HostName, System: in.System.Status, Text: strings.TrimSpace(in.Timestamp),
	}
	s.Version, _ = ParseVersion(in.Build)
	s.Current.MID, _ = parseNumber(in.Current.MID)
	s.Current.ICID, _ = parseNumber(in.Current.ICID)
	s.Current.DCID, _ = parseNumber(in.Current.DCID)
	for _, f := range in.Features {
		s.Features = append(s.Features, Feature{f.Name, f.Remaining})
	}
	return s, true
}
