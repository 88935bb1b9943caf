package reading

func french() *tongue {
	return &tongue{
		measures: frenchMeasures, signs: frenchSigns, half: "un demi", courtesies: "Mme Mmes Mlle MM Mgr Dr Pr Me Ste Sts",
		saints: frenchSaints, leads: frenchLeads, counting: frenchCounting,
		fractions: map[int]measure{2: {}, 3: {one: "tiers", many: "tiers"}, 4: {one: "quart", many: "quarts"}, 5: {one: "cinquième", many: "cinquièmes"}, 6: {one: "sixième", many: "sixièmes"}, 7: {one: "septième", many: "septièmes"}, 8: {one: "huitième", many: "huitièmes"}, 9: {one: "neuvième", many: "neuvièmes"}, 10: {one: "dixième", many: "dixièmes"}},
		cardinal:  frenchNumber, ordinal: frenchOrdinal, decimal: ',', endings: "er re ère e ème eme nd nde",
		words: words{
			part: "de",
			and:  "et", to: "à", point: "virgule", percent: "pour cent", verse: "verset", verses: "versets", chapter: "chapitre", chapters: "chapitres",
			following: "et suivants", dot: "point", at: "arobase", ampersand: "et", number: "numéro", plus: "plus", equals: "égale",
			less: "est plus petit que", more: "est plus grand que", minus: "moins", firstDay: "premier", centsJoin: " ",
		},
		books: frenchBooks, prefixes: "Première Premier\nDeuxième Second Seconde\nTroisième", abbreviations: frenchAbbreviations,
		months:     "janvier janv\nfévrier févr\nmars\navril avr\nmai\njuin\njuillet juil\naoût\nseptembre sept\noctobre oct\nnovembre nov\ndécembre déc",
		letters:    "LSG NEG BDS TOB NBS PDV BFC NFC KJF ESV NIV KJV AT NT TV CD DVD ONU UE OTAN SNCF FM",
		rulers:     "",
		numbered:   "chapitre chap ch psaume partie livre volume vol acte scène section page article guerre tome henri charles philippe jean paul pie benoît léon grégoire clément innocent urbain louis napoléon françois alexandre nicolas vatican",
		currencies: "$ dollar dollars cent cents\n€ euro euros centime centimes\n£ livre livres - -\n¥ yen yens - -\nR$ réal réals - -\nUS$ dollar dollars cent cents\n₩ won wons - -\n₹ roupie roupies - -\n₦ naira nairas - -\n₱ peso pesos - -\n₪ shekel shekels - -\n¢ cent cents - -",
		date:       func(day, month, year string) string { return join(join(day, month), year) },
		clock: func(hour, minute int, half string) string {
			said := frenchFeminine(hour)
			if hour == 1 {
				said += " heure"
			} else {
				said += " heures"
			}
			said = join(said, rest(minute, frenchFeminine))
			switch {
			case half == "am":
				return said + " du matin"
			case half == "pm" && hour >= 6 && hour < 12:
				return said + " du soir"
			case half == "pm":
				return said + " de l'après-midi"
			}
			return said
		},
	}
}

const (
	frenchSaints   = "ambroise anselme athanase augustin barnabe etienne ignace irenee jacques jean jerome joseph jude luc marc matthieu paul pierre polycarpe thomas timothee tite"
	frenchLeads    = "le a au de du dans en avec par pour et ou selon comme lire lis lisez dit ecrit que car ainsi"
	frenchCounting = "le du au jour jours partie etape page semaine lecon video episode seance lecture lundi mardi mercredi jeudi vendredi samedi dimanche"
)

var frenchOnes = [20]string{
	"zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze", "treize", "quatorze", "quinze", "seize", "dix-sept", "dix-huit", "dix-neuf",
}

var frenchTens = [9]string{"", "", "vingt", "trente", "quarante", "cinquante", "soixante", "soixante", "quatre-vingt"}

func frenchNumber(n int) string {
	switch {
	case n < 20:
		return frenchOnes[n]
	case n == 80:
		return "quatre-vingts"
	case n > 80 && n < 100:
		return "quatre-vingt-" + frenchOnes[n-80]
	case n == 71:
		return "soixante et onze"
	case n > 69 && n < 80:
		return "soixante-" + frenchOnes[n-60]
	case n < 70 && n%10 == 1:
		return frenchTens[n/10] + " et un"
	case n < 70:
		return hyphened(frenchTens[n/10], n%10, frenchNumber)
	case n < 200:
		return join("cent", rest(n%100, frenchNumber))
	case n < 1000 && n%100 == 0:
		return frenchOnes[n/100] + " cents"
	case n < 1000:
		return frenchOnes[n/100] + " cent " + frenchNumber(n%100)
	case n < 2000:
		return join("mille", rest(n%1000, frenchNumber))
	case n < 1e6:
		return join(frenchNumber(n/1000)+" mille", rest(n%1000, frenchNumber))
	case n < 2e6:
		return join("un million", rest(n%1e6, frenchNumber))
	}
	return join(frenchNumber(n/1e6)+" millions", rest(n%1e6, frenchNumber))
}

