package main

import (
	"github.com/spf13/cobra"
)

// newRootCmd puts the commands together. Without one, the app starts with the current profile.
func newRootCmd(a *app) *cobra.Command {
	look := &appOptions{}
	cmd := &cobra.Command{
		Use:   "ctrace",
		Short: "Prove that an email gateway is integrated with Threat Response",
		Long: `ctrace sends a test email through a Cisco Email Security Appliance, watches the
appliance's message tracking until the message shows, and asks Cisco Threat
Response whether the appliance's module saw it.

Without a command the app starts with the current profile. "ctrace demo" shows
it against a lab on this computer: nothing to configure, nothing leaves the machine.`,
		Example: `  ctrace demo                     the app against the lab
  ctrace verify --demo            one verification against the lab, without the app
  ctrace config init              make a profile for a real appliance
  ctrace verify                   one verification with the current profile`,
		Args:              cobra.NoArgs,
		SilenceUsage:      true,
		SilenceErrors:     true,
		PersistentPreRunE: a.prepare,
		RunE:              func(cmd *cobra.Command, _ []string) error { return runApp(cmd, a, look) },
	}
	look.flags(cmd)
	f := cmd.PersistentFlags()
	f.StringVarP(&a.profile, "profile", "p", "", "profile to use (default: CTRACE_PROFILE, then the file's default)")
	f.DurationVar(&a.timeout, "timeout", 0, "longest time the command may take, such as 90s or 10m")
	f.BoolVar(&a.noColor, "no-color", false, "no colours (as NO_COLOR in the environment)")
	f.BoolVarP(&a.verbose, "verbose", "v", false, "tell on standard error what is said and asked")
	f.StringVar(&a.logFile, "log-file", "", "append a log of every HTTP exchange to this file; it never holds secrets")
	cmd.AddCommand(
		newDemoCmd(a), newVerifyCmd(a), newSendCmd(a), newTrackCmd(a), newQuarantineCmd(a), newCheckCmd(a), newHistoryCmd(a),
		newInvestigateCmd(a), newObservablesCmd(a), newLabCmd(a), newConfigCmd(a), newVersionCmd(a), newManCmd(a),
	)
	return cmd
}
