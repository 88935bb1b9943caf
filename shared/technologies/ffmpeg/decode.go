package ffmpeg

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/upload"
)

var _ upload.Decoder = (*Encoder)(nil)

// What a person is told of a file that cannot be used, and what helps.
const (
	detailDamaged = "The picture is damaged: parts of it are missing or cannot be read. Save it anew in a picture program as JPEG or PNG, and upload that."
	detailHeavy   = "The picture takes more time or memory to decode than any picture needs. Save it anew in a picture program as JPEG or PNG, and upload that."
	detailSlow    = "The sound takes more time or memory to decode than any sound needs. Save it anew as MP3 or WAV, and upload that."
	detailNoSound = "There is no sound in the file that can be read: it is damaged, or its compression is unknown. Save it anew as MP3 or WAV, and upload that."
	detailBroken  = "The sound is damaged: parts of it cannot be read. Save it anew as MP3 or WAV, and upload that."
	detailSilent  = "Nothing is heard in the file: all of it is silence. Choose another one."
	detailNumbers = "The file holds values that are no sound. Save it anew as MP3 or as WAV with 16 bits, and upload that."
	detailLoud    = "The sound is louder than any player can play it. Bring it to a usual level, or save it as WAV with 16 bits, and upload that."
	detailLong    = "The sound is longer than four hours. Upload the part that you need."
)

// Still implements upload.Decoder: it decodes a picture with the arguments that a
// render does.
func (e *Encoder) Still(ctx context.Context, path string) error {
	p, err := readPicture(absolute(path))
	if errors.Is(err, errNoPicture) {
		return problem.Wrap(problem.UploadRejected, detailDamaged, err)
	}
	if err != nil {
		return fmt.Errorf("look at picture: %w", err)
	}
	return e.decodeOne(ctx, filepath.Dir(p.path), p.input(), "-map", "0:v:0", "-f", "null", "-")
}

// decodeOne decodes the one frame that input reads.
func (e *Encoder) decodeOne(ctx context.Context, dir string, input []string, output ...string) error {
	args := append(append(input, "-frames:v", "1"), output...)
	err := e.decode(ctx, longestPicture, job{dir: dir, args: args})
	switch {
	case refused(ctx, err):
		return problem.Wrap(problem.UploadRejected, detailDamaged, err)
	case errors.Is(err, errHeavy):
		return problem.Wrap(problem.UploadRejected, detailHeavy, err)
	}
	return err
}

// The longest that a file is decoded. All that one check does fits into what its
// function may take, so that a slow file has a verdict at its first check.
const (
	longestPicture = 60 * time.Second
	longestListen  = 200 * time.Second
)

// errHeavy says that decoding was ended for what it took: time, by the watchdog or
// the limit above, or memory, by the system. No retry mends that.
var errHeavy = errors.New("the file takes too much to decode")

// decode runs ffmpeg over a file that a person uploaded. Errors: errHeavy, when it
// was ended although ctx lives.
func (e *Encoder) decode(ctx context.Context, most time.Duration, j job) error {
	if e.limit > 0 {
		most = e.limit
	}
	limited, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	err := e.run(limited, j)
	var exit *exec.ExitError
	switch {
	case err == nil || ctx.Err() != nil:
		return err
	case limited.Err() != nil, errors.Is(err, errStalled), errors.As(err, &exit) && exit.ExitCode() < 0 && !fullDisk(err):
		return fmt.Errorf("%w: %s", errHeavy, err)
	}
	return err
}

// turns are the filters that make a picture upright.
var turns = map[upload.Turn]string{
	upload.Upright: "null", upload.Mirrored: "hflip", upload.UpsideDown: "hflip,vflip", upload.Flipped: "vflip",
	upload.Transposed: "transpose=cclock_flip", upload.Clockwise: "transpose=clock",
	upload.Transversed: "transpose=clock_flip", upload.Anticlockwise: "transpose=cclock",
}

