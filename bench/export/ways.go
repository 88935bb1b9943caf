package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go/middleware"
	"golang.org/x/sync/errgroup"
)

// atOnce is how many objects each way moves at once.
const atOnce = 2

func (b *bench) ours(ctx context.Context) error {
	cmd := exec.CommandContext(ctx, b.packer, "-endpoint", b.server.URL, "-layout", b.load.Layout, "-to", "ours.zip", "-slices", fmt.Sprint(atOnce))
	cmd.Stderr = os.Stderr
	return cmd.Run()
}

func (b *bench) client() *s3.Client {
	return s3.New(s3.Options{
		BaseEndpoint: &b.server.URL, Region: "us-east-1", UsePathStyle: true, Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
		RequestChecksumCalculation: aws.RequestChecksumCalculationWhenRequired, ResponseChecksumValidation: aws.ResponseChecksumValidationWhenRequired,
		APIOptions: []func(*middleware.Stack) error{v4.SwapComputePayloadSHA256ForUnsignedPayloadMiddleware}, // as over TLS
	})
}

// each does something with every object.
func (b *bench) each(ctx context.Context, do func(ctx context.Context, key string, number int) error) error {
	group, within := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for i := range b.videos {
		group.Go(func() error { return do(within, fmt.Sprintf("tenants/t/jobs/%06d/video.mp4", i), i) })
	}
	return group.Wait()
}

func (b *bench) copies(ctx context.Context) error {
	client := b.client()
	return b.each(ctx, func(ctx context.Context, key string, _ int) error {
		_, err := client.CopyObject(ctx, &s3.CopyObjectInput{Bucket: aws.String("media"), Key: aws.String("copies/" + key), CopySource: aws.String("media/" + key)})
		return err
	})
}

// zipper is the program that puts files into an archive.
func (b *bench) zipper() string {
	if _, err := exec.LookPath("zip"); err != nil {
		return "python zipfile"
	}
	return "zip -0"
}

func (b *bench) byHand(ctx context.Context) (err error) {
	dir, err := os.MkdirTemp(b.dir, "by-hand-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	client := b.client()
	files := filepath.Join(dir, "files")
	if err := os.Mkdir(files, 0o700); err != nil {
		return err
	}
	err = b.each(ctx, func(ctx context.Context, key string, n int) error {
		return download(ctx, client, key, filepath.Join(files, fmt.Sprintf("%d.mp4", n)))
	})
	if err != nil {
		return err
	}
	zip := exec.CommandContext(ctx, "zip", "-0", "-q", "-r", "out.zip", "files")
	if b.zipper() != "zip -0" {
		zip = exec.CommandContext(ctx, "python3", "-m", "zipfile", "-c", "out.zip", "files") // stores
	}
	zip.Dir = dir
	if out, err := zip.CombinedOutput(); err != nil {
		return fmt.Errorf("zip: %w: %.300s", err, out)
	}
	f, err := os.Open(filepath.Join(dir, "out.zip"))
	if err != nil {
		return err
	}
	_, err = client.PutObject(ctx, &s3.PutObjectInput{Bucket: aws.String("media"), Key: aws.String("by-hand.zip"), Body: f})
	return errors.Join(err, f.Close())
}

func download(ctx context.Context, client *s3.Client, key, to string) error {
	out, err := client.GetObject(ctx, &s3.GetObjectInput{Bucket: aws.String("media"), Key: &key})
	if err != nil {
		return err
	}
	f, err := os.Create(to)
	if err == nil {
		_, err = io.Copy(f, out.Body)
		err = errors.Join(err, f.Close())
	}
	return errors.Join(err, out.Body.Close())
}
