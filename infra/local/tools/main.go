// Command tools installs the pinned tools into the checkout: make tools. With
// -sam it installs SAM CLI, in an environment of its own, and prints its path;
// with -web the web app's packages.
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
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := install(ctx, *sam, *web); err != nil {
		fmt.Fprintln(os.Stderr, "make tools:", err)
		os.Exit(1)
	}
}

func install(ctx context.Context, sam, web bool) error {
	// Progress goes to standard error: standard output holds the path alone.
	steps := progress.To(os.Stderr, 1)
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
	return steps.Do("tools", func(say func(string)) (string, error) {
		_, fresh, err := toolbox.Install(ctx, ".", say)
		if fresh {
			return "installed into .tools", err
		}
		return "already installed", err
	})
}
