// Package canary walks through the deployed product as a caller does, on a
// schedule, so that what nobody uses at night is known to work in the morning.
package canary

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Address takes the mail of sign-in. It is the mail service's own, and answers as a
// person's does: mail is accepted, and nothing counts against the sender.
const Address = "success@simulator.amazonses.com"

const pause = 10 * time.Second // between two looks at a job

// Job is a render as its caller sees it.
type Job struct {
	Status   string
	Code     string   // of what it ended with; empty where it ended well
	Warnings []string // codes
	Video    string   // address
}

// Product is the product behind its own address.
type Product interface {
	// Healthy answers which build answers.
	Healthy(ctx context.Context) (build string, err error)
	// Keys answers how many keys verify access tokens.
	Keys(ctx context.Context) (int, error)
	// AskForLink asks for the mail of sign-in.
	AskForLink(ctx context.Context, address string) error
	// Render begins the render of a project.
	Render(ctx context.Context, project string) (job string, err error)
	// Job looks at a job.
	Job(ctx context.Context, id string) (Job, error)
	// Size answers how many bytes an address serves.
	Size(ctx context.Context, address string) (int64, error)
	// FreeVideo removes a job's video.
	FreeVideo(ctx context.Context, job string) error
}

// Walk is one way through the product.
type Walk struct {
	Product  Product
	Project  string        // of the account that the key belongs to; kept short, each render of it is charged
	Patience time.Duration // for the render
	Now      func() time.Time
	Wait     func(context.Context, time.Duration) error
}

// Report is what a walk that went well saw.
type Report struct {
	Build    string   `json:"build"`
	RenderMS int64    `json:"render_ms"`
	Warnings []string `json:"warnings"` // of the render: it was made otherwise than asked for
	Bytes    int64    `json:"bytes"`    // of the video
}

// Run walks until something is not as a person needs it; the error names the step.
func (w Walk) Run(ctx context.Context) (Report, error) {
	build, err := w.Product.Healthy(ctx)
	if err != nil {
		return Report{}, fmt.Errorf("canary: health: %w", err)
	}
	keys, err := w.Product.Keys(ctx)
	if err == nil && keys == 0 {
		err = errors.New("there is no key")
	}
	if err != nil {
		return Report{}, fmt.Errorf("canary: keys of sign-in: %w", err)
	}
	if err := w.Product.AskForLink(ctx, Address); err != nil {
		return Report{}, fmt.Errorf("canary: mail of sign-in: %w", err)
	}
	begun := w.Now()
	id, err := w.Product.Render(ctx, w.Project)
	if err != nil {
		return Report{}, fmt.Errorf("canary: begin a render: %w", err)
	}
	job, err := w.end(ctx, id, begun)
	if err != nil {
		return Report{}, fmt.Errorf("canary: render %s: %w", id, err)
	}
	report := Report{Build: build, RenderMS: w.Now().Sub(begun).Milliseconds(), Warnings: job.Warnings}
	if report.Bytes, err = w.Product.Size(ctx, job.Video); err == nil && report.Bytes == 0 {
		err = errors.New("it is empty")
	}
	if err != nil {
		return Report{}, fmt.Errorf("canary: video of %s: %w", id, err)
	}
	if err := w.Product.FreeVideo(ctx, id); err != nil {
		return Report{}, fmt.Errorf("canary: free the video of %s: %w", id, err)
	}
	return report, nil
}

// end looks at a job until it ended.
func (w Walk) end(ctx context.Context, id string, begun time.Time) (Job, error) {
	for {
		job, err := w.Product.Job(ctx, id)
		if err != nil {
			return Job{}, err
		}
		switch job.Status {
		case "succeeded":
			return job, nil
		case "failed", "canceled":
			return Job{}, fmt.Errorf("it is %s: %s", job.Status, job.Code)
		}
		if w.Now().Sub(begun) > w.Patience {
			return Job{}, fmt.Errorf("it is still %s after %s", job.Status, w.Patience)
		}
		if err := w.Wait(ctx, pause); err != nil {
			return Job{}, err
		}
	}
}