func frenchFeminine(n int) string {
	said := frenchNumber(n)
	if n%10 == 1 && n != 11 && n%100 != 71 && n%100 != 91 {
		said += "e"
	}
	return said
}

func frenchOrdinal(n int, feminine bool) string {
	if n == 1 && feminine {
		return "première"
	}
	if n == 1 {
		return "premier"
	}
	said := frenchNumber(n)
	switch last := said[len(said)-1]; {
	case last == 'e':
		said = said[:len(said)-1]
	case n%10 == 5 && said[len(said)-1] == 'q':
		said += "u"
	case n%10 == 9 && last == 'f':
		said = said[:len(said)-1] + "v"
	case last == 's' && n == 80:
		said = said[:len(said)-1]
	}
	return said + "ième"
}

const frenchAbbreviations = `
M=monsieur Mme=madame Mmes=mesdames Mlle=mademoiselle MM=messieurs Dr=docteur Mgr=monseigneur Pr=professeur Me=maître
Ste=sainte Sts=saints etc~=et_cetera p.ex=par_exemple cf=confer c.-à-d=c'est-à-dire p=page pp=pages vol=volume éd=édition
av.j.-c~=avant_Jésus-Christ apr.j.-c~=après_Jésus-Christ a.t~=Ancien_Testament n.t~=Nouveau_Testament env=environ tél=téléphone bd=boulevard av=avenue
`

const frenchBooks = `
Genèse: genese gen gn ge
Exode: exode ex exo
Lévitique: levitique lev lv
Nombres: nombres nom! nb nbr
Deutéronome: deuteronome deut dt
Josué: josue jos
Juges: juges jug jg
Ruth: ruth rt
Premier Samuel|Deuxième Samuel: samuel sam s sa
Premier Rois|Deuxième Rois: rois roi r
Premier Chroniques|Deuxième Chroniques: chroniques chron chr ch
Esdras: esdras esd
Néhémie: nehemie neh ne!
Esther: esther est! est_
Job: job jb
Psaume: psaume psaumes ps psa
Proverbes: proverbes prov pr pv
Ecclésiaste: ecclesiaste eccl ecc qo ec
Cantique des Cantiques: cantique_des_cantiques cantique cant ct
Ésaïe: esaie esa es! isaie is
Jérémie: jeremie jer jr
Lamentations: lamentations lam lm
Ézéchiel: ezechiel ez eze
Daniel: daniel dan dn
Osée: osee os
Joël: joel jl
Amos: amos am
Abdias: abdias abd ab
Jonas: jonas jon
Michée: michee mich mi
Nahum: nahum nah na
Habacuc: habacuc hab ha
Sophonie: sophonie soph so
Aggée: aggee agg ag
Zacharie: zacharie zach za
Malachie: malachie mal! ml
Matthieu: matthieu mat mt matt
Marc: marc mc
Luc: luc lc
Jean: jean jn
Actes: actes actes_des_apotres ac
Romains: romains rom rm
Première Corinthiens|Deuxième Corinthiens: corinthiens cor co
Galates: galates gal ga
Éphésiens: ephesiens eph ep
Philippiens: philippiens phil ph
Colossiens: colossiens col
Première Thessaloniciens|Deuxième Thessaloniciens: thessaloniciens thess th
Première Timothée|Deuxième Timothée: timothee tim tm
Tite: tite tt
Philémon: philemon phm
Hébreux: hebreux heb he
Jacques: jacques jac jc
Première Pierre|Deuxième Pierre: pierre pi p
Première Jean|Deuxième Jean|Troisième Jean: jean jn
Jude: jude jud
Apocalypse: apocalypse apoc ap
`

const frenchMeasures = `
° degré degrés
°C degré_Celsius degrés_Celsius
°F degré_Fahrenheit degrés_Fahrenheit
‰ pour_mille pour_mille
km kilomètre kilomètres
km/h kilomètre_à_l'heure kilomètres_à_l'heure
m/s mètre_par_seconde mètres_par_seconde
m mètre mètres
m² mètre_carré mètres_carrés
km² kilomètre_carré kilomètres_carrés
m³ mètre_cube mètres_cubes
cm centimètre centimètres
mm millimètre millimètres
kg kilogramme kilogrammes
g gramme grammes
mg milligramme milligrammes
l,L litre litres
ml,mL millilitre millilitres
ha hectare hectares
min minute minutes
`

const frenchSigns = `
≥1=au_moins ≤1=au_plus &c=et_cetera ×=fois ÷=divisé_par ±=plus_ou_moins ~=environ ≈=environ ≤=est_au_plus ≥=est_au_moins ≠=n'est_pas −=moins
∞=infini ²=au_carré ³=au_cube ©=copyright †=mort_en *=né_en §=paragraphe §§=paragraphes ¶=paragraphe ¶¶=paragraphes x1=une_fois x2=fois
`
