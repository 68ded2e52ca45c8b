//go:build unix

package observable

import (
	"syscall"
	"time"
)

// cpuTime is the processor time that the process has used: on a shared
// machine the clock on the wall says little.
func cpuTime() time.Duration {
	var ru syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &ru) != nil {
		return 0
	}
	return time.Duration(ru.Utime.Nano() + ru.Stime.Nano())
}
