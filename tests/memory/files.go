package memory

import (
	"context"
	"maps"
	"strings"
	"sync"

	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Files keeps objects. It implements render.Files, without local files.
type Files struct {
	// Fault answers the failure of one change: before its effect, after it, or nil twice.
	Fault func() (before, after error)

	mu      sync.Mutex
	objects map[tenant.ID]map[string][]byte
}

// NewFiles makes an empty bucket.
func NewFiles() *Files { return &Files{objects: map[tenant.ID]map[string][]byte{}} }

func (f *Files) change(id tenant.ID, do func(map[string][]byte)) error {
	var after error
	if f.Fault != nil {
		var before error
		if before, after = f.Fault(); before != nil {
			return before
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.objects[id] == nil {
		f.objects[id] = map[string][]byte{}
	}
	do(f.objects[id])
	return after
}

// PutBytes implements render.Files.
func (f *Files) PutBytes(_ context.Context, id tenant.ID, name string, data []byte, _ string) error {
	return f.change(id, func(o map[string][]byte) { o[name] = data })
}

// PutFile implements render.Files; the content is the path.
func (f *Files) PutFile(ctx context.Context, id tenant.ID, name, path, contentType string) error {
	return f.PutBytes(ctx, id, name, []byte(path), contentType)
}

// GetBytes implements render.Files.
func (f *Files) GetBytes(_ context.Context, id tenant.ID, name string) ([]byte, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if data, ok := f.objects[id][name]; ok {
		return data, nil
	}
	return nil, problem.New(problem.NotFound, "There is no such file.")
}

// GetFile implements render.Files; nothing reads what it fetches.
func (f *Files) GetFile(ctx context.Context, id tenant.ID, name, _ string) error {
	_, err := f.GetBytes(ctx, id, name)
	return err
}

// Size implements render.Files.
func (f *Files) Size(_ context.Context, id tenant.ID, name string) (int64, bool, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	data, ok := f.objects[id][name]
	return int64(len(data)), ok, nil
}

// Remove implements render.Files.
func (f *Files) Remove(_ context.Context, id tenant.ID, names ...string) error {
	return f.change(id, func(o map[string][]byte) {
		for _, name := range names {
			delete(o, name)
		}
	})
}

// RemoveAll implements render.Files.
func (f *Files) RemoveAll(_ context.Context, id tenant.ID, prefix string) error {
	return f.change(id, func(o map[string][]byte) {
		maps.DeleteFunc(o, func(name string, _ []byte) bool { return strings.HasPrefix(name, prefix) })
	})
}

// Link implements render.Files.
func (f *Files) Link(_ context.Context, _ tenant.ID, name string) (string, error) {
	return "memory:" + name, nil
}

// SaveLink implements render.Files.
func (f *Files) SaveLink(ctx context.Context, id tenant.ID, name, _ string) (string, error) {
	return f.Link(ctx, id, name)
}

// Sizes are the bytes of the objects that count as storage, by job or preview.
func (f *Files) Sizes(id tenant.ID) map[string]int64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	sizes := map[string]int64{}
	for name, data := range f.objects[id] {
		if subject, counted := metering.StoredSubject(name); counted {
			sizes[subject] += int64(len(data))
		}
	}
	return sizes
}

var _ render.Files = (*Files)(nil)
