package render

import (
	"fmt"
	"strings"

	"github.com/devotionalai/platform/shared/domains/language"
	"github.com/devotionalai/platform/shared/domains/reading"
	"github.com/devotionalai/platform/shared/domains/script"
	"github.com/devotionalai/platform/shared/domains/voice"
)

// Warnings are what of a video will differ from what its author may expect, as far
// as its source tells: the quote says them before anything is charged, and the job
// has them from its start. Each code is said once of a scene. offered are the
// voices that there are, stock the fonts.
func (s Source) Warnings(offered []voice.Voice, stock script.Stock) []Warning {
	return s.warnings(offered, stock, s.readers(offered))
}

func (s Source) warnings(offered []voice.Voice, stock script.Stock, by readers) []Warning {
	all := append(s.replaced(by), s.foreign(offered, by)...)
	reads := by.in()
	for i, scene := range s.Scenes {
		all = append(all, unspoken(scene.Text, reads, i+1)...)
		shown, _ := s.captionsOf(scene.Text, by)
		all = append(all, undrawn(stock, shown, i+1)...)
	}
	return append(all, undrawn(stock, reading.Title(s.Title), 0)...)
}

// replaced warns when the voice that was chosen once is not offered any more, and
// another one reads.
func (s Source) replaced(by readers) []Warning {
	reader, read := by.first()
	if !read || s.Voice == "" || s.Voice == voice.Default || s.Voice == reader.ID {
		return []Warning{}
	}
	name := s.Voice
	if v, known := voice.Find(s.Voice); known {
		name = v.Name
	}
	return []Warning{{Code: WarnFallbackVoice, Message: fmt.Sprintf("The voice %s is not to be had any more: %s reads instead.", name, reader.Name)}}
}

// foreign warns when the text is not in the language that the voice reads: of the
// whole, or of single scenes. A language that the owner chose is not questioned.
func (s Source) foreign(offered []voice.Voice, by readers) []Warning {
	if len(by.voices) == 0 {
		return []Warning{{Code: WarnVoiceLanguage, Message: fmt.Sprintf(
			"There is no voice that reads %s yet: the video has captions only.", by.written.Name())}}
	}
	reader := by.voices[0]
	if s.Language != language.Unknown {
		return foreignTo(offered, reader, s.Language, 0)
	}
	if _, chosen := voice.Chosen(s.Voice); chosen { // else the voice is one of the text's language, where that is sure
		if whole := s.found(); whole != language.Unknown && whole != reader.Reads() {
			return foreignTo(offered, reader, whole, 0)
		}
	}
	all := []Warning{}
	for i, scene := range s.Scenes {
		if found := language.Detect(scene.Text); found.Sure {
			all = append(all, foreignTo(offered, reader, found.Language, i+1)...)
		}
	}
	return all
}

// foreignTo is the warning that a voice reads another language than is written in a
// scene, or with 0 in all of them; none when it is the same.
func foreignTo(offered []voice.Voice, reader voice.Voice, written language.Language, scene int) []Warning {
	if written == reader.Reads() {
		return []Warning{}
	}
	what, help := "The text", "There is no voice of that language yet."
	if scene > 0 {
		what = fmt.Sprintf("Scene %d", scene)
	}
	for _, v := range offered {
		if v.Reads() == written {
			help = "Choose a voice of that language."
			break
		}
	}
	return []Warning{{
		Code: WarnVoiceLanguage, Scene: scene,
		Message: fmt.Sprintf("%s is in %s, and the voice %s reads %s. %s", what, written.Name(), reader.Name, reader.Reads().Name(), help),
	}}
}

// unspoken warns of words that are shown and not said, because a voice of that
// language knows no such script.
func unspoken(text string, reads language.Language, scene int) []Warning {
	places := reading.Unspoken(text, reads)
	if len(places) == 0 {
		return nil
	}
	more := ""
	if n := len(places) - 1; n > 0 {
		more = fmt.Sprintf(" (and %d more)", n)
	}
	return []Warning{{Code: WarnUnspoken, Scene: scene, Message: fmt.Sprintf(
		"In scene %d, “%s”%s is shown but not read aloud.", scene, beginningOf(places[0].Text), more)}}
}

// captionsOf is what captions in the picture show of a scene's text, and in which
// language they are drawn: nothing where it is heard and nobody asked for captions.
func (s Source) captionsOf(text string, by readers) (string, language.Language) {
	sentences := reading.Sentences(text, by.in())
	drawnIn := by.written // nobody says anything of it
	if len(by.voices) > 0 && spoken(sentences) {
		if drawnIn = by.in(); !s.Captions {
			return "", drawnIn
		}
	}
	var all []string
	for _, sentence := range sentences {
		all = append(all, sentence.Shown)
	}
	return strings.Join(all, " "), drawnIn
}

// undrawn warns of characters that no font has, in a scene, or with 0 in the title.
func undrawn(stock script.Stock, shown string, scene int) []Warning {
	missing := stock.Undrawable(shown)
	if len(missing) == 0 {
		return nil
	}
	where := "the title"
	if scene > 0 {
		where = fmt.Sprintf("scene %d", scene)
	}
	return []Warning{{Code: WarnNoGlyph, Scene: scene, Message: fmt.Sprintf(
		"In %s, these characters are left out of the picture, because no font has them: %s", where, beginningOf(string(missing)))}}
}

// Fonts are those that draw the video's title and captions, out of a stock.
func (s Source) Fonts(offered []voice.Voice, stock script.Stock) []script.Font {
	by := s.readers(offered)
	title := reading.Title(s.Title)
	all := stock.Choose(script.Serif, by.written, title).Fonts(title)
	for _, scene := range s.Scenes {
		if shown, drawnIn := s.captionsOf(scene.Text, by); shown != "" {
			all = append(all, stock.Choose(script.Sans, drawnIn, shown).Fonts(shown)...)
		}
	}
	return all
}

// beginningOf is enough of a text to find it by.
func beginningOf(text string) string {
	const most = 40
	letters := []rune(text)
	if len(letters) <= most {
		return text
	}
	return strings.TrimSpace(string(letters[:most])) + "…"
}
