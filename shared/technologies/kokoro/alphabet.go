package kokoro

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strings"
	"unicode/utf8"
)

// vocabulary gives the model's number of each sign of its alphabet.
type vocabulary map[rune]int64

func readVocabulary(path string) (vocabulary, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read vocabulary: %w", err)
	}
	var file struct {
		Vocab map[string]int64 `json:"vocab"`
	}
	if err := json.Unmarshal(raw, &file); err != nil {
		return nil, fmt.Errorf("read vocabulary: %w", err)
	}
	signs := vocabulary{}
	for sign, number := range file.Vocab {
		r, size := utf8.DecodeRuneInString(sign)
		if size != len(sign) || number < 1 {
			return nil, fmt.Errorf("read vocabulary: %q is no sign", sign)
		}
		signs[r] = number
	}
	for _, r := range " ,.!?;:" {
		if signs[r] == 0 {
			return nil, fmt.Errorf("read vocabulary: it lacks %q", r)
		}
	}
	return signs, nil
}

// numbers leaves out what the model has no sign for.
func (v vocabulary) numbers(text string) []int64 {
	var all []int64
	for _, r := range text {
		if number, ok := v[r]; ok {
			all = append(all, number)
		}
	}
	return all
}

// languageSwitch is espeak-ng's note that a word is read as another language's.
var languageSwitch = regexp.MustCompile(`\([a-z-]+\)`)

var iAm = regexp.MustCompile(`(^| )[ˈˌ]?a\^ɪ[ˈˌ]?[ɐa]m\b`)

// The model's alphabet has one sign for a diphthong or an affricate where the
// phonetic alphabet has two. What stands first is replaced first.
var (
	ofAll = strings.NewReplacer(
		"d^ʒ", "ʤ", "t^ʃ", "ʧ", "d^z", "ʣ", "t^s", "ʦ", "t^ɕ", "ʨ", "d^ʑ", "ʥ",
		"a^ɪ", "I", "a^ʊ", "W", "e^ɪ", "A", "o^ʊ", "O", "ə^ʊ", "Q", "ɔ^ɪ", "Y",
		"g", "ɡ", "^", "", "-", "")
	ofEnglish = strings.NewReplacer("ə^l", "ᵊl", "ʔ^n", "tn", "n̩", "ᵊn", "ɐ", "ə", "ɚ", "əɹ", "r", "ɹ", "x", "k", "ç", "k", "ɬ", "l", "̃", "", "ʲ", "", "e^ə", "ɛː", "ʔ", "t")
	ofAmerica = strings.NewReplacer("ɜːɹ", "ɜɹ", "ɜː", "ɜɹ", "ɪə", "iə", "ː", "", "ɾ", "T", "o", "ɔ")
	ofBritain = strings.NewReplacer("iə", "ɪə", "ɾ", "t", "æ", "a")
)

// alphabet writes phonemes in the alphabet that the model has learnt for a language.
func alphabet(language, ipa string) string {
	ipa = languageSwitch.ReplaceAllString(strings.Join(strings.Fields(ipa), " "), "")
	if strings.HasPrefix(language, "en-") {
		// espeak-ng runs these two words into one, which the model swallows.
		ipa = iAm.ReplaceAllString(ipa, "${1}ˌa^ɪ ˈæm")
	}
	switch language {
	case "en-US":
		return ofAmerica.Replace(ofAll.Replace(ofEnglish.Replace(ipa)))
	case "en-GB":
		return ofBritain.Replace(ofAll.Replace(ofEnglish.Replace(ipa)))
	}
	return ofAll.Replace(ipa)
}
