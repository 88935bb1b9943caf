package reading

func english() *tongue {
	return &tongue{
		cardinal: englishNumber, ordinal: func(n int, _ bool) string { return englishOrdinal(n) }, year: englishYear,
		measures: englishMeasures, signs: englishSigns, half: "one half", courtesies: "Mr Mrs Ms Dr",
		counting:  "on since dated day days part parts step page pages week lesson track video episode session slide reading monday tuesday wednesday thursday friday saturday sunday",
		fractions: map[int]measure{2: {}, 3: {one: "third", many: "thirds"}, 4: {one: "quarter", many: "quarters"}, 5: {one: "fifth", many: "fifths"}, 6: {one: "sixth", many: "sixths"}, 7: {one: "seventh", many: "sevenths"}, 8: {one: "eighth", many: "eighths"}, 9: {one: "ninth", many: "ninths"}, 10: {one: "tenth", many: "tenths"}},
		decimal:   '.', endings: "st nd rd th",
		words: words{
			and: "and", to: "to", point: "point", percent: "percent", verse: "verse", verses: "verses", chapter: "chapter", chapters: "chapters",
			following: "and following", dot: "dot", at: "at", ampersand: "and", number: "number", plus: "plus", equals: "equals",
			less: "is less than", more: "is more than", minus: "minus", centsJoin: " and ", of: "of",
		},
		books: englishBooks, prefixes: "First 1st\nSecond 2nd\nThird 3rd", abbreviations: englishAbbreviations,
		months: "January Jan\nFebruary Feb\nMarch Mar\nApril Apr\nMay\nJune Jun\nJuly Jul\nAugust Aug\nSeptember Sep Sept\nOctober Oct\nNovember Nov\nDecember Dec",
		letters: `ESV NIV NASB NLT KJV NKJV RSV NRSV ASV WEB CSB HCSB CEB CEV GNT GNB NET NCV NIRV TNIV RV JPS NABRE NAB BSB YLT AMPC LXX MT NT OT
			USA UK US UN EU TV CD DVD BBC YMCA YWCA RSVP AM PM BC BCE CE AD FM VIP CEO ID IV ER URL FAQ PS PO`,
		rulers:     "henry edward george william charles richard james louis john paul pius benedict leo gregory clement innocent urban elizabeth napoleon francis philip alexander nicholas frederick",
		numbered:   "chapter ch chap psalm part book volume vol act scene war section appendix figure table page article lesson day week canto vatican",
		currencies: "$ dollar dollars cent cents\n€ euro euros cent cents\n£ pound pounds penny pence\n¥ yen yen - -\nR$ real reais centavo centavos\nUS$ dollar dollars cent cents\n₩ won won - -\n₹ rupee rupees - -\n₦ naira naira - -\n₱ peso pesos - -\n₪ shekel shekels - -\n¢ cent cents - -",
		date: func(day, month, year string) string {
			if day == "" {
				return join(month, year)
			}
			if year != "" {
				year = ", " + year
			}
			return month + " " + day + year
		},
		clock: englishClock,
	}
}

var englishOnes = [20]string{
	"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
}

