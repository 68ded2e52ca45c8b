package main

import (
	"time"

	reports "ctrace/internal/report"
	"ctrace/internal/verify"
)

// documentPrinter prints the result as a document: Markdown, HTML or CSV.
type documentPrinter struct {
	app    *app
	live   *live
	format reports.Format
}

func (p *documentPrinter) event(e verify.Event) { p.live.event(e) }
func (p *documentPrinter) close()               { p.live.close() }

func (p *documentPrinter) result(r report) error {
	about := reports.About{Profile: r.Profile, Written: time.Now(), Program: "ctrace " + readBuildInfo().Version}
	return reports.WriteVerification(p.app.out, p.format, r.Result, about)
}
