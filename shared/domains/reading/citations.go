package reading

import (
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/devotionalai/platform/shared/domains/language"
)

// citation is how a language that has no tongue of ours names a place of the Bible.
// % stands for a number, which the voice says by itself.
type citation struct {
	books  string    // see cited
	psalms string    // the name that psalm is for
	first  [2]string // words for the first, second and third book of a name: of letters, of others
	before string    // what is said after the name, with the number of the chapter
	psalm  string    // the same of a Psalm
	verse  string
	verses string // of several
	from   string // before a range
	to     string // between its ends
	and    string

	counters  string // words after the number of a chapter, of a Psalm, of a verse
	particles string // that stand at a number
	prefix    string // a word that is written with the name: and
	joined    bool   // written without spaces: lines break between any two letters
	comma     bool   // chapter and verse may be parted by one
}

// cited is a citation with its table.
type cited struct {
	*citation
	names     map[string]string // by key
	bracketed map[string]string // those that are short for a book within brackets only
	longest   int               // name, in bytes
}

// citations are of the languages whose books we know, and no more: what another
// capital word before 6:30 is we cannot know.
var citations = sync.OnceValue(func() map[language.Language]*cited {
	all := map[language.Language]*cited{}
	for l, c := range map[language.Language]*citation{
		"ko": {books: koreanBooks, psalms: "시편", before: " %장", psalm: " %편", verse: " %절", verses: " %절", to: "절에서 ", and: "절, ", counters: "장 편 절", particles: "을 를 은 는 이 가 과 와 의 에 에서 에는 로 으로 까지 도"},
		"zh": {books: chineseBooks, psalms: "诗篇", before: "%章", psalm: "%篇", verse: "%节", verses: "%节", to: "至", and: "节、", counters: "章 篇 节 節", joined: true},
		"ja": {books: japaneseBooks, psalms: "詩篇", before: "%章", psalm: "%篇", verse: "%節", verses: "%節", to: "節から", and: "節、", counters: "章 篇 編 節", joined: true},
		"it": {books: italianBooks, psalms: "Salmo", first: [2]string{"Prima Seconda Terza", "Primo Secondo Terzo"}, before: " %", psalm: " %", verse: ", versetto %", verses: ", versetti %", from: "da ", to: " a ", and: " e ", comma: true},
		"hi": {books: hindiBooks, psalms: "भजन संहिता", first: [2]string{"पहला दूसरा तीसरा", "पहला दूसरा तीसरा"}, before: " अध्याय %", psalm: " %", verse: ", पद %", verses: ", पद %", to: " से ", and: " और "},
		"ru": {books: russianBooks, psalms: "Псалом", first: [2]string{"Первое Второе Третье", "Первая Вторая Третья Четвёртая"}, before: ", глава %", psalm: " %", verse: ", стих %", verses: ", стихи %", to: "-", and: " и "},
		"ar": {books: arabicBooks, psalms: "المزمور", prefix: "و", first: [2]string{"الأولى الثانية الثالثة", "الأول الثاني الثالث"}, before: "، الأصحاح %", psalm: " %", verse: "، الآية %", verses: "، الآيات %", to: " إلى ", and: " و"},
	} {
		all[l] = c.cited()
	}
	return all
})

// cited reads a table of books: name=short forms, with _ for spaces. A form after
// ( is one within brackets only: alone it is a word as well.
func (c *citation) cited() *cited {
	b := &cited{citation: c, names: map[string]string{}, bracketed: map[string]string{}}
	for entry := range strings.FieldsSeq(c.books) {
		name, forms, _ := strings.Cut(entry, "=")
		for form := range strings.SplitSeq(name+","+forms, ",") {
			into := b.names
			if short, within := strings.CutPrefix(form, "("); within {
				form, into = short, b.bracketed
			}
			if form = strings.TrimLeft(form, "+"); form != "" {
				into[fold(form)] = strings.ReplaceAll(name, "_", " ")
				if c.prefix != "" {
					into[c.prefix+form] = c.prefix + strings.TrimLeft(strings.ReplaceAll(name, "_", " "), "+")
				}
				b.longest = max(b.longest, len(form))
			}
		}
	}
	return b
}

