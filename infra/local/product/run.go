package product

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/devotionalai/platform/infra/local/settings"
)

// Run is the command: it starts the product of the current checkout and ends
// with a signal, or when a part of the product dies.
func Run(ctx context.Context, args, environ []string, out io.Writer) error {
	flags := flag.NewFlagSet("run", flag.ContinueOnError)
	data := flags.String("data", ".data", "where everything is kept")
	parent := flags.Bool("with-parent", underGoRun(), "end when the program that started this one ends")
	live := flags.Bool("live", false, "serve the web app's sources and show changes at once")
	ahead := flags.Bool("build", false, "make what a start takes, and end")
	built := flags.Bool("built", false, "start with what -build made, without looking at the sources")
	if err := flags.Parse(args); err != nil {
		return err
	}
	root, err := os.Getwd()
	if err != nil {
		return fmt.Errorf("find checkout: %w", err)
	}
	if _, err := os.Stat(filepath.Join(root, "template.yaml")); err != nil {
		return errors.New("run this in the checkout's top folder")
	}
	chosen, err := settings.Load(environ, filepath.Join(root, ".env"))
	if err != nil {
		return err
	}
	dir, err := filepath.Abs(*data)
	if err != nil {
		return fmt.Errorf("find data folder: %w", err)
	}
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	if *parent {
		ctx = withParent(ctx)
	}
	began, web := time.Now(), BuiltWeb
	if *live {
		web = LiveWeb
	}
	options := Options{Root: root, Data: dir, Settings: chosen, Out: out, Web: web, Built: *built}
	if *ahead {
		return BuildAhead(ctx, options)
	}
	p, err := Start(ctx, options)
	if err != nil {
		if ctx.Err() != nil {
			return errors.New("stopped before it was ready")
		}
		return err
	}
	fmt.Fprintf(out, `
ready: %[1]s  (%.1[2]f s)

  product   %[1]s
  mailbox   %[1]s/mailbox    sign-in mails
  API docs  %[1]s/api/docs

Ctrl-C stops it and keeps the data in %[3]s.
`, p.URL, time.Since(began).Seconds(), *data)
	died := p.Wait(ctx)
	fmt.Fprintln(out, "\nstopping …")
	if err := errors.Join(died, p.Stop()); err != nil {
		return oneLine(err)
	}
	fmt.Fprintf(out, "stopped; data kept in %s\n", *data)
	return nil
}

// underGoRun: the go command does not pass signals other than Ctrl-C on, so its
// end is our signal.
func underGoRun() bool {
	path, err := os.Executable()
	return err == nil && strings.Contains(path, string(filepath.Separator)+"go-build")
}

// withParent ends the context when this process is handed to another parent.
func withParent(ctx context.Context) context.Context {
	ctx, cancel := context.WithCancel(ctx)
	first := os.Getppid()
	go func() {
		defer cancel()
		for ctx.Err() == nil && os.Getppid() == first {
			time.Sleep(500 * time.Millisecond)
		}
	}()
	return ctx
}
