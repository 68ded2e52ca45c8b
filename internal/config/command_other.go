//go:build !unix

package config

import "os/exec"

// killGroup does nothing where there are no process groups: cancelling ends the
// shell, and its output is closed soon after.
func killGroup(*exec.Cmd) {}
