package upload

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/devotionalai/platform/shared/domains/problem"
)

// Limits of an upload.
const (
	MaxFilename    = 200         // Unicode code points
	MaxContentType = 200         // bytes, with parameters
	MaxImage       = 20_000_000  // bytes
	MaxAudio       = 100_000_000 // bytes
)

// The content types of what is known by its content. A ready upload has none of
// the last three: it is kept as JPEG or PNG.
const (
	typeJPEG = "image/jpeg"
	typePNG  = "image/png"
	typeWebP = "image/webp"
	typeMP3  = "audio/mpeg"
	typeWAV  = "audio/wav"
	typeM4A  = "audio/mp4"
	typeGIF  = "image/gif"
	typeAVIF = "image/avif"
	typeHEIC = "image/heic"
)

// announced are the content types that a file may be announced as: the above,
// and what browsers and programs call them. The content decides, so that a wrong
// one of the same kind does no harm.
var announced = map[string]Kind{
	typeJPEG: Image, typePNG: Image, typeWebP: Image, typeGIF: Image, typeAVIF: Image, typeHEIC: Image,
	"image/jpg": Image, "image/pjpeg": Image, "image/x-png": Image, "image/apng": Image, "image/heif": Image,
	typeMP3: Audio, typeWAV: Audio, typeM4A: Audio,
	"audio/mp3": Audio, "audio/x-mp3": Audio, "audio/x-mpeg": Audio, "audio/x-wav": Audio, "audio/wave": Audio, "audio/vnd.wave": Audio, "audio/x-pn-wav": Audio,
	"audio/m4a": Audio, "audio/x-m4a": Audio, "audio/aac": Audio,
}

// kindOf is what a file is announced as, whatever its parameters and capitals.
func kindOf(contentType string) (Kind, bool) {
	if len(contentType) > MaxContentType {
		return "", false
	}
	for _, c := range contentType {
		if c < ' ' || c > '~' {
			return "", false
		}
	}
	name, _, _ := strings.Cut(contentType, ";")
	kind, known := announced[strings.ToLower(strings.Trim(name, " "))]
	return kind, known
}

// ContentTypePattern is of what kindOf takes for some of the kinds.
func ContentTypePattern(kinds ...Kind) string {
	var all []string
	for _, name := range slices.Sorted(maps.Keys(announced)) {
		if slices.Contains(kinds, announced[name]) {
			all = append(all, anyCase(regexp.QuoteMeta(name)))
		}
	}
	return "^ *(?:" + strings.Join(all, "|") + ") *(?:;[ -~]*)?$"
}

// anyCase is a pattern with each letter in both cases: the patterns of JSON Schema
// have no flags.
func anyCase(pattern string) string {
	var b strings.Builder
	for _, c := range pattern {
		if c >= 'a' && c <= 'z' {
			b.WriteString("[" + string(c-'a'+'A') + string(c) + "]")
		} else {
			b.WriteRune(c)
		}
	}
	return b.String()
}

// FilenamePattern refuses the characters that checkFilename refuses.
const FilenamePattern = `^[^\x00-\x1f\x7f-\x9f]*$`

// Announcement announces a file.
type Announcement struct {
	Filename    string `json:"filename"`     // up to 200 characters
	ContentType string `json:"content_type"` // of a JPEG, PNG, WebP, GIF, AVIF, HEIC, MP3, WAV or M4A file, with or without parameters
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
	kind, known := kindOf(a.ContentType)
	if !known {
		wrong("content_type", "must be that of a JPEG, PNG, WebP, GIF, AVIF or HEIC picture, or of an MP3, WAV or M4A file")
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
