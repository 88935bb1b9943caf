package reading

import (
	"strings"
	"testing"

	"github.com/devotionalai/platform/shared/domains/language"
)

// TestSpoken: how people write, and what a reader of the language says. Each is
// one sentence.
func TestSpoken(t *testing.T) {
	spokenAs(t, map[language.Language]string{"en": englishCases, "es": spanishCases, "pt": portugueseCases, "fr": frenchCases, "de": germanCases})
}

// spokenAs reads tables of texts, each with what is spoken of it after an arrow; several
// sentences are parted by strokes.
func spokenAs(t *testing.T, tables map[language.Language]string) {
	t.Helper()
	for l, table := range tables {
		for _, line := range lines(table) {
			text, want, _ := strings.Cut(line, " => ")
			var spoken []string
			for _, s := range Sentences(text, l) {
				spoken = append(spoken, s.Spoken)
			}
			if got := strings.Join(spoken, " / "); got != want {
				t.Errorf("%s: %q is read as %q, want %q", l, text, got, want)
			}
		}
	}
}

const englishCases = `
See Prov. 3:5-6. => See Proverbs three, verses five and six.
1 Pet. 5:7 helps. => First Peter five, verse seven helps.
Ps 119:105 => Psalm one hundred nineteen, verse one hundred five.
As Jn 3:16ff says. => As John three, verses sixteen and following says.
Romans 8:28 (ESV). => Romans eight, verse twenty-eight, E.S.V.
Read Salmo 23:1. => Read Psalm twenty-three, verse one.
It is in v. 3 and vv. 3-5. => It is in verse three and verses three to five.
Read Genesis 1-3. => Read Genesis one to three.
Gen 1:1-2:3 => Genesis one, verse one, to chapter two, verse three.
John 3:16, 18 => John three, verses sixteen and eighteen.
In John 3:16, 18 people hear. => In John three, verse sixteen, eighteen people hear.
Isaiah 40:31; 41:10 => Isaiah forty, verse thirty-one; chapter forty-one, verse ten.
Jude 5 => Jude, verse five.
Psalm XXIII is old. => Psalm twenty-three is old.
Romans viii. 28 => Romans eight, verse twenty-eight.
Song of Solomon 2:11–12 => Song of Solomon two, verses eleven and twelve.
PSALM 23 => Psalm twenty-three.
3 John 4 => Third John, verse four.
Henry VIII and World War II. => Henry the eighth and World War two.
Read on May 5, 2024. => Read on May fifth, twenty twenty-four.
It was 3 January 1874. => It was January third, eighteen seventy-four.
On 2024-01-03 we met. => On January third, twenty twenty-four we met.
Meet at 6:00 or 18:05. => Meet at six o'clock or eighteen oh five.
It costs $1 or $3 million. => It costs one dollar or three million dollars.
About 1,250,000 people. => About one million two hundred fifty thousand people.
He ran 3.5 miles. => He ran three point five miles.
The 1st, 22nd and 100th. => The first, twenty-second and one hundredth.
St. Mary's at 12 Main St. today. => Saint Mary's at twelve Main Street today.
He met Mr. Smith, e.g. there, etc. => He met Mister Smith, for example there, et cetera.
C. S. Lewis wrote, i.e. well. => C.S. Lewis wrote, that is well.
THE LORD IS RISEN! => the Lord is risen!
I said, “Be still” — and it was… calm. => I said, Be still, and it was, calm.
Write to me@example.org today. => Write to me at example dot org today.
Love & peace, and/or joy. => Love and peace, and or joy.
On 12/25/2024 and 25.12.2024 we sing. => On December twenty-fifth, twenty twenty-four and December twenty-fifth, twenty twenty-four we sing.
In the 1990s and the '90s. => In the nineteen nineties and the nineties.
Call 555-1234 or +1 (555) 123-4567 now. => Call five five five, one two three four or one, five five five, one two three, four five six seven now.
They fed 500-1000 people. => They fed five hundred to one thousand people.
The years 900-1050 and pages 100-1000. => The years nine hundred to one thousand fifty and pages one hundred to one thousand.
In 1850 300-1000 men (500-1000) came. => In eighteen fifty three hundred to one thousand men, five hundred to one thousand, came.
Call us at 555-1234, or dial 1-800-555-1234. => Call us at five five five, one two three four, or dial one, eight zero zero, five five five, one two three four.
Dial (555) 123-4567 2 times. => Dial five five five, one two three, four five six seven two times.
I AM WHO I AM. => I am Who I am.
Add ½ cup and 1½ or 2 ¾ cups. => Add one half cup and one and a half or two and three quarters cups.
Give ⅓, ⅛ or 1/2 loaf. => Give one third, one eighth or one half loaf.
It was 10°C, 50 °F, -5°C or −1 °C. => It was ten degrees Celsius, fifty degrees Fahrenheit, minus five degrees Celsius or minus one degree Celsius.
Walk 90° north at 10–15℃. => Walk ninety degrees north at ten to fifteen degrees Celsius.
He ran 1500 m at 10 km/h with 1 kg. => He ran one thousand five hundred meters at ten kilometers an hour with one kilogram.
A field of 3 m² and 2.5 ft. => A field of three square meters and two point five feet.
Love you <3 :) always ;-) => Love you always.
On 5/8 we met, and Day 1/3 of our plan, Part 1/4 of it. => On five eight we met, and Day one three of our plan, Part one four of it.
I am 1/2 way, 1/7 of it, 1 1/2 cups and 3/4 mile. => I am one half way, one seven of it, one and a half cups and three quarters mile.
We know that 2 <3 is true. => We know that two is less than three is true.
So if x <3 y is less, and I <3 you, love x <3 => So if x is less than three y is less, and I you, love x.
Read John 3:16 :D today. => Read John three, verse sixteen today.
Stay^[a] here^[See the [old] preface] now. => Stay here now.
Hear the mp3 of No.5 on p.13 at the G7. => Hear the mp three of number five on page thirteen at the G seven.
See p. 13f., please. => See page thirteen and following, please.
In 1900 L. Frank and 5 L. M. Baum drank 2 L. => In nineteen hundred L. Frank and five L.M. Baum drank two liters.
`

