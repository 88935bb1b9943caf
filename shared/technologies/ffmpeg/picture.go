package ffmpeg

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/render"
)

// maxPixels keeps a small file from unfolding to more than memory holds; phones
// make pictures of 50 megapixels.
const maxPixels = 120_000_000

// picture is a still and what its first bytes say of it.
type picture struct {
	path    string
	demuxer string
	alpha   bool // may be transparent in places
}

var errNoPicture = errors.New("neither JPEG, PNG nor WebP")

// headSize is how far into a PNG its palette's transparency is looked for.
const headSize = 64 << 10

// readPicture tells the kind by the content. ffmpeg's own guess would also take
// playlists and drawings that name other files.
func readPicture(path string) (picture, error) {
	f, err := os.Open(path)
	if err != nil {
		return picture{}, err
	}
	defer func() { _ = f.Close() }()
	head := make([]byte, headSize)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return picture{}, err
	}
	p, err := pictureOf(head[:n])
	p.path = path
	return p, err
}

func pictureOf(head []byte) (picture, error) {
	switch {
	case bytes.HasPrefix(head, []byte("\xff\xd8\xff")):
		return picture{demuxer: "jpeg_pipe"}, nil
	case bytes.HasPrefix(head, []byte("\x89PNG\r\n\x1a\n")):
		return picture{demuxer: "png_pipe", alpha: pngAlpha(head)}, nil
	case len(head) > 24 && string(head[:4]) == "RIFF" && string(head[8:12]) == "WEBP":
		return webp(head), nil
	}
	return picture{}, errNoPicture
}

// pngAlpha reads the colour type, and the transparency that stands before the
// pixels of a picture without an alpha channel.
func pngAlpha(head []byte) bool {
	const colourType, withAlpha = 25, 4
	before, _, _ := bytes.Cut(head, []byte("IDAT"))
	return len(head) > colourType && head[colourType]&withAlpha != 0 || bytes.Contains(before, []byte("tRNS"))
}

// webp reads the flags of the extended format; the lossless one has its own.
func webp(head []byte) picture {
	const animated, transparent, losslessAlpha = 0x02, 0x10, 0x10
	p := picture{demuxer: "webp_pipe"}
	switch string(head[12:16]) {
	case "VP8X":
		if head[20]&animated != 0 {
			p.demuxer = "webp_anim"
		}
		p.alpha = head[20]&transparent != 0
	case "VP8L":
		p.alpha = head[24]&losslessAlpha != 0
	}
	return p
}

// input are the arguments that read the picture, strictly: a half of it is none.
func (p picture) input() []string { return p.inputOf(maxPixels) }

func (p picture) inputOf(most int) []string {
	return []string{"-err_detect", "explode", "-max_pixels", fmt.Sprint(most), "-protocol_whitelist", "file", "-f", p.demuxer, "-i", "file:" + p.path}
}

const detailPicture = "The picture cannot be read: its file is damaged, or is no JPEG, PNG or WebP. Choose another one in the project, then make a new video."

// unreadable is a picture's own failure, which no retry mends.
func unreadable(shot render.Shot, cause error) error {
	p := problem.Wrap(problem.ImageFailed, detailPicture, cause).With(render.MemberScene, max(shot.Index, 1))
	p.Final = true
	return p
}

// picturesOf looks at the pictures of all shots.
func picturesOf(shots []render.Shot) ([]picture, error) {
	all := make([]picture, len(shots))
	for i, shot := range shots {
		p, err := readPicture(absolute(shot.Image))
		if errors.Is(err, errNoPicture) {
			return nil, unreadable(shot, err)
		}
		if err != nil {
			return nil, fmt.Errorf("open picture: %w", err)
		}
		all[i] = p
	}
	return all, nil
}

// blame finds out whether making a still failed for its picture. Only then is it
// worth to decode it alone.
func (e *Encoder) blame(ctx context.Context, dir string, shot render.Shot, p picture, failed error) error {
	if errors.Is(failed, errNoStill) {
		return unreadable(shot, failed)
	}
	if !refused(ctx, failed) {
		return failed
	}
	args := append(p.input(), "-frames:v", "1", "-f", "null", "-")
	if err := e.run(ctx, job{dir: dir, args: args}); refused(ctx, err) {
		return unreadable(shot, err)
	}
	return failed
}
