package product

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// written makes a data folder by the content of its files.
func written(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "data")
	for name, content := range files {
		put(t, filepath.Join(dir, name), content)
	}
	return dir
}

func put(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func holds(t *testing.T, path, content string) {
	t.Helper()
	if got, err := os.ReadFile(path); err != nil || string(got) != content {
		t.Errorf("%s: %q %v, want %q", path, got, err, content)
	}
}

func kept(t *testing.T) (dir, file string) {
	t.Helper()
	dir = written(t, map[string]string{
		"secrets.json": "secret", "state/saved": "{}", "state/undo/1/journal": "", "s3/1/a": "video", "mail/1.json": "{}", "mail/2.json.new": "half",
		"run.lock": "", "log/emulator.log": "lines", "tmp/x": "", "s3/1/b.tmp": "half", "state/next.writing/a.json": "half",
	})
	file = filepath.Join(t.TempDir(), "far", "backup.tar.gz")
	if err := Backup(t.Context(), dir, file, &strings.Builder{}); err != nil {
		t.Fatal(err)
	}
	return dir, file
}

// TestBackupAndRestore: what was changed since is gone, what was before is there, and
// what was there is set aside.
func TestBackupAndRestore(t *testing.T) {
	dir, file := kept(t)
	if about, err := os.Stat(file); err != nil || about.Mode().Perm() != 0o600 {
		t.Errorf("the archive, which has secrets: %v %v", about.Mode(), err)
	}
	put(t, filepath.Join(dir, "s3/1/a"), "another")
	put(t, filepath.Join(dir, "s3/1/c"), "more")
	var said strings.Builder
	if err := Restore(dir, file, false, strings.NewReader("y\n"), &said); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{"secrets.json": "secret", "state/saved": "{}", "state/undo/1/journal": "", "s3/1/a": "video", "mail/1.json": "{}"} {
		holds(t, filepath.Join(dir, name), content)
	}
	for _, name := range []string{"s3/1/c", "run.lock", "log", "tmp", "s3/1/b.tmp", "state/next.writing", "mail/2.json.new"} {
		if _, err := os.Lstat(filepath.Join(dir, name)); err == nil {
			t.Errorf("%s is there after the restore", name)
		}
	}
	aside, err := filepath.Glob(dir + ".before-*")
	if err != nil || len(aside) != 1 || !strings.Contains(said.String(), aside[0]) {
		t.Fatalf("set aside: %v %v\n%s", aside, err, &said)
	}
	holds(t, filepath.Join(aside[0], "s3/1/c"), "more")
	// Where nothing was, nothing is asked and nothing set aside.
	empty := filepath.Join(t.TempDir(), "data")
	if err := Restore(empty, file, false, strings.NewReader(""), &said); err != nil {
		t.Fatal(err)
	}
	holds(t, filepath.Join(empty, "s3/1/a"), "video")
	if left, _ := os.ReadDir(filepath.Dir(empty)); len(left) != 1 {
		t.Errorf("beside it: %v", left)
	}
}

func TestRefusedRestoresTouchNothing(t *testing.T) {
	dir, file := kept(t)
	put(t, filepath.Join(dir, "s3/1/a"), "another")
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	damaged := append([]byte{}, whole...)
	damaged[len(damaged)/2] ^= 1
	for name, c := range map[string]struct {
		raw     []byte
		yes     bool
		running bool
		says    string
	}{
		"cut off":       {whole[:len(whole)-20], true, false, "damaged"},
		"damaged":       {damaged, true, false, "damaged"},
		"foreign":       {[]byte("PK"), true, false, "no archive that make backup made"},
		"while it runs": {whole, true, true, "running already"},
		"disagreed":     {whole, false, false, "nothing was changed"},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "b.tar.gz")
			put(t, file, string(c.raw))
			if c.running {
				unlock, err := lockData(dir)
				if err != nil {
					t.Fatal(err)
				}
				defer unlock()
			}
			err := Restore(dir, file, c.yes, strings.NewReader("n\n"), &strings.Builder{})
			if err == nil || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "\n") {
				t.Errorf("%v, want %q", err, c.says)
			}
			holds(t, filepath.Join(dir, "s3/1/a"), "another")
			if left, _ := os.ReadDir(filepath.Dir(dir)); len(left) != 1 {
				t.Errorf("beside the data: %v", left)
			}
		})
	}
}

func TestRefusedBackups(t *testing.T) {
	dir, file := kept(t)
	unlock := func() {}
	for _, c := range []struct{ name, dir, file, says string }{
		{"no data", filepath.Join(t.TempDir(), "none"), "", "nothing to back up"},
		{"one that is there", dir, file, "replaces nothing"},
		{"into the data", dir, filepath.Join(dir, "b.tar.gz"), "lies in what is to be backed up"},
		{"one that starts or ends", dir, file + "2", "cannot be copied now"},
	} {
		if strings.HasPrefix(c.name, "one that starts") {
			var err error
			if unlock, err = lockData(dir); err != nil {
				t.Fatal(err)
			}
		}
		err := Backup(t.Context(), c.dir, c.file, &strings.Builder{})
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q", c.name, err, c.says)
		}
	}
	unlock()
	if left, _ := os.ReadDir(filepath.Dir(file)); len(left) != 1 {
		t.Errorf("beside the archive: %v", left)
	}
	// Without a name it is called by its moment, beside the data.
	if err := Backup(t.Context(), dir, "", &strings.Builder{}); err != nil {
		t.Fatal(err)
	}
	if made, _ := filepath.Glob(filepath.Join(filepath.Dir(dir), "backups", "data-2*.tar.gz")); len(made) != 1 {
		t.Errorf("made: %v", made)
	}
}
