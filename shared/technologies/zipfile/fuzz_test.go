package zipfile_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"path/filepath"
	"testing"

	"github.com/devotionalai/platform/shared/technologies/zipfile"
)

// FuzzVerify: an archive that holds up is one that other programs read the same
// files from, all of them inside the folder that it is unpacked to.
func FuzzVerify(f *testing.F) {
	files := someFiles()
	whole := archive(f, append(files, file{zipfile.ManifestName, manifest(f, listed(files))}))
	for _, seed := range [][]byte{nil, []byte("PK"), whole, whole[:len(whole)-1], append(bytes.Clone(whole), 0), whole[:len(whole)/2], bytes.ReplaceAll(whole, []byte("index.html"), []byte("../ex.html")), bytes.Repeat([]byte("PK\x05\x06"), 20)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		report, err := zipfile.Verify(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			return
		}
		other, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
		if err != nil || int64(len(other.File)) != report.Entries || report.Names != report.Entries || report.CRC32s != report.Entries || report.SHA256s != report.Entries-1 {
			t.Fatalf("%+v of what other programs read as: %v", report, err)
		}
		for _, entry := range other.File {
			if !filepath.IsLocal(entry.Name) || !zipfile.Safe(entry.Name) {
				t.Errorf("%q is taken", entry.Name)
			}
			r, err := entry.Open()
			if err == nil {
				_, err = io.Copy(io.Discard, r)
			}
			if err != nil {
				t.Errorf("%q: %v", entry.Name, err)
			}
		}
	})
}

// FuzzLayout: a layout that is read ends, with entries in their order, wherever
// one begins.
func FuzzLayout(f *testing.F) {
	whole, _ := plan(f, []int64{0, 5, 1 << 40})
	for _, seed := range [][]byte{nil, whole, whole[1:], whole[:len(whole)-1], bytes.Replace(whole, []byte(`"files/1`), []byte(`"../..`), 1), bytes.Repeat([]byte(" "), 300)} {
		f.Add(seed, int64(40))
	}
	f.Fuzz(func(t *testing.T, data []byte, offset int64) {
		l, err := zipfile.OpenLayout(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			return
		}
		read := func() (n int) {
			for ; n <= len(data); n++ {
				if _, err := l.Next(); errors.Is(err, io.EOF) || err != nil {
					return n
				}
			}
			t.Errorf("%q has more entries than bytes", data)
			return n
		}
		all := read()
		if err := l.Begin(offset); err == nil && read() > all {
			t.Errorf("%q has more entries from %d on than in all", data, offset)
		}
	})
}

// FuzzManifest: a manifest that is read to its end is written the same again.
func FuzzManifest(f *testing.F) {
	for _, seed := range []string{"", "{}", "[]", manifest(f, listed(someFiles())), manifest(f, nil), manifest(f, listed(someFiles())) + "x", `{"files":[{"path":"../x"}]}`, `{"files":[null]}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r := zipfile.NewManifestReader(bytes.NewReader(data))
		var all []zipfile.ManifestFile
		for {
			one, err := r.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				return
			}
			all = append(all, one)
		}
		again := zipfile.NewManifestReader(bytes.NewReader([]byte(manifest(t, all))))
		for i := range all {
			if one, err := again.Next(); err != nil || one != all[i] {
				t.Errorf("%q: file %d reads again as %+v, %v", data, i, one, err)
			}
		}
	})
}
