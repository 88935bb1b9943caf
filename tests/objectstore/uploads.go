package objectstore

import (
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"maps"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// upload is one that was begun.
type upload struct {
	key   string
	about map[string]string
	sums  string // the algorithm of the parts' checksums; "" without
	parts map[int]part
	begun time.Time
}

type part struct {
	piece
	etag string
	sum  string // CRC-32, of an upload with these
}

// leastPart is the least of a part that is not the last.
const leastPart = 5 << 20

func (s *Store) create(c call) error {
	s.mu.Lock()
	s.number++
	id := fmt.Sprintf("upload-%d", s.number)
	s.uploads[id] = &upload{key: c.key, about: metadata(c.Header), sums: c.Header.Get("X-Amz-Checksum-Algorithm"), parts: map[int]part{}, begun: time.Now().UTC()}
	s.mu.Unlock()
	answer(c.w, http.StatusOK, struct {
		XMLName  xml.Name `xml:"InitiateMultipartUploadResult"`
		Key      string
		UploadID string `xml:"UploadId"`
	}{Key: c.key, UploadID: id})
	return nil
}

// begun finds the upload that a call names. The lock is held.
func (s *Store) begun(c call) (*upload, error) {
	u, ok := s.uploads[c.query.Get("uploadId")]
	if !ok || u.key != c.key {
		return nil, refused(http.StatusNotFound, "NoSuchUpload")
	}
	return u, nil
}

func (s *Store) uploadPart(c call) error {
	number, err := strconv.Atoi(c.query.Get("partNumber"))
	if err != nil || number < 1 || number > 10_000 {
		return refused(http.StatusBadRequest, "InvalidArgument")
	}
	s.mu.Lock()
	u, err := s.begun(c)
	s.mu.Unlock()
	if err != nil {
		return err
	}
	if sumsOf(c.Header) != u.sums {
		return refused(http.StatusBadRequest, "InvalidRequest")
	}
	p, err := s.take(c)
	if err != nil {
		return err
	}
	sum, err := crcOf(p, u.sums)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if u, err = s.begun(c); err != nil {
		return err
	}
	taken := part{p, fmt.Sprintf("%q", "part-"+p.path), sum}
	u.parts[number] = taken
	c.w.Header().Set("ETag", taken.etag)
	if sum != "" {
		c.w.Header().Set("X-Amz-Checksum-Crc32", sum)
	}
	return nil
}

// sumsOf is the algorithm of the checksum that comes with a body.
func sumsOf(h http.Header) string {
	for _, algorithm := range []string{"CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"} {
		name := "X-Amz-Checksum-" + algorithm
		if h.Get(name) != "" || strings.EqualFold(h.Get("X-Amz-Trailer"), name) {
			return algorithm
		}
	}
	return ""
}

// crcOf is a part's CRC-32 as S3 writes it; "" in an upload without.
func crcOf(p piece, sums string) (string, error) {
	if sums != "CRC32" {
		return "", nil
	}
	f, err := os.Open(p.path)
	if err != nil {
		return "", err
	}
	sum := crc32.NewIEEE()
	_, err = io.Copy(sum, f)
	return base64.StdEncoding.EncodeToString(sum.Sum(nil)), errors.Join(err, f.Close())
}

type partXML struct {
	PartNumber    int
	ETag          string
	ChecksumCRC32 string    `xml:",omitempty"`
	Size          int64     `xml:",omitempty"`
	LastModified  time.Time `xml:",omitempty"`
}

func (s *Store) listParts(c call) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, err := s.begun(c)
	if err != nil {
		return err
	}
	after, _ := strconv.Atoi(c.query.Get("part-number-marker")) // 0 without one
	list := struct {
		XMLName              xml.Name `xml:"ListPartsResult"`
		Key                  string
		IsTruncated          bool
		NextPartNumberMarker int
		Part                 []partXML
	}{Key: u.key}
	for _, n := range slices.Sorted(maps.Keys(u.parts)) {
		if n <= after {
			continue
		}
		if len(list.Part) == most(c, "max-parts") {
			list.IsTruncated = true
			break
		}
		p := u.parts[n]
		list.Part = append(list.Part, partXML{PartNumber: n, ETag: p.etag, ChecksumCRC32: p.sum, Size: p.size, LastModified: u.begun})
		list.NextPartNumberMarker = n
	}
	answer(c.w, http.StatusOK, list)
	return nil
}

func (s *Store) complete(c call) error {
	var asked struct {
		Part []partXML
	}
	if err := xml.NewDecoder(c.Body).Decode(&asked); err != nil {
		return refused(http.StatusBadRequest, "MalformedXML")
	}
	all, size, err := s.together(c, asked.Part)
	if err != nil {
		return err
	}
	s.mu.Lock()
	u, err := s.begun(c)
	delete(s.uploads, c.query.Get("uploadId"))
	s.mu.Unlock()
	if err != nil {
		return err
	}
	o := s.keep(c, all, size, u.about)
	answer(c.w, http.StatusOK, struct {
		XMLName   xml.Name `xml:"CompleteMultipartUploadResult"`
		Key, ETag string
	}{Key: o.Key, ETag: etag(o)})
	return nil
}

// together are the parts that were asked for, which must be those that are there.
func (s *Store) together(c call, asked []partXML) (all pieces, size int64, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, err := s.begun(c)
	if err != nil {
		return nil, 0, err
	}
	for i, a := range asked {
		have, ok := u.parts[a.PartNumber]
		switch {
		case !ok || have.etag != a.ETag || have.sum != a.ChecksumCRC32:
			return nil, 0, refused(http.StatusBadRequest, "InvalidPart")
		case i > 0 && a.PartNumber <= asked[i-1].PartNumber:
			return nil, 0, refused(http.StatusBadRequest, "InvalidPartOrder")
		case i < len(asked)-1 && have.size < leastPart:
			return nil, 0, refused(http.StatusBadRequest, "EntityTooSmall")
		}
		all, size = append(all, have.piece), size+have.size
	}
	return all, size, nil
}

func (s *Store) abort(c call) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, err := s.begun(c); err != nil {
		return err
	}
	delete(s.uploads, c.query.Get("uploadId"))
	c.w.WriteHeader(http.StatusNoContent)
	return nil
}
