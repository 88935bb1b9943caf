package reading

func spanish() *tongue {
	return &tongue{
		measures: spanishMeasures, signs: spanishSigns, half: "medio", courtesies: "Sr Sra Srta Dr Dra",
		saints: spanishSaints, leads: spanishLeads, counting: spanishCounting,
		fractions: map[int]measure{2: {}, 3: {one: "tercio", many: "tercios"}, 4: {one: "cuarto", many: "cuartos"}, 5: {one: "quinto", many: "quintos"}, 6: {one: "sexto", many: "sextos"}, 7: {one: "séptimo", many: "séptimos"}, 8: {one: "octavo", many: "octavos"}, 9: {one: "noveno", many: "novenos"}, 10: {one: "décimo", many: "décimos"}},
		cardinal:  spanishNumber, ordinal: spanishOrdinal, decimal: ',', endings: "º ª o a er ro ra do da to ta",
		words: words{
			part: "de",
			and:  "y", to: "al", point: "coma", percent: "por ciento", verse: "versículo", verses: "versículos", chapter: "capítulo", chapters: "capítulos",
			following: "y siguientes", dot: "punto", at: "arroba", ampersand: "y", number: "número", plus: "más", equals: "igual a",
			less: "es menor que", more: "es mayor que", minus: "menos", firstDay: "primero", centsJoin: " con ", of: "de",
		},
		books: spanishBooks, prefixes: "Primera Primero Primer\nSegunda Segundo\nTercera Tercero Tercer", abbreviations: spanishAbbreviations,
		months:     "enero ene\nfebrero feb\nmarzo mar\nabril abr\nmayo may\njunio jun\njulio jul\nagosto ago\nseptiembre setiembre sep sept\noctubre oct\nnoviembre nov\ndiciembre dic",
		letters:    "RVR RVR60 RVR95 RV RVA RVC NVI NTV DHH LBLA NBLA NBL PDT TLA BLP BTX JBS CST ESV NIV KJV NT AT UE TV CD DVD ONU EEUU OTAN FM DNI",
		rulers:     "enrique carlos felipe alfonso fernando juan pablo pío benedicto león gregorio clemente inocencio urbano luis isabel napoleón francisco alejandro nicolás pedro",
		numbered:   "capítulo cap salmo parte libro volumen vol acto escena siglo s sección vaticano página artículo guerra tomo",
		currencies: "$ dólar dólares centavo centavos\n€ euro euros céntimo céntimos\n£ libra libras penique peniques\n¥ yen yenes - -\nR$ real reales centavo centavos\nUS$ dólar dólares centavo centavos\n₩ won wones - -\n₹ rupia rupias - -\n₦ naira nairas - -\n₱ peso pesos - -\n₪ séquel séqueles - -\n¢ centavo centavos - -",
		date: func(day, month, year string) string {
			if day != "" {
				month = day + " de " + month
			}
			if year != "" {
				month += " de " + year
			}
			return month
		},
		clock: func(hour, minute int, half string) string {
			said := spanishNumber(hour)
			if hour%20 == 1 && hour != 11 {
				said = said[:len(said)-1] + "a" // una, veintiuna
			}
			switch {
			case minute == 0 && half == "":
				said += " en punto"
			case minute > 0:
				said += " y " + spanishNumber(minute)
			}
			switch {
			case half == "am":
				return said + " de la mañana"
			case half == "pm" && hour >= 8 && hour < 12:
				return said + " de la noche"
			case half == "pm":
				return said + " de la tarde"
			}
			return said
		},
	}
}

const (
	spanishSaints   = "agustin ambrosio anselmo antonio atanasio bernabe buenaventura domingo esteban felipe francisco gregorio ignacio ireneo isidro jeronimo jose juan judas lucas mateo pablo patricio pedro policarpo sebastian timoteo tito tomas"
	spanishLeads    = "el al del en de con por para a y e o segun como lee leed leer lea dice dijo escribe que pues asi"
	spanishCounting = "el del al dia dias parte paso pagina semana leccion video episodio sesion etapa lectura lunes martes miercoles jueves viernes sabado domingo"
)

var spanishOnes = [30]string{
	"cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez", "once", "doce", "trece", "catorce", "quince", "dieciséis", "diecisiete", "dieciocho", "diecinueve",
	"veinte", "veintiuno", "veintidós", "veintitrés", "veinticuatro", "veinticinco", "veintiséis", "veintisiete", "veintiocho", "veintinueve",
}

var spanishTens = [10]string{"", "", "", "treinta", "cuarenta", "cincuenta", "sesenta", "setenta", "ochenta", "noventa"}

var spanishHundreds = [10]string{"", "ciento", "doscientos", "trescientos", "cuatrocientos", "quinientos", "seiscientos", "setecientos", "ochocientos", "novecientos"}

func spanishNumber(n int) string {
	switch {
	case n < 30:
		return spanishOnes[n]
	case n < 100 && n%10 == 0:
		return spanishTens[n/10]
	case n < 100:
		return spanishTens[n/10] + " y " + spanishOnes[n%10]
	case n == 100:
		return "cien"
	case n < 1000:
		return join(spanishHundreds[n/100], rest(n%100, spanishNumber))
	case n < 2000:
		return join("mil", rest(n%1000, spanishNumber))
	case n < 1e6:
		return join(shortOne(spanishNumber(n/1000))+" mil", rest(n%1000, spanishNumber))
	case n < 2e6:
		return join("un millón", rest(n%1e6, spanishNumber))
	}
	return join(shortOne(spanishNumber(n/1e6))+" millones", rest(n%1e6, spanishNumber))
}