const spanishCases = `
Lee Juan 3:16-17. => Lee Juan tres, versículos dieciséis y diecisiete.
1 Co 13:4, 7 y 8 => Primera de Corintios trece, versículos cuatro, siete y ocho.
Sal 23 => Salmo veintitrés.
1 Jn 4:8ss => Primera de Juan cuatro, versículos ocho y siguientes.
Filipenses 4:13 (RVR1960) => Filipenses cuatro, versículo trece, R.V.R mil novecientos sesenta.
El 3 de enero de 1874 nació. => El tres de enero de mil ochocientos setenta y cuatro nació.
A las 6:30 a. m. el Sr. Díaz ora. => A las seis y treinta de la mañana el señor Díaz ora.
Cuesta $12,50 o el 25 %. => Cuesta doce dólares con cincuenta centavos o el veinticinco por ciento.
Enrique VIII, siglo XIX. => Enrique octavo, siglo diecinueve.
El 1.º y la 2ª. => El primero y la segunda.
Son 21 días y 200 personas. => Son veintiún días y doscientas personas.
EE. UU. es grande. => Estados Unidos es grande.
El 25/12/2024 lee Ap 21, 4. => El veinticinco de diciembre de dos mil veinticuatro lee Apocalipsis veintiuno, versículo cuatro.
En Juan 3, 5 personas oran. => En Juan tres, cinco personas oran.
Juan Pablo II y S. Juan, con Sto. Tomás y S. Tomás. => Juan Pablo segundo y san Juan, con santo Tomás y santo Tomás.
Lee Salmo 23, 1 y 2. => Lee Salmo veintitrés, versículos uno y dos.
Lee Salmo 23, 1 y 2 hoy. => Lee Salmo veintitrés, versículos uno y dos hoy.
En Juan 3, 5 y 6 personas oran. => En Juan tres, cinco y seis personas oran.
El n.º 3, nº 4 y n° 5 a las 19:30 h. => El número tres, número cuatro y número cinco a las diecinueve y treinta.
Hace -5 °C, el 1° día. => Hace menos cinco grados Celsius, el primer día.
El 5º mandamiento, el 3º día y el 1º de la lista. => El quinto mandamiento, el tercer día y el primero de la lista.
El 1° de mayo y el 1º de junio, 12° día. => El primero de mayo y el primero de junio, duodécimo día.
El 1° Concilio, 13° Sínodo y 21º aniversario. => El primer Concilio, decimotercer Sínodo y vigésimo primer aniversario.
Hace 30° a la sombra, 10º C y 5ºC. => Hace treinta grados a la sombra, diez grados Celsius y cinco grados Celsius.
Gira 90° y 45°. => Gira noventa grados y cuarenta y cinco grados.
El 5/8 celebramos la Parte 1/3 de 1/2 taza. => El cinco ocho celebramos la Parte uno tres de media taza.
Tú y <3 yo. => Tú y yo.
Son ½ taza, 1½ kilos y ⅓ taza. => Son media taza, un kilo y medio y un tercio de taza.
Corre 5 km <3 y 1 ha. => Corre cinco kilómetros y una hectárea.
En 2024 ha sido fiel, y el día 5 ha de venir. => En dos mil veinticuatro ha sido fiel, y el día cinco ha de venir.
El Sr Díaz y la Dra Ruiz. => El señor Díaz y la doctora Ruiz.
Según S. Pablo y no según Antonio S. Pérez o Ana S. Juan. => Según san Pablo y no según Antonio S. Pérez o Ana S. Juan.
S. Agustín y S. Ruiz. => san Agustín y S. Ruiz.
Llame al 555-1234 hoy. => Llame al cinco cinco cinco, uno dos tres cuatro hoy.
`

