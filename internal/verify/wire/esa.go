// Package wire is the JSON form, snake_case and with durations in seconds, of what the API packages
// return: message tracking rows and details, SMTP receipts, modules and their errors. Events, the
// history and the commands' -o json share it.
//
// It only converts. Foreign text passes through it unchanged, and the types have no place for secrets.
package wire

import (
	"maps"
	"slices"
	"time"

	"ctrace/esa"
)

// Message is a row of message tracking.
type Message struct {
	MIDs            []int64            `json:"mids"`
	ICID            int64              `json:"icid,omitempty"`
	ICIDs           []int64            `json:"icids,omitempty"`
	DCIDs           []int64            `json:"dcids,omitempty"`
	Host            string             `json:"host,omitempty"`
	Serial          string             `json:"serial"`
	Direction       string             `json:"direction,omitempty"`
	Time            time.Time          `json:"time,omitzero"`
	TimeText        string             `json:"time_text,omitempty"`
	Sender          string             `json:"sender"`
	FriendlyFrom    []string           `json:"friendly_from,omitempty"`
	ReplyTo         string             `json:"reply_to,omitempty"`
	Recipients      []string           `json:"recipients"`
	RecipientsByMID map[int64][]string `json:"recipients_by_mid,omitempty"`
	Subject         string             `json:"subject"`
	FinalSubjects   map[int64]string   `json:"final_subjects,omitempty"`
	MessageIDs      map[int64]string   `json:"message_ids,omitempty"`
	Status          esa.Status         `json:"status,omitempty"` // the words of StatusText reduced
	StatusText      string             `json:"status_text"`
	Statuses        map[int64]string   `json:"statuses,omitempty"`
	VerdictChart    string             `json:"verdict_chart,omitempty"`
	VerdictCharts   map[int64]string   `json:"verdict_charts,omitempty"`
	MORStates       map[int64]string   `json:"mor_states,omitempty"`
	HasMORDetails   bool               `json:"has_mor_details,omitempty"`
	SenderIP        string             `json:"sender_ip,omitempty"`
	SenderDomain    string             `json:"sender_domain,omitempty"`
	SenderGroup     string             `json:"sender_group,omitempty"`
	SBRS            string             `json:"sbrs,omitempty"`
	MailPolicies    []string           `json:"mail_policies,omitempty"`
	Complete        *bool              `json:"complete,omitempty"`
	Rejected        string             `json:"rejected,omitempty"`
}

// FromMessage converts a row.
func FromMessage(m esa.Message) Message {
	return Message{
		MIDs: m.MIDs, ICID: m.ICID, ICIDs: m.ICIDs, DCIDs: m.DCIDs, Host: m.Host, Serial: m.Serial, Direction: m.Direction,
		Time: utc(m.Time), TimeText: m.TimeText, Sender: m.Sender, FriendlyFrom: m.FriendlyFrom, ReplyTo: m.ReplyTo,
		Recipients: m.Recipients, RecipientsByMID: byMID(m.RecipientsByMID), Subject: m.Subject,
		FinalSubjects: byMID(m.FinalSubjects), MessageIDs: byMID(m.MessageIDs), Status: m.Status(), StatusText: m.StatusText,
		Statuses: byMID(m.Statuses), VerdictChart: m.VerdictChart, VerdictCharts: byMID(m.VerdictCharts), MORStates: byMID(m.MORStates), HasMORDetails: m.HasMORDetails,
		SenderIP: m.SenderIP, SenderDomain: m.SenderDomain, SenderGroup: m.SenderGroup, SBRS: m.SBRS,
		MailPolicies: m.MailPolicies, Complete: m.Complete, Rejected: m.Rejected,
	}
}

// Message converts back.
func (m Message) Message() esa.Message {
	return esa.Message{
		MIDs: m.MIDs, ICID: m.ICID, ICIDs: m.ICIDs, DCIDs: m.DCIDs, Host: m.Host, Serial: m.Serial, Direction: m.Direction,
		Time: m.Time, TimeText: m.TimeText, Sender: m.Sender, FriendlyFrom: m.FriendlyFrom, ReplyTo: m.ReplyTo,
		Recipients: m.Recipients, RecipientsByMID: sorted(m.RecipientsByMID), Subject: m.Subject,
		FinalSubjects: sorted(m.FinalSubjects), MessageIDs: sorted(m.MessageIDs), StatusText: m.StatusText,
		Statuses: sorted(m.Statuses), VerdictChart: m.VerdictChart, VerdictCharts: sorted(m.VerdictCharts), MORStates: sorted(m.MORStates), HasMORDetails: m.HasMORDetails,
		SenderIP: m.SenderIP, SenderDomain: m.SenderDomain, SenderGroup: m.SenderGroup, SBRS: m.SBRS,
		MailPolicies: m.MailPolicies, Complete: m.Complete, Rejected: m.Rejected,
	}
}

