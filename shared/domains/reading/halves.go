package reading

import "strings"

// halved is what a fraction before token i is of: its noun, folded, "" for none; as it is
// said; and the index after it.
func (t *text) halved(i int, plural bool) (noun, said string, next int) {
	if m, after := t.measure(i); after > 0 {
		said = m.one
		if plural {
			said = m.many
		}
		first, _, _ := strings.Cut(said, " ")
		return fold(first), said, after
	}
	if t.tok(i).kind != spaceToken || !t.lower(i+1) && t.reader != readerOf("de") {
		return "", "", i
	}
	if noun = t.word(i + 1); noun == "" || notHalved[noun] || uncounted[noun] {
		return "", "", i
	}
	return noun, t.tok(i + 1).text, i + 2
}

// notHalved are words that a fraction before them is not of, in any of the tongues.
var notHalved = set(`a al ao au aux an and as ate bajo but chez da dans das de del dem den der des die do dos du e el em en entre es est et for fue i in is la le les lo mais mas menos
	moins na nas ne no nos o of on or ou oder os para per pero plus por pour que qui se ses si sobre sur the to um un una und une was while with y zu`)

// sayHalf says ½ at token i, before what it is a half of.
func (t *text) sayHalf(i, next int) string {
	noun, _, _ := t.halved(next, false)
	before := t.word(t.before(i))
	switch t.reader {
	case readerOf("en"):
		switch w := t.word(next + 1); {
		case w == "a" || w == "an" || w == "the":
			return "half"
		case before == "a":
			return "half"
		}
	case readerOf("es"):
		if feminine(t.reader, noun) {
			return "media"
		}
	case readerOf("pt"):
		if feminine(t.reader, noun) {
			return "meia"
		}
	case readerOf("fr"):
		switch {
		case before == "un" || before == "une":
			return "demi"
		case feminine(t.reader, noun), noun == "livre": // of which a pound is halved more often than a book
			return "une demi"
		}
	case readerOf("de"):
		return germanHalf(before, noun)
	}
	return t.reader.half
}

// sayWholeAndHalf says 2½ before token i, and what it is of where the tongue has the
// half after it: dos horas y media, deux litres et demi. The second is the index after.
func (t *text) sayWholeAndHalf(whole, i int) (string, int) {
	r := t.reader
	switch r {
	case readerOf("en"):
		return r.cardinal(whole) + " and a half", i
	case readerOf("de"):
		return germanStem(whole) + "einhalb", i
	}
	noun, said, next := t.halved(i, whole > 1)
	if whole > 1 && !strings.HasSuffix(noun, "s") && !strings.HasSuffix(noun, "x") {
		noun, said, next = "", "", i
	}
	half := strings.TrimPrefix(r.half, "un ")
	if feminine(r, noun) {
		half = map[string]string{"medio": "media", "meio": "meia", "demi": "demie"}[half]
	}
	if noun == "" {
		return r.cardinal(whole) + " " + r.words.and + " " + half, i
	}
	said, of, _ := strings.Cut(said, " ")
	if whole == 1 && r != readerOf("fr") {
		said = strings.TrimSuffix(said, "s") // 1½ kilos
	}
	return join(t.one(whole, said)+" "+said+" "+r.words.and+" "+half, of), next
}

// germanHalf is the half of a noun in small letters without accents. What is masculine,
// or not known, would need its case: "einhalb" is right in each.
func germanHalf(before, noun string) string {
	article, known := map[string]string{"eine": "halbe", "einen": "halben", "einer": "halben", "einem": "halben", "eines": "halben"}[before]
	if known {
		return article
	}
	kind := germanGender(noun)
	dative := germanDative[before]
	switch {
	case before == "ein" && kind == 'n':
		return "halbes"
	case before == "ein":
		return "halber"
	case kind == 'f' && dative:
		return "einer halben"
	case kind == 'n' && dative:
		return "einem halben"
	case kind == 'f':
		return "eine halbe"
	case kind == 'n':
		return "ein halbes"
	}
	return "einhalb"
}

var germanDative = set("mit von nach seit zu aus bei vor")

// germanGender is f or n where the noun tells it, else m.
func germanGender(noun string) byte {
	switch {
	case germanNeuter[noun], strings.HasSuffix(noun, "chen"):
		return 'n'
	case strings.HasSuffix(noun, "kafe"), strings.HasSuffix(noun, "kase"), noun == "name", noun == "gedanke":
		return 'm'
	case germanFeminine[noun], strings.HasSuffix(noun, "e"), strings.HasSuffix(noun, "ion"), strings.HasSuffix(noun, "ung"), strings.HasSuffix(noun, "heit"), strings.HasSuffix(noun, "keit"):
		return 'f'
	}
	return 'm'
}

var (
	germanNeuter   = set("blech brot buch dutzend ei gebet glas gramm haus herz jahr jahrhundert jahrtausend jahrzehnt kapitel kilo kilogramm land leben pfund reich volk wort")
	germanFeminine = set("arbeit butter hand mahlzeit nacht stadt tafel welt woche zeit zwiebel")
)

// feminine reports whether a noun, folded, is feminine in Spanish, Portuguese or French,
// as far as its end tells; not known is masculine.
func feminine(r *reader, noun string) bool {
	one := strings.TrimSuffix(noun, "s")
	switch r {
	case readerOf("es"):
		return !spanishMasculine[one] && !strings.HasSuffix(one, "ema") && (strings.HasSuffix(one, "a") || spanishFeminine[noun] || spanishFeminine[one] || hasAny(noun, "cion", "ciones", "sion", "siones", "dad", "dades", "tad", "tades", "tud", "tudes", "umbre", "umbres"))
	case readerOf("pt"):
		return !portugueseMasculine[one] && !strings.HasSuffix(one, "ema") && (strings.HasSuffix(one, "a") || portugueseFeminines[noun] || portugueseFeminines[one] || hasAny(noun, "cao", "coes", "sao", "soes", "dade", "dades", "tude", "tudes", "gem", "gens"))
	case readerOf("fr"):
		return !frenchMasculine[one] && (frenchFeminines[noun] || frenchFeminines[one] || hasAny(one, "tion", "sion", "nee", "ette", "ance", "ence"))
	}
	return false
}

func hasAny(s string, ends ...string) bool {
	for _, end := range ends {
		if strings.HasSuffix(s, end) {
			return true
		}
	}
	return false
}

var (
	spanishMasculine    = set("clima dia drama idioma mapa papa planeta poeta profeta programa")
	spanishFeminine     = set("base calle carcel carne clase cruz cruces flor flores frase fuente gente imagen leche ley leyes llave luz luces madre mano mente miel muerte mujer mujeres nave noche nube parte piel red sangre señal senal serpiente suerte tarde torre tribu vez veces voz voces")
	portugueseMasculine = set("clima dia drama idioma mapa papa planeta poeta profeta programa")
	portugueseFeminines = set("arvore ave base carne chave classe cruz cruzes flor flores fonte frase gente lei luz luzes mae mao mente morte mulher mulheres nave noite nuvem nuvens ordem ordens parte rede serpente sorte tarde torre tribo vez vezes voz vozes")
	frenchMasculine     = set("silence squelette")
	frenchFeminines     = set("annee ame barre boite bougie bouteille brebis carafe centaine chose cuillere cuilleree demie dizaine douzaine eglise epouse etape etoile famille femme fete fille fleur fois gousse heure histoire larme lecon lecture lettre ligne main maison mere minute nuit page pages parabole parole part partie personne pierre plante pomme porte priere promesse question raison seconde semaine soeur tasse tranche vie ville vision voix tete table terre traversee journee matinee soiree")
)
