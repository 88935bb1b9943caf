package upload

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/devotionalai/platform/shared/domains/problem"
)

// examine decodes a whole file as a render will, and tells what is to be kept of
// it: the file itself or, where renders or browsers would not take it as it is, a
// normal form that is made beside it. Errors: UploadRejected.
func (s Inspector) examine(ctx context.Context, path string, want Kind) (facts, error) {
	found, err := inspectFile(path, want)
	if err != nil {
		return found, err
	}
	found.path = path
	if want == Audio {
		return found, s.decoder.Sound(ctx, path)
	}
	if found.plain() {
		err = s.decoder.Still(ctx, path)
		if !rejected(err) {
			return found, err
		}
	}
	return s.normal(ctx, found, err)
}

// normal makes the normal form of a picture: what is not the picture itself is left
// out and, where that is not enough, it is decoded and written upright. refused is
// why the file itself is not taken; nil for one that is turned, or in a format that
// is not kept.
func (s Inspector) normal(ctx context.Context, found facts, refused error) (facts, error) {
	bare := found.path + ".bare"
	switch made, err := writeBare(found.path, bare, found.contentType); {
	case err != nil:
		return found, err
	case !made && refused != nil:
		return found, refused
	case !made:
		bare = found.path
	}
	out := bare
	if !found.plain() {
		out = found.path + ".upright"
		if err := s.decoder.Upright(ctx, bare, found.turn, out); err != nil {
			return found, err
		}
	}
	kept, err := inspectFile(out, Image)
	if err != nil {
		return found, err
	}
	kept.path = out
	return kept, s.decoder.Still(ctx, out)
}

// inspectFile is inspect for a file on the disk.
func inspectFile(path string, want Kind) (facts, error) {
	c, closed, err := openContent(path)
	if err != nil {
		return facts{}, err
	}
	defer closed()
	return inspect(c, want)
}

func openContent(path string) (*content, func(), error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, fmt.Errorf("open upload: %w", err)
	}
	stat, err := f.Stat()
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("measure upload: %w", err), f.Close())
	}
	return &content{size: stat.Size(), fetch: func(offset, length int64) ([]byte, error) {
		data := make([]byte, length)
		_, err := f.ReadAt(data, offset)
		return data, err
	}}, func() { _ = f.Close() }, nil
}

// writeBare writes a picture without what is not needed to decode it: no data of
// cameras and programs, no profiles, nothing behind its end. made is false for
// formats without a bare form.
func writeBare(path, to, contentType string) (made bool, err error) {
	c, closed, err := openContent(path)
	if err != nil {
		return false, err
	}
	defer closed()
	var parts []span
	head, tail := "", ""
	switch contentType {
	case typeJPEG:
		parts, head, tail = bareJPEG(c), "\xff\xd8", "\xff\xd9"
	case typePNG:
		parts, head = barePNG(c), pngMark
	default:
		return false, nil
	}
	return true, writeSpans(c, to, head, parts, tail)
}

// span is a part of a file.
type span struct{ from, to int64 }

// bareJPEG keeps tables, frames, scans, and what says how colours are coded.
func bareJPEG(c *content) []span {
	const firstOwn, lastOwn, comment, adobe, jfif = 0xe0, 0xef, 0xfe, 0xee, 0xe0
	var all []span
	segments(c, func(s segment) {
		own := s.marker >= firstOwn && s.marker <= lastOwn || s.marker == comment
		if !own || s.marker == adobe || s.marker == jfif {
			all = append(all, span{s.at, s.next})
		}
	})
	return all
}

// barePNG keeps the chunks that a picture consists of, with palette and
// transparency before the pixels, where they belong.
func barePNG(c *content) []span {
	byName := map[string][]span{}
	pngChunks(c, func(k chunk) { byName[k.name] = append(byName[k.name], span{k.at, k.next}) })
	var all []span
	for _, name := range []string{"IHDR", "PLTE", "tRNS", "IDAT", "IEND"} {
		all = append(all, byName[name]...)
	}
	return all
}

// writeSpans copies parts of a file, a block at a time.
func writeSpans(c *content, to, head string, parts []span, tail string) error {
	f, err := os.Create(to)
	if err != nil {
		return fmt.Errorf("create normal form: %w", err)
	}
	_, err = f.WriteString(head)
	for _, p := range parts {
		for at := p.from; at < p.to && err == nil; {
			b := c.from(at, 1)
			if b = b[:min(int64(len(b)), p.to-at)]; len(b) == 0 {
				err = problem.New(problem.UploadRejected, errEndsEarly.Detail)
				break
			}
			_, err = f.Write(b)
			at += int64(len(b))
		}
	}
	if err == nil {
		_, err = f.WriteString(tail)
	}
	return errors.Join(err, f.Close(), c.err)
}
