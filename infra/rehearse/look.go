package main

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go"

	"github.com/devotionalai/platform/infra/stages"
)

// state is how one thing stands.
type state string

const (
	ok     state = "ok"
	lacks  state = "lacks"    // there is no product without it
	less   state = "less"     // there is one, which can do less
	unseen state = "not seen" // nobody could look
)

// finding is how one thing stands, and what to do.
type finding struct {
	State    state
	Said     string   // one line
	Commands []string // that get what lacks, in order
	Give     []string // parameters that suit what was found, Name=value
}

// resolver is the machine's own of names.
type resolver interface {
	LookupHost(ctx context.Context, host string) ([]string, error)
}

// place is where one looks.
type place struct {
	AWS      aws.Config
	Wish     wish
	Given    map[string]string // parameters of SET and of samconfig.toml
	Defaults map[string]string // of the stack's parameters
	Values   map[string]string // as a deployment would have them
	There    bool              // the stack is
	Resolver resolver
	Program  func(name string) (string, error) // where this machine has it
	Root     string                            // of the checkout
}

// check looks at one thing.
type check struct {
	Name string
	Look func(context.Context, place) finding
}

// checks are all, in the order in which they are told.
func checks() []check {
	return []check{
		{"credentials", caller},
		{"region", region},
		{"functions", functionsAtOnce},
		{"mail", sandbox},
		{"sender", sender},
		{"certificate", certificate},
		{"stack", stack},
		{"address", address},
		{"alias", alias},
		{"CloudFront", distributing},
		{"secrets", secrets},
		{"voice", voice},
		{"pictures", pictures},
		{"tools", tools},
		{"AWS CLI", awsCLI},
		{"SAM CLI", samCLI},
		{"ffmpeg layer", ffmpegLayer},
		{"disk", disk},
	}
}

// told is a check's finding by its name.
type told struct {
	Name string
	finding
}

// look makes all checks side by side. The account is asked nothing more when nobody
// knows who asks.
func look(ctx context.Context, p place) []told {
	all := checks()
	found := make([]told, len(all))
	found[0] = told{all[0].Name, withLimit(ctx, p, all[0])}
	if p.AWS.Region == "" {
		p.AWS.Region = fallback // as make deploy takes it
		all[1].Look = noRegion
	}
	var wg sync.WaitGroup
	for i, c := range all[1:] {
		wg.Go(func() {
			if found[0].State != ok && !local(c.Name) {
				found[i+1] = told{c.Name, finding{State: unseen, Said: "without credentials nobody can look"}}
				return
			}
			found[i+1] = told{c.Name, withLimit(ctx, p, c)}
		})
	}
	wg.Wait()
	return found
}

// local reports whether a check asks this machine alone.
func local(name string) bool {
	switch name {
	case "region", "tools", "AWS CLI", "SAM CLI", "ffmpeg layer", "disk":
		return true
	}
	return false
}

func withLimit(ctx context.Context, p place, c check) finding {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	return c.Look(ctx, p)
}

// blind is what is said of a call that brought no answer: which right it lacks, if
// that is why.
func blind(right string, err error) finding {
	var refused smithy.APIError
	if errors.As(err, &refused) {
		switch refused.ErrorCode() {
		case "AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "NotAuthorized", "AuthorizationError":
			return finding{State: unseen, Said: "refused: these credentials lack " + right}
		}
		return finding{State: unseen, Said: right + " answered " + refused.ErrorCode()}
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return finding{State: unseen, Said: fmt.Sprintf("%s did not answer within %s", right, callTimeout)}
	}
	return finding{State: unseen, Said: right + " could not be asked"}
}

// code is what a service calls its refusal; "" for something else.
func code(err error) string {
	var refused smithy.APIError
	if errors.As(err, &refused) {
		return refused.ErrorCode()
	}
	return ""
}

// defaultsOf are those of a template's parameters; "" where there is none.
func defaultsOf(all []stages.Parameter) map[string]string {
	defaults := map[string]string{}
	for _, p := range all {
		defaults[p.Name] = p.Default
	}
	return defaults
}
