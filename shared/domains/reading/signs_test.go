package reading

import (
	"testing"

	"github.com/devotionalai/platform/shared/domains/language"
)

// TestSignsAreSpoken: signs that people type, halves of nouns of each gender, and what a
// reader of the language says. Each is one sentence.
func TestSignsAreSpoken(t *testing.T) {
	spokenAs(t, map[language.Language]string{"en": englishSignCases, "es": spanishSignCases, "pt": portugueseSignCases, "fr": frenchSignCases, "de": germanSignCases, "ko": koreanSignCases})
}

const englishSignCases = `
Forgive 70 × 7 or 70×7 times, on 2 x 4 or 2x4 feet, 6 * 7. => Forgive seventy times seven or seventy times seven times, on two times four or two times four feet, six times seven.
Amen (x2), Amen (3×), ×4, once more 1x, and 10x more. => Amen, two times, Amen, three times, four times, once more once, and ten times more.
12 ÷ 4 = 3, 10 − 4 ≠ 5, 5 ± 2 ≈ 6. => twelve divided by four equals three, ten minus four is not five, five plus or minus two about six.
See § 5, §§ 5-6 and ¶ 3. => See section five, sections five to six and paragraph three.
¶ In the beginning § God † made‡ all. => In the beginning God made all.
Sin → death; grace ⇒ life ●. => Sin, death; grace, life.
• Pray • Read ● Rest • => Pray, Read, Rest.
The Lord is my shepherd / I shall not want | David ~ a king. => The Lord is my shepherd, I shall not want, David, a king.
Go with @GraceChurch and @grace_church2, me@example.org. => Go with at Grace Church and at grace church two, me at example dot org.
#FaithOverFear #Psalm23 #JESUS #vida_nueva #1 => Faith Over Fear Psalm twenty-three Jesus vida nueva number one.
Live w/ God, w/o fear, c/o grace, bread, wine, &c. => Live with God, without fear, care of grace, bread, wine, et cetera.
It took ~5 or ~ 10 days, 5~6 hours, ≥ 3 or 2 ≤ 3. => It took about five or about ten days, five to six hours, at least three or two is at most three.
© 2024 Grace Church™, God = ∞® ©. => copyright twenty twenty-four Grace Church, God equals infinity.
Luther (1483–†1546) and Bach (* 1685, † 1750) sang. => Luther, fourteen eighty-three, died fifteen forty-six, and Bach, born sixteen eighty-five, died seventeen fifty, sang.
He said so² and us³ and I¹ (Psalm 23²), E = mc², on 3 m² x 10² = x³. => He said so and us and I, Psalm twenty-three, E equals mc squared, on three square meters x ten squared equals x cubed.
Drink H₂O, not CO₂, at 31°46'. => Drink H two O, not C.O two, at thirty-one degrees forty-six.
Goliath, 9'6" and not 5’10”, don´t √ worry. => Goliath, nine foot six and not five foot ten, don't worry.
Give ½ a loaf, a ½ cup, ½ cup and 2½ cups. => Give half a loaf, a half cup, one half cup and two and a half cups.
It is 5¢, ₦500, ₹20, ₱50 or ₩1,000. => It is five cents, five hundred naira, twenty rupees, fifty pesos or one thousand won.
`

const spanishSignCases = `
Perdona 70 × 7 veces, 12 ÷ 4, ± 5 y ~5. => Perdona setenta por siete veces, doce entre cuatro, más o menos cinco y aproximadamente cinco.
Véase § 5 y §§ 5-6. => Véase sección cinco y secciones cinco al seis.
Amén (x2), 21× y 1x. => Amén, dos veces, veintiuna veces y una vez.
Ora con @iglesia → #FeEnDios • paz. => Ora con arroba iglesia, Fe En Dios, paz.
½ taza, ½ mano, ½ litro, una ½ noche y ½. => media taza, media mano, medio litro, una media noche y medio.
1½ tazas, 2½ horas más, 3 ½ años, 2½ km y 2½. => una taza y media, dos horas y media más, tres años y medio, dos kilómetros y medio y dos y medio.
Son 21 noches, 21 problemas, 1 vez y 200 mujeres. => Son veintiuna noches, veintiún problemas, una vez y doscientas mujeres.
`

const portugueseSignCases = `
Perdoe 70 × 7, 12 ÷ 4 e ± 5, ~5. => Perdoe setenta vezes sete, doze dividido por quatro e mais ou menos cinco, aproximadamente cinco.
Veja § 5. Amém (2x). => Veja parágrafo cinco. / Amém, duas vezes.
½ taza, ½ mão, ½ litro e ½ noite. => meia taza, meia mão, meio litro e meia noite.
1½ xícara, 2½ horas depois, 1½ litro e 2½ km. => uma xícara e meia, duas horas e meia depois, um litro e meio e dois quilômetros e meio.
São 2 vezes, 2 mãos, 21 noites, 2 dias e 2 problemas. => São duas vezes, duas mãos, vinte e uma noites, dois dias e dois problemas.
`

const frenchSignCases = `
Pardonne 70 × 7 fois, 12 ÷ 4, ± 5 et ~5. => Pardonne soixante-dix fois sept fois, douze divisé par quatre, plus ou moins cinq et environ cinq.
Voir § 5 et §§ 5-6. => Voir paragraphe cinq et paragraphes cinq à six.
Trois points: 1° aimer, 2° servir ; 3°) prier. => Trois points: primo, aimer, secundo, servir; tertio, prier.
Le 1° point, la 1° partie, au 2° étage. => Le premier point, la première partie, au deuxième étage.
Il fait 1° à l'ombre, 30° et 5° dehors. => Il fait un degré à l'ombre, trente degrés et cinq degrés dehors.
½ tasse, une ½ heure, ½ livre, ½ verre et ½. => une demi tasse, une demi heure, une demi livre, un demi verre et un demi.
½ silence, 1½ squelette. => un demi silence, un squelette et demi.
1½ tasse, 2½ heures, 3 ½ ans, 2½ km. => une tasse et demie, deux heures et demie, trois ans et demi, deux kilomètres et demi.
Lis 21 pages, 1 fois en 1 jour. => Lis vingt et une pages, une fois en un jour.
`

const germanSignCases = `
Vergib 70 × 7, 12 ÷ 4, ± 5 und ~5. => Vergib siebzig mal sieben, zwölf geteilt durch vier, plus minus fünf und etwa fünf.
Siehe § 5 und §§ 5–6. => Siehe Paragraf fünf und Paragrafen fünf bis sechs.
Luther (* 1483; † 1546) sang 2x, 3× und 1x. => Luther, geboren vierzehnhundertdreiundachtzig; gestorben fünfzehnhundertsechsundvierzig, sang zweimal, dreimal und einmal.
½ Liter, ½ Tasse, ½ Brot, ½ kg, ½ davon. => einhalb Liter, eine halbe Tasse, ein halbes Brot, ein halbes Kilogramm, einhalb davon.
Vor ½ Stunde, mit ½ Brot, einen ½ Tag, ein ½ Jahr. => Vor einer halben Stunde, mit einem halben Brot, einen halben Tag, ein halbes Jahr.
`

const koreanSignCases = `
평화 → 기쁨 ● 사랑 • 은혜 => 평화, 기쁨, 사랑, 은혜
`
