package busy

import (
	"runtime"
	"syscall"
	"time"
)

// Work is how long the processor is busy with what is done once, the least of a
// few times.
func Work(times int, do func()) time.Duration {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	used := func() time.Duration {
		const thread = 1 // RUSAGE_THREAD
		var all syscall.Rusage
		if err := syscall.Getrusage(thread, &all); err != nil {
			panic(err)
		}
		return time.Duration(all.Utime.Nano() + all.Stime.Nano())
	}
	least := time.Duration(1 << 62)
	for range times {
		before := used()
		do()
		least = min(least, used()-before)
	}
	return least
}

// Usual is the work of what is done once, by doing it often: the system counts by
// milliseconds.
func Usual(do func()) time.Duration {
	const often = 10
	return Work(1, func() {
		for range often {
			do()
		}
	}) / often
}
