package reading

func german() *tongue {
	return &tongue{
		measures: germanMeasures, signs: germanSigns, half: "einhalb", courtesies: "Dr Prof",
		counting:  "am vom tag tage teil schritt seite woche lektion video folge einheit lesung montag dienstag mittwoch donnerstag freitag samstag sonntag",
		fractions: map[int]measure{2: {}, 3: {one: "Drittel", many: "Drittel"}, 4: {one: "Viertel", many: "Viertel"}, 5: {one: "Fünftel", many: "Fünftel"}, 6: {one: "Sechstel", many: "Sechstel"}, 7: {one: "Siebtel", many: "Siebtel"}, 8: {one: "Achtel", many: "Achtel"}, 9: {one: "Neuntel", many: "Neuntel"}, 10: {one: "Zehntel", many: "Zehntel"}},
		cardinal:  germanNumber, ordinal: func(n int, _ bool) string { return germanOrdinal(n) + "r" }, year: germanYear, decimal: ',', endings: "te ten ter",
		words: words{
			and: "und", to: "bis", point: "Komma", percent: "Prozent", verse: "Vers", verses: "Verse", chapter: "Kapitel", chapters: "Kapitel",
			following: "und folgende", dot: "Punkt", at: "at", ampersand: "und", number: "Nummer", plus: "plus", equals: "gleich",
			less: "ist kleiner als", more: "ist größer als", minus: "minus", centsJoin: " ",
		},
		books: germanBooks, prefixes: "Erste Erster Erstes\nZweite Zweiter Zweites\nDritte Dritter Drittes", abbreviations: germanAbbreviations,
		months:     "Januar Jan Jänner\nFebruar Feb\nMärz Mär\nApril Apr\nMai\nJuni Jun\nJuli Jul\nAugust Aug\nSeptember Sep Sept\nOktober Okt\nNovember Nov\nDezember Dez",
		letters:    "LUT ELB EÜ NGÜ GNB NLB SLT HFA NEÜ ZB ESV NIV KJV AT NT TV CD DVD EU USA UNO NATO ARD ZDF DDR BRD CDU SPD ICE",
		rulers:     "heinrich karl friedrich wilhelm ludwig johannes paul pius benedikt leo gregor clemens innozenz urban franz alexander nikolaus elisabeth napoleon georg",
		numbered:   "kapitel kap psalm teil buch band bd akt szene abschnitt seite artikel weltkrieg",
		currencies: "$ Dollar Dollar Cent Cent\n€ Euro Euro Cent Cent\n£ Pfund Pfund - -\n¥ Yen Yen - -\nR$ Real Real - -\nUS$ Dollar Dollar Cent Cent\n₩ Won Won - -\n₹ Rupie Rupien - -\n₦ Naira Naira - -\n₱ Peso Pesos - -\n₪ Schekel Schekel - -\n¢ Cent Cent - -",
		date:       func(day, month, year string) string { return join(join(day, month), year) },
		clock: func(hour, minute int, _ string) string {
			said := germanNumber(hour)
			if hour == 1 {
				said = "ein"
			}
			return join(said+" Uhr", rest(minute, germanNumber))
		},
	}
}

var germanOnes = [20]string{
	"null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwölf", "dreizehn", "vierzehn", "fünfzehn", "sechzehn", "siebzehn", "achtzehn", "neunzehn",
}

var germanTens = [10]string{"", "", "zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig"}

func germanNumber(n int) string {
	switch {
	case n < 20:
		return germanOnes[n]
	case n < 100 && n%10 == 0:
		return germanTens[n/10]
	case n < 100:
		return germanStem(n%10) + "und" + germanTens[n/10]
	case n < 1000:
		return germanStem(n/100) + "hundert" + rest(n%100, germanNumber)
	case n < 1e6:
		return germanStem(n/1000) + "tausend" + rest(n%1000, germanNumber)
	case n < 2e6:
		return join("eine Million", rest(n%1e6, germanNumber))
	}
	return join(germanNumber(n/1e6)+" Millionen", rest(n%1e6, germanNumber))
}

// germanStem says n before another part of the word.
func germanStem(n int) string {
	said := germanNumber(n)
	if n%100 == 1 {
		return said[:len(said)-1]
	}
	return said
}

func germanYear(n int) string {
	if n < 1100 || n >= 2000 {
		return germanNumber(n)
	}
	return germanNumber(n/100) + "hundert" + rest(n%100, germanNumber)
}

// germanOrdinal is the form after an article: dritte.
func germanOrdinal(n int) string {
	switch last := n % 100; {
	case last == 1:
		return rest(n-1, germanNumber) + "erste"
	case last == 3:
		return rest(n-3, germanNumber) + "dritte"
	case last == 7:
		return rest(n-7, germanNumber) + "siebte"
	case last == 8:
		return germanNumber(n) + "e"
	case last > 0 && last < 20:
		return germanNumber(n) + "te"
	}
	return germanNumber(n) + "ste"
}

