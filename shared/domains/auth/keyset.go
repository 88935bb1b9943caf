package auth

import (
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
)

// maxKeys bounds the published signing secrets: the current one, the one before
// and the next one, while they rotate.
const maxKeys = 3

// KeyDocument is the public keys of all signing secrets in use, as they are stored.
type KeyDocument struct {
	Revision int64 // number of changes; 0 is none stored yet
	Text     string
}

// document is the JSON of a KeyDocument. It holds the keys alone: their ids are
// thumbprints, so that no id can stand beside another key.
type document struct {
	Current string        `json:"current"` // id of the pair that signs
	Keys    []documentKey `json:"keys"`    // that one first
}

type documentKey struct {
	Access    string `json:"access"`
	Refresh   string `json:"refresh"`
	Published int64  `json:"published"` // since when it can be read, milliseconds since 1970
}

// KeySet is the published keys by key id: those of access tokens and those of
// refresh tokens apart, so that neither kind verifies the other's tokens.
type KeySet struct {
	access, refresh map[string]ed25519.PublicKey
	pairs           []published
	current         string
	revision        int64
}

type published struct {
	publicPair
	at time.Time
}

// parseKeys reads a document. One that is half understood would refuse half of
// the users later, so that it is refused as a whole.
func parseKeys(d KeyDocument) (KeySet, error) {
	set := KeySet{revision: d.Revision, access: map[string]ed25519.PublicKey{}, refresh: map[string]ed25519.PublicKey{}}
	if d.Revision == 0 {
		return set, nil
	}
	var doc document
	if err := json.Unmarshal([]byte(d.Text), &doc); err != nil {
		return KeySet{}, errors.New("the document of public keys is no JSON")
	}
	if len(doc.Keys) == 0 || len(doc.Keys) > maxKeys {
		return KeySet{}, fmt.Errorf("the document of public keys must hold those of 1 to %d secrets", maxKeys)
	}
	for i, k := range doc.Keys {
		access, okAccess := decode(k.Access, ed25519.PublicKeySize)
		refresh, okRefresh := decode(k.Refresh, ed25519.PublicKeySize)
		if !okAccess || !okRefresh {
			return KeySet{}, fmt.Errorf("the document of public keys: entry %d is no pair of Ed25519 keys", i)
		}
		set.add(published{publicPair{access, refresh}, time.UnixMilli(k.Published)})
	}
	if set.current = doc.Current; set.access[doc.Current] == nil || len(set.access) != len(doc.Keys) || len(set.refresh) != len(doc.Keys) {
		return KeySet{}, errors.New("the document of public keys: the current one is missing, or one is there twice")
	}
	for id := range set.access {
		if set.refresh[id] != nil {
			return KeySet{}, errors.New("the document of public keys: one key for both kinds of token")
		}
	}
	return set, nil
}

func (s *KeySet) add(p published) {
	s.access[keyID(p.access)], s.refresh[keyID(p.refresh)] = p.access, p.refresh
	s.pairs = append(s.pairs, p)
}

// has answers since when a pair is published.
func (s KeySet) has(p publicPair) (time.Time, bool) {
	i := slices.IndexFunc(s.pairs, func(known published) bool { return known.same(p) })
	if i < 0 {
		return time.Time{}, false
	}
	return s.pairs[i].at, true
}

func (p publicPair) same(other publicPair) bool {
	return p.access.Equal(other.access) && p.refresh.Equal(other.refresh)
}

// public lists the keys of access tokens, which anyone may read.
func (s KeySet) public() []JWK {
	all := make([]JWK, 0, len(s.pairs))
	for _, p := range s.pairs {
		all = append(all, publicJWK(p.access))
	}
	return all
}

// publishing is the document that follows s with these pairs, the first of them
// current; false when it already says so. One that was there keeps its time.
func (s KeySet) publishing(pairs []publicPair, now time.Time) (KeyDocument, bool, error) {
	next := document{Current: pairs[0].id()}
	for i, p := range pairs {
		if slices.ContainsFunc(pairs[:i], p.same) {
			continue
		}
		at, known := s.has(p)
		if !known {
			at = now
		}
		next.Keys = append(next.Keys, documentKey{encode(p.access), encode(p.refresh), at.UnixMilli()})
	}
	if len(next.Keys) > maxKeys {
		return KeyDocument{}, false, fmt.Errorf("publish keys: those of %d secrets at once", len(next.Keys))
	}
	same := s.current == next.Current && len(s.pairs) == len(next.Keys)
	for _, p := range pairs {
		_, known := s.has(p)
		same = same && known
	}
	if same {
		return KeyDocument{}, false, nil
	}
	text, err := json.Marshal(next)
	return KeyDocument{Revision: s.revision + 1, Text: string(text)}, true, err
}
