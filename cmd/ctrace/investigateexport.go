package main

import (
	"context"
	"io"
	"time"

	"ctrace/ctr"
	reports "ctrace/internal/report"
)

// exporter writes the investigations of the app's screen.
type exporter struct {
	profile string
	service string // the host that was asked
}

// Formats are the endings of the files that Export can write, the usual one first.
func (exporter) Formats() []string {
	var endings []string
	for _, f := range reports.Formats() {
		endings = append(endings, string(f))
	}
	return endings
}

// Export writes an investigation in one of the formats.
func (e exporter) Export(ctx context.Context, w io.Writer, format, query string, inv *ctr.Investigation) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return reports.Write(w, reports.Format(format), inv, reports.About{
		Profile: e.profile, Service: e.service, Written: time.Now(), Query: query, Program: "ctrace " + readBuildInfo().Version,
	})
}