// shortOne says uno before what is counted.
func shortOne(s string) string {
	switch {
	case s == "veintiuno":
		return "veintiún"
	case len(s) >= 3 && s[len(s)-3:] == "uno":
		return s[:len(s)-1]
	}
	return s
}

func spanishOrdinal(n int, feminine bool) string {
	ones := [10]string{"", "primer", "segund", "tercer", "cuart", "quint", "sext", "séptim", "octav", "noven"}
	tens := [10]string{"", "décim", "vigésim", "trigésim", "cuadragésim", "quincuagésim", "sexagésim", "septuagésim", "octogésim", "nonagésim"}
	end := "o"
	if feminine {
		end = "a"
	}
	switch {
	case n < 1 || n > 99:
		return spanishNumber(n)
	case n == 11 || n == 12:
		return [2]string{"undécim", "duodécim"}[n-11] + end
	case n == 18:
		return "decimoctav" + end
	case n > 12 && n < 20:
		return "decimo" + ones[n%10] + end
	case n%10 == 0:
		return tens[n/10] + end
	case n < 10:
		return ones[n] + end
	}
	return tens[n/10] + end + " " + ones[n%10] + end
}

const spanishAbbreviations = `
Sr=señor Sra=señora Srta=señorita Sres=señores Dr=doctor Dra=doctora D=don Dña=doña Ud=usted Uds=ustedes Vd=usted Vds=ustedes
Sto=santo Sta=santa Prof=profesor Profa=profesora Rev=reverendo Rvdo=reverendo Hno=hermano Hna=hermana Hnos=hermanos Mons=monseñor
etc~=etcétera p.ej=por_ejemplo s=siglo cf=compárese núm=número pág=página págs=páginas a.c~=antes_de_Cristo d.c~=después_de_Cristo a.dec~=antes_de_Cristo d.dec~=después_de_Cristo
ee.uu~=Estados_Unidos s.a~=sociedad_anónima Av=avenida Avda=avenida dpto=departamento tel=teléfono aprox=aproximadamente vol=volumen ed=edición
a.t~=Antiguo_Testamento n.t~=Nuevo_Testamento a.m~=de_la_mañana p.m~=de_la_tarde
`

const spanishBooks = `
Génesis: genesis gen gn ge!
Éxodo: exodo exod exo ex
Levítico: levitico lev lv
Números: numeros num nm
Deuteronomio: deuteronomio deut deu dt
Josué: josue jos
Jueces: jueces jue jc
Rut: rut rt ruth
Primero de Samuel|Segundo de Samuel: samuel sam sa s
Primero de Reyes|Segundo de Reyes: reyes rey re r
Primero de Crónicas|Segundo de Crónicas: cronicas cron cro cr
Esdras: esdras esd
Nehemías: nehemias neh ne
Ester: ester est et
Job: job jb
Salmo: salmo salmos sal slm sl salm
Proverbios: proverbios prov pro pr prv
Eclesiastés: eclesiastes ecl ec qo
Cantares: cantares cantar_de_los_cantares cantar cnt cant ct
Isaías: isaias isa is
Jeremías: jeremias jer jr
Lamentaciones: lamentaciones lam lm
Ezequiel: ezequiel eze ez
Daniel: daniel dan! dn
Oseas: oseas os! ose
Joel: joel jl
Amós: amos am
Abdías: abdias abd ab
Jonás: jonas jon
Miqueas: miqueas miq mi!
Nahúm: nahum nah na
Habacuc: habacuc hab!
Sofonías: sofonias sof so
Hageo: hageo hag ageo ag
Zacarías: zacarias zac za
Malaquías: malaquias mal!
Mateo: mateo mat mt
Marcos: marcos mar mr mc mrc
Lucas: lucas luc lc
Juan: juan jn jua
Hechos: hechos hechos_de_los_apostoles hech hch
Romanos: romanos rom ro
Primera de Corintios|Segunda de Corintios: corintios cor co
Gálatas: galatas gal ga
Efesios: efesios efe ef
Filipenses: filipenses fil flp filp
Colosenses: colosenses col
Primera de Tesalonicenses|Segunda de Tesalonicenses: tesalonicenses tes ts tesal
Primera de Timoteo|Segunda de Timoteo: timoteo tim ti tm
Tito: tito tit
Filemón: filemon flm filem
Hebreos: hebreos heb he!
Santiago: santiago sant stg stgo
Primera de Pedro|Segunda de Pedro: pedro ped pe p
Primera de Juan|Segunda de Juan|Tercera de Juan: juan jn jua
Judas: judas jud
Apocalipsis: apocalipsis apoc ap
`

const spanishMeasures = `
° grado grados
°C grado_Celsius grados_Celsius
°F grado_Fahrenheit grados_Fahrenheit
‰ por_mil por_mil
km kilómetro kilómetros
km/h kilómetro_por_hora kilómetros_por_hora
m/s metro_por_segundo metros_por_segundo
m metro metros
m² metro_cuadrado metros_cuadrados
km² kilómetro_cuadrado kilómetros_cuadrados
m³ metro_cúbico metros_cúbicos
cm centímetro centímetros
mm milímetro milímetros
kg kilogramo kilogramos
g gramo gramos
mg miligramo miligramos
l,L litro litros
ml,mL mililitro mililitros
ha! hectárea hectáreas
min minuto minutos
h hora horas
`

const spanishSigns = `
≥1=al_menos ≤1=como_máximo &c=etcétera ×=por ÷=entre ±=más_o_menos ~=aproximadamente ≈=aproximadamente ≤=es_como_máximo ≥=es_como_mínimo ≠=no_es −=menos
∞=infinito ²=al_cuadrado ³=al_cubo ©=copyright †=murió_en *=nació_en §=sección §§=secciones ¶=párrafo ¶¶=párrafos x1=una_vez x2=veces
`
