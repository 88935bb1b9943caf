package chaos_test

import (
	"fmt"
	"os"
	"path/filepath"
)

// encoder stands before ffmpeg: it runs the real one, unless a fault is planted.
type encoder struct{ folder string }

// The faults of an encoder. A full disk is a real one to it: a device that takes
// no byte.
const (
	stuckOnce way = "stuck once"
	stuck     way = "stuck"
	diskFull  way = "disk full"
)

const wrapper = `#!/bin/sh
planted=%[1]s/planted
case "$(/bin/cat $planted 2>/dev/null)" in
"stuck once") /bin/rm -f $planted; exec /bin/sleep 60 ;;
stuck) exec /bin/sleep 60 ;;
"disk full")
	for last; do :; done
	case "$last" in pipe:*|-) ;; *) /bin/ln -sf /dev/full "$last" ;; esac ;;
esac
exec %[2]s "$@"
`

func newEncoder(folder, real string) (*encoder, error) {
	e := &encoder{folder}
	return e, os.WriteFile(e.path(), fmt.Appendf(nil, wrapper, folder, real), 0o700)
}

func (e *encoder) path() string { return filepath.Join(e.folder, "ffmpeg") }

// plant lets the encoder fail, and answers what ends it.
func (e *encoder) plant(how way) (lift func(), err error) {
	planted := filepath.Join(e.folder, "planted")
	err = os.WriteFile(planted, []byte(how), 0o600)
	return func() { _ = os.Remove(planted) }, err // gone already when it struck once
}
