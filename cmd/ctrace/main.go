// Command ctrace proves that an email gateway is integrated with Cisco Threat Response, and looks
// email observables up there.
//
// This package reads flags, wires the packages together, prints, and turns outcomes into exit codes.
// It decides nothing about mail, tracking or verdicts itself.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	_ "ctrace/tui/quiet" // before anything that links Bubble Tea: see its doc comment
)

func main() { os.Exit(run()) }

// run runs the command line of this process and returns its exit code. The first interrupt cancels
// the context that everything waits on; the second one ends the process. So does a terminal that is
// closed, unless the process was started to outlive it (nohup).
func run() int {
	signals := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) {
		signals = append(signals, syscall.SIGHUP)
	}
	ctx, stop := signal.NotifyContext(context.Background(), signals...)
	defer stop()
	context.AfterFunc(ctx, stop)
	app := newApp(os.Stdin, os.Stdout, os.Stderr)
	return app.execute(ctx, os.Args[1:])
}
