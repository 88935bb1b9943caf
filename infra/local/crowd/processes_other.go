//go:build !linux

package crowd

// look has no counterpart here: memory and processor time are not shown.
func look(string, int) snapshot { return snapshot{} }
