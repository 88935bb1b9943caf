// Package calls is the one SDK middleware: it counts what a request costs,
// refuses what lies outside the caller's partition, tells of attempts that were
// slow or refused, and plants faults for proofs. It sees every AWS call of every function, because boot puts it into
// the configuration that all clients are made from.
package calls

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// Watch puts the middleware into cfg. Make clients from cfg afterwards only.
func Watch(cfg *aws.Config, faults *Faults, observers ...Observer) {
	watch(cfg, faults, troubles{observers: observers, now: time.Now})
}

func watch(cfg *aws.Config, faults *Faults, tell troubles) {
	cfg.APIOptions = append(cfg.APIOptions, func(stack *middleware.Stack) error {
		if err := stack.Initialize.Add(starts{faults}, middleware.After); err != nil {
			return fmt.Errorf("watch calls: %w", err)
		}
		if err := stack.Build.Add(guard{}, middleware.After); err != nil {
			return fmt.Errorf("watch calls: %w", err)
		}
		if err := stack.Deserialize.Add(tell, middleware.Before); err != nil {
			return fmt.Errorf("watch calls: %w", err)
		}
		if err := stack.Deserialize.Add(attempts{faults}, middleware.After); err != nil {
			return fmt.Errorf("watch calls: %w", err)
		}
		return nil
	})
}

func operation(ctx context.Context) string {
	return awsmiddleware.GetServiceID(ctx) + "." + awsmiddleware.GetOperationName(ctx)
}

// starts sees each operation once, before it is serialized.
type starts struct{ faults *Faults }

func (starts) ID() string { return "WatchStarts" }

func (s starts) HandleInitialize(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
	if awsmiddleware.GetServiceID(ctx) == "S3" {
		if c := counterFrom(ctx); c != nil {
			c.note(ctx, "S3", askedOfS3(awsmiddleware.GetOperationName(ctx), in.Parameters))
		}
		if err := checkObject(ctx, in.Parameters); err != nil {
			return middleware.InitializeOutput{}, middleware.Metadata{}, err
		}
	}
	counterFrom(ctx).started(operation(ctx))
	ctx = context.WithValue(ctx, runningKey{}, &running{})
	return next.HandleInitialize(s.faults.assign(ctx, operation(ctx)), in)
}

// plain hides a stream's WriteTo. With it, the SDK's own wrapper answers io.EOF
// to a body that it has closed already, which net/http takes for a broken
// connection when the service answers before the body's end was read: the call
// took effect and the SDK sends it again.
type plain struct{ io.ReadSeeker }

// guard sees the serialized request before it is signed.
type guard struct{}

func (guard) ID() string { return "WatchGuard" }

func (guard) HandleBuild(ctx context.Context, in middleware.BuildInput, next middleware.BuildHandler) (middleware.BuildOutput, middleware.Metadata, error) {
	req, ok := in.Request.(*smithyhttp.Request)
	if !ok {
		return middleware.BuildOutput{}, middleware.Metadata{}, fmt.Errorf("calls: unexpected transport %T", in.Request)
	}
	if awsmiddleware.GetServiceID(ctx) != "DynamoDB" {
		var err error
		if stream, ok := req.GetStream().(io.ReadSeeker); ok {
			in.Request, err = req.SetStream(plain{stream})
		}
		if err != nil {
			return middleware.BuildOutput{}, middleware.Metadata{}, fmt.Errorf("calls: restore request: %w", err)
		}
		return next.HandleBuild(ctx, in)
	}
	body, err := io.ReadAll(req.GetStream())
	if err != nil {
		return middleware.BuildOutput{}, middleware.Metadata{}, fmt.Errorf("calls: read request: %w", err)
	}
	if c := counterFrom(ctx); c != nil {
		c.note(ctx, "DynamoDB", askedOfDynamo(awsmiddleware.GetOperationName(ctx), body))
	}
	if err := checkDynamo(ctx, awsmiddleware.GetOperationName(ctx), body); err != nil {
		return middleware.BuildOutput{}, middleware.Metadata{}, err
	}
	if r := runningFrom(ctx); r != nil {
		r.body = body
	}
	if counterFrom(ctx) != nil {
		body = askForCapacity(body)
	}
	if req, err = req.SetStream(plain{bytes.NewReader(body)}); err != nil {
		return middleware.BuildOutput{}, middleware.Metadata{}, fmt.Errorf("calls: restore request: %w", err)
	}
	req.ContentLength = int64(len(body))
	in.Request = req
	return next.HandleBuild(ctx, in)
}

// attempts sees each attempt, closest to the wire.
type attempts struct{ faults *Faults }

func (attempts) ID() string { return "WatchAttempts" }

func (a attempts) HandleDeserialize(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (out middleware.DeserializeOutput, md middleware.Metadata, err error) {
	err = a.faults.strike(ctx, func() error {
		out, md, err = next.HandleDeserialize(ctx, in)
		return err
	})
	if err != nil {
		return middleware.DeserializeOutput{}, md, err
	}
	if c := counterFrom(ctx); c != nil {
		if resp, ok := out.RawResponse.(*smithyhttp.Response); ok && awsmiddleware.GetServiceID(ctx) == "DynamoDB" {
			c.answered(operation(ctx), resp)
		}
	}
	return out, md, nil
}