const portugueseCases = `
Leia Jo 3:16 e 1 Co 13:4-7. => Leia João três, versículo dezesseis e Primeira Coríntios treze, versículos quatro a sete.
Jó 1:21 => Jó um, versículo vinte e um.
Salmo 23:1 => Salmo vinte e três, versículo um.
Em 2024 ha paz nos 5 ha. => Em dois mil e vinte e quatro ha paz nos cinco hectares.
Em 3 de janeiro de 1874. => Em três de janeiro de mil oitocentos e setenta e quatro.
Custa R$ 12,50 ou 25%. => Custa doze reais e cinquenta centavos ou vinte e cinco por cento.
Em 25/12/2024, o Pr. João leu. => Em vinte e cinco de dezembro de dois mil e vinte e quatro, o pastor João leu.
São 2 pessoas, o Dr. e a Sra. Lima. => São duas pessoas, o doutor e a senhora Lima.
João Paulo II, S. João e S. Inácio. => João Paulo segundo, são João e santo Inácio.
Salmo 23, 1 e 2 => Salmo vinte e três, versículos um e dois.
1° Coríntios 13:4 e 1ª Coríntios 13:4 => Primeira Coríntios treze, versículo quatro e Primeira Coríntios treze, versículo quatro.
O n.º 3 e nº 4 às 19h30. => O número três e número quatro às dezenove e trinta.
Faz 10 °C: ½ xícara e ⅔ copo. => Faz dez graus Celsius: meia xícara e dois terços de copo.
Ligue para o 555-1234. => Ligue para o cinco cinco cinco, um dois três quatro.
Segundo S. Paulo, e não Harry S. Truman. => Segundo são Paulo, e não Harry S. Truman.
O 2º dia e o 12° dia. => O segundo dia e o décimo segundo dia.
O 1° Concílio, em 1° de maio, o 23º. => O primeiro Concílio, em primeiro de maio, o vigésimo terceiro.
Faz 30° na sombra ou 10º C. => Faz trinta graus na sombra ou dez graus Celsius.
Em 5/8 lemos o dia 1/3 do plano e 1/2 xícara. => Em cinco oito lemos o dia um três do plano e meia xícara.
`

const frenchCases = `
Lire Jn 3,16 et 1 Co 13.4-7. => Lire Jean trois, verset seize et Première Corinthiens treize, versets quatre à sept.
Ps 23 => Psaume vingt-trois.
Le 1er mai 1874 à 18h05. => Le premier mai mille huit cent soixante-quatorze à dix-huit heures cinq.
Il a payé 12,50 € pour 1 000 livres. => Il a payé douze euros cinquante pour mille livres.
Rm 8, 28 ; Ph 4, 6-7. => Romains huit, verset vingt-huit; Philippiens quatre, versets six et sept.
L'ÉTERNEL est bon le 01/05/2024. => L'Éternel est bon le premier mai deux mille vingt-quatre.
Louis XIV, le XIXe siècle. => Louis quatorze, le dix-neuvième siècle.
Il y a 71, 80, 81 et 99 versets. => Il y a soixante et onze, quatre-vingts, quatre-vingt-un et quatre-vingt-dix-neuf versets.
À 19 h 30, le n° 3 de Mme Dubois et M. Martin. => À dix-neuf heures trente, le numéro trois de madame Dubois et monsieur Martin.
Il est 19 h et Jean-Paul II parle à Mlle Anne. => Il est dix-neuf heures et Jean-Paul deux parle à mademoiselle Anne.
Psaume 23, 1 et 2 => Psaume vingt-trois, versets un et deux.
Mgr Luc vient à 19h30. => monseigneur Luc vient à dix-neuf heures trente.
Il fait 10 °C ou -5°C. => Il fait dix degrés Celsius ou moins cinq degrés Celsius.
Prends ½ litre, 1½ litre, ¾ tasse. => Prends un demi litre, un litre et demi, trois quarts de tasse.
Appelez le 555-1234. => Appelez le cinq cinq cinq, un deux trois quatre.
Selon S. Paul, et non S. Freud ou Harry S. Truman. => Selon saint Paul, et non S. Freud ou Harry S. Truman.
Le 5/8 nous lisons, jour 1/3 du plan, 1/2 tasse. => Le cinq huit nous lisons, jour un trois du plan, une demi tasse.
Le n°5, le nº5, le №5 et le n.º5. => Le numéro cinq, le numéro cinq, le numéro cinq et le numéro cinq.
`