// cut parts the name of a book from the words before it, where a language has no
// spaces, and the word for a chapter or a verse from what goes on after it.
func (b *cited) cut(all []token) []token {
	var out []token
	all = figures(all)
	for i, tok := range all {
		if tok.kind == wordToken && i > 0 && all[i-1].kind == numberToken {
			for counter := range strings.FieldsSeq(b.counters) {
				if rest, ok := strings.CutPrefix(tok.text, counter); ok && rest != "" {
					out = append(out, token{counter, wordToken, tok.at})
					tok = token{rest, wordToken, tok.at + len(counter)}
					break
				}
			}
		}
		if at := b.nameFrom(tok, i+1 < len(all) && (all[i+1].kind == numberToken || all[i+1].kind == spaceToken)); at > 0 {
			out = append(out, token{tok.text[:at], wordToken, tok.at})
			tok = token{tok.text[at:], wordToken, tok.at + at}
		}
		out = append(out, tok)
	}
	return out
}

// figures makes numbers of the digits of other scripts: ३, ３.
func figures(all []token) []token {
	var out []token
	for _, tok := range all {
		if c, _ := utf8.DecodeRuneInString(tok.text); tok.kind == markToken && digit(c) {
			tok.kind = numberToken
			if last := len(out) - 1; last >= 0 && out[last].kind == numberToken && out[last].end() == tok.at {
				out[last].text += tok.text
				continue
			}
		}
		out = append(out, tok)
	}
	return out
}

// nameFrom is where in a word the longest name that it ends with begins.
func (b *cited) nameFrom(tok token, followed bool) int {
	if !b.joined || !followed || tok.kind != wordToken {
		return 0
	}
	for at := max(0, len(tok.text)-b.longest); at < len(tok.text); at++ {
		if utf8.RuneStart(tok.text[at]) && b.names[tok.text[at:]] != "" {
			return at
		}
	}
	return 0
}

// citedBook reads the name of a book at token i as it is said, and the index after it.
func (t *text) citedBook(i int) (name string, next int) {
	c, at, which := t.cited, i, 0
	if n := t.number(i, 1); n >= 1 && n <= 4 && c.first[0] != "" {
		switch which, at = n, i+1; {
		case t.is(at, "."):
			at++
		case t.is(at, "-") && t.tok(at+1).kind == wordToken: // 1-е
			at += 2
		}
		at = t.skip(at)
	}
	for words := 4; words >= 1; words-- {
		key, after := t.key(at, words)
		name := c.names[key]
		if name == "" && strings.ContainsAny(t.tok(t.before(i)).text, "(（[【;；") {
			name = c.bracketed[key]
		}
		if key == "" || name == "" {
			continue
		}
		if t.is(after, ".") {
			after++
		}
		return c.numbered(name, which), t.skip(after)
	}
	return "", 0
}

// numbered says which of several books of a name it is.
func (b *cited) numbered(name string, which int) string {
	if which == 0 {
		return strings.TrimLeft(name, "+")
	}
	kind := 1
	if letter, ok := strings.CutPrefix(name, "+"); ok {
		name, kind = letter, 0
	}
	words := strings.Fields(b.first[kind])
	word := words[min(which, len(words))-1]
	if strings.HasPrefix(word, "ال") {
		return name + " " + word // Arabic has it behind
	}
	return word + " " + name
}

// citedAt reads a place in a book that we know.
func citedAt(t *text, i int) (unit, int) {
	if t.cited == nil {
		return unit{}, 0
	}
	name, at := t.citedBook(i)
	chapter := t.number(at, 3)
	if name == "" || chapter <= 0 {
		return unit{}, 0
	}
	if next := t.countedAt(at + 1); next > 0 {
		return unit{spoken: t.s[t.tok(i).at:t.tok(next-1).end()], whole: true, reference: true, joined: t.cited.joined}, next
	}
	verses := t.parted(at + 1)
	if verses == 0 {
		return unit{}, 0
	}
	spans, next := t.citedVerses(verses)
	if len(spans) == 0 {
		return unit{}, 0
	}
	return unit{spoken: t.cited.say(name, chapter, spans), whole: true, reference: true, joined: t.cited.joined}, next
}

