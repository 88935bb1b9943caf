package upload

import (
	"errors"

	"github.com/devotionalai/platform/shared/domains/problem"
)

// facts are what a file really is.
type facts struct {
	contentType   string
	width, height int    // of a picture, as it is stored
	turn          Turn   // what makes it upright
	path          string // of the file that is kept; "" while only looked at
}

// kind is what the file can be used as.
func (f facts) kind() Kind { return announced[f.contentType] }

// plain reports whether renders and browsers take the picture as it is.
func (f facts) plain() bool {
	return f.turn == Upright && (f.contentType == typeJPEG || f.contentType == typePNG || f.contentType == typeWebP)
}

// errEndsEarly says that a file lacks its end.
var errEndsEarly = problem.New(problem.UploadRejected, "The file ends too early: it was cut off or damaged on its way. Upload it again.")

// errUnknown answers what is none of the formats.
var errUnknown = problem.New(problem.UploadRejected,
	"The file is no JPEG, PNG, WebP, GIF, AVIF or HEIC picture and no MP3, WAV or M4A sound that can be read. Save it anew as JPEG or MP3, and upload that.")

// errMoves is the one rule for pictures that move, whatever their format.
var errMoves = problem.New(problem.UploadRejected, "The picture moves, and a scene takes a still one. Save one moment of it as JPEG or PNG, and upload that.")

// inspect tells what a file is by its content alone: neither its name nor what
// it was announced as is asked. It looks here and there; only decoding shows that
// the file is whole. Errors: UploadRejected, and those of reading.
func inspect(c *content, want Kind) (facts, error) {
	found, err := recognise(c)
	switch {
	case c.err != nil:
		return facts{}, c.err
	case err != nil:
		return facts{}, err
	case found.kind() != want && want == Image:
		return facts{}, problem.New(problem.UploadRejected, "The file was announced as a picture, but it is sound.")
	case found.kind() != want:
		return facts{}, problem.New(problem.UploadRejected, "The file was announced as sound, but it is a picture.")
	}
	return found, nil
}

func recognise(c *content) (facts, error) {
	head := string(c.at(0, 12))
	starts := func(offset int, s string) bool { return len(head) >= offset+len(s) && head[offset:offset+len(s)] == s }
	switch {
	case starts(0, "\xff\xd8\xff"):
		return checkJPEG(c)
	case starts(0, pngMark):
		return checkPNG(c)
	case starts(0, "GIF87a"), starts(0, "GIF89a"):
		return checkGIF(c)
	case starts(0, "RIFF") && starts(8, "WEBP"):
		return checkWebP(c)
	case starts(0, "RIFF") && starts(8, "WAVE"):
		return checkWAV(c)
	case starts(4, "ftyp"):
		return checkBoxes(c)
	case starts(0, "ID3"), starts(0, "\xff"):
		return checkMP3(c)
	}
	return facts{}, errUnknown
}

// rejected reports whether an error is a verdict on the file.
func rejected(err error) bool {
	var known *problem.Error
	return errors.As(err, &known) && known.Code == problem.UploadRejected
}
