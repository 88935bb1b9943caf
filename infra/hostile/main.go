// Command hostile runs every fuzz target of the checkout for its share of so many
// minutes of processor time: the first half of make hostile. The other half is
// infra/local/schemacheck, which sends requests to the running product.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/devotionalai/platform/infra/hostile/fuzzing"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	minutes := flag.Float64("minutes", 10, "minutes of processor time for all targets together")
	only := flag.String("only", "", "targets whose folder or name holds this")
	flag.Parse()
	if err := run(ctx, time.Duration(*minutes*float64(time.Minute)), *only); err != nil {
		fmt.Fprintln(os.Stderr, "make hostile:", err)
		os.Exit(1)
	}
}

// round bounds how long a target runs at a time: what is left of its share after
// one is run in the next, so that what others took of the processors is made up for.
const round = 30 * time.Second

// task is a target with what it has had.
type task struct {
	fuzzing.Target
	binary string
	inputs int64
	cpu    time.Duration
	failed bool
}

func run(ctx context.Context, budget time.Duration, only string) error {
	root, err := os.Getwd()
	if err != nil {
		return err
	}
	tasks, err := prepared(ctx, root, only)
	if err != nil {
		return err
	}
	share := budget / time.Duration(len(tasks))
	fmt.Printf("hostile: %d fuzz targets, %.1f s of processor time each\n", len(tasks), share.Seconds())
	for again := true; again; {
		again = false
		for _, t := range tasks {
			left := share - t.cpu
			if left <= 0 || t.failed {
				continue
			}
			if err := t.fuzz(ctx, root, min(max(left/2, time.Second), round)); err != nil {
				return err
			}
			again = true
		}
	}
	return summed(tasks)
}

// prepared builds what runs the targets, a program for each package.
func prepared(ctx context.Context, root, only string) ([]*task, error) {
	found, err := fuzzing.Find(root)
	if err != nil {
		return nil, err
	}
	var tasks []*task
	var built []string
	for _, target := range found {
		if !strings.Contains(target.Folder+" "+target.Name, only) {
			continue
		}
		binary := filepath.Join(root, ".build", "hostile", strings.ReplaceAll(target.Folder, "/", "-")+".test")
		if !slices.Contains(built, binary) {
			if err := fuzzing.Build(ctx, root, target.Folder, binary, true); err != nil {
				return nil, err
			}
			built = append(built, binary)
		}
		tasks = append(tasks, &task{Target: target, binary: binary})
	}
	if len(tasks) == 0 {
		return nil, errors.New("there is no such fuzz target")
	}
	return tasks, nil
}

// fuzz runs a target for a time on the clock.
func (t *task) fuzz(ctx context.Context, root string, length time.Duration) error {
	cache := filepath.Join(root, ".build", "hostile", "inputs", t.Folder)
	r, err := fuzzing.Run(ctx, t.binary, filepath.Join(root, t.Folder), cache, t.Name, length.Round(100*time.Millisecond).String())
	if err != nil {
		return err
	}
	t.inputs, t.cpu, t.failed = t.inputs+r.Inputs, t.cpu+r.CPU, r.Failed
	if r.Failed {
		fmt.Printf("hostile: %s %s does not hold:\n%s\n", t.Folder, t.Name, r.Said)
	}
	return nil
}

func summed(tasks []*task) error {
	var inputs int64
	var cpu time.Duration
	var failed []string
	for _, t := range tasks {
		inputs, cpu = inputs+t.inputs, cpu+t.cpu
		fmt.Printf("hostile: %-40s %-22s %10d inputs %7.1f s\n", t.Folder, t.Name, t.inputs, t.cpu.Seconds())
		if t.failed {
			failed = append(failed, t.Name)
		}
	}
	fmt.Printf("hostile: %d fuzz targets, %d inputs, %.1f minutes of processor time\n", len(tasks), inputs, cpu.Minutes())
	if len(failed) > 0 {
		return fmt.Errorf("%s: what was found lies in testdata/fuzz beside them; it stays as a seed", strings.Join(failed, ", "))
	}
	return nil
}