// countedAt is the index after 장 16절, as people write it out; 0 where it is not.
func (t *text) countedAt(i int) int {
	counter := func(i int) bool {
		w := t.tok(i).text
		return w != "" && strings.Contains(" "+t.cited.counters+" ", " "+w+" ")
	}
	if !counter(i) {
		return 0
	}
	at := t.skip(i + 1)
	if t.number(at, 3) <= 0 {
		return 0
	}
	at++
	if to := t.dash(at); to > 0 && t.number(to, 3) > 0 {
		at = to + 1
	}
	if !counter(at) {
		return 0
	}
	return at + 1
}

// parted is the index of the verse after what parts it from its chapter.
func (t *text) parted(i int) int {
	if !t.is(i, ":") && !t.is(i, "：") && !(t.cited.comma && t.is(i, ",")) {
		return 0
	}
	at := i + 1
	if !t.is(i, ",") {
		at = t.skip(at)
	}
	if t.number(at, 3) <= 0 {
		return 0
	}
	return at
}

// citedVerses reads a list of verses.
func (t *text) citedVerses(i int) (all []span, next int) {
	for len(all) < 40 && t.number(i, 3) > 0 && (len(all) == 0 || t.tok(i-1).kind != spaceToken || t.listGoesOn(i+1) || t.particle(i+1)) {
		s := span{from: t.number(i, 3)}
		if n := len(all); n > 0 {
			// A book comes next: Пс 22:1, 2 Кор 5:7.
			if name, _ := t.citedBook(i); name != "" || s.from <= max(all[n-1].from, all[n-1].to) {
				break
			}
		}
		next = i + 1
		if to := t.dash(next); to > 0 && t.number(to, 3) > 0 {
			s.to, next = t.number(to, 3), to+1
			if verse := t.parted(next); verse > 0 && !t.is(next, ",") {
				s.toChapter, s.to, next = s.to, t.number(verse, 3), verse+1
			}
		}
		all = append(all, s)
		if !t.is(next, ",") && !t.is(next, "、") && !t.is(next, "،") && !(t.cited.comma && t.is(next, ".")) {
			break
		}
		i = t.skip(next + 1)
	}
	return all, next
}

// particle reports whether a word that stands at a number says what the number is to
// the sentence: 3, 6을, and not 3, 6명.
func (t *text) particle(i int) bool {
	w := t.tok(i).text
	return w != "" && t.tok(i).kind == wordToken && strings.Contains(" "+t.cited.particles+" ", " "+w+" ")
}

// say names a place as a reader of the language does.
func (b *cited) say(name string, chapter int, verses []span) string {
	in := b.before
	if strings.HasSuffix(name, b.psalms) {
		in = b.psalm
	}
	number := func(form string, n int) string { return strings.ReplaceAll(form, "%", strconv.Itoa(n)) }
	list, many := "", len(verses) > 1
	for i, v := range verses {
		if i > 0 {
			list += b.and
		}
		switch {
		case v.toChapter > 0:
			many = true
			list += b.from + strconv.Itoa(v.from) + b.to + strings.TrimLeft(number(in, v.toChapter)+number(b.verse, v.to), " ,،")
		case v.to > 0:
			many = true
			list += b.from + strconv.Itoa(v.from) + b.to + strconv.Itoa(v.to)
		default:
			list += strconv.Itoa(v.from)
		}
	}
	form := b.verse
	if many {
		form = b.verses
	}
	if last := verses[len(verses)-1]; last.toChapter > 0 {
		form, _, _ = strings.Cut(form, "%") // its last verse has the word already
		form += "%"
	}
	return name + number(in, chapter) + strings.ReplaceAll(form, "%", list)
}
