package reading

import "strings"

func portuguese() *tongue {
	return &tongue{
		measures: portugueseMeasures, signs: portugueseSigns, half: "meio", courtesies: "Sr Sra Dr Dra",
		saints: portugueseSaints, leads: portugueseLeads, counting: portugueseCounting,
		fractions: map[int]measure{2: {}, 3: {one: "terço", many: "terços"}, 4: {one: "quarto", many: "quartos"}, 5: {one: "quinto", many: "quintos"}, 6: {one: "sexto", many: "sextos"}, 7: {one: "sétimo", many: "sétimos"}, 8: {one: "oitavo", many: "oitavos"}, 9: {one: "nono", many: "nonos"}, 10: {one: "décimo", many: "décimos"}},
		cardinal:  portugueseNumber, ordinal: portugueseOrdinal, decimal: ',', endings: "º ª o a",
		words: words{
			part: "de",
			and:  "e", to: "a", point: "vírgula", percent: "por cento", verse: "versículo", verses: "versículos", chapter: "capítulo", chapters: "capítulos",
			following: "e seguintes", dot: "ponto", at: "arroba", ampersand: "e", number: "número", plus: "mais", equals: "igual a",
			less: "é menor que", more: "é maior que", minus: "menos", firstDay: "primeiro", centsJoin: " e ", of: "de",
		},
		books: portugueseBooks, prefixes: "Primeira Primeiro\nSegunda Segundo\nTerceira Terceiro", abbreviations: portugueseAbbreviations,
		months:     "janeiro jan\nfevereiro fev\nmarço mar\nabril abr\nmaio mai\njunho jun\njulho jul\nagosto ago\nsetembro set\noutubro out\nnovembro nov\ndezembro dez",
		letters:    "ARA ARC NVI NVT NTLH ACF NAA KJA BKJ TB ESV NIV KJV NT AT TV CD DVD ONU EUA UE OTAN CPF RG FM",
		rulers:     "henrique carlos filipe afonso fernando joão paulo pio bento leão gregório clemente inocêncio urbano luís isabel napoleão francisco alexandre nicolau pedro",
		numbered:   "capítulo cap salmo parte livro volume vol ato cena século séc seção vaticano página artigo guerra tomo",
		currencies: "$ dólar dólares centavo centavos\n€ euro euros cêntimo cêntimos\n£ libra libras - -\n¥ iene ienes - -\nR$ real reais centavo centavos\nUS$ dólar dólares centavo centavos\n₩ won wons - -\n₹ rúpia rúpias - -\n₦ naira nairas - -\n₱ peso pesos - -\n₪ shekel shekels - -\n¢ centavo centavos - -",
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
			said := portugueseFeminine(hour)
			switch {
			case minute == 0 && half == "" && hour == 1:
				said += " hora"
			case minute == 0 && half == "":
				said += " horas"
			case minute > 0:
				said += " e " + portugueseNumber(minute)
			}
			switch {
			case half == "am":
				return said + " da manhã"
			case half == "pm" && hour >= 7 && hour < 12:
				return said + " da noite"
			case half == "pm":
				return said + " da tarde"
			}
			return said
		},
	}
}

const (
	portugueseSaints   = "agostinho ambrosio anselmo antonio atanasio barnabe boaventura domingos estevao filipe francisco gregorio inacio ireneu jeronimo joao jose judas lucas marcos mateus patricio paulo pedro policarpo sebastiao tiago timoteo tito tomas tome"
	portugueseLeads    = "o ao do no em de com por para a e ou segundo conforme como leia ler diz disse escreve que pois assim"
	portugueseCounting = "em no do ao dia dias parte passo pagina semana licao video episodio sessao etapa leitura segunda terca quarta quinta sexta feira sabado domingo"
)

var portugueseOnes = [20]string{
	"zero", "um", "dois", "três", "quatro", "cinco", "seis", "sete", "oito", "nove", "dez", "onze", "doze", "treze", "quatorze", "quinze", "dezesseis", "dezessete", "dezoito", "dezenove",
}

var portugueseTens = [10]string{"", "", "vinte", "trinta", "quarenta", "cinquenta", "sessenta", "setenta", "oitenta", "noventa"}

var portugueseHundreds = [10]string{"", "cento", "duzentos", "trezentos", "quatrocentos", "quinhentos", "seiscentos", "setecentos", "oitocentos", "novecentos"}

func portugueseNumber(n int) string {
	switch {
	case n < 20:
		return portugueseOnes[n]
	case n < 100 && n%10 == 0:
		return portugueseTens[n/10]
	case n < 100:
		return portugueseTens[n/10] + " e " + portugueseOnes[n%10]
	case n == 100:
		return "cem"
	case n < 1000 && n%100 == 0:
		return portugueseHundreds[n/100]
	case n < 1000:
		return portugueseHundreds[n/100] + " e " + portugueseNumber(n%100)
	case n < 1e6:
		thousand := "mil"
		if n >= 2000 {
			thousand = portugueseNumber(n/1000) + " mil"
		}
		if left := n % 1000; left > 0 && (left < 100 || left%100 == 0) {
			return thousand + " e " + portugueseNumber(left)
		}
		return join(thousand, rest(n%1000, portugueseNumber))
	case n < 2e6:
		return join("um milhão", rest(n%1e6, portugueseNumber))
	}
	return join(portugueseNumber(n/1e6)+" milhões", rest(n%1e6, portugueseNumber))
}

