// Command tools installs the pinned tools into the checkout: make tools. With
// -sam it installs SAM CLI, in an environment of its own, and prints its path;
// with -web the web app's packages; with -dynamodb the tests' second store; with
// -stripe what Stripe's own stand-in is to tests.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"

	"github.com/devotionalai/platform/infra/local/progress"
	"github.com/devotionalai/platform/infra/local/toolbox"
	"github.com/devotionalai/platform/infra/local/webapp"
)

func main() {
	sam := flag.Bool("sam", false, "install SAM CLI and print the path of its program")
	web := flag.Bool("web", false, "install the web app's packages")
	dynamodb := flag.Bool("dynamodb", false, "install DynamoDB Local and its Java, for tests")
	stripe := flag.Bool("stripe", false, "install Stripe's own stand-in, for tests")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := install(ctx, *sam, *web, *dynamodb, *stripe); err != nil {
		fmt.Fprintln(os.Stderr, "make tools:", err)
		os.Exit(1)
	}
}

func install(ctx context.Context, sam, web, dynamodb, stripe bool) error {
	// Progress goes to standard error: standard output holds the path alone.
	total := 1
	if !sam && !web && !dynamodb && !stripe {
		total = 2
	}
	steps := progress.To(os.Stderr, total)
	if sam {
		path, fresh, err := toolbox.InstallSAM(ctx, ".", steps.Say)
		if fresh {
			steps.Note("SAM CLI installed")
		}
		if err == nil {
			fmt.Println(path)
		}
		return err
	}
	if web {
		return steps.Do("web app", func(say func(string)) (string, error) {
			return "packages are there", webapp.In(".").Install(ctx, say)
		})
	}
	if dynamodb {
		return steps.Do("DynamoDB Local", func(say func(string)) (string, error) {
			_, fresh, err := toolbox.InstallDynamoDB(ctx, ".", say)
			return outcome(fresh), err
		})
	}
	if stripe {
		return steps.Do("stripe-mock", func(say func(string)) (string, error) {
			some := false
			for _, version := range toolbox.StripeMocks() {
				_, fresh, err := toolbox.InstallStripeMock(ctx, ".", version, say)
				if err != nil {
					return "", err
				}
				some = some || fresh
			}
			return outcome(some), nil
		})
	}
	return forRuns(ctx, steps)
}

// forRuns installs what every run needs.
func forRuns(ctx context.Context, steps *progress.Steps) error {
	if err := steps.Do("tools", func(say func(string)) (string, error) {
		_, fresh, err := toolbox.Install(ctx, ".", say)
		if err != nil {
			return "", err
		}
		_, freshFonts, err := toolbox.InstallFonts(ctx, ".", say)
		return outcome(fresh || freshFonts), err
	}); err != nil {
		return err
	}
	return steps.Do("voice", func(say func(string)) (string, error) {
		_, fresh, err := toolbox.InstallKokoro(ctx, ".", say)
		return outcome(fresh), err
	})
}

func outcome(fresh bool) string {
	if fresh {
		return "installed into .tools"
	}
	return "already installed"
}