var englishTens = [10]string{"", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"}

func englishNumber(n int) string {
	switch {
	case n < 20:
		return englishOnes[n]
	case n < 100:
		return hyphened(englishTens[n/10], n%10, englishNumber)
	case n < 1000:
		return join(englishOnes[n/100]+" hundred", rest(n%100, englishNumber))
	case n < 1e6:
		return join(englishNumber(n/1000)+" thousand", rest(n%1000, englishNumber))
	case n < 1e9:
		return join(englishNumber(n/1e6)+" million", rest(n%1e6, englishNumber))
	}
	return join(englishNumber(n/1e9)+" billion", rest(n%1e9, englishNumber))
}

func hyphened(ten string, one int, say func(int) string) string {
	if one == 0 {
		return ten
	}
	return ten + "-" + say(one)
}

// rest says n, and nothing for zero.
func rest(n int, say func(int) string) string {
	if n == 0 {
		return ""
	}
	return say(n)
}

// join puts a space between two that are there.
func join(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + " " + b
}

func englishOrdinal(n int) string {
	irregular := [13]string{"zeroth", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth"}
	switch {
	case n < len(irregular):
		return irregular[n]
	case n < 20:
		return englishOnes[n] + "th"
	case n < 100 && n%10 == 0:
		ten := englishTens[n/10]
		return ten[:len(ten)-1] + "ieth"
	case n < 100:
		return englishTens[n/10] + "-" + englishOrdinal(n%10)
	case n%100 == 0:
		return englishNumber(n) + "th"
	}
	return englishNumber(n-n%100) + " " + englishOrdinal(n%100)
}

func englishYear(n int) string {
	switch {
	case n < 1100 || n >= 2000 && n < 2010 || n >= 2100:
		return englishNumber(n)
	case n%100 == 0:
		return englishNumber(n/100) + " hundred"
	case n%100 < 10:
		return englishNumber(n/100) + " oh " + englishNumber(n%100)
	}
	return englishNumber(n/100) + " " + englishNumber(n%100)
}

func englishClock(hour, minute int, half string) string {
	said := englishNumber(hour)
	switch {
	case minute == 0 && half == "" && hour > 12:
		said += " hundred"
	case minute == 0 && half == "":
		said += " o'clock"
	case minute == 0:
	case minute < 10:
		said += " oh " + englishNumber(minute)
	default:
		said += " " + englishNumber(minute)
	}
	switch half {
	case "am":
		return said + " A.M."
	case "pm":
		return said + " P.M."
	}
	return said
}

const englishAbbreviations = `
Mr=Mister Mrs=Missus Ms=Miz Dr=Doctor Rev=Reverend Revd=Reverend Prof=Professor Fr=Father Sr=Sister Jr~=Junior
Sts=Saints Capt=Captain Col=Colonel Gen=General Lt=Lieutenant Sgt=Sergeant Hon=Honorable Gov=Governor Pres=President
vs=versus cf=compare e.g=for_example i.e=that_is etc~=et_cetera viz=namely ca=about approx=about c.ofe~=Church_of_England
Inc~=Incorporated Ltd~=Limited Co~=Company Bros=Brothers Ave~=Avenue Blvd~=Boulevard Rd~=Road Mt=Mount Ft=Fort
vol=volume vols=volumes fig=figure ed=edition eds=editors trans=translated_by b.c~=B.C. a.d=A.D. b.c.e~=B.C.E. c.e~=C.E. u.s=U.S. u.s.a=U.S.A. u.k=U.K.
p.s=P.S. o.t~=Old_Testament n.t~=New_Testament d.c~=D.C. r.s.v.p~=R.S.V.P. a.m~=A.M. p.m~=P.M. al~=al dept=department
Mon=Monday Tue=Tuesday Tues=Tuesday Wed=Wednesday Thu=Thursday Thurs=Thursday Fri=Friday
`

const englishBooks = `
Genesis: genesis gen ge! gn
Exodus: exodus exod ex!
Leviticus: leviticus lev lv
Numbers: numbers num numb nm nb
Deuteronomy: deuteronomy deut deu dt
Joshua: joshua josh jos
Judges: judges judg jdg jdgs
Ruth: ruth rut ru
First Samuel|Second Samuel: samuel sam sa sm
First Kings|Second Kings: kings kgs kg kin ki
First Chronicles|Second Chronicles: chronicles chron chr ch
Ezra: ezra ezr
Nehemiah: nehemiah neh ne!
Esther: esther esth est
Job: job jb
Psalm: psalm psalms ps psa pss pslm psm
Proverbs: proverbs prov pro! prv pr!
Ecclesiastes: ecclesiastes eccl eccles ecc ec qoh qoheleth
Song of Solomon: song_of_solomon song_of_songs songs! song! sos cant canticles
Isaiah: isaiah isa is!
Jeremiah: jeremiah jer je
Lamentations: lamentations lam la!
Ezekiel: ezekiel ezek eze ezk
Daniel: daniel dan dn
Hosea: hosea hos ho!
Joel: joel joe! jl
Amos: amos am!
Obadiah: obadiah obad ob
Jonah: jonah jon! jnh
Micah: micah mic mi
Nahum: nahum nah na!
Habakkuk: habakkuk hab hb
Zephaniah: zephaniah zeph zep
Haggai: haggai hag hg
Zechariah: zechariah zech zec
Malachi: malachi mal
Matthew: matthew matt mat! mt!
Mark: mark mk mrk mar!
Luke: luke lk luk
John: john jn jhn joh
Acts: acts act! ac
Romans: romans rom rm ro
First Corinthians|Second Corinthians: corinthians cor co
Galatians: galatians gal ga
Ephesians: ephesians eph ephes
Philippians: philippians phil php philip
Colossians: colossians col
First Thessalonians|Second Thessalonians: thessalonians thess thes th
First Timothy|Second Timothy: timothy tim ti
Titus: titus tit
Philemon: philemon philem phlm phm
Hebrews: hebrews heb hebr
James: james jas jam jm
First Peter|Second Peter: peter pet pt pe
First John|Second John|Third John: john jn jhn joh jo
Jude: jude jud
Revelation: revelation revelations rev re! apoc
`

const englishMeasures = `
° degree degrees
°C degree_Celsius degrees_Celsius
°F degree_Fahrenheit degrees_Fahrenheit
‰ per_mille per_mille
km kilometer kilometers
km/h kilometer_an_hour kilometers_an_hour
m/s meter_a_second meters_a_second
mph mile_an_hour miles_an_hour
m meter meters
m² square_meter square_meters
km² square_kilometer square_kilometers
m³ cubic_meter cubic_meters
cm centimeter centimeters
mm millimeter millimeters
kg kilogram kilograms
g gram grams
mg milligram milligrams
l,L liter liters
ml,mL milliliter milliliters
lb,lbs pound pounds
oz ounce ounces
ft foot feet
mi mile miles
yd yard yards
ha hectare hectares
min minute minutes
h hour hours
`

const englishSigns = `
≥1=at_least ≤1=at_most &c=et_cetera ×=times ÷=divided_by ±=plus_or_minus ~=about ≈=about ≤=is_at_most ≥=is_at_least ≠=is_not −=minus ∞=infinity ²=squared
³=cubed ©=copyright †=died *=born §=section §§=sections ¶=paragraph ¶¶=paragraphs x1=once x2=times w/=with w/o=without c/o=care_of b/c=because
`