// Details is what message tracking knows about one message.
type Details struct {
	MIDs               []int64    `json:"mids"`
	ICIDs              []int64    `json:"icids,omitempty"`
	Host               string     `json:"host,omitempty"`
	Direction          string     `json:"direction,omitempty"`
	Time               time.Time  `json:"time,omitzero"`
	TimeText           string     `json:"time_text,omitempty"`
	Status             esa.Status `json:"status,omitempty"`
	StatusText         string     `json:"status_text"`
	Subject            string     `json:"subject"`
	Sender             string     `json:"sender"`
	HeaderFrom         string     `json:"header_from,omitempty"`
	Recipients         []string   `json:"recipients,omitempty"`
	MessageIDHeader    string     `json:"message_id,omitempty"`
	Size               string     `json:"size,omitempty"`
	Attachments        []string   `json:"attachments,omitempty"`
	SenderGroup        string     `json:"sender_group,omitempty"`
	SenderIP           string     `json:"sender_ip,omitempty"`
	SBRS               string     `json:"sbrs,omitempty"`
	ReverseDNS         string     `json:"reverse_dns,omitempty"`
	ReverseDNSVerified bool       `json:"reverse_dns_verified,omitempty"`
	MailPolicies       []string   `json:"mail_policies,omitempty"`
	SMTPAuthID         string     `json:"smtp_auth_id,omitempty"`
	SDRAge             string     `json:"sdr_age,omitempty"`
	SDRCategory        string     `json:"sdr_category,omitempty"`
	SDRReputation      string     `json:"sdr_reputation,omitempty"`
	SDRThreatLevels    string     `json:"sdr_threat_levels,omitempty"`
	AMPCategories      []string   `json:"amp_categories,omitempty"`
	Complete           *bool      `json:"complete,omitempty"`
	ShowAMP            bool       `json:"show_amp,omitempty"`
	ShowDLP            bool       `json:"show_dlp,omitempty"`
	ShowURL            bool       `json:"show_url,omitempty"`
	Events             []Event    `json:"events"`
}

// Event is one line of a message's history.
type Event struct {
	Time        time.Time `json:"time,omitzero"`
	TimeText    string    `json:"time_text,omitempty"`
	Description string    `json:"description"`
	Last        bool      `json:"last,omitempty"`
}

// FromDetails converts details.
func FromDetails(d esa.Details) Details {
	return Details{
		MIDs: d.MIDs, ICIDs: d.ICIDs, Host: d.Host, Direction: d.Direction, Time: utc(d.Time), TimeText: d.TimeText,
		Status: d.Status(), StatusText: d.StatusText, Subject: d.Subject, Sender: d.Sender, HeaderFrom: d.HeaderFrom,
		Recipients: d.Recipients, MessageIDHeader: d.MessageIDHeader, Size: d.Size, Attachments: d.Attachments,
		SenderGroup: d.SenderGroup, SenderIP: d.SenderIP, SBRS: d.SBRS, ReverseDNS: d.ReverseDNS, ReverseDNSVerified: d.ReverseDNSVerified,
		MailPolicies: d.MailPolicies, SMTPAuthID: d.SMTPAuthID, SDRAge: d.SDRAge, SDRCategory: d.SDRCategory,
		SDRReputation: d.SDRReputation, SDRThreatLevels: d.SDRThreatLevels, AMPCategories: d.AMPCategories,
		Complete: d.Complete, ShowAMP: d.ShowAMP, ShowDLP: d.ShowDLP, ShowURL: d.ShowURL, Events: FromEvents(d.Events),
	}
}

// FromEvents converts lines of a message's history.
func FromEvents(events []esa.Event) []Event {
	out := make([]Event, len(events))
	for i, e := range events {
		out[i] = Event{Time: utc(e.Time), TimeText: e.TimeText, Description: e.Description, Last: e.Last}
	}
	return out
}

// Details converts back.
func (d Details) Details() esa.Details {
	out := esa.Details{
		MIDs: d.MIDs, ICIDs: d.ICIDs, Host: d.Host, Direction: d.Direction, Time: d.Time, TimeText: d.TimeText,
		StatusText: d.StatusText, Subject: d.Subject, Sender: d.Sender, HeaderFrom: d.HeaderFrom,
		Recipients: d.Recipients, MessageIDHeader: d.MessageIDHeader, Size: d.Size, Attachments: d.Attachments,
		SenderGroup: d.SenderGroup, SenderIP: d.SenderIP, SBRS: d.SBRS, ReverseDNS: d.ReverseDNS, ReverseDNSVerified: d.ReverseDNSVerified,
		MailPolicies: d.MailPolicies, SMTPAuthID: d.SMTPAuthID, SDRAge: d.SDRAge, SDRCategory: d.SDRCategory,
		SDRReputation: d.SDRReputation, SDRThreatLevels: d.SDRThreatLevels, AMPCategories: d.AMPCategories,
		Complete: d.Complete, ShowAMP: d.ShowAMP, ShowDLP: d.ShowDLP, ShowURL: d.ShowURL,
	}
	for _, e := range d.Events {
		out.Events = append(out.Events, esa.Event{Time: e.Time, TimeText: e.TimeText, Description: e.Description, Last: e.Last})
	}
	return out
}

func byMID[T any](b esa.ByMID[T]) map[int64]T {
	if len(b) == 0 {
		return nil
	}
	return b.Map()
}

func sorted[T any](m map[int64]T) esa.ByMID[T] {
	var b esa.ByMID[T]
	for _, mid := range slices.Sorted(maps.Keys(m)) {
		b = append(b, esa.MIDValue[T]{MID: mid, Value: m[mid]})
	}
	return b
}

// utc brings a time to UTC and leaves an unknown one zero.
func utc(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return t.UTC()
}
