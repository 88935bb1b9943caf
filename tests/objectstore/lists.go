package objectstore

import (
	"encoding/xml"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// most is how many a list may have: 1,000, or fewer if so asked.
func most(c call, name string) int {
	if n, err := strconv.Atoi(c.query.Get(name)); err == nil && n > 0 && n < 1000 {
		return n
	}
	return 1000
}

type objectXML struct {
	Key          string
	VersionID    string `xml:"VersionId,omitempty"`
	IsLatest     bool
	LastModified time.Time
	ETag         string
	Size         int64
}

func shown(o *Object, latest bool) objectXML {
	return objectXML{Key: o.Key, VersionID: o.Version, IsLatest: latest, LastModified: o.Modified, ETag: etag(o), Size: o.Size}
}

func (s *Store) list(c call) error {
	list := struct {
		XMLName               xml.Name `xml:"ListBucketResult"`
		IsTruncated           bool
		NextContinuationToken string `xml:",omitempty"`
		KeyCount              int
		Contents              []objectXML
	}{}
	after := c.query.Get("continuation-token")
	if after == "" {
		after = c.query.Get("start-after")
	}
	found, more := s.below(c.query.Get("prefix"), after, most(c, "max-keys"))
	for _, versions := range found {
		if newest := versions[0]; !newest.Deleted {
			o := shown(newest, true)
			o.VersionID = ""
			list.Contents = append(list.Contents, o)
		}
	}
	if list.KeyCount = len(list.Contents); more {
		list.IsTruncated, list.NextContinuationToken = true, found[len(found)-1][0].Key
	}
	answer(c.w, http.StatusOK, list)
	return nil
}

// listVersions never parts the versions of a key.
func (s *Store) listVersions(c call) error {
	list := struct {
		XMLName             xml.Name `xml:"ListVersionsResult"`
		IsTruncated         bool
		NextKeyMarker       string `xml:",omitempty"`
		NextVersionIDMarker string `xml:"NextVersionIdMarker,omitempty"`
		Version             []objectXML
		DeleteMarker        []objectXML
	}{}
	found, more := s.below(c.query.Get("prefix"), c.query.Get("key-marker"), most(c, "max-keys"))
	for _, versions := range found {
		for i, o := range versions {
			if o.Deleted {
				list.DeleteMarker = append(list.DeleteMarker, shown(o, i == 0))
			} else {
				list.Version = append(list.Version, shown(o, i == 0))
			}
		}
	}
	if more {
		last := found[len(found)-1]
		list.IsTruncated, list.NextKeyMarker, list.NextVersionIDMarker = true, last[0].Key, last[len(last)-1].Version
	}
	answer(c.w, http.StatusOK, list)
	return nil
}

func (s *Store) listUploads(c call) error {
	type one struct {
		Key       string
		UploadID  string `xml:"UploadId"`
		Initiated time.Time
	}
	list := struct {
		XMLName     xml.Name `xml:"ListMultipartUploadsResult"`
		IsTruncated bool
		Upload      []one
	}{}
	s.mu.Lock()
	for _, id := range slices.Sorted(maps.Keys(s.uploads)) {
		if u := s.uploads[id]; strings.HasPrefix(u.key, c.query.Get("prefix")) {
			list.Upload = append(list.Upload, one{u.key, id, u.begun})
		}
	}
	s.mu.Unlock()
	answer(c.w, http.StatusOK, list)
	return nil
}
