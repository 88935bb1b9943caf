package render

import (
	"slices"

	"github.com/devotionalai/platform/shared/domains/language"
	"github.com/devotionalai/platform/shared/domains/voice"
)

// writtenIn is the language that the source's text is taken to be in: the one
// that its owner chose, else that of the voice that he chose if anybody reads it
// today, else the one that is surely found; Unknown when nothing tells.
func (s Source) writtenIn(offered []voice.Voice) language.Language {
	if s.Language != language.Unknown {
		return s.Language
	}
	chosen, named := voice.Chosen(s.Voice)
	if named && slices.ContainsFunc(offered, func(v voice.Voice) bool { return v.Reads() == chosen.Reads() }) {
		return chosen.Reads()
	}
	if found := s.found(); found != language.Unknown {
		return found
	}
	if named {
		return chosen.Reads()
	}
	return language.Unknown
}

// found is the language that the source is surely written in.
func (s Source) found() language.Language {
	texts := make([]string, len(s.Scenes))
	for i, scene := range s.Scenes {
		texts[i] = scene.Text
	}
	return language.Written(s.Title, texts)
}

// readers are who reads a source. Quote, narration and warnings all ask them, so
// that they agree; and they are found once, for the language is that of all the text.
type readers struct {
	written language.Language
	voices  []voice.Voice // in order; none when nobody reads the language
}

// readers finds who reads the source.
func (s Source) readers(offered []voice.Voice) readers {
	written := s.writtenIn(offered)
	return readers{written: written, voices: voice.Chain(offered, s.Voice, written)}
}

// first is who reads unless it cannot; there is none when nobody reads the language.
func (r readers) first() (voice.Voice, bool) {
	if len(r.voices) == 0 {
		return voice.Voice{}, false
	}
	return r.voices[0], true
}

// in is the language whose rules the source is read by: that of the voice, or of
// the text when no voice reads it.
func (r readers) in() language.Language {
	if v, ok := r.first(); ok {
		return v.Reads()
	}
	return r.written
}
