package upload

import (
	"fmt"
	"maps"
	"slices"
	"unicode"
	"unicode/utf8"

	"github.com/devotionalai/platform/shared/domains/problem"
)

// Limits of an upload.
const (
	MaxFilename = 200         // Unicode code points
	MaxImage    = 20_000_000  // bytes
	MaxAudio    = 100_000_000 // bytes
)

// The content types that a ready upload may have.
const (
	typeJPEG = "image/jpeg"
	typePNG  = "image/png"
	typeWebP = "image/webp"
	typeMP3  = "audio/mpeg"
	typeWAV  = "audio/wav"
	typeM4A  = "audio/mp4"
)

// announced are the content types that a file may be announced as: the above,
// and what browsers call them.
var announced = map[string]Kind{
	typeJPEG: Image, typePNG: Image, typeWebP: Image, typeMP3: Audio, typeWAV: Audio, typeM4A: Audio,
	"audio/mp3": Audio, "audio/x-wav": Audio, "audio/wave": Audio, "audio/m4a": Audio, "audio/x-m4a": Audio,
}

// ContentTypes are those that a file of a kind may be announced as, sorted.
func ContentTypes(k Kind) []string {
	var all []string
	for _, name := range slices.Sorted(maps.Keys(announced)) {
		if announced[name] == k {
			all = append(all, name)
		}
	}
	return all
}

// FilenamePattern refuses the characters that checkFilename refuses.
const FilenamePattern = `^[^\x00-\x1f\x7f-\x9f]*$`

// Announcement announces a file.
type Announcement struct {
	Filename    string `json:"filename"`     // up to 200 characters
	ContentType string `json:"content_type"` // of a JPEG, PNG, WebP, MP3, WAV or M4A file
	Size        int64  `json:"size"`         // bytes; a picture up to 20 MB, sound up to 100 MB
}

// check names every bad field.
func (a Announcement) check() (Kind, error) {
	var fields []problem.Field
	wrong := func(field, message string) {
		fields = append(fields, problem.Field{Field: field, Message: message})
	}
	if message := checkFilename(a.Filename); message != "" {
		wrong("filename", message)
	}
	kind, known := announced[a.ContentType]
	if !known {
		wrong("content_type", "must be that of a JPEG, PNG or WebP picture, or of an MP3, WAV or M4A file")
	}
	if most := kind.most(); a.Size < 1 || a.Size > most {
		wrong("size", fmt.Sprintf("must be from 1 to %d bytes", most))
	}
	if len(fields) > 0 {
		return "", problem.Invalid(fields...)
	}
	return kind, nil
}

// most is the largest file of a kind, in bytes; of an unknown kind, of any.
func (k Kind) most() int64 {
	if k == Image {
		return MaxImage
	}
	return MaxAudio
}

func checkFilename(name string) string {
	switch n := utf8.RuneCountInString(name); {
	case n == 0:
		return "must not be empty"
	case n > MaxFilename:
		return fmt.Sprintf("must have at most %d characters, has %d", MaxFilename, n)
	}
	for _, c := range name {
		if unicode.IsControl(c) {
			return fmt.Sprintf("must not hold the control character U+%04X", c)
		}
	}
	return ""
}
