//go:build unix

package config

import (
	"os/exec"
	"syscall"
)

// killGroup makes cancelling end the whole process group of the command, not
// only the shell in front of it.
func killGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}
