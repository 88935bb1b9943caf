package zipfile

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// ManifestName is the entry that names all others.
const ManifestName = "manifest.json"

// ManifestFile is what manifest.json says of one entry.
type ManifestFile struct {
	Path   string `json:"path"`   // the entry's name
	SHA256 string `json:"sha256"` // hex
	Size   int64  `json:"size"`   // bytes
	Source string `json:"source"` // what it was made from: an object's key or an item's
}

// ManifestWriter writes a manifest as files come: {"files":[…]}, one file a
// line. Files come in the order in which their entries lie in the archive, all
// but the manifest itself; Verify holds it to that, and so reads it as a stream.
type ManifestWriter struct {
	w     *bufio.Writer
	after string // what goes before the next file
}

// NewManifestWriter begins a manifest. Nothing is sure to be in w before Close.
func NewManifestWriter(w io.Writer) *ManifestWriter {
	return &ManifestWriter{w: bufio.NewWriterSize(w, 64<<10), after: "{\"files\":[\n"}
}

// Add appends a file.
func (m *ManifestWriter) Add(f ManifestFile) error {
	text, err := json.Marshal(f)
	if err != nil {
		return fmt.Errorf("write manifest: %w", err)
	}
	_, err = m.w.WriteString(m.after + string(text))
	m.after = ",\n"
	if err != nil {
		return fmt.Errorf("write manifest: %w", err)
	}
	return nil
}

// Close ends the manifest. It does not close what it is written to.
func (m *ManifestWriter) Close() error {
	if m.after != ",\n" {
		_, _ = m.w.WriteString(m.after) // Flush has the error
	}
	_, _ = m.w.WriteString("\n]}\n")
	if err := m.w.Flush(); err != nil {
		return fmt.Errorf("write manifest: %w", err)
	}
	return nil
}

// mostOfFile is how long a file's description in a manifest may be.
const mostOfFile = 256 << 10

// ManifestReader reads a manifest file by file, and holds one of them.
type ManifestReader struct {
	d     *json.Decoder
	r     *rationed
	begun bool
}

// rationed reads no more than left.
type rationed struct {
	r    io.Reader
	left int
	err  error // of reading, other than the end
}

func (r *rationed) Read(p []byte) (int, error) {
	if r.left <= 0 {
		return 0, fmt.Errorf("it describes a file in more than %d bytes", mostOfFile)
	}
	n, err := r.r.Read(p[:min(len(p), r.left)])
	r.left -= n
	if err != nil && !errors.Is(err, io.EOF) {
		r.err = err
	}
	return n, err
}

// NewManifestReader reads from r. Members beside files are refused.
func NewManifestReader(r io.Reader) *ManifestReader {
	within := &rationed{r: r}
	d := json.NewDecoder(within)
	d.DisallowUnknownFields()
	return &ManifestReader{d: d, r: within}
}

// Next is the next file; after the last, when nothing follows, io.EOF.
func (m *ManifestReader) Next() (ManifestFile, error) {
	m.r.left = mostOfFile
	if !m.begun {
		if err := m.tokens(json.Delim('{'), "files", json.Delim('[')); err != nil {
			return ManifestFile{}, err
		}
		m.begun = true
	}
	if !m.d.More() {
		if err := m.tokens(json.Delim(']'), json.Delim('}')); err != nil {
			return ManifestFile{}, err
		}
		if _, err := m.d.Token(); !errors.Is(err, io.EOF) {
			return ManifestFile{}, errors.New("read manifest: something follows it")
		}
		return ManifestFile{}, io.EOF
	}
	var f ManifestFile
	if err := m.d.Decode(&f); err != nil {
		return f, fmt.Errorf("read manifest: %w", whole(err))
	}
	return f, nil
}

func (m *ManifestReader) tokens(want ...json.Token) error {
	for _, w := range want {
		have, err := m.d.Token()
		if err != nil {
			return fmt.Errorf("read manifest: %w", whole(err))
		}
		if have != w {
			return fmt.Errorf("read manifest: it says %v where %v is to stand", have, w)
		}
	}
	return nil
}
