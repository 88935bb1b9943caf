package upload

import (
	"errors"
	"image"

	"github.com/devotionalai/platform/shared/domains/problem"
)

// facts are what a file really is.
type facts struct {
	contentType   string
	width, height int // of a picture
}

// kind is what the file can be used as.
func (f facts) kind() Kind { return announced[f.contentType] }

// errEndsEarly says that a file lacks its end.
var errEndsEarly = problem.New(problem.UploadRejected, "The file ends too early: it was cut off or damaged on its way. Upload it again.")

// errUnknown answers what is none of the formats.
var errUnknown = problem.New(problem.UploadRejected, "The file is no JPEG, PNG or WebP picture and no MP3, WAV or M4A sound that can be read.")

// inspect tells what a file is by its content alone: neither its name nor what
// it was announced as is asked. Errors: UploadRejected, and those of reading.
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
	case starts(0, "\x89PNG\r\n\x1a\n"):
		return checkPNG(c)
	case starts(0, "RIFF") && starts(8, "WEBP"):
		return checkWebP(c)
	case starts(0, "RIFF") && starts(8, "WAVE"):
		return checkWAV(c)
	case starts(4, "ftyp"):
		return checkM4A(c)
	case starts(0, "ID3"), starts(0, "\xff"):
		return checkMP3(c)
	}
	return facts{}, errUnknown
}

// reading keeps an error of the store apart from one of the format.
func reading(c *content, err error) error {
	if c.err != nil {
		return c.err
	}
	var known *problem.Error
	if errors.As(err, &known) {
		return err
	}
	return errUnknown
}

// pictureFacts holds a picture's measures to what a render can take.
func pictureFacts(contentType string, config image.Config) (facts, error) {
	if err := checkMeasures(config.Width, config.Height); err != nil {
		return facts{}, err
	}
	return facts{contentType: contentType, width: config.Width, height: config.Height}, nil
}
