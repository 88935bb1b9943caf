// Package objectstore plays S3 for proofs of size: objects whose bytes follow
// from their names and are held nowhere, and uploads that are kept in sparse
// files, so that gigabytes of them take little of memory or disk. It keeps all
// versions. It checks no signature and knows no rights: it is for what is read
// and written, how often, and how fast, and not for who may.
package objectstore

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"sync"
	"time"
)

// Store is one bucket, whatever it is called. It is an http.Handler.
type Store struct {
	spool string // folder of what was uploaded

	mu      sync.Mutex
	keys    map[string][]*Object // versions, the newest last
	sorted  []string             // of keys; nil when it is to be made anew
	uploads map[string]*upload
	number  int // of versions, uploads and files so far
	counts  Counts
	refuse  func(call string) bool // whether a call fails
}

// Counts is what was asked of a store.
type Counts struct {
	Calls map[string]int // by operation, such as "GetObject"
	Read  int64          // bytes of objects that were sent
	Sent  int64          // bytes of objects and parts that were taken
}

// Object is one version of an object.
type Object struct {
	Key, Version string
	Size         int64
	Metadata     map[string]string
	Deleted      bool // a delete marker
	Modified     time.Time

	at func(offset, length int64) (io.ReadCloser, error)
}

// New is an empty store that keeps uploads in a folder.
func New(spool string) *Store {
	return &Store{
		spool: spool, keys: map[string][]*Object{}, uploads: map[string]*upload{}, counts: Counts{Calls: map[string]int{}},
		refuse: func(string) bool { return false },
	}
}

// Add puts an object there whose bytes are those of Synthetic, and answers its version.
func (s *Store) Add(key string, size int64, metadata map[string]string) (version string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := &Object{Key: key, Size: size, Metadata: metadata}
	s.put(o)
	name := o.Key + "?" + o.Version
	o.at = func(offset, length int64) (io.ReadCloser, error) {
		return io.NopCloser(io.NewSectionReader(Synthetic(name), offset, length)), nil
	}
	return o.Version
}

// AddBytes puts an object there that has these bytes, and answers its version.
func (s *Store) AddBytes(key string, data []byte, metadata map[string]string) (version string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := &Object{Key: key, Size: int64(len(data)), Metadata: metadata}
	o.at = func(offset, length int64) (io.ReadCloser, error) {
		return io.NopCloser(io.NewSectionReader(bytes.NewReader(data), offset, length)), nil
	}
	s.put(o)
	return o.Version
}

// Bytes are those of an object, as they would be sent, and are not counted.
func (s *Store) Bytes(key, version string) (io.ReadCloser, error) {
	o, ok := s.find(key, version)
	if !ok {
		return nil, fmt.Errorf("no object %s", key)
	}
	return o.at(0, o.Size)
}

// Refuse has calls fail, those of which the function says so by the operation's
// name: with 503, before they did anything.
func (s *Store) Refuse(when func(call string) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuse = when
}

// Counts is what was asked so far.
func (s *Store) Counts() Counts {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.counts
	c.Calls = maps.Clone(c.Calls)
	return c
}

// Unfinished is how many uploads were begun and neither completed nor aborted.
func (s *Store) Unfinished() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.uploads)
}

// put makes an object its key's newest version. The lock is held.
func (s *Store) put(o *Object) {
	s.number++
	o.Version, o.Modified = fmt.Sprintf("v%08d", s.number), time.Now().UTC()
	if s.keys[o.Key] == nil {
		s.sorted = nil
	}
	s.keys[o.Key] = append(s.keys[o.Key], o)
}

// find answers a version, or the newest one; ok is false of a marker too.
func (s *Store) find(key, version string) (*Object, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.keys[key]
	if version == "" && len(all) > 0 {
		o := all[len(all)-1]
		return o, !o.Deleted
	}
	for _, o := range all {
		if o.Version == version {
			return o, !o.Deleted
		}
	}
	return nil, false
}

// remove adds a marker, or ends a version for good.
func (s *Store) remove(key, version string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if version == "" {
		s.put(&Object{Key: key, Deleted: true})
		return
	}
	s.keys[key] = slices.DeleteFunc(s.keys[key], func(o *Object) bool { return o.Version == version })
	if len(s.keys[key]) == 0 {
		delete(s.keys, key)
		s.sorted = nil
	}
}

// below lists the versions of up to most keys with a prefix, in order, after a key.
func (s *Store) below(prefix, after string, most int) (found [][]*Object, more bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.sorted == nil {
		s.sorted = slices.Sorted(maps.Keys(s.keys))
	}
	from, exact := slices.BinarySearch(s.sorted, max(prefix, after))
	if exact && after >= prefix && after != "" {
		from++
	}
	for _, key := range s.sorted[from:] {
		if len(key) < len(prefix) || key[:len(prefix)] != prefix {
			break
		}
		if len(found) == most {
			return found, true
		}
		versions := slices.Clone(s.keys[key])
		slices.Reverse(versions) // the newest first
		found = append(found, versions)
	}
	return found, false
}

func etag(o *Object) string { return fmt.Sprintf("%q", cmp.Or(o.Version, "none")) }
