package emulator

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"time"
)

const snapshotTimeout = 5 * time.Minute

// Snapshot has the running emulator of a data folder lay its tables and files, as
// they are at one moment, into a folder of their own below it. Whoever is done with
// that folder removes it.
func Snapshot(ctx context.Context, dir string) (folder string, err error) {
	m, ok := readMark(dir)
	if !ok || m.Ended || m.Port == 0 || !ours(m) {
		return "", fmt.Errorf("the emulator of %s does not run (yet, or any more)", dir)
	}
	ctx, cancel := context.WithTimeout(ctx, snapshotTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, Config{Port: m.Port}.Endpoint()+"/_ministack/snapshot", nil)
	if err != nil {
		return "", err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", fmt.Errorf("ask the emulator for a snapshot: %w", err)
	}
	defer res.Body.Close()
	var said struct{ Folder, Trouble string }
	if err := json.NewDecoder(res.Body).Decode(&said); err != nil || res.StatusCode != http.StatusOK {
		return "", fmt.Errorf("the emulator made no snapshot: %d %s", res.StatusCode, said.Trouble)
	}
	// Another product's would answer on the same port, had it taken it meanwhile.
	// It may know the folder by a link.
	want := filepath.Join(dir, "snapshot")
	there, err1 := os.Stat(said.Folder)
	here, err2 := os.Stat(want)
	if err1 != nil || err2 != nil || !os.SameFile(there, here) {
		return "", fmt.Errorf("the emulator on port %d keeps its data in %s, not in %s", m.Port, filepath.Dir(said.Folder), dir)
	}
	return want, nil
}
