package reading

import "strings"

// telephoneAt reads 555-1234 and +1 (555) 123-4567 figure by figure. Ranges look
// the same (500-1000 people), so that two groups alone are a telephone number only
// after a word that says so.
func telephoneAt(t *text, i int) (unit, int) {
	groups, end, sure := t.telephone(i)
	if !sure || t.tok(end).kind == wordToken || t.is(end, "-") || t.is(i-1, "-") {
		return unit{}, 0
	}
	said := make([]string, 0, len(groups))
	for _, group := range groups {
		said = append(said, t.sayDigits(group))
	}
	return unit{spoken: strings.Join(said, ", "), whole: true}, end
}

// telephone reads groups of figures up to three and four with a hyphen between, and
// says whether they are a telephone number: they begin with + or have an area in
// brackets, there is one more hyphen, or a word before says so. It begins at +, ( or
// a number, and looks at a few tokens only.
func (t *text) telephone(i int) (groups []string, end int, sure bool) {
	at, hyphens := i, 0
	plus := t.is(i, "+") && t.tok(i-1).kind != numberToken
	if plus {
		at++
	}
	for len(groups) < 6 {
		open := t.is(at, "(")
		if open {
			at++
		}
		group := t.tok(at)
		if group.kind != numberToken || len(group.text) > 5 || open && !t.is(at+1, ")") {
			return nil, 0, false
		}
		at++
		if open {
			at++
			sure = sure || plus || len(group.text) == 3 || group.text[0] == '0'
		}
		groups = append(groups, group.text)
		if n := len(groups); n > 1 && !open && len(group.text) == 4 && len(groups[n-2]) == 3 && t.is(at-2, "-") {
			return groups, at, sure || plus || hyphens > 1 || t.telephoneBefore(i)
		}
		if t.is(at, "-") {
			hyphens++
			at++
			continue
		}
		if at = t.skip(at); t.is(at, "-") {
			at = t.skip(at + 1)
		}
	}
	return nil, 0, false
}

// telephoneBefore reports whether the words before token i announce a telephone
// number: "Tel.: ", "call us at ", "call 555-1234 or ".
func (t *text) telephoneBefore(i int) bool {
	for at := i - 1; at >= i-10; at-- {
		switch w := t.word(at); {
		case telephoneWords[w]:
			return true
		case w != "" && !telephoneJoiners[w], t.tok(at).kind == markToken && !strings.Contains(".:-(/,", t.tok(at).text), t.is(at, ".") && t.word(at-1) == "":
			return false
		}
	}
	return false
}

// telephoneWords announce a telephone number in our tongues, folded;
// telephoneJoiners may stand between one and the number.
var (
	telephoneWords   = set("call dial phone telephone tel fax hotline cell mobile whatsapp llame llama llamen llamenos telefono telefonos tfno movil celular marque ligue telefone telemovel appelez telephonez composez portable telefon telefonnummer rufnummer ruf rufen anrufen handy")
	telephoneJoiners = set("us me at on the number no nr or and now today is al a el nos para o numero e es y ou le la au nous ce est sie uns unter der die nummer oder und ist")
)
