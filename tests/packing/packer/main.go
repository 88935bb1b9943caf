// Command packer packs an archive into a bucket as an export does: slices of it
// at once, each part by part. It prints what it took of memory at most. It is a
// process of its own so that this is its own.
//
//	packer -endpoint http://… -layout file -to key [-slices 2] [-part 16777216]
package main

import (
	"bytes"
	"cmp"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go/middleware"
	"golang.org/x/sync/errgroup"

	"github.com/devotionalai/platform/shared/technologies/zipfile"
)

func main() {
	var p packer
	var endpoint string
	flag.StringVar(&endpoint, "endpoint", "", "address of S3")
	flag.StringVar(&p.bucket, "bucket", "media", "bucket of sources and archive")
	flag.StringVar(&p.layout, "layout", "", "file of the layout")
	flag.StringVar(&p.to, "to", "", "key of the archive")
	slices := flag.Int("slices", 2, "how many are packed at once")
	flag.Int64Var(&p.part, "part", 16<<20, "bytes of a part")
	flag.Parse()
	p.s3 = s3.New(s3.Options{
		BaseEndpoint: &endpoint, Region: "us-east-1", UsePathStyle: true, Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
		RequestChecksumCalculation: aws.RequestChecksumCalculationWhenRequired, ResponseChecksumValidation: aws.ResponseChecksumValidationWhenRequired,
		APIOptions: []func(*middleware.Stack) error{v4.SwapComputePayloadSHA256ForUnsignedPayloadMiddleware}, // as over TLS
	})
	if err := p.pack(context.Background(), *slices); err != nil {
		fmt.Fprintln(os.Stderr, "packer:", err)
		os.Exit(1)
	}
	status, _ := os.ReadFile("/proc/self/status") // not there on other systems, and then nothing is printed
	for line := range strings.Lines(string(status)) {
		if strings.HasPrefix(line, "VmHWM:") {
			fmt.Print(line)
		}
	}
}

type packer struct {
	s3         *s3.Client
	bucket, to string
	layout     string
	part       int64
}

func (p *packer) pack(ctx context.Context, workers int) error {
	layout, file, err := p.open()
	if err != nil {
		return err
	}
	size := layout.Summary().Size
	if err := file.Close(); err != nil {
		return err
	}
	begun, err := p.s3.CreateMultipartUpload(ctx, &s3.CreateMultipartUploadInput{Bucket: &p.bucket, Key: &p.to})
	if err != nil {
		return err
	}
	parts := int32((size + p.part - 1) / p.part)
	done := make([]types.CompletedPart, parts)
	group, within := errgroup.WithContext(ctx)
	for w := range workers {
		group.Go(func() error {
			return p.slice(within, *begun.UploadId, int32(w)*parts/int32(workers), int32(w+1)*parts/int32(workers), size, done)
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	slices.SortFunc(done, func(a, b types.CompletedPart) int { return cmp.Compare(*a.PartNumber, *b.PartNumber) })
	_, err = p.s3.CompleteMultipartUpload(ctx, &s3.CompleteMultipartUploadInput{
		Bucket: &p.bucket, Key: &p.to, UploadId: begun.UploadId, MultipartUpload: &types.CompletedMultipartUpload{Parts: done},
	})
	return err
}

func (p *packer) open() (*zipfile.LayoutReader, *os.File, error) {
	f, err := os.Open(p.layout)
	if err != nil {
		return nil, nil, err
	}
	about, err := f.Stat()
	if err != nil {
		return nil, nil, err
	}
	l, err := zipfile.OpenLayout(f, about.Size())
	return l, f, err
}

// slice packs the parts from first to last, one buffer for all.
func (p *packer) slice(ctx context.Context, upload string, first, last int32, size int64, done []types.CompletedPart) error {
	layout, file, err := p.open()
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }() // was only read
	buffer := bytes.NewBuffer(make([]byte, 0, p.part))
	for n := first; n < last; n++ {
		buffer.Reset()
		from := int64(n) * p.part
		err := zipfile.WriteRange(ctx, buffer, layout, from, min(from+p.part, size), func(l zipfile.Line, offset, length int64) (io.ReadCloser, error) {
			return p.source(ctx, l, offset, length)
		})
		if err != nil {
			return err
		}
		out, err := p.s3.UploadPart(ctx, &s3.UploadPartInput{
			Bucket: &p.bucket, Key: &p.to, UploadId: &upload, PartNumber: aws.Int32(n + 1), Body: bytes.NewReader(buffer.Bytes()),
		})
		if err != nil {
			return err
		}
		done[n] = types.CompletedPart{ETag: out.ETag, PartNumber: aws.Int32(n + 1)}
	}
	return nil
}

func (p *packer) source(ctx context.Context, l zipfile.Line, offset, length int64) (io.ReadCloser, error) {
	in := &s3.GetObjectInput{Bucket: &p.bucket, Key: &l.Source}
	if l.Version != "" {
		in.VersionId = &l.Version
	}
	if length < l.Size {
		in.Range = aws.String(fmt.Sprintf("bytes=%d-%d", offset, offset+length-1))
	}
	out, err := p.s3.GetObject(ctx, in)
	if err != nil {
		return nil, err
	}
	return out.Body, nil
}
