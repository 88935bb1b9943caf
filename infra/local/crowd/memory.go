package crowd

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
	"time"
)

// process is one of the product's.
type process struct {
	name  string // of the function; emulator, edge or encoder
	pid   int
	bytes int64
}

// snapshot is the memory of every process at one moment, and the processor's time
// that they have used until then.
type snapshot struct {
	at        time.Duration
	processes []process
	emulator  time.Duration // by the emulator itself
	functions time.Duration // by functions and encoders, those that have ended included
	edge      time.Duration
}

func (s snapshot) largest() map[string]process {
	all := map[string]process{}
	for _, p := range s.processes {
		if p.bytes > all[p.name].bytes {
			all[p.name] = p
		}
	}
	return all
}

// grown names processes that lived from one moment to the other and took more and
// more: a function or the edge. The emulator keeps all data in its memory.
func grown(from, to snapshot) (names []string) {
	const room = 32 << 20
	before := map[int]process{}
	for _, p := range from.processes {
		before[p.pid] = p
	}
	for _, p := range to.processes {
		old, lived := before[p.pid]
		if lived && p.name != emulatorName && p.name != encoderName && p.bytes > old.bytes*3/2+room {
			names = append(names, fmt.Sprintf("%s (%d MB, then %d)", p.name, old.bytes>>20, p.bytes>>20))
		}
	}
	return names
}

const (
	emulatorName = "emulator"
	edgeName     = "edge"
	encoderName  = "encoder"
)

// printMemory shows the largest process of each name at the begin, in the middle and
// at the end, and how many there were.
func printMemory(out io.Writer, shots []snapshot) {
	if len(shots) == 0 || len(shots[0].processes) == 0 {
		fmt.Fprintln(out, "\nmemory and processor time are shown on Linux only")
		return
	}
	three := []snapshot{shots[0], shots[len(shots)/2], shots[len(shots)-1]}
	w := tabwriter.NewWriter(out, 2, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\nMB of the largest process\tbegin\tmiddle\tend\tprocesses at the end\t")
	names := map[string]int{}
	for _, s := range three {
		for _, p := range s.processes {
			names[p.name] += 0
		}
	}
	for _, p := range three[2].processes {
		names[p.name]++
	}
	most := func(name string) int64 {
		return max(three[0].largest()[name].bytes, three[1].largest()[name].bytes, three[2].largest()[name].bytes)
	}
	sorted := slices.SortedFunc(func(yield func(string) bool) {
		for name := range names {
			if !yield(name) {
				return
			}
		}
	}, func(a, b string) int { return cmp.Or(cmp.Compare(most(b), most(a)), cmp.Compare(a, b)) })
	for _, name := range sorted {
		fmt.Fprintf(w, "%s\t", name)
		for _, s := range three {
			fmt.Fprintf(w, "%d\t", s.largest()[name].bytes>>20)
		}
		fmt.Fprintf(w, "%d\t\n", names[name])
	}
	_ = w.Flush()
	first, last := three[0], three[2]
	emulator, functions, edge := last.emulator-first.emulator, last.functions-first.functions, last.edge-first.edge
	all := max(emulator+functions+edge, 1)
	fmt.Fprintf(out, "processor time: emulator %.0f s (%d %%), functions and encoders %.0f s (%d %%), edge %.0f s (%d %%), in %.0f s\n",
		emulator.Seconds(), emulator*100/all, functions.Seconds(), functions*100/all, edge.Seconds(), edge*100/all, (last.at - first.at).Seconds())
}