// alphaPicture is what an AVIF or HEIC calls the picture that is its transparency.
const alphaPicture = "urn:mpeg:mpegB:cicp:systems:auxiliary:alpha"

// maxStored is the most pixels of a picture that is to be stored in its normal form.
const maxStored = 60_000_000

// Upright implements upload.Decoder.
func (e *Encoder) Upright(ctx context.Context, path string, turn upload.Turn, out string) error {
	path, out = absolute(path), absolute(out)
	p, err := readPicture(path)
	if errors.Is(err, errNoPicture) {
		p, err = otherPicture(path)
	}
	if errors.Is(err, errNoPicture) {
		return problem.Wrap(problem.UploadRejected, detailDamaged, err)
	}
	if err != nil {
		return fmt.Errorf("look at picture: %w", err)
	}
	if p.demuxer == "mov" {
		if p, err = e.whole(ctx, p, out+".whole"); err != nil {
			return err
		}
	}
	format := []string{"-c:v", "mjpeg", "-q:v", "2", "-pix_fmt", "yuvj444p"}
	if p.alpha {
		format = []string{"-c:v", "png", "-pix_fmt", "rgba"}
	}
	// We turn it, by what we read in any container.
	input := append([]string{"-noautorotate"}, p.inputOf(maxStored)...)
	output := append([]string{"-map", "0:v:0", "-vf", turns[turn] + ",scale=out_range=pc", "-map_metadata", "-1"}, format...)
	return e.decodeOne(ctx, filepath.Dir(out), input, append(output, "-update", "1", "-f", "image2", "file:"+out)...)
}

// whole writes an AVIF or HEIC as one upright PNG. Telephones store such a picture
// in tiles, which ffmpeg puts together only when it chooses what to decode by
// itself; the first picture of the file is the first tile. Transparency is a
// picture beside it, which is left out where the two do not fit, and of tiles.
func (e *Encoder) whole(ctx context.Context, p picture, out string) (picture, error) {
	made := picture{path: out, demuxer: "png_pipe", alpha: p.alpha}
	output := []string{"-an", "-map_metadata", "-1", "-c:v", "png", "-update", "1", "-f", "image2", "file:" + out}
	if p.alpha {
		err := e.decodeOne(ctx, filepath.Dir(out), p.inputOf(maxStored), append([]string{"-filter_complex", "[0:v:0][0:v:1]alphamerge", "-pix_fmt", "rgba"}, output...)...)
		if !problem.Is(err, problem.UploadRejected) {
			return made, err
		}
		made.alpha = false
	}
	return made, e.decodeOne(ctx, filepath.Dir(out), p.inputOf(maxStored), output...)
}

// inTiles reports whether an AVIF or HEIC has an item that puts tiles together. The
// first two pictures of such a file are tiles, and no picture with its
// transparency: all of the tiles without it are better than one tile.
func inTiles(head []byte) bool {
	for rest := head; ; {
		at := bytes.Index(rest, []byte("infe"))
		if at < 0 {
			return false
		}
		rest = rest[at+4:]
		kind := 8 // after the version, an id and a protection
		if len(rest) > 0 && rest[0] > 2 {
			kind = 10 // its ids are longer
		}
		if len(rest) >= kind+4 && string(rest[kind:kind+4]) == "grid" {
			return true
		}
	}
}

// otherPicture knows the formats that are stored in their normal form only.
func otherPicture(path string) (picture, error) {
	head := make([]byte, headSize)
	f, err := os.Open(path)
	if err != nil {
		return picture{}, err
	}
	defer func() { _ = f.Close() }()
	n, _ := f.ReadAt(head, 0)
	switch head = head[:n]; {
	case n >= 6 && string(head[:4]) == "GIF8":
		return picture{path: path, demuxer: "gif", alpha: true}, nil
	case n >= 12 && string(head[4:8]) == "ftyp": // of AVIF and HEIC
		return picture{path: path, demuxer: "mov", alpha: bytes.Contains(head, []byte(alphaPicture)) && !inTiles(head)}, nil
	}
	return picture{}, errNoPicture
}
