package main

import (
	"errors"
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

func newManCmd(a *app) *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:   "man [COMMAND...]",
		Short: "Print a manual page, or write all of them",
		Example: `  ctrace man | man -l -
  ctrace man verify | man -l -
  ctrace man --dir ~/.local/share/man/man1`,
		RunE: func(cmd *cobra.Command, args []string) error {
			header := &doc.GenManHeader{Section: "1", Source: "ctrace " + readBuildInfo().Version, Manual: "Ctrace"}
			if dir != "" {
				if len(args) > 0 {
					return usage(errors.New("--dir writes every page: name no command with it"))
				}
				if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // manual pages are public
					return err
				}
				return doc.GenManTree(cmd.Root(), header, dir)
			}
			page, _, err := cmd.Root().Find(args)
			if err != nil {
				return usage(err)
			}
			return doc.GenMan(page, header, a.out)
		},
	}
	cmd.Flags().StringVar(&dir, "dir", "", "write the pages of all commands into this folder")
	return cmd
}
