package reading

import (
	"strings"
	"unicode"
)

// unit is a part of a paragraph that is one thing to a reader: a reference, a
// date, an address. No sentence ends inside.
type unit struct {
	from, to  int // bytes of the paragraph
	spoken    string
	whole     bool // no line breaks inside
	ends      bool // a sentence may end with its stop
	reference bool // a place of the Bible
	foreign   bool // in a script that the voice does not read
	joined    bool // whole, and its letters need it said: lines break between any two
}

// maker reads a unit at token i and gives the index after it; 0 when there is none.
type maker func(t *text, i int) (unit, int)

// units finds the units of a paragraph, in order, each token looked at once.
func (t *text) units(foreign func(string) bool) []unit {
	makers := []maker{emoticonAt, addressAt}
	if t.reader != nil {
		makers = append(makers, referenceAt, verseAt, figureDateAt, telephoneAt, dateAt, timeAt, primoAt, numeroAt, timesAt, heightAt, signAt, measureAt, moneyAt, ordinalAt, numberAt, romanAt, abbreviationAt, initialsAt, capitalsAt)
	} else {
		makers = append(makers, citedAt, plainReference(foreign), initialsAt)
	}
	var all []unit
	for i := 0; i < len(t.tokens); {
		tok := t.tokens[i]
		next := 0
		if tok.kind != spaceToken && (tok.kind != wordToken || !t.glued(i)) {
			for _, read := range makers {
				var u unit
				if u, next = read(t, i); next > i {
					u.from, u.to = tok.at, t.tok(next-1).end()
					all = append(all, u)
					break
				}
			}
		}
		if next <= i && tok.kind == wordToken && foreign(tok.text) {
			all = append(all, unit{from: tok.at, to: tok.end(), foreign: true})
		}
		i = max(next, i+1)
	}
	return all
}

// glued reports whether a word goes on what is before it without a space: the
// rd of 3rd.
func (t *text) glued(i int) bool { return i > 0 && t.tok(i-1).kind == numberToken }

// addressAt reads an address of the web or of mail.
func addressAt(t *text, i int) (unit, int) {
	if t.tok(i).kind != wordToken || t.tok(i-1).kind == wordToken {
		return unit{}, 0
	}
	n := address(t.s[t.tok(i).at:])
	if n == 0 {
		return unit{}, 0
	}
	end, next := t.tok(i).at+n, i
	for t.tok(next).text != "" && t.tok(next).at < end {
		next++
	}
	return unit{spoken: t.sayAddress(t.s[t.tok(i).at:end])}, next
}

// address is the length of the address that s begins with; 0 when it is none.
func address(s string) int {
	schemed := false
	for _, scheme := range []string{"https://", "http://", "www.", "mailto:", "ftp://"} {
		if len(s) > len(scheme) && strings.EqualFold(s[:len(scheme)], scheme) {
			schemed = true
		}
	}
	longest := 254 // of a name alone
	if schemed {
		longest = 2048
	}
	end := strings.IndexFunc(s[:min(len(s), longest)], func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("<>\"“”«»(){}[]|`", r) })
	switch {
	case end >= 0:
		s = s[:end]
	case len(s) > longest:
		return 0
	}
	s = strings.TrimRight(s, ".,;:!?*_~'’…")
	if schemed {
		return len(s)
	}
	lower := strings.ToLower(s)
	host, _, _ := strings.Cut(lower, "/")
	host, _, _ = strings.Cut(host, "?")
	if local, domain, mail := strings.Cut(host, "@"); mail {
		if local != "" && strings.Contains(domain, ".") && !strings.ContainsFunc(domain, func(r rune) bool { return r >= 0x80 }) {
			return len(s)
		}
		return 0
	}
	dot := strings.LastIndexByte(host, '.')
	if dot < 2 || !topLevel(host[dot+1:]) || strings.ContainsFunc(host, func(r rune) bool {
		return r >= 0x80 || r != '.' && r != '-' && !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}) {
		return 0
	}
	return len(s)
}

func topLevel(s string) bool {
	switch s {
	case "com", "org", "net", "edu", "gov", "io", "co", "tv", "app", "church", "bible", "info", "de", "es", "fr", "br", "pt", "uk", "mx", "ai", "eu", "ch", "ar":
		return true
	}
	return false
}

// sayAddress says the host of an address, or whom a mail goes to; nothing where
// we do not know how.
func (t *text) sayAddress(s string) string {
	if t.reader == nil {
		return ""
	}
	for _, scheme := range []string{"https://", "http://", "mailto:", "ftp://", "www."} {
		if len(s) > len(scheme) && strings.EqualFold(s[:len(scheme)], scheme) {
			s = s[len(scheme):]
		}
	}
	s, _, _ = strings.Cut(s, "/")
	s, _, _ = strings.Cut(s, "?")
	if len(s) > 40 {
		return ""
	}
	s = strings.ReplaceAll(s, ".", " "+t.reader.words.dot+" ")
	s = strings.ReplaceAll(s, "@", " "+t.reader.words.at+" ")
	return strings.NewReplacer("-", " ", "_", " ", "+", " ", ":", " ").Replace(s)
}
