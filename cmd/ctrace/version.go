package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	reports "ctrace/internal/report"

	"github.com/spf13/cobra"
)

// buildInfo is what the build knows about itself.
type buildInfo struct {
	Version  string `json:"version"`
	Revision string `json:"revision,omitempty"`
	Modified bool   `json:"modified,omitempty"`
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

func newVersionCmd(a *app) *cobra.Command {
	var form string
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			b := readBuildInfo()
			if form == formJSON {
				return reports.WriteObject(a.out, "ctrace/version/1", b)
			}
			_, err := fmt.Fprintf(a.out, "ctrace %s (%s, %s)\n", b.Version, b.Go, b.Platform)
			return err
		},
	}
	outputFlag(cmd, &form, formText, formJSON)
	return cmd
}

func readBuildInfo() buildInfo {
	b := buildInfo{Version: "devel", Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		b.Version = v
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Revision = s.Value
		case "vcs.modified":
			b.Modified = s.Value == "true"
		}
	}
	return b
}