const germanAbbreviations = `
Hr=Herr Fr=Frau Dr=Doktor Prof=Professor Hl=heilige hl=heilige St=Sankt Nr=Nummer usw~=und_so_weiter bzw=beziehungsweise z.b=zum_Beispiel d.h=das_heißt
u.a=unter_anderem u.ä=und_ähnliche vgl=vergleiche evtl=eventuell ggf=gegebenenfalls ca=circa Jh~=Jahrhundert v.chr~=vor_Christus n.chr~=nach_Christus
etc~=et_cetera Bd=Band hrsg=herausgegeben sog=sogenannte o.ä~=oder_ähnliche i.d.r=in_der_Regel Str~=Straße Tel=Telefon inkl=inklusive
`

const germanBooks = `
Erstes Buch Mose|Zweites Buch Mose|Drittes Buch Mose|Viertes Buch Mose|Fünftes Buch Mose: mose mos mo
=1: genesis gen gn
=2: exodus exod ex
=3: levitikus lev lv
=4: numeri num nm
=5: deuteronomium deut dtn
Josua: josua jos
Richter: richter! ri ric
Ruth: rut ruth rt
Erstes Buch Samuel|Zweites Buch Samuel: samuel sam
Erstes Buch der Könige|Zweites Buch der Könige: konige kon kge
Erstes Buch der Chronik|Zweites Buch der Chronik: chronik chr chron
Esra: esra esr
Nehemia: nehemia neh
Ester: ester est esther
Hiob: hiob hi ijob job
Psalm: psalm psalmen ps
Sprüche: spruche spr sprichworter
Prediger: prediger! pred koh kohelet
Hoheslied: hoheslied hohelied hld hoh!
Jesaja: jesaja jes
Jeremia: jeremia jer
Klagelieder: klagelieder klgl
Hesekiel: hesekiel hes ezechiel ez
Daniel: daniel dan dn
Hosea: hosea hos
Joel: joel joe
Amos: amos am!
Obadja: obadja obd ob!
Jona: jona jon
Micha: micha mi!
Nahum: nahum nah
Habakuk: habakuk hab!
Zefanja: zefanja zef zephanja
Haggai: haggai hag
Sacharja: sacharja sach
Maleachi: maleachi mal!
Matthäus: matthaus mt mat matt
Markus: markus mk mark!
Lukas: lukas lk luk
Johannes: johannes joh jo
Apostelgeschichte: apostelgeschichte apg
Römer: romer rom rom. roem
Erster Korinther|Zweiter Korinther: korinther kor
Galater: galater gal
Epheser: epheser eph
Philipper: philipper phil
Kolosser: kolosser kol
Erster Thessalonicher|Zweiter Thessalonicher: thessalonicher thess
Erster Timotheus|Zweiter Timotheus: timotheus tim
Titus: titus tit
Philemon: philemon phlm
Hebräer: hebraer hebr heb
Jakobus: jakobus jak
Erster Petrus|Zweiter Petrus: petrus petr pet
Erster Johannes|Zweiter Johannes|Dritter Johannes: johannes joh
Judas: judas jud
Offenbarung: offenbarung offb offenb
`

const germanMeasures = `
° Grad Grad
°C Grad_Celsius Grad_Celsius
°F Grad_Fahrenheit Grad_Fahrenheit
‰ Promille Promille
km Kilometer Kilometer
km/h Kilometer_pro_Stunde Kilometer_pro_Stunde
m/s Meter_pro_Sekunde Meter_pro_Sekunde
m Meter Meter
m² Quadratmeter Quadratmeter
km² Quadratkilometer Quadratkilometer
m³ Kubikmeter Kubikmeter
cm Zentimeter Zentimeter
mm Millimeter Millimeter
kg Kilogramm Kilogramm
g Gramm Gramm
mg Milligramm Milligramm
l,L Liter Liter
ml,mL Milliliter Milliliter
ha Hektar Hektar
min Minute Minuten
h Stunde Stunden
`

const germanSigns = `
≥1=mindestens ≤1=höchstens &c=et_cetera ×=mal ÷=geteilt_durch ±=plus_minus ~=etwa ≈=etwa ≤=ist_höchstens ≥=ist_mindestens ≠=ist_nicht −=minus
∞=unendlich ²=hoch_zwei ³=hoch_drei ©=Copyright †=gestorben *=geboren §=Paragraf §§=Paragrafen ¶=Absatz ¶¶=Absätze x1=einmal x2=mal
`
