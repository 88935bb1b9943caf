package export

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"slices"
	"strings"
	"sync"

	"github.com/devotionalai/platform/shared/domains/privacy"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// atOnce is how many files are asked for their checksums at a time.
const atOnce = 16

// objects lists the tenant's files, folder by folder.
func (l *listing) objects(ctx context.Context) error {
	places := privacy.In(privacy.Media)
	slices.SortFunc(places, func(a, b privacy.Place) int { return strings.Compare(a.Kind, b.Kind) })
	for _, p := range places {
		if p.Export != privacy.AsFile {
			continue
		}
		names := &fileNames{listing: l}
		err := l.Files.Objects(ctx, l.in.TenantID, p.Kind, func(page []Object) error {
			return l.each(ctx, l.Files, page, func(o Object, sums Sums) error {
				path, err := names.of(ctx, o.Name)
				if err != nil {
					return err
				}
				err = l.book.Add(Entry{
					Path: path, Sums: sums, Size: o.Size, Time: o.Time, From: fromMedia + o.Name, Version: o.Version,
					Source: string(privacy.Media) + "/" + o.Name,
				})
				if err == nil {
					err = l.index.object(o, path, names)
				}
				return err
			})
		})
		if err == nil {
			err = l.index.endFolder()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// segments lists the locked copies of the ledger and of the record of acts.
func (l *listing) segments(ctx context.Context) error {
	return l.Ledger.Objects(ctx, l.in.TenantID, "", func(page []Object) error {
		return l.each(ctx, l.Ledger, page, func(o Object, sums Sums) error {
			place, values, ok := privacy.Of(privacy.Ledger, tenant.ObjectKey(l.in.TenantID, o.Name))
			if !ok {
				l.Warn(ctx, errors.New("export: an object of the ledger's bucket is of no declared kind"))
				return nil
			}
			if place.Export == privacy.Withheld {
				return nil
			}
			return l.book.Add(Entry{
				Path: l.book.Name(segmentFolder(place), "archive", values["month"], values["segment"]), Sums: sums, Size: o.Size, Time: o.Time,
				From: fromLedger + o.Name, Version: o.Version, Source: string(privacy.Ledger) + "/" + o.Name,
			})
		})
	})
}

// segmentFolder is where the archive has the copies of a book.
func segmentFolder(p privacy.Place) string {
	if p.Kind == tenant.AuditFolder {
		return "audit"
	}
	return "usage"
}

// fileFolder is where the archive has the files of a folder, below "files".
func fileFolder(folder string) string {
	switch folder {
	case tenant.JobFolder:
		return "videos"
	case tenant.ImageFolder:
		return "pictures"
	}
	return strings.Trim(folder, "/")
}

// each visits the objects of a page with their checksums, in order. One that was
// deleted since it was listed is left out.
func (l *listing) each(ctx context.Context, b Bucket, page []Object, visit func(Object, Sums) error) error {
	for part := range slices.Chunk(page, atOnce*8) {
		if !timeLeft(ctx, l.Now(), readTime) {
			return errNoTime
		}
		if err := l.beat(ctx); err != nil {
			return err
		}
		found, errs := make([]Sums, len(part)), make([]error, len(part))
		var wg sync.WaitGroup
		for first := range atOnce {
			wg.Go(func() {
				for i := first; i < len(part); i += atOnce {
					found[i], errs[i] = l.sums(ctx, b, part[i])
				}
			})
		}
		wg.Wait()
		for i, o := range part {
			switch {
			case problem.Is(errs[i], problem.NotFound):
			case errs[i] != nil:
				return errs[i]
			default:
				if err := visit(o, found[i]); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// sums are an object's checksums. One from before they were written is read once,
// and what was found is kept for a run that begins again.
func (l *listing) sums(ctx context.Context, b Bucket, o Object) (Sums, error) {
	known, ok, err := b.Sums(ctx, l.in.TenantID, o)
	if err != nil || ok {
		return known, err
	}
	digest := sha256.Sum256([]byte(o.Name + "\n" + o.Version))
	note := Folder(l.exportID) + "sums/" + hex.EncodeToString(digest[:])
	data, err := l.Files.GetBytes(ctx, l.in.TenantID, note)
	if err == nil {
		return known, json.Unmarshal(data, &known)
	}
	if !problem.Is(err, problem.NotFound) {
		return known, err
	}
	if known, err = l.sum(ctx, b, o); err != nil {
		return known, err
	}
	if data, err = json.Marshal(known); err != nil {
		return known, fmt.Errorf("keep checksums: %w", err)
	}
	return known, l.Files.PutBytes(ctx, l.in.TenantID, note, data, "application/json")
}

func (l *listing) sum(ctx context.Context, b Bucket, o Object) (Sums, error) {
	crc, sha := crc32.NewIEEE(), sha256.New()
	if o.Size > 0 {
		body, err := b.OpenVersion(ctx, l.in.TenantID, o, 0, o.Size)
		if err != nil {
			return Sums{}, err
		}
		n, err := io.Copy(io.MultiWriter(crc, sha), body)
		if err = errors.Join(err, body.Close()); err != nil {
			return Sums{}, problem.Wrap(problem.Unavailable, "A file could not be read.", err)
		}
		if n != o.Size {
			return Sums{}, problem.Wrap(problem.Unavailable, "A file changed while it was read.", ErrSource)
		}
	}
	return Sums{CRC32: crc.Sum32(), SHA256: hex.EncodeToString(sha.Sum(nil))}, nil
}

// fileNames makes the paths of files, after what their owner calls them. Files of
// one job follow each other, and lie in one folder.
type fileNames struct {
	*listing
	job    string
	folder []string
	title  string
}

func (n *fileNames) of(ctx context.Context, name string) (string, error) {
	switch {
	case strings.HasPrefix(name, tenant.JobFolder):
		job, file, _ := strings.Cut(strings.TrimPrefix(name, tenant.JobFolder), "/")
		if n.job != job {
			title, err := n.labels.of(ctx, tenant.JobFolder+job)
			if err != nil {
				return "", err
			}
			if n.title = title; title == "" {
				title = job
			}
			n.job, n.folder = job, n.book.Folder("files", fileFolder(tenant.JobFolder), title)
		}
		return n.book.Name(append(slices.Clone(n.folder), strings.Split(file, "/")...)...), nil
	case strings.HasPrefix(name, tenant.UploadFolder):
		called, err := n.labels.of(ctx, name)
		if n.title = called; called == "" {
			called = strings.TrimPrefix(name, tenant.UploadFolder)
		}
		return n.book.Name("files", fileFolder(tenant.UploadFolder), called), err
	case strings.HasPrefix(name, tenant.ImageFolder):
		return n.book.Name("files", fileFolder(tenant.ImageFolder), strings.ReplaceAll(strings.TrimPrefix(name, tenant.ImageFolder), "/", "-")), nil
	}
	return n.book.Name(append([]string{"files"}, strings.Split(name, "/")...)...), nil
}
