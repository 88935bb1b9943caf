package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// What a build leaves: each function's program and archive, and the layer, twice.
const buildTakes = 4 << 30

// tools are what the machine must bring along itself; preflight.sh knows them.
func tools(ctx context.Context, p place) finding {
	cmd := exec.CommandContext(ctx, filepath.Join("infra", "local", "preflight.sh"))
	cmd.Dir = p.Root
	out, err := cmd.CombinedOutput()
	var failed *exec.ExitError
	switch {
	case err == nil:
		return finding{State: ok, Said: "Go, Python, Node, make"}
	case !errors.As(err, &failed):
		return finding{State: unseen, Said: "infra/local/preflight.sh could not be run"}
	}
	f := finding{State: lacks}
	var missing []string
	for line := range strings.Lines(string(out)) {
		line = strings.TrimSpace(line)
		if what, is := strings.CutPrefix(line, "missing: "); is {
			missing = append(missing, what)
		} else if line != "" {
			f.Commands = append(f.Commands, line)
		}
	}
	f.Said = strings.Join(missing, ", ")
	return f
}

// awsCLI: make deploy calls AWS by itself, but the guide's commands and those that
// are printed here are the AWS CLI's.
func awsCLI(_ context.Context, p place) finding {
	if _, err := p.Program("aws"); err != nil {
		return finding{State: less, Said: "no aws on this machine; the commands of the guide and of this report need version 2 of it", Commands: []string{
			"# https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html",
		}}
	}
	return finding{State: ok, Said: "installed"}
}

func samCLI(_ context.Context, p place) finding {
	if _, err := os.Stat(filepath.Join(p.Root, ".tools", "sam", "bin", "sam")); err != nil {
		return finding{State: less, Said: "not installed yet; a build installs it", Commands: []string{"go run ./infra/local/tools -sam"}}
	}
	return finding{State: ok, Said: "installed"}
}

func ffmpegLayer(_ context.Context, p place) finding {
	for _, pattern := range []string{"*/bin/ffmpeg", "*/*/bin/ffmpeg"} {
		if found, err := filepath.Glob(filepath.Join(p.Root, ".aws-sam", "build", pattern)); err == nil && len(found) > 0 {
			return finding{State: ok, Said: "built"}
		}
	}
	return finding{State: less, Said: "not built yet; a deployment builds it", Commands: []string{"make build"}}
}

func disk(_ context.Context, p place) finding {
	var fs unix.Statfs_t
	if err := unix.Statfs(p.Root, &fs); err != nil {
		return finding{State: unseen, Said: "the disk could not be asked"}
	}
	return diskOf(fs.Bavail * uint64(fs.Bsize))
}

func diskOf(free uint64) finding {
	said := fmt.Sprintf("%d MB free", free>>20)
	if free < buildTakes {
		return finding{State: lacks, Said: fmt.Sprintf("%s, and a build takes up to %d", said, buildTakes>>20), Commands: []string{"make clean"}}
	}
	return finding{State: ok, Said: said}
}
