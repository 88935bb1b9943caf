package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/devotionalai/platform/infra/local/progress"
	"github.com/devotionalai/platform/infra/restore"
)

func drill(ctx context.Context, out io.Writer, cfg aws.Config, name string) error {
	stack, err := restore.Find(ctx, cfg, name)
	if err != nil {
		return err
	}
	steps := progress.To(out, restore.Steps)
	drill := restore.DrillOf(cfg, stack, time.Now)
	drill.Say, drill.Step = steps.Say, step(steps)
	c, err := drill.Run(ctx)
	print(out, c)
	return err
}

// restoreTables restores to be used: the tables stay.
func restoreTables(ctx context.Context, out io.Writer, cfg aws.Config, name string, moment time.Time) error {
	stack, err := restore.Find(ctx, cfg, name)
	if err != nil {
		return err
	}
	steps := progress.To(out, 5)
	service, do := restore.Service{DB: dynamodb.NewFromConfig(cfg), Say: steps.Say}, step(steps)
	var made restore.Pair
	for _, s := range []struct {
		name string
		do   func() (string, error)
	}{
		{"restore", func() (string, error) {
			made, err = service.AsOf(ctx, stack.Tables, moment, time.Now())
			return made.Platform + ", " + made.Directory, err
		}},
		{"set up", func() (string, error) { return "as the tables in use", service.SetUp(ctx, stack.Tables, made, true) }},
		{"replay", func() (string, error) {
			removed, err := restore.Erasures(cfg, stack.Ledger)(ctx, made)
			return fmt.Sprintf("%d items of erased accounts removed again", removed), err
		}},
		{"waiting", func() (string, error) {
			back, err := restore.TakeBack(ctx, cfg, made, time.Now())
			return fmt.Sprintf("%d asked-for erasures taken back, whose owners ask again: %v", len(back), back), err
		}},
		{"adoption", func() (string, error) {
			_, err := service.Adoption(ctx, made) // both have what a stack asks for
			return "a stack takes them with", err
		}},
	} {
		if err := do(s.name, s.do); err != nil {
			return err
		}
	}
	fmt.Fprintf(out, "  make deploy STAGE=… ADOPT=%s,%s\n", made.Platform, made.Directory)
	return nil
}

func step(steps *progress.Steps) func(string, func() (string, error)) error {
	return func(name string, do func() (string, error)) error {
		return steps.Do(name, func(func(string)) (string, error) { return do() })
	}
}

// print shows what was restored, by tenant, and what is wrong with it.
func print(out io.Writer, c restore.Comparison) {
	w := tabwriter.NewWriter(out, 2, 0, 2, ' ', 0)
	if len(c.Totals) > 0 {
		fmt.Fprintln(w, "\ntenant\titems restored\tchecksum\t")
	}
	for _, of := range slices.Sorted(maps.Keys(c.Totals)) {
		fmt.Fprintf(w, "%s\t%d\t%s\t\n", of, c.Totals[of].Items, c.Totals[of].Sum)
	}
	_ = w.Flush() // to a terminal or a file: what is lost is a line of text
	for _, fault := range c.Faults {
		fmt.Fprintln(out, "wrong:", fault)
	}
}
