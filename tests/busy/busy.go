// Package busy measures work by the time of the processor and not of a clock, which
// other programs would lengthen. It imports nothing of ours, so that every package's
// own tests can use it. Only Linux counts the time of one thread.
package busy
