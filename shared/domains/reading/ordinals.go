package reading

import "strings"

// raised reports whether the tongue writes ordinals with a raised o.
func (t *text) raised() bool { return t.reader == readerOf("es") || t.reader == readerOf("pt") }

// ordinalDegree reports whether a degree after the number at token i is the raised o of
// an ordinal: el 1° día, 12° día, and neither 30° a la sombra nor 30°.
func (t *text) ordinalDegree(i, degree, next int) bool {
	n := t.number(i, 3)
	if !t.raised() || n < 1 || degree != i+1 || next != degree+1 || !t.is(degree, "°") {
		return false
	}
	articles := beforeOrdinals[0]
	if t.reader == readerOf("pt") {
		articles = beforeOrdinals[1]
	}
	if articles[t.word(t.before(i))] {
		return true
	}
	noun := t.word(next + 1)
	if t.tok(next).kind != spaceToken || noun == "" {
		return false
	}
	return !afterDegrees[noun] && !uncounted[noun] || n <= 10 && (noun == "de" || noun == "do" || noun == "da")
}

// sayOrdinal says an ordinal before token next: Spanish shortens two of them before what
// they order, el primer día.
func (t *text) sayOrdinal(n int, feminine bool, next int) string {
	said := t.reader.ordinal(n, feminine)
	noun := t.word(next + 1)
	if t.reader == readerOf("es") && strings.HasSuffix(said, "ero") && t.tok(next).kind == spaceToken && noun != "" && !afterDegrees[noun] && !uncounted[noun] {
		return strings.TrimSuffix(said, "o")
	}
	return said
}

// beforeOrdinals are words of Spanish and Portuguese that ask for an ordinal, no amount;
// afterDegrees are words that no ordinal orders. All are folded.
var (
	beforeOrdinals = [2]map[string]bool{
		set("el del al mi tu su este ese aquel cada nuestro"),
		set("o do no ao meu teu seu este esse aquele neste nesse cada nosso"),
	}
	afterDegrees = set(`a al ao ate bajo da de del do em en entre es fue era foi ha hacia hasta na nas no nos se sera ser sob sobre u celsius centigrados fahrenheit
		grados graus latitud latitude longitud longitude norte sur sul leste oeste afuera fuera fora mas mais menos`)
)
