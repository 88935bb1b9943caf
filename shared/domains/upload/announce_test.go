package upload

import (
	"regexp"
	"testing"

	"github.com/devotionalai/platform/shared/domains/problem"
)

// TestAnnouncedByAnyName: what systems call a file, with parameters and capitals, is
// taken, and the documented pattern says the same.
func TestAnnouncedByAnyName(t *testing.T) {
	pattern := regexp.MustCompile(ContentTypePattern(Kinds()...))
	names := map[string]Kind{
		"image/jpg": Image, "image/jpeg": Image, "image/pjpeg": Image, "image/png": Image, "image/x-png": Image, "image/webp": Image,
		"image/gif": Image, "image/heic": Image, "image/heif": Image, "image/avif": Image, "image/apng": Image,
		"IMAGE/JPG": Image, "Image/Jpeg; name=\"A.JPG\"": Image, "image/jpg;charset=binary": Image, " image/PNG ; q=1": Image,
		"audio/mp3": Audio, "audio/x-mp3": Audio, "audio/mpeg": Audio, "audio/x-wav": Audio, "audio/wav": Audio, "audio/vnd.wave": Audio,
		"audio/m4a": Audio, "audio/x-m4a": Audio, "audio/mp4": Audio,
		"Audio/MP3": Audio, "AUDIO/X-MP3; rate=44100": Audio, "audio/X-WAV;codecs=1": Audio, "audio/vnd.wave; codec=1": Audio, "Audio/Vnd.Wave": Audio,
		"": "", "image": "", "image/": "", "image/svg+xml": "", "image/bmp": "", "audio/ogg": "", "audio/vndxwave": "", "text/html; image/png": "",
		"image/png, text/html": "", "image/png\r\nx: y": "", "imaɡe/png": "", "ſound/wav": "", "image/x-png\u212a": "", "audio/mp4;\u00e9": "",
	}
	for contentType, want := range names {
		kind, err := Announcement{Filename: "a", ContentType: contentType, Size: 1}.check()
		if kind != want || (want == "") != problem.Is(err, problem.InvalidInput) {
			t.Errorf("%q is taken for %q (%v), want %q", contentType, kind, err, want)
		}
		if pattern.MatchString(contentType) != (want != "") {
			t.Errorf("%q: the documented pattern says otherwise", contentType)
		}
	}
	for _, kind := range Kinds() {
		own := regexp.MustCompile(ContentTypePattern(kind))
		for contentType, of := range names {
			if own.MatchString(contentType) != (of == kind) {
				t.Errorf("%q: the pattern of %s alone says otherwise", contentType, kind)
			}
		}
	}
}