const germanCases = `
Lies Joh 3,16 und Röm 8,28-30. => Lies Johannes drei, Vers sechzehn und Römer acht, Verse achtundzwanzig bis dreißig.
Am 25.12.2024 und in Am 5,24. => Am fünfundzwanzigsten Dezember zweitausendvierundzwanzig und in Amos fünf, Vers vierundzwanzig.
Phil 4,6f.; 1. Petr 5,7. => Philipper vier, Verse sechs und folgende; Erster Petrus fünf, Vers sieben.
1. Mose 1,1 => Erstes Buch Mose eins, Vers eins.
1. Kor 13,4.7 => Erster Korinther dreizehn, Verse vier und sieben.
Am 3. Mai kam Dr. Müller um 18:05 Uhr. => Am dritten Mai kam Doktor Müller um achtzehn Uhr fünf.
Es kostet 3,50 € für 1.000 Leute. => Es kostet drei Euro fünfzig für eintausend Leute.
Heinrich VIII. war z. B. im 16. Jh. da. => Heinrich der achte war zum Beispiel im sechzehnten Jahrhundert da.
Im Jahr 1874 waren es 25 %. => Im Jahr achtzehnhundertvierundsiebzig waren es fünfundzwanzig Prozent.
Siehe S. 12 und z. B. S. 13f., bitte. => Siehe Seite zwölf und zum Beispiel Seite dreizehn und folgende, bitte.
Es sind 10 °C, ½ Liter, 2½ Liter, ¼ Liter. => Es sind zehn Grad Celsius, einhalb Liter, zweieinhalb Liter, ein Viertel Liter.
Der hl. Geist und Johannes Paul II. kamen. => Der heilige Geist und Johannes Paul der zweite kamen.
Warte 1/2 Stunde, 1/2 Jahr und 3/4 Liter, Teil 1/3 davon. => Warte eine halbe Stunde, ein halbes Jahr und drei Viertel Liter, Teil eins drei davon.
Am 1/2 kommen alle 2 1/2 Stunden. => Am eins zwei kommen alle zweieinhalb Stunden.
Dr.Ruiz auf S.12, Nr.5. => Doktor Ruiz auf Seite zwölf, Nummer fünf.
Tel.: 555-1234, Seiten 100-1000. => Telefon: fünf fünf fünf, eins zwei drei vier, Seiten einhundert bis eintausend.
`

// TestBooksAreAllKnown: 66 in each tongue, each by its name.
func TestBooksAreAllKnown(t *testing.T) {
	for l, r := range readers() {
		for book := 1; book <= 66; book++ {
			if r.tables.names[book] == "" {
				t.Errorf("%s: book %d has no name", l, book)
			}
		}
		if got := r.tables.names[66]; !strings.HasPrefix(fold(got), "apoc") && got != "Revelation" && got != "Offenbarung" {
			t.Errorf("%s: the last book is %q", l, got)
		}
		for n := range 2200 {
			if s := r.cardinal(n); s == "" || strings.ContainsAny(s, "0123456789") || strings.Contains(s, "  ") {
				t.Errorf("%s: %d is %q", l, n, s)
			}
		}
	}
}

// TestReferencesStayWhole: no line may break inside one (UAX #14 breaks neither
// at U+00A0 nor at U+2060).
func TestReferencesStayWhole(t *testing.T) {
	for text, want := range map[string]string{
		"See 1 Thess. 5:16-18 now.":   "See 1\u00a0Thess.\u00a05:16-18 now.",
		"Song of Songs 2:11–12":       "Song\u00a0of\u00a0Songs\u00a02:11–\u206012",
		"Romans 8:28 (ESV) says.":     "Romans\u00a08:28\u00a0(ESV) says.",
		"Read (II Cor 12:9, 10) now.": "Read (II\u00a0Cor\u00a012:9,\u00a010) now.",
	} {
		got := Sentences(text, language.English)
		if len(got) != 1 || got[0].Shown != want {
			t.Errorf("%q is shown as %+v, want %q", text, got, want)
		}
		if again := Sentences(got[0].Shown, language.English); len(again) != 1 || again[0].Shown != want || again[0].Spoken != got[0].Spoken {
			t.Errorf("%q, read again: %+v", text, again)
		}
	}
}
