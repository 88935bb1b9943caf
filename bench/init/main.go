// Command init measures how long the API functions take to start, beside a bare
// handler: from the start of the process to its first request for an event, on
// a stand-in of Lambda's runtime. Function and bare handler start in turn, so
// that a busy machine is busy for both. It also prints the size of each binary.
//
//	go run ./bench/init [-rounds 20] [-only names] [-json file] [-against file]
package main

import (
	"cmp"
	"context"
	"encoding/json"
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

	"github.com/devotionalai/platform/shared/httpapi"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench/init:", err)
		os.Exit(1)
	}
}

// result is what one function came to.
type result struct {
	Function string
	Bytes    int64   // of its binary
	MS       float64 // median from start to readiness, in milliseconds
	Bare     float64 // the bare handler's median in the same rounds
}

func (r result) ratio() float64 { return r.MS / r.Bare }

func run() (err error) {
	rounds := flag.Int("rounds", 20, "how often each function starts")
	only := flag.String("only", "", "functions, with commas between; all without it")
	into := flag.String("json", "", "write the figures to this file")
	against := flag.String("against", "", "print them beside those of this file")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	before, err := read(*against)
	if err != nil {
		return err
	}
	var names []string
	for _, row := range httpapi.Routes() {
		if (*only == "" || slices.Contains(strings.Split(*only, ","), row.Name)) && !slices.Contains(names, row.Name) {
			names = append(names, row.Name)
		}
	}
	slices.Sort(names)
	if len(names) == 0 || *rounds < 1 {
		return errors.New("there is nothing to measure")
	}
	all, err := measure(ctx, names, *rounds)
	if err != nil {
		return err
	}
	print(all, before, *rounds)
	if *into == "" {
		return nil
	}
	raw, err := json.MarshalIndent(all, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(*into, raw, 0o644)
}

func measure(ctx context.Context, names []string, rounds int) (all []result, err error) {
	dir, err := os.MkdirTemp("", "bench-init-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if err := build(ctx, dir, names); err != nil {
		return nil, err
	}
	l, err := newLambda()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, l.close()) }()
	environ, err := newEnvironment(l.endpoint)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		variables, err := environ.of(name)
		if err != nil {
			return nil, err
		}
		r, err := l.compare(ctx, dir, name, variables, rounds)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		all = append(all, r)
	}
	return all, nil
}

// compare starts a function and the bare handler in turn.
func (l *lambda) compare(ctx context.Context, dir, name string, variables []string, rounds int) (result, error) {
	var own, plain []float64
	for n := range rounds + 1 {
		base, err := l.start(ctx, filepath.Join(dir, bare), nil)
		if err != nil {
			return result{}, err
		}
		took, err := l.start(ctx, filepath.Join(dir, name), variables)
		if err != nil {
			return result{}, err
		}
		if n > 0 { // the first reads the files from the disk
			own, plain = append(own, ms(took)), append(plain, ms(base))
		}
	}
	stat, err := os.Stat(filepath.Join(dir, name))
	if err != nil {
		return result{}, err
	}
	return result{Function: name, Bytes: stat.Size(), MS: median(own), Bare: median(plain)}, nil
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func median[N cmp.Ordered](values []N) N {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}

func read(file string) (map[string]result, error) {
	if file == "" {
		return nil, nil
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var list []result
	if err := json.Unmarshal(raw, &list); err != nil {
		return nil, fmt.Errorf("%s holds no figures: %w", file, err)
	}
	before := map[string]result{}
	for _, r := range list {
		before[r.Function] = r
	}
	return before, nil
}

func print(all []result, before map[string]result, rounds int) {
	fmt.Printf("Cold starts until the first request for an event; medians of %d, in turn with a bare handler.\n\n", rounds)
	fmt.Printf("%-20s %8s %9s %9s %6s", "function", "MB", "ms", "bare ms", "ratio")
	if before != nil {
		fmt.Printf("   before: %8s %6s", "MB", "ratio")
	}
	fmt.Println()
	var ratios, sizes, old []float64
	for _, r := range all {
		fmt.Printf("%-20s %8.2f %9.1f %9.1f %6.2f", r.Function, float64(r.Bytes)/1e6, r.MS, r.Bare, r.ratio())
		if b, ok := before[r.Function]; ok {
			fmt.Printf("   %7s %8.2f %6.2f", "", float64(b.Bytes)/1e6, b.ratio())
			old = append(old, b.ratio())
		}
		fmt.Println()
		ratios, sizes = append(ratios, r.ratio()), append(sizes, float64(r.Bytes)/1e6)
	}
	fmt.Printf("\n%d functions: median ratio %.2f, median size %.2f MB", len(all), median(ratios), median(sizes))
	if len(old) > 0 {
		fmt.Printf("; before: ratio %.2f", median(old))
	}
	fmt.Println()
}
