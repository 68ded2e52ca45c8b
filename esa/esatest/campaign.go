package esatest

import "slices"

// Campaign is a wave of messages in the seeded traffic that belong together: one sender, many
// recipients, the same file or link.
type Campaign struct {
	Name      string
	Malicious bool
	Sender    string // envelope sender
	From      string // From header
	SenderIP  string
	Host      string // reverse DNS of SenderIP
	Country   string
	SBRS      string
	Subject   string
	URL       string // empty without a link
	FileName  string // empty without a file
	FileType  string
	FileSize  int64
	SHA256    string // of the file
	Threat    string // name of the malware
	Status    string // what the appliance did
}

// campaigns are part of every seeded day. Names, hosts and addresses are from the ranges reserved
// for documentation; the hashes belong to no file but the EICAR test file.
var campaigns = []Campaign{
	{
		Name: "Overdue invoice", Malicious: true, Sender: "billing@invoice-portal.example", From: "accounts@invoice-portal.example",
		SenderIP: "203.0.113.45", Host: "mail.invoice-portal.example", Country: "Netherlands", SBRS: "-4.2",
		Subject: "Overdue invoice 48213", FileName: "Invoice_48213.xlsm", FileType: "application/vnd.ms-excel.sheet.macroEnabled.12", FileSize: 88_212,
		SHA256: "7d3c1f0a9b5e4c62a8f17e0d25b3946f8c01ad7e63f2b9405d8e17a6c4f3b210", Threat: "W32.Downloader.Lab", Status: statusVirus,
	},
	{
		Name: "Password expiry", Malicious: true, Sender: "it-support@login-verify.example", From: "helpdesk@login-verify.example",
		SenderIP: "198.51.100.77", Host: "vps77.hosting.example", Country: "Romania", SBRS: "-6.8",
		Subject: "Your password expires today", URL: "https://login-verify.example/office/session?id=8841", Status: statusContent,
	},
	{
		Name: "Parcel notice", Malicious: true, Sender: "notice@parcel-track.example", From: "delivery@parcel-track.example",
		SenderIP: "203.0.113.199", Host: "", Country: "Brazil", SBRS: "-2.1",
		Subject: "Your parcel could not be delivered", URL: "http://parcel-track.example/label/7710.html", FileName: "label_7710.zip",
		FileType: "application/zip", FileSize: 41_973,
		SHA256: "b1946ac92492d2347c6235b4d2611184e5c7a0f86a2d4b9f31c08d5e7a6b4c29", Threat: "Trojan.GenericKD.Lab", Status: statusEngines,
	},
	{
		Name: "Shared document", Malicious: true, Sender: "share@docs-preview.example", From: "no-reply@docs-preview.example",
		SenderIP: "192.0.2.180", Host: "out.docs-preview.example", Country: "United States", SBRS: "0.4",
		Subject: "A document was shared with you", URL: "https://docs-preview.example/view/q3-forecast", Status: statusContent,
	},
	{
		Name: "Pills", Sender: "offer@best-meds.example", From: "offer@best-meds.example",
		SenderIP: "198.51.100.12", Host: "mta12.bulk.example", Country: "Russian Federation", SBRS: "-8.3",
		Subject: "Lowest prices, no questions", URL: "http://best-meds.example/shop", Status: statusSpam,
	},
	{
		Name: "Weekly newsletter", Sender: "bounce@news.vendor.example", From: "newsletter@vendor.example",
		SenderIP: "192.0.2.60", Host: "out1.news.vendor.example", Country: "United States", SBRS: "3.9",
		Subject: "This week at Vendor", URL: "https://www.vendor.example/news/47", Status: statusDelivered,
	},
	{
		Name: "All-hands invitation", Sender: "events@partner.example", From: "events@partner.example",
		SenderIP: "192.0.2.91", Host: "mail.partner.example", Country: "Germany", SBRS: "5.1",
		Subject: "Invitation: partner day", FileName: "invite.ics", FileType: "text/calendar", FileSize: 2_214,
		SHA256: "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8", Status: statusDelivered,
	},
}

// Campaigns lists the waves that are part of every seeded day.
func Campaigns() []Campaign { return slices.Clone(campaigns) }