func portugueseFeminine(n int) string {
	said := portugueseNumber(n)
	if head, ok := strings.CutSuffix(said, "dois"); ok {
		return head + "duas"
	}
	if head, ok := strings.CutSuffix(said, "um"); ok {
		return head + "uma"
	}
	return said
}

func portugueseOrdinal(n int, feminine bool) string {
	ones := [10]string{"", "primeir", "segund", "terceir", "quart", "quint", "sext", "sétim", "oitav", "non"}
	tens := [10]string{"", "décim", "vigésim", "trigésim", "quadragésim", "quinquagésim", "sexagésim", "septuagésim", "octogésim", "nonagésim"}
	if n < 1 || n > 99 {
		return portugueseNumber(n)
	}
	end := "o"
	if feminine {
		end = "a"
	}
	said := ""
	if n >= 10 {
		said = tens[n/10] + end
	}
	if n%10 > 0 {
		said = join(said, ones[n%10]+end)
	}
	return said
}

const portugueseAbbreviations = `
Sr=senhor Sra=senhora Srta=senhorita Srs=senhores Dr=doutor Dra=doutora D=dom Pr=pastor Pra=pastora Prof=professor Profa=professora Rev=reverendo Pe=padre
Sto=santo Sta=santa etc~=etcétera p.ex=por_exemplo séc=século cf=confira núm=número n=número pág=página págs=páginas a.c~=antes_de_Cristo d.c~=depois_de_Cristo
Av=avenida tel=telefone aprox=aproximadamente vol=volume ed=edição a.t~=Antigo_Testamento n.t~=Novo_Testamento a.m~=da_manhã p.m~=da_tarde
`

const portugueseBooks = `
Gênesis: genesis gen gn
Êxodo: exodo ex exo
Levítico: levitico lev lv
Números: numeros num nm
Deuteronômio: deuteronomio deut deu dt
Josué: josue jos js
Juízes: juizes juiz jz
Rute: rute rt
Primeiro Samuel|Segundo Samuel: samuel sam sm
Primeiro Reis|Segundo Reis: reis re rs
Primeiro Crônicas|Segundo Crônicas: cronicas cron cro cr
Esdras: esdras esd ed!
Neemias: neemias neem ne
Ester: ester est et!
Jó: jo_ job
Salmo: salmo salmos sl sal
Provérbios: proverbios prov pv pr
Eclesiastes: eclesiastes ecl ec
Cânticos: canticos cantico_dos_canticos cantares cant ct
Isaías: isaias isa is
Jeremias: jeremias jer jr
Lamentações: lamentacoes lam lm
Ezequiel: ezequiel ez eze
Daniel: daniel dan dn
Oseias: oseias os! ose
Joel: joel jl
Amós: amos am
Obadias: obadias ob abdias
Jonas: jonas jn! jon
Miqueias: miqueias miq mq
Naum: naum na!
Habacuque: habacuque habacuc hab hc
Sofonias: sofonias sof sf
Ageu: ageu ag
Zacarias: zacarias zac zc
Malaquias: malaquias ml mal!
Mateus: mateus mat mt
Marcos: marcos mar! mc
Lucas: lucas luc lc
João: joao jo
Atos: atos atos_dos_apostolos at!
Romanos: romanos rom rm
Primeira Coríntios|Segunda Coríntios: corintios cor co
Gálatas: galatas gal gl
Efésios: efesios ef
Filipenses: filipenses fil fp fl
Colossenses: colossenses col cl
Primeira Tessalonicenses|Segunda Tessalonicenses: tessalonicenses tess ts tes
Primeira Timóteo|Segunda Timóteo: timoteo tim tm
Tito: tito tit tt
Filemom: filemom filemon fm flm
Hebreus: hebreus heb hb
Tiago: tiago tg tia
Primeira Pedro|Segunda Pedro: pedro ped pe pd
Primeira João|Segunda João|Terceira João: joao jo jn
Judas: judas jd jud
Apocalipse: apocalipse apoc ap
`

const portugueseMeasures = `
° grau graus
°C grau_Celsius graus_Celsius
°F grau_Fahrenheit graus_Fahrenheit
‰ por_mil por_mil
km quilômetro quilômetros
km/h quilômetro_por_hora quilômetros_por_hora
m/s metro_por_segundo metros_por_segundo
m metro metros
m² metro_quadrado metros_quadrados
km² quilômetro_quadrado quilômetros_quadrados
m³ metro_cúbico metros_cúbicos
cm centímetro centímetros
mm milímetro milímetros
kg quilograma quilogramas
g grama gramas
mg miligrama miligramas
l,L litro litros
ml,mL mililitro mililitros
ha! hectare hectares
min minuto minutos
`

const portugueseSigns = `
≥1=pelo_menos ≤1=no_máximo &c=etcétera ×=vezes ÷=dividido_por ±=mais_ou_menos ~=aproximadamente ≈=aproximadamente ≤=é_no_máximo ≥=é_no_mínimo ≠=não_é −=menos
∞=infinito ²=ao_quadrado ³=ao_cubo ©=copyright †=morreu_em *=nasceu_em §=parágrafo §§=parágrafos ¶=parágrafo ¶¶=parágrafos x1=uma_vez x2=vezes
`
